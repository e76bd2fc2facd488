/**
 * Names that no microscope of ours uses, read by what varies in them.
 *
 * All names of one make are cut into columns: `scan_B03_site2_DAPI` has the columns `scan`, `B`, `03`, `site`, `2`, `DAPI`. What never
 * varies is spelling. Of what varies, one column (or two side by side) looks like wells; the others may be sites, channels, planes,
 * plates or of no use, and the reading is taken under which the fields are whole: each with every channel, none twice.
 */
import { isDye } from "./guess-namings.ts";

/** What a varying column may mean. */
type Meaning = "site" | "channel" | "z" | "time" | "plate" | "none";

/** A piece of every name of one make. */
interface Column {
  readonly values: readonly string[];
  readonly isNumber: boolean;
  /** The letters that stand before it in every name, in lower case: `site`. */
  readonly keyword: string;
  /** Whether it is part of a folder's name. */
  readonly isInFolder: boolean;
}

/** More columns without a keyword than this are not tried in every meaning. */
const mostOpen = 4;
/** So many names are enough to judge a reading by. */
const enoughJudged = 3000;

/**
 * Finds how names are to be read: several proposals, made one after the other, of which the caller keeps the one that reads most.
 * Each is a regular expression with named groups for the name without its ending, or for the whole path where it has a `/`.
 *
 * @param names paths without the file's ending, with `/`
 */
export function* learnNames(names: readonly string[]): Generator<string> {
  // Folders of dyes are no plates: the channel stands in the path then.
  const areDyes = names.every((name) => name.split("/").slice(0, -1).some(isDye));
  const scopes = areDyes ? (["path", "name"] as const) : (["name", "path"] as const);
  for (const scope of scopes)
    for (const separator of separators) {
      const learned = learnMake(names, scope, separator);
      if (learned !== undefined) yield learned;
    }
}

/** Where words end: at whatever is no letter or digit; or not before a wavelength, as in `Alexa 488`; or not at spaces. */
const separators = [/([^A-Za-z0-9]+)/, /((?:[^A-Za-z0-9](?! *\d{3}(?!\d)))+)/, /([^A-Za-z0-9 ]+)/];

function learnMake(names: readonly string[], scope: "name" | "path", separator: RegExp): string | undefined {
  const cut = new Map<string, { words: string[][]; folders: string[] }>();
  for (const whole of names) {
    const slash = whole.lastIndexOf("/");
    const parts = (scope === "name" ? whole.slice(slash + 1) : whole).split(separator);
    // The words stand at the even places, what separates them at the odd ones: same separators, same make.
    const make = parts.filter((_, i) => i % 2 === 1).join("\n");
    const group = cut.get(make) ?? { words: [], folders: [] };
    group.words.push(parts);
    group.folders.push(scope === "name" ? whole.slice(0, Math.max(0, slash)) : "");
    cut.set(make, group);
  }
  const largest = [...cut.values()].reduce((a, b) => (b.words.length > a.words.length ? b : a), emptyGroup);
  if (largest.words.length === 0) return undefined;
  const columns = splitWords(transpose(largest.words));
  const wells = findWells(columns);
  const reading = wells && bestReading(columns, wells, largest.folders);
  return reading && writeBody(columns, wells, reading, scope);
}

const emptyGroup: { words: string[][]; folders: string[] } = { words: [], folders: [] };

function transpose(rows: readonly (readonly string[])[]): string[][] {
  return rows[0]!.map((_, column) => rows.map((row) => row[column]!));
}

/** Cuts words at the borders of letters and digits where all names have the same borders: `s2` is `s` and `2`, `Cy5` stays beside `DAPI`. */
function splitWords(words: readonly (readonly string[])[]): Column[] {
  const pieces = words.flatMap((values) => {
    const split = values.map((value) => value.match(/\d+|\D+/g) ?? [""]);
    const shape = (parts: readonly string[]) => parts.map((part) => (/^\d/.test(part) ? "9" : "a")).join("");
    return split.every((parts) => shape(parts) === shape(split[0]!)) ? transpose(split) : [values];
  });
  const file = pieces.findLastIndex(([first]) => first!.includes("/"));
  return pieces.flatMap((values, i) =>
    withoutCommonStart({
      ...{ values, isNumber: values.every((value) => /^\d+$/.test(value)), isInFolder: i < file },
      keyword: keywordBefore(pieces.slice(0, i)),
    }),
  );
}

/** The letters right before a column, or before its separator, where they never vary: `site` for the `2` of `site_2`. */
function keywordBefore(pieces: readonly (readonly string[])[]): string {
  const nearest = pieces.findLast(([first]) => /[A-Za-z0-9]/.test(first!));
  return nearest !== undefined && isConstant(nearest) ? nearest[0]!.toLowerCase() : "";
}

