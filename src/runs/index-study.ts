/**
 * Index: what a study has. Reads the study file, the plate map and every image once, and joins them.
 *
 * The join is a full outer one. A well without images, an image outside the map, a field that differs from the
 * others: nothing falls out without a {@link Problem} that says so.
 */
import { readFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { NeuroscreenError, nearest } from "../base/errors.ts";
import { type Field, groupFields, type NamedImage, type Problem } from "../images/fields.ts";
import { nameReader } from "../images/names.ts";
import { type PlateMapWell, parsePlateMap } from "../plates/platemap.ts";
import { wellKey } from "../plates/split.ts";
import { parseStudy, type Study } from "../plates/study.ts";
import { listFiles, sha256 } from "../store/files.ts";
import { inspectFields } from "../store/inspect.ts";

/** A study and all that was found for it. */
export interface StudyIndex {
  readonly study: Study;
  /** The study file, absolute. */
  readonly path: string;
  /** The wells of the plate map that have a field, in the map's order. */
  readonly wells: readonly PlateMapWell[];
  /** The wells of the map that should have images and have no usable field: rows without a score, not rows to forget. */
  readonly missingWells: readonly PlateMapWell[];
  /** The complete fields of `wells`, by plate, well and site; all of one size and bit depth. */
  readonly fields: readonly Field[];
  /** What was left out, and why. */
  readonly problems: readonly Problem[];
  readonly bitDepth: 8 | 16;
  /** The fields' size in pixels, as the files have it. */
  readonly width: number;
  readonly height: number;
  /**
   * Of the inputs: SHA-256 over the plate map's SHA-256 and the lines `path SHA-256` of the fields' images, sorted by
   * path below the images' folder. The same wherever the study lies.
   */
  readonly dataHash: string;
}

const imageName = /\.(tiff?|png|jpe?g|bmp|gif)$/i;

/**
 * Indexes the study of a study file.
 *
 * @param options.check decodes every pixel too, to find the images that are cut short; else headers only
 * @throws {NeuroscreenError} `bad-study` and `bad-plate-map` from the two files, `no-such-file`, `no-such-folder`,
 *   `no-images` if no file's name fits the study, `no-fields` if nothing is left of them, `no-controls` if a control role has no well with images
 */
export async function indexStudy(
  path: string,
  { check = false }: { readonly check?: boolean } = {},
): Promise<StudyIndex> {
  const absolute = resolve(path);
  const study = parseStudy(await readText(absolute, "the study"), { path: absolute });
  const { images, prefix, strangers } = await findImages(study);
  const names = study.channels.map(({ name }) => name);
  const grouped = groupFields(images, names);

  const mapPath = resolve(study.folder, study.plateMap);
  const plates = [...new Set(images.map(({ plate }) => plate))].sort();
  const mapText = await readText(mapPath, "the plate map");
  const map = parsePlateMap(mapText, { path: mapPath, plates });
  const joined = joinFields(map, grouped.fields, plates);

  const inspected = await inspectFields(study.folder, joined.fields, { check });
  const { fields, header } = inspected;
  const imaged = new Set(fields.map(wellKey));
  const lost = wellsOf(joined.fields).filter((key) => !imaged.has(key));
  const problems = [
    ...strangers,
    ...grouped.problems,
    ...joined.problems,
    ...inspected.problems,
    ...lost.map((subject) => ({ code: "well-lost", subject, message: "left out: none of its fields could be used" })),
  ];
  if (header === undefined) throw refuseWithoutFields(study, problems);
  const wells = map.filter((well) => imaged.has(wellKey(well)));
  const missingWells = map.filter(
    (well) => !imaged.has(wellKey(well)) && well.role !== "empty" && plates.includes(well.plate),
  );
  refuseWithoutControls(study, mapPath, map, wells);

  const lines = [...inspected.hashes].map(([path, hash]) => `${path.slice(prefix.length)} ${hash}\n`).sort();
  const dataHash = sha256([`${sha256(mapText)}\n`, ...lines].join(""));
  return { study, path: absolute, wells, missingWells, fields, problems, ...header, dataHash };
}

/** What keeps a file from being read, as the end of a sentence; nothing where the cause says nothing. */
export function whyUnreadable(cause: unknown): string {
  const words: Readonly<Record<string, string>> = {
    ENOENT: ", which is not there",
    EISDIR: ", which is a folder",
    EACCES: ", which may not be read by you",
  };
  return cause instanceof Error && "code" in cause ? (words[String(cause.code)] ?? "") : "";
}

async function readText(path: string, what: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new NeuroscreenError({
      code: "no-such-file",
      what: `Reading ${what}`,
      found: `${path}${whyUnreadable(cause)}`,
      expected: "a file that can be read",
      remedy: "Check the path; in a study file it is relative to that file.",
      cause,
    });
  });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Spreadsheets on Windows still save CSV in the code page, where µ is a byte that UTF-8 does not allow.
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** The images below the images' folder by what their names say; files that look like images but do not fit are problems. */
async function findImages(
  study: Study,
): Promise<{ readonly images: NamedImage[]; readonly prefix: string; readonly strangers: Problem[] }> {
  const folder = resolve(study.folder, study.images);
  const paths = await listFiles(folder).catch((cause: unknown) => {
    throw new NeuroscreenError({
      code: "no-such-folder",
      what: `Looking for the images of ${study.name}`,
      found: folder,
      expected: "a folder that can be read",
      remedy: "Set `images` in the study to the images' folder, relative to the study file.",
      cause,
    });
  });
  const readName = nameReader(study);
  const images: NamedImage[] = [];
  const strangers: Problem[] = [];
  const prefix = folder === study.folder ? "" : `${relative(study.folder, folder).replaceAll("\\", "/")}/`;
  for (const below of paths) {
    const path = prefix + below;
    const facts = readName(below);
    if (facts !== null) images.push({ path, ...facts });
    else if (imageName.test(below)) {
      const message = "left out: its name does not fit the study's format";
      strangers.push({ code: "name-unknown", subject: path, message });
    }
  }
  if (images.length === 0) throw refuseWithoutImages(study, folder, paths);
  if (images.every(({ channel }) => channel < 0)) throw refuseChannels(study, images);
  return { images, prefix, strangers };
}

