/**
 * A lab's own panel as CSV: a compound a line.
 *
 * Columns: `compound`, `class`, and for all but inert ones `ec50_uM` and `max_effect`; where wanted `hill`, `axis` (both,
 * neurites, synapses), `stain` (fluorescent ones) and `doses_uM` (`0.3 1 3 10`). All mistakes are gathered into one error.
 */
import { NeuroscreenError, nearest } from "../base/errors.ts";
import { type CsvLine, readCsvLines } from "../plates/csv-lines.ts";
import { stains } from "./conditions.ts";
import { axes, type Compound, compoundClasses, publishedDoses, usualHillSlope } from "./panel.ts";

const columns = ["compound", "class", "ec50_um", "hill", "max_effect", "axis", "stain", "doses_um"] as const;
type PanelColumn = (typeof columns)[number];

const required: readonly PanelColumn[] = ["compound", "class"];

/** How columns are called too, once case, blanks and dashes are out of the way. */
const otherNames: Readonly<Record<string, PanelColumn>> = {
  name: "compound",
  ec50: "ec50_um",
  hill_slope: "hill",
  maximal_effect: "max_effect",
  maximum_effect: "max_effect",
  maximum: "max_effect",
  doses: "doses_um",
};

/** The largest effect that makes sense, by class: shares end at 1. */
const mostEffect = { protective: 1, toxic: 1, fluorescent: 100, proliferative: 100 } as const;

/** So many doses, with and without Aβ and beside dose 0, still lie six wells each on a plate of 384. */
const mostDoses = 24;

/**
 * Reads a panel.
 *
 * @param options.path how errors name the file
 * @throws {NeuroscreenError} `bad-panel` with every mistake and its line: an unknown column, class, axis or stain (with the nearest word),
 *   a dose or an EC50 that is none, a compound that stands there twice
 */
export function parsePanel(text: string, { path }: { readonly path: string }): Compound[] {
  const [header, ...lines] = readLines(text, path);
  if (header === undefined || lines.length === 0)
    throw refuse(path, [header === undefined ? "an empty file" : "a header line and no compounds"]);
  const { places, mistakes } = readHeader(header);
  if (mistakes.length > 0) throw refuse(path, mistakes);
  const compounds: Compound[] = [];
  const lineOf = new Map<string, number>();
  for (const { number, cells } of lines) {
    const tell = (mistake: string) => mistakes.push(`line ${number}: ${mistake}`);
    const compound = readCompound((column) => cells[places.get(column) ?? -1] ?? "", tell);
    const earlier = lineOf.get(compound.name.toLowerCase());
    if (earlier !== undefined) tell(`the compound ${JSON.stringify(compound.name)} again, as in line ${earlier}`);
    lineOf.set(compound.name.toLowerCase(), number);
    compounds.push(compound);
  }
  if (mistakes.length > 0) throw refuse(path, mistakes);
  return compounds;
}

function readLines(text: string, path: string): CsvLine[] {
  try {
    return readCsvLines(text);
  } catch (error) {
    throw refuse(path, [`a table that cannot be read (${error instanceof Error ? error.message : error})`]);
  }
}

function readHeader({ number, cells }: CsvLine): { places: ReadonlyMap<PanelColumn, number>; mistakes: string[] } {
  const places = new Map<PanelColumn, number>();
  const mistakes: string[] = [];
  for (const [index, cell] of cells.entries()) {
    const word = cell
      .toLowerCase()
      .replaceAll(/[µμ]/g, "u")
      .replaceAll(/[ ()[\]-]+/g, "_")
      .replace(/_$/, "");
    const column = columns.find((known) => known === word) ?? otherNames[word];
    if (column === undefined) mistakes.push(`line ${number}: unknown column \`${cell}\`${hint(word, columns)}`);
    else if (places.has(column)) mistakes.push(`line ${number}: two columns for ${column}`);
    else places.set(column, index);
  }
  for (const column of required) if (!places.has(column)) mistakes.push(`line ${number}: no column \`${column}\``);
  return { places, mistakes };
}

type Tell = (mistake: string) => void;