/** `WellA`, `WellB` become `Well` and `A`, `B`. */
function withoutCommonStart(column: Column): Column[] {
  const { values, isNumber } = column;
  if (isNumber || isConstant(values)) return [column];
  const first = values[0]!;
  let length = 0;
  while (values.every((value) => value.length > length + 1 && value[length] === first[length])) length++;
  const start = first.slice(0, length);
  if (!/^[A-Za-z]{3,}$/.test(start)) return [column];
  return [
    { ...column, values: values.map(() => start) },
    { ...column, values: values.map((value) => value.slice(length)), keyword: start.toLowerCase() },
  ];
}

function isConstant(values: readonly string[]): boolean {
  return values.every((value) => value === values[0]);
}

/** Where the wells stand: the column of rows, then that of columns. */
interface WellColumns {
  readonly row: number;
  readonly column: number;
}

const rowLetters = /^([A-Za-z]|[Aa][A-Fa-f])$/;

/** The two columns that look most like a well: letters that vary, then a number from 1 to 48 right after them or behind a separator. */
function findWells(columns: readonly Column[]): WellColumns | undefined {
  let best: (WellColumns & { readonly worth: number }) | undefined;
  for (const [row, { values }] of columns.entries()) {
    if (!values.every((value) => rowLetters.test(value))) continue;
    const isBehind = isConstant(columns[row + 1]?.values ?? []) && /^[-_ .]*$/.test(columns[row + 1]?.values[0] ?? "x");
    const column = columns[row + 1]?.isNumber ? row + 1 : isBehind && columns[row + 2]?.isNumber ? row + 2 : undefined;
    if (column === undefined) continue;
    const numbers = columns[column]!.values.map(Number);
    if (!numbers.every((number) => number >= 1 && number <= 48)) continue;
    const worth = worthOfRows(values);
    if (worth > (best?.worth ?? 0)) best = { row, column, worth };
  }
  return best;
}

/** How much a column looks like rows: by how many there are; a single one may be the `s` of `s1`. */
function worthOfRows(values: readonly string[]): number {
  const letters = new Set(values).size;
  const [letter] = values;
  if (letters > 1 || letter === undefined) return letters;
  if (letter !== letter.toUpperCase()) return 0;
  return meaningOf(letter) === undefined ? 1 : 0.5;
}

const keywords: readonly (readonly [Meaning, RegExp])[] = [
  ["site", /^(s|f|fld|field|site|fov|pos|position|xy|p|img|image|tile)$/],
  ["channel", /^(w|wv|c|ch|chan|channel|wave|wavelength)$/],
  ["z", /^(z|zstep|plane|slice|stack)$/],
  ["time", /^(t|tp|time|timepoint)$/],
  ["plate", /^(plate|pl|barcode)$/],
];

function meaningOf(keyword: string): Meaning | undefined {
  return keywords.find(([, expression]) => expression.test(keyword.toLowerCase()))?.[0];
}

/** A column's place and what it means. */
type Reading = ReadonlyMap<number, Meaning>;

/** The reading under which most images are in whole fields; of equal ones the plainest. */
function bestReading(columns: readonly Column[], wells: WellColumns, folders: readonly string[]): Reading | undefined {
  const varying = [...columns.entries()].filter(
    ([place, { values }]) => place !== wells.row && place !== wells.column && !isConstant(values),
  );
  const options = varying.map(([place, column]) => meaningsOf(column, place < wells.row));
  const open = options.filter((choices) => choices.length > 1).length;
  // Beyond that the last ones are of no use.
  let over = open - mostOpen;
  const limited = [...options].reverse().map((choices): readonly Meaning[] => {
    if (choices.length === 1 || over <= 0) return choices;
    over--;
    return ["none"];
  });
  const judged = namesOfSomeWells(columns[wells.row]!.values, columns[wells.column]!.values);
  let best: { reading: Reading; whole: number; fullness: number } | undefined;
  for (const choice of combinations(limited.reverse())) {
    const meanings = choice.filter((meaning) => meaning !== "none");
    if (new Set(meanings).size < meanings.length) continue;
    const reading = new Map(choice.map((meaning, i) => [varying[i]![0], meaning]));
    const { whole, fullness } = judge(columns, wells, reading, folders, judged);
    if (best === undefined || whole > best.whole || (whole === best.whole && fullness > best.fullness + 1e-9))
      best = { reading, whole, fullness };
  }
  return best !== undefined && best.whole > 0 ? best.reading : undefined;
}

