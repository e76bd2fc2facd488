/**
 * What the two files say that `init` writes: keys and cells, and for each what it is and what to do with it.
 */
import { relative } from "node:path";
import type { Guess, GuessedPlate } from "../images/guess.ts";
import { formatWell, parseWell } from "../plates/wells.ts";

/** The names of the two files. */
export const [studyName, plateMapName] = ["study.yaml", "platemap.csv"];

/** What the study says beside what image names tell. */
interface StudyFacts {
  /** The folder of the images, absolute. */
  readonly folder: string;
  /** The folder of the study, absolute. */
  readonly out: string;
  /** What the images state; null where they do not, or do not agree. */
  readonly pixelSizeMicrometres: number | null;
}

/** The plate map to fill in: every well that has images, and no role. */
export function plateMapText(plates: readonly GuessedPlate[]): string {
  const isSeveral = plates.length > 1;
  const columns = ["well", "role", "compound", "concentration", "unit"];
  const challenge = ["challenge", "challenge_concentration", "challenge_unit"];
  const header = [...(isSeveral ? ["plate"] : []), ...columns, ...challenge];
  const lines = plates.flatMap(({ name, wells }) =>
    wells.map(({ well }) => {
      const cells = isSeveral ? [name, well] : [well];
      return [...cells, ...header.slice(cells.length).map(() => "")];
    }),
  );
  const text = [header, ...lines].map((cells) => `${cells.map(csvCell).join(",")}\n`).join("");
  // Without the mark, Excel takes a name's é for two letters of the code page.
  return /^[\x20-\x7e\n]*$/.test(text) ? text : `\ufeff${text}`;
}