function readCompound(cell: (column: PanelColumn) => string, tell: Tell): Compound {
  const name = cell("compound");
  if (name === "") tell("no name in `compound`");
  const kind = readWord("class", cell("class").toLowerCase(), compoundClasses, tell);
  const dosesMicromolar = readDoses(cell("doses_um"), tell);
  if (kind === undefined || kind === "inert") {
    for (const column of ["ec50_um", "hill", "max_effect", "axis", "stain"] as const)
      if (kind === "inert" && cell(column) !== "") tell(`\`${column}\` of an inert compound, which has none`);
    const nothing = { ec50Micromolar: null, hillSlope: null, maximalEffect: null, axis: null, stain: null };
    return { name, class: "inert", ...nothing, dosesMicromolar };
  }
  const actsOnDamage = kind === "protective" || kind === "toxic";
  const axis = cell("axis").toLowerCase() || "both";
  if (!actsOnDamage && cell("axis") !== "")
    tell(`an axis of a ${kind} compound; only protective and toxic ones have one`);
  if (kind !== "fluorescent" && cell("stain") !== "")
    tell(`a stain of a ${kind} compound; only fluorescent ones have one`);
  if (kind === "fluorescent" && cell("stain") === "") tell("no `stain`, in which a fluorescent compound shines");
  return {
    name,
    class: kind,
    ec50Micromolar: readAmount("ec50_um", cell("ec50_um"), { most: 1e6 }, tell),
    hillSlope: cell("hill") === "" ? usualHillSlope : readAmount("hill", cell("hill"), { most: 20 }, tell),
    maximalEffect: readAmount("max_effect", cell("max_effect"), { most: mostEffect[kind] }, tell),
    axis: actsOnDamage ? (readWord("axis", axis, axes, tell) ?? null) : null,
    stain: kind === "fluorescent" && cell("stain") !== "" ? (readStain(cell("stain"), tell) ?? null) : null,
    dosesMicromolar,
  };
}

function readWord<const T extends string>(
  column: string,
  word: string,
  words: readonly T[],
  tell: Tell,
): T | undefined {
  const found = words.find((known) => known === word);
  if (found === undefined) tell(`${column} ${JSON.stringify(word)}${hint(word, words)}; one of ${words.join(", ")}`);
  return found;
}

function readStain(text: string, tell: Tell) {
  const word = stains.find((known) => known.toLowerCase() === text.toLowerCase());
  return readWord("stain", word ?? text, stains, tell);
}

function readAmount(column: string, text: string, { most }: { readonly most: number }, tell: Tell): number {
  const value = numberIn(text);
  if (value > 0 && value <= most) return value;
  tell(`${column} ${text === "" ? "empty" : JSON.stringify(text)}; a number above 0, at most ${most}`);
  return Number.NaN;
}

/** Doses with blanks, `;`, `|` or `/` between them; 0 stands on every plate and may be written or not. */
function readDoses(text: string, tell: Tell): readonly number[] {
  if (text === "") return publishedDoses;
  const words = text.split(/[\s;|/]+/).filter((word) => word !== "");
  const doses: number[] = [];
  for (const word of words) {
    const dose = numberIn(word);
    if (!(dose >= 0 && dose <= 1e6)) tell(`the dose ${JSON.stringify(word)}; a number of µM from 0 up, without a unit`);
    else if (doses.includes(dose)) tell(`the dose ${word} twice`);
    else doses.push(dose);
  }
  const above = doses.filter((dose) => dose > 0).sort((a, b) => a - b);
  if (above.length > mostDoses) tell(`${above.length} doses; at most ${mostDoses} have room on a plate`);
  if (above.length === 0 && doses.length > 0) tell("no dose above 0");
  return above;
}

function numberIn(text: string): number {
  return /^\d+\.?\d*(e[+-]?\d+)?$|^\.\d+$/i.test(text) ? Number(text) : Number.NaN;
}

function hint(word: string, words: readonly string[]): string {
  const near = nearest(word, words);
  return near === undefined ? "" : ` (did you mean \`${near}\`?)`;
}

function refuse(path: string, mistakes: readonly string[]): NeuroscreenError {
  return new NeuroscreenError({
    code: "bad-panel",
    what: `Reading the panel ${path}`,
    found: mistakes.length === 1 ? mistakes[0]! : `${mistakes.length} mistakes:\n  ${mistakes.join("\n  ")}`,
    expected: "a CSV file with a compound a line",
    remedy:
      "Columns: compound, class (protective, toxic, fluorescent, proliferative, inert), ec50_uM, max_effect, hill, axis, stain, doses_uM; docs/simulate.md explains them.",
  });
}
