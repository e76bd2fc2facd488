/**
 * Plate maps: the table that says what is in each well.
 *
 * A CSV file with a header line; commas, semicolons or tabs between the cells. `well` and `role` must be there,
 * {@link knownColumns} are understood, and any other column is carried along as metadata. All mistakes of a file
 * are gathered into one error, a line each.
 */
import { parse } from "csv-parse/browser/esm/sync";
import { NeuroscreenError, nearest } from "../base/errors.ts";
import { type Molar, parseConcentration } from "./concentrations.ts";
import { type Role, roles } from "./roles.ts";
import { formatWell, parseWell } from "./wells.ts";

/** One well of one plate, as the plate map describes it. */
export interface PlateMapWell {
  readonly plate: string;
  /** The well's name in its one spelling, `A01`. */
  readonly well: string;
  readonly role: Role;
  /** What was prepared together with this well, a day or a donor; the plate where the map does not say. */
  readonly batch: string;
  readonly compound: string | null;
  readonly concentration: Molar | null;
  /** The second treatment (the insult: Aβ, say), null where there is none. */
  readonly challenge: string | null;
  readonly challengeConcentration: Molar | null;
  /** Every other column of the map, by its header, as text. */
  readonly metadata: Readonly<Record<string, string>>;
}

const requiredColumns = ["well", "role"] as const;

const knownColumns = [
  "plate",
  ...requiredColumns,
  "compound",
  "concentration",
  "unit",
  "challenge",
  "challenge_concentration",
  "challenge_unit",
  "batch",
] as const;

type KnownColumn = (typeof knownColumns)[number];

/** A line of the file: its number, counted from one, and its cells without blanks around them. */
interface Line {
  readonly number: number;
  readonly cells: readonly string[];
}

/**
 * Reads a plate map.
 *
 * @param text the file, UTF-8 with or without a byte order mark
 * @param options.path how errors name the file
 * @param options.plates the plates that were imaged: a map without a `plate` column applies to each of them
 * @returns the wells in the order of the file, plate after plate where the map applies to several
 * @throws {NeuroscreenError} `bad-plate-map` with every mistake and its line: a missing or doubled column, an unknown role or
 *   unit, a well that is none or that stands there twice
 */
export function parsePlateMap(
  text: string,
  { path, plates }: { readonly path: string; readonly plates: readonly string[] },
): PlateMapWell[] {
  const [header, ...lines] = splitLines(text, path);
  if (header === undefined || lines.length === 0)
    throw refusePlateMap(path, [header === undefined ? "an empty file" : "a header line and no wells"]);
  const columns = readHeader(header, path);
  const wells: PlateMapWell[] = [];
  const mistakes: string[] = [];
  const lineOf = new Map<string, number>();
  for (const line of lines) {
    const tell = (mistake: string) => mistakes.push(`line ${line.number}: ${mistake}`);
    const extra = line.cells.slice(header.cells.length).find((cell) => cell !== "");
    if (extra !== undefined) tell(`more cells than the header has, the first being ${JSON.stringify(extra)}`);
    for (const well of readWells(line, columns, plates, tell)) {
      const key = `${well.plate}/${well.well}`;
      const earlier = lineOf.get(key);
      if (earlier === undefined) lineOf.set(key, line.number);
      else {
        tell(
          `well ${well.well} ${columns.known.has("plate") ? `of plate ${well.plate} ` : ""}again, as in line ${earlier}`,
        );
        break;
      }
      wells.push(well);
    }
  }
  if (mistakes.length > 0) throw refusePlateMap(path, mistakes);
  return wells;
}