function csvCell(text: string): string {
  return /[",\n\r;\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The study file with its comments.
 *
 * @param options.folder the folder of the images, and `out` the study's, both absolute
 */
export function studyText(guess: Guess, { folder, out, pixelSizeMicrometres }: StudyFacts): string {
  const sections = [
    [
      "# A study: where the images are, how their names are read, what the stains are called, which wells are held out.",
      "# `neuroscreen init` proposed it from the images' names and headers. Look it through, and fill in the column `role` of",
      "# the plate map; then `neuroscreen index study.yaml` tells what it finds. Every key is explained in docs/studies.md.",
    ],
    ["# For reports.", `name: ${scalar(guess.name)}`],
    ["# The folder of the images with all its subfolders.", `images: ${scalar(pathOf(folder, out))}`],
    formatSection(guess),
    plateSection(guess),
    wellsSection(guess),
    selectSection(guess),
    [
      "# The stains, in the order in which a network sees them: `match` is what file names say, `name` is yours to choose.",
      "channels:",
      ...guess.keys.channels.map(({ name, match }) => `  - { name: ${scalar(name)}, match: ${quoted(match)} }`),
    ],
    [
      "# The table that says what is in each well. Its roles: negative (vehicle, unharmed), positive (harmed, no compound),",
      "# sample (a compound to be judged), reference (a compound known to protect), empty.",
      `plateMap: ${plateMapName}`,
    ],
    ["# What reports call the two kinds of control wells.", "classes: { negative: negative, positive: positive }"],
    pixelSizeMicrometres === null
      ? [
          "# The side of a camera pixel in the specimen; the export does not state it. Remove the `#` and write yours:",
          "# pixelSizeMicrometres: 0.65",
        ]
      : [
          "# The side of a camera pixel in the specimen, as the export states it.",
          `pixelSizeMicrometres: ${Number(pixelSizeMicrometres.toPrecision(6))}`,
        ],
    splitSection(guess.plates),
  ];
  const written = sections.filter((lines) => lines.length > 0).map((lines) => `${lines.join("\n")}\n`);
  return written.join("\n");
}

/** Relative to the study while that stays near, so that both can be moved together; absolute beyond. */
function pathOf(folder: string, out: string): string {
  const near = relative(out, folder).replaceAll("\\", "/") || ".";
  return /^(\.\.\/){3}/.test(near) ? folder.replaceAll("\\", "/") : near;
}

function formatSection({ naming, keys, fields, plates }: Guess): string[] {
  const example = fields[0]?.paths[0] ?? plates[0]?.name ?? "";
  const names = [`# Names of ${naming}, such as`, `#   ${oneLine(example)}`];
  if (keys.pattern === undefined) return [...names, `format: ${keys.format}`];
  return [
    ...names,
    "# The pattern, a regular expression with named groups, finds well, site and channel in them; it was tried on all names.",
    `format: ${keys.format}`,
    `pattern: ${quoted(keys.pattern)}`,
  ];
}

function plateSection({ keys, plates }: Guess): string[] {
  const names = listed(plates.map(({ name }) => oneLine(name)));
  if (keys.plate !== undefined)
    return ["# All images are of one plate; call it what you like.", `plate: ${scalar(keys.plate)}`];
  if (keys.plateFrom !== undefined)
    return [
      `# The plate is a folder of the image's path, found by this regular expression: ${names}.`,
      `plateFrom: ${quoted(keys.plateFrom)}`,
    ];
  const source = keys.pattern?.includes("(?<plate>") ? "in the file's name" : "the folder that the image lies in";
  return [`# The plate is ${source}: ${names}.`];
}

function selectSection({ keys, planes }: Guess): string[] {
  if (keys.select === undefined) return [];
  const found = Object.entries(planes).filter(([, numbers]) => numbers.length > 0);
  return [
    "# Names carry planes (z) or times; the images of one of each are taken. Found were",
    ...found.map(([plane, numbers]) => `#   ${plane}: ${listed(numbers.map(String), 12)}`),
    `select: { ${Object.entries(keys.select)
      .map(([plane, number]) => `${plane}: ${number}`)
      .join(", ")} }`,
  ];
}

function wellsSection({ plateSize, letters, plates }: Guess): string[] {
  const wells = plates.flatMap((plate) => plate.wells.map(({ well }) => well));
  const found = `# Wells were found from ${wells[0]} to ${wells.at(-1)}.`;
  if (letters.areColumns || letters.skipI) {
    const keys = [...(letters.areColumns ? ["letters: columns"] : []), ...(letters.skipI ? ["skip: [I]"] : [])];
    return [
      `${found} They were read with letters for rows, none skipped, which no plate of their size has.`,
      "# If letters count columns, or leave out the I, remove the `#`; the plate map is written in the same way as file names.",
      `# wells: { ${keys.join(", ")} }`,
    ];
  }
  // Half a plate says which plate it is; a few wells near the corner may be of any.
  const isSure = plates.some((plate) => 2 * plate.wells.length >= plateSize);
  if (isSure)
    return [`${found} A well that a plate of this size does not have is refused.`, `wells: { plate: ${plateSize} }`];
  return [
    `${found} With the plate's size here, a well that it does not have is refused: remove the \`#\``,
    "# and write yours.",
    `# wells: { plate: ${Math.max(96, plateSize)} }`,
  ];
}

/** A split that fits, to be taken up once roles are known. */
function splitSection(plates: readonly GuessedPlate[]): string[] {
  const why = [
    "# What is held out: control wells that the network never sees while it learns, by which it is then judged. `train`",
    "# needs it. Choose so that both kinds of control wells are on both sides, then remove the `#`.",
  ];
  const names = plates.map(({ name }) => scalar(name));
  if (plates.length >= 3)
    return [
      ...why,
      "# Whole plates are the hardest test and the best; list as many as you can spare.",
      "# split:",
      "#   unit: plate",
      `#   test: { plates: [${names.at(-1)}] }`,
      `#   validate: { plates: [${names.at(-2)}] }`,
    ];
  return [
    ...why,
    "# `test` names wells on each plate; a quarter of the other control wells then chooses the best epoch.",
    "# split:",
    "#   unit: well",
    `#   test: { ${heldOutWells(plates)} }`,
    "#   validate: 0.25",
  ];
}

/** Every second row that there is; columns where there is one row alone. */
function heldOutWells(plates: readonly GuessedPlate[]): string {
  const wells = plates.flatMap((plate) => plate.wells.map(({ well }) => parseWell(well)));
  const everySecond = (numbers: readonly number[]) =>
    [...new Set(numbers)].sort((a, b) => a - b).filter((_, i) => i % 2 === 1);
  const rows = everySecond(wells.map(({ row }) => row));
  const columns = everySecond(wells.map(({ column }) => column));
  if (rows.length > 0)
    return `rows: [${rows.map((row) => formatWell({ row, column: 0 }).replace(/\d+/, "")).join(", ")}]`;
  if (columns.length > 0) return `columns: [${columns.map((column) => column + 1).join(", ")}]`;
  return "wells: [A01]";
}

/** `P1, P2, P3 and 5 more` */
export function listed(items: readonly string[], most = 6): string {
  const rest = items.length - most;
  return rest > 0 ? `${items.slice(0, most).join(", ")} and ${rest} more` : items.join(", ");
}

/** A text as YAML writes it: plain where it can be mistaken for nothing else, in quotes otherwise. */
function scalar(text: string): string {
  const isPlain = /^[A-Za-z][\w.-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return isPlain || text === "." ? text : quoted(text);
}

function quoted(text: string): string {
  return /\p{Cc}/u.test(text) ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "?");
}