/**
 * The fields of wells that the map has. What only one side has is a problem: a whole plate once, a well each; an
 * empty well without images is none.
 *
 * @param plates the plates that were imaged
 */
function joinFields(
  map: readonly PlateMapWell[],
  fields: readonly Field[],
  plates: readonly string[],
): { readonly fields: Field[]; readonly problems: Problem[] } {
  const mapped = new Set(map.map(wellKey));
  const imaged = new Set(wellsOf(fields));
  const mappedPlates = [...new Set(map.map(({ plate }) => plate))];
  const problems: Problem[] = [];
  const tell = (code: string, subject: string, message: string) => problems.push({ code, subject, message });
  const hint = (plate: string, others: readonly string[]) => {
    const near = nearest(plate, others);
    return near === undefined ? "" : ` (is it \`${near}\`?)`;
  };
  for (const plate of mappedPlates) {
    if (!plates.includes(plate))
      tell("plate-without-images", plate, `left out: a plate of the plate map without images${hint(plate, plates)}`);
  }
  for (const plate of plates) {
    if (!mappedPlates.includes(plate))
      tell("plate-not-in-map", plate, `left out: a plate that the plate map does not have${hint(plate, mappedPlates)}`);
  }
  for (const well of map) {
    if (imaged.has(wellKey(well)) || well.role === "empty" || !plates.includes(well.plate)) continue;
    const message = `left out: a ${well.role} well of the plate map without a complete field`;
    tell("well-without-images", wellKey(well), message);
  }
  for (const key of imaged) {
    const own = fields.filter((field) => wellKey(field) === key);
    if (mapped.has(key) || !mappedPlates.includes(own[0]!.plate)) continue;
    const count = `${own.length} ${own.length === 1 ? "field" : "fields"}`;
    tell("well-not-in-map", key, `left out: ${count} of a well that the plate map does not have`);
  }
  return { fields: fields.filter((field) => mapped.has(wellKey(field))), problems };
}

function wellsOf(fields: readonly Field[]): string[] {
  return [...new Set(fields.map(wellKey))];
}

function refuseWithoutImages(study: Study, folder: string, paths: readonly string[]): NeuroscreenError {
  const names = [...paths.filter((path) => imageName.test(path)), ...paths].slice(0, 3);
  const shown = names.length === 0 ? "no file at all" : `${paths.length} other files, such as ${names.join(", ")}`;
  return new NeuroscreenError({
    code: "no-images",
    what: `Looking for the images of ${study.name} in ${folder}`,
    found: shown,
    expected:
      study.format === "incell" ? "names such as `B - 4(fld 1 wv Red - Cy5).tif`" : `names that fit ${study.pattern}`,
    remedy: "Set `images`, `format` and `pattern` in the study to where the images are and how they are named.",
  });
}

function refuseChannels(study: Study, images: readonly NamedImage[]): NeuroscreenError {
  const found = [...new Set(images.map(({ channelText }) => JSON.stringify(channelText)))].sort().slice(0, 8);
  return new NeuroscreenError({
    code: "no-images",
    what: `Looking for the channels of ${study.name}`,
    found: `the channels ${found.join(", ")}`,
    expected: `any of ${study.channels.map(({ match }) => JSON.stringify(match)).join(", ")}`,
    remedy: "Set `match` of each of the study's channels to what the file names have.",
  });
}

function refuseWithoutFields(study: Study, problems: readonly Problem[]): NeuroscreenError {
  const shown = problems.slice(0, 3).map(({ subject, message }) => `\n  ${subject}: ${message}`);
  return new NeuroscreenError({
    code: "no-fields",
    what: `Indexing ${study.name}`,
    found: `none and ${problems.length} ${problems.length === 1 ? "problem" : "problems"}:${shown.join("")}`,
    expected: "at least one field with all its channels, in a well of the plate map",
    remedy: "Mend these in the study, the plate map or the images.",
  });
}

function refuseWithoutControls(
  study: Study,
  mapPath: string,
  map: readonly PlateMapWell[],
  wells: readonly PlateMapWell[],
): void {
  for (const role of ["negative", "positive"] as const) {
    if (wells.some((well) => well.role === role)) continue;
    const count = map.filter((well) => well.role === role).length;
    throw new NeuroscreenError({
      code: "no-controls",
      what: `Indexing ${study.name}`,
      found:
        count === 0
          ? `no ${role} well in ${mapPath}`
          : `${count} ${role} wells in the plate map, none of them with images`,
      expected: `at least one ${role} control well with images`,
      remedy: `Mark the ${role} control wells in the column \`role\` of the plate map, and see that the plates' names there are those of the images.`,
    });
  }
}