/** What a column may mean, the likeliest first: plates stand before the wells, sites behind them. */
function meaningsOf({ values, isNumber, keyword, isInFolder }: Column, isBefore: boolean): readonly Meaning[] {
  const different = new Set(values);
  const said = meaningOf(keyword);
  if (said === "plate" || (said !== undefined && isNumber && !isInFolder)) return [said, "none"];
  if (!isNumber && [...different].some(isDye)) return ["channel"];
  if (isInFolder) return ["plate", ...(said === undefined ? [] : [said]), "none"];
  const few: readonly Meaning[] = different.size <= 8 ? ["channel"] : [];
  if (!isNumber) return [...few, "plate", "none"];
  return isBefore ? ["plate", "site", ...few, "none"] : ["site", ...few, "plate", "none"];
}

/** The places of names to judge by: all of some wells, so that two images of one kind are met wherever there are any. */
function namesOfSomeWells(rows: readonly string[], columns: readonly string[]): number[] {
  const byWell = new Map<string, number[]>();
  for (const [i, row] of rows.entries()) {
    const well = row + columns[i];
    const own = byWell.get(well);
    if (own === undefined) byWell.set(well, [i]);
    else own.push(i);
  }
  const judged: number[] = [];
  for (const own of byWell.values()) {
    if (judged.length >= enoughJudged) break;
    for (const i of own) judged.push(i);
  }
  return judged;
}

function combinations<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((sofar, list) => sofar.flatMap((head) => list.map((item) => [...head, item])), [[]]);
}

/** How many images are in whole fields, and which share of all possible fields there is. */
function judge(
  columns: readonly Column[],
  { row, column }: WellColumns,
  reading: Reading,
  folders: readonly string[],
  judged: readonly number[],
): { readonly whole: number; readonly fullness: number } {
  const placeOf = (wanted: Meaning) => [...reading].find(([, meaning]) => meaning === wanted)?.[0];
  const [plate, channel] = [placeOf("plate"), placeOf("channel")];
  const positions = (["site", "z", "time"] as const).map(placeOf);
  const valueAt = (place: number | undefined, i: number) => (place === undefined ? "" : columns[place]!.values[i]!);
  const fields = new Map<string, string[]>();
  const seen = {
    plates: new Set<string>(),
    wells: new Set<string>(),
    sites: new Set<string>(),
    channels: new Set<string>(),
  };
  for (const i of judged) {
    const plateName = plate === undefined ? folders[i]! : valueAt(plate, i);
    const well = `${valueAt(row, i)}${valueAt(column, i)}`;
    const site = positions.map((place) => valueAt(place, i)).join("\n");
    const key = `${plateName}\n${well}\n${site}`;
    const channels = fields.get(key) ?? [];
    channels.push(valueAt(channel, i));
    fields.set(key, channels);
    seen.plates.add(plateName);
    seen.wells.add(well);
    seen.sites.add(site);
    seen.channels.add(valueAt(channel, i));
  }
  let [whole, all] = [0, 0];
  for (const channels of fields.values()) {
    all++;
    if (channels.length === seen.channels.size && new Set(channels).size === channels.length) whole += channels.length;
  }
  // What is full of wells is a plate, and what each well has is a site.
  return { whole, fullness: all / (seen.plates.size * seen.wells.size * seen.sites.size) };
}

/** The expression: spelling as it is, columns with a meaning as groups, the others as whatever may stand there. */
function writeBody(columns: readonly Column[], wells: WellColumns, reading: Reading, scope: "name" | "path"): string {
  // A `/` in the expression, in brackets too, makes it one for whole paths.
  const anything = scope === "name" ? ".+?" : "[^/]+?";
  const isPlate = (place: number) => reading.get(place) === "plate";
  return columns
    .map(({ values, isNumber }, place) => {
      const any = isNumber ? "\\d+" : anything;
      if (place === wells.row) return wells.column === place + 1 ? "(?<well>[A-Za-z]{1,2}" : "(?<row>[A-Za-z]{1,2})";
      if (place === wells.column) return wells.row === place - 1 ? "\\d{1,2})" : "(?<column>\\d{1,2})";
      // The letters right before a plate's number are part of its name: `P1`.
      const isStart = isConstant(values) && /^[A-Za-z0-9]+$/.test(values[0]!);
      if (isStart && isPlate(place + 1)) return `(?<plate>${values[0]}`;
      if (isConstant(values)) return escaped(values[0]!);
      const meaning = reading.get(place) ?? "none";
      const before = columns[place - 1]?.values ?? [];
      if (meaning === "plate" && isConstant(before) && /^[A-Za-z0-9]+$/.test(before[0] ?? "")) return `${any})`;
      return meaning === "none" ? any : `(?<${meaning}>${any})`;
    })
    .join("");
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