function splitLines(text: string, path: string): Line[] {
  const firstLine = /^\ufeff?[^\r\n]*/.exec(text)![0];
  const delimiter = [",", ";", "\t"].reduce((best, next) =>
    firstLine.split(next).length > firstLine.split(best).length ? next : best,
  );
  try {
    // The types of csv-parse do not know what `info: true` gives.
    const records: unknown[] = parse(text, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
    return records
      .filter(isRecord)
      .map(({ record, info }) => ({ number: info.lines, cells: record }))
      .filter(({ cells }) => cells.some((cell) => cell !== "")); // spreadsheets leave lines of bare commas
  } catch (error) {
    throw refusePlateMap(
      path,
      [`a table that cannot be read (${error instanceof Error ? error.message : error})`],
      error,
    );
  }
}

function isRecord(value: unknown): value is { record: string[]; info: { lines: number } } {
  return typeof value === "object" && value !== null && "record" in value && "info" in value;
}

/** Where each column stands: the known ones by their own name, the others by the header's spelling. */
interface Columns {
  readonly known: ReadonlyMap<KnownColumn, number>;
  readonly others: readonly (readonly [name: string, index: number])[];
}

function readHeader(header: Line, path: string): Columns {
  const known = new Map<KnownColumn, number>();
  const others = new Map<string, number>();
  const mistakes: string[] = [];
  for (const [index, name] of header.cells.entries()) {
    const column = knownColumns.find((candidate) => candidate === name.toLowerCase().replaceAll(" ", "_"));
    const isDoubled = column === undefined ? others.has(name) : known.has(column);
    if (isDoubled) mistakes.push(`line ${header.number}: two columns named \`${name}\``);
    else if (column !== undefined) known.set(column, index);
    else if (name !== "") others.set(name, index);
  }
  for (const column of requiredColumns) {
    if (known.has(column)) continue;
    const near = nearest(column, [...others.keys()]);
    mistakes.push(
      `line ${header.number}: no column \`${column}\`${near === undefined ? "" : ` (is \`${near}\` meant for it?)`}`,
    );
  }
  if (mistakes.length > 0) throw refusePlateMap(path, mistakes);
  return { known, others: [...others] };
}

/** The wells that one line describes, one a plate; none, and mistakes told, where the line is wrong. */
function readWells(
  { cells }: Line,
  { known, others }: Columns,
  plates: readonly string[],
  tell: (mistake: string) => void,
): PlateMapWell[] {
  const cell = (column: KnownColumn) => cells[known.get(column) ?? -1] ?? "";
  let isRight = true;
  /** What `read` gives, or null and a mistake told, the error's facts in one line. */
  const attempt = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof NeuroscreenError)) throw error;
      tell(`${error.facts.found}, where ${error.facts.expected} should be`);
      isRight = false;
      return null;
    }
  };
  const well = attempt(() => formatWell(parseWell(cell("well"))));
  const role = attempt(() => readRole(cell("role")));
  const concentration = attempt(() => readConcentration(cell("concentration"), cell("unit")));
  const challengeConcentration = attempt(() =>
    readConcentration(cell("challenge_concentration"), cell("challenge_unit")),
  );
  const plate = cell("plate");
  if (known.has("plate") && plate === "") {
    tell("no plate, where the column `plate` should name one");
    isRight = false;
  }
  if (!isRight || well === null || role === null) return [];
  return (known.has("plate") ? [plate] : plates).map((plate) => ({
    plate,
    well,
    role,
    batch: cell("batch") || plate,
    compound: presentText(cell("compound")),
    concentration,
    challenge: presentText(cell("challenge")),
    challengeConcentration,
    metadata: Object.fromEntries(others.map(([name, index]) => [name, cells[index] ?? ""])),
  }));
}

function readRole(text: string): Role {
  const role = roles.find((candidate) => candidate === text.toLowerCase());
  if (role !== undefined) return role;
  const near = nearest(text, roles);
  throw new NeuroscreenError({
    code: "bad-role",
    what: "Reading a role",
    found: `the role ${JSON.stringify(text)}${near === undefined ? "" : ` (did you mean \`${near}\`?)`}`,
    expected: `one of ${roles.join(", ")}`,
    remedy: "See the plate map's documentation for what each role teaches.",
  });
}

function readConcentration(value: string, unit: string): Molar | null {
  return presentText(value) === null ? null : parseConcentration(value, unit);
}

/** Null for a cell that says in the ways of spreadsheets that there is nothing: empty, `none`, `NA`, `N/A`. */
function presentText(cell: string): string | null {
  return /^(|none|na|n\/a)$/i.test(cell) ? null : cell;
}

function refusePlateMap(path: string, mistakes: readonly string[], cause?: unknown): NeuroscreenError {
  return new NeuroscreenError({
    code: "bad-plate-map",
    what: `Reading the plate map ${path}`,
    found: mistakes.length === 1 ? mistakes[0]! : `${mistakes.length} mistakes:\n  ${mistakes.join("\n  ")}`,
    expected: "a table with one line a well, its columns `well` and `role` filled",
    remedy: `Columns with a meaning: ${knownColumns.join(", ")}. Any other is kept as metadata.`,
    ...(cause === undefined ? {} : { cause }),
  });
}
