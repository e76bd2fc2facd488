/**
 * What stands around the images: their names, the study file, the plate map.
 */
import { formatLine, parseWell } from "../plates/wells.ts";
import type { Column } from "../records/table.ts";
import type { WellPlace } from "../records/truth.ts";
import { stains } from "./conditions.ts";
import type { DesignSplit } from "./design.ts";

/** The files and folders of a simulated study, relative to it. */
export const [studyName, imagesFolder, masksFolder] = ["study.yaml", "images", "masks"];

/** Excitation and emission of each stain as an IN Cell Analyzer names them. */
const waves = ["Red - Cy5", "UV - DAPI", "Green - dsRed", "Blue - FITC"] as const;

/** A mask that `--masks` writes. */
export const maskNames = ["somata", "neurites", "nuclei", "prePuncta", "postPuncta", "changed"] as const;
export type MaskName = (typeof maskNames)[number];

/** The name of an image: `B - 4(fld 1 wv Red - Cy5).tif`. */
export function imageName({ well, site }: { readonly well: string; readonly site: number }, stain: number): string {
  return `${place(well)}(fld ${site} wv ${waves[stain]}).tif`;
}

/** The name of a mask: `B - 4(fld 1 neurites).tif`. */
export function maskName({ well, site }: { readonly well: string; readonly site: number }, mask: MaskName): string {
  return `${place(well)}(fld ${site} ${mask}).tif`;
}

function place(well: string): string {
  const { row, column } = parseWell(well);
  return `${formatLine(row, "rows")} - ${column + 1}`;
}

/** The study file, with what each thing is. */
export function studyText({
  name,
  pixelSizeMicrometres,
  split,
  seed,
}: {
  readonly name: string;
  readonly pixelSizeMicrometres: number;
  readonly split: DesignSplit;
  readonly seed: number;
}): string {
  const channels = stains.map((stain, i) => `  - { name: ${stain}, match: ${waves[i]!.split(" - ")[1]} }`);
  return [
    `# A simulated screen (neuroscreen simulate, seed ${seed}): no cell was harmed. What is true of it stands in the folder truth.`,
    `name: ${JSON.stringify(name)}`,
    `images: ${imagesFolder}`,
    "format: incell",
    "# Which of dsRed and FITC is PSD-95 and which synaptophysin, the published work does not say. Assumed here: dsRed is PSD-95.",
    "channels:",
    ...channels,
    "plateMap: platemap.csv",
    "classes: { negative: vehicle, positive: Abeta }",
    `pixelSizeMicrometres: ${pixelSizeMicrometres}`,
    ...splitLines(split),
    "",
  ].join("\n");
}

function splitLines(split: DesignSplit): string[] {
  const list = (names: readonly string[]) => `[${names.join(", ")}]`;
  if (split.unit === "plate")
    return [
      "# Whole plates are held out, a twelfth of them, at least one.",
      "split:",
      "  unit: plate",
      `  test: { plates: ${list(split.test)} }`,
      `  validate: { plates: ${list(split.validate)} }`,
    ];
  return [
    "# Too few plates to hold one out: wells are.",
    "split:",
    "  unit: well",
    `  test: { wells: ${list(split.test)} }`,
    `  validate: ${split.validate}`,
  ];
}

/** The plate map as a table. */
export function plateMapColumns(wells: readonly WellPlace[]): Column[] {
  const text = (name: string, value: (well: WellPlace) => string | null): Column => ({
    name,
    type: "string",
    values: wells.map(value),
  });
  const micromolar = (name: string, value: (well: WellPlace) => number | null): Column => ({
    name,
    type: "double",
    values: wells.map(value),
  });
  return [
    text("plate", ({ plate }) => plate),
    text("well", ({ well }) => well),
    text("role", ({ role }) => role),
    text("compound", ({ compound }) => compound),
    micromolar("concentration_uM", ({ concentrationMicromolar }) => concentrationMicromolar),
    text("challenge", ({ challenge }) => challenge),
    micromolar("challenge_concentration_uM", (well) => well.challengeConcentrationMicromolar),
    text("batch", ({ batch }) => batch),
  ];
}
