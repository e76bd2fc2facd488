/**
 * Plate maps: the table that says what is in each well.
 *
 * A CSV file with a header line; commas, semicolons or tabs between the cells. `well` and `role` must be there,
 * {@link knownColumns} are understood (`columns.ts` has their other spellings), and any other column is carried along
 * as metadata. All mistakes of a file are gathered into one error, a line each.
 */
import { NeuroscreenError, nearest } from "../base/errors.ts";
import { type Columns, doubtfulColumns, type KnownColumn, knownColumns, readColumns } from "./columns.ts";
import { formatConcentration, type Molar, parseConcentration } from "./concentrations.ts";
import { type CsvLine, readCsvLines } from "./csv-lines.ts";
import { type Role, roles } from "./roles.ts";
import { formatWell, parseWell, standardNotation, type WellNotation } from "./wells.ts";

/** One well of one plate, as the plate map describes it. */
export interface PlateMapWell {
  readonly plate: string;
  /** The well's name in the standard notation, `A01`, however the map writes it. */
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
/**
 * Reads a plate map.
 *
 * @param text the file, UTF-8 with or without a byte order mark
 * @param options.path how errors name the file
 * @param options.plates the plates that were imaged: a map without a `plate` column applies to each of them
 * @param options.notation how the map writes wells, as the study has it; errors name wells in it too
 * @returns the wells in the order of the file, plate after plate where the map applies to several
 * @throws {NeuroscreenError} `bad-plate-map` with every mistake and its line: a missing or doubled column, an unknown role or
 *   unit, a concentration of nothing, a well that is none or that stands there twice
 */
export function parsePlateMap(
  text: string,
  options: {
    readonly path: string;
    readonly plates: readonly string[];
    readonly notation?: WellNotation | undefined;
  },
): PlateMapWell[] {
  const { path, plates, notation = standardNotation } = options;
  const [header, ...lines] = splitLines(text, path);
  if (header === undefined || lines.length === 0)
    throw refusePlateMap(path, [header === undefined ? "an empty file" : "a header line and no wells"]);
  const columns = readColumns(header.cells);
  const mistakes = [...columns.mistakes, ...lackingUnits(columns, lines)].map(
    (text) => `line ${header.number}: ${text}`,
  );
  if (mistakes.length > 0) throw refusePlateMap(path, mistakes);
  refuseWithoutRoles(path, columns, lines);
  const wells: PlateMapWell[] = [];
  const lineOf = new Map<string, CsvLine>();
  for (const line of lines) {
    const tell = (mistake: string) => mistakes.push(`line ${line.number}: ${mistake}`);
    const extra = line.cells.slice(header.cells.length).find((cell) => cell !== "");
    if (extra !== undefined) tell(`more cells than the header has, the first being ${JSON.stringify(extra)}`);
    for (const well of readWells(line, columns, { plates, notation, tell })) {
      const key = `${well.plate}/${well.well}`;
      const earlier = lineOf.get(key);
      if (earlier === undefined) lineOf.set(key, line);
      else {
        const name = formatWell(parseWell(well.well), notation);
        const plate = columns.known.has("plate") ? ` of plate ${well.plate}` : "";
        tell(`well ${name}${plate} again, as in line ${earlier.number}${difference(earlier, line, columns, header)}`);
        break;
      }
      wells.push(well);
    }
  }
  // A misspelt column is often the one mistake behind many.
  if (mistakes.length > 0) throw refusePlateMap(path, [...doubtsOfPlateMap(text, { path }), ...mistakes]);
  return wells;
}

/**
 * What in a plate map is right and yet perhaps not meant, a sentence each: a column kept as metadata that is named much
 * like one with a meaning. A misspelt `concentration` would otherwise be missed only where the dose curves should be.
 */
export function doubtsOfPlateMap(text: string, { path }: { readonly path: string }): string[] {
  const [header] = splitLines(text, path);
  return doubtfulColumns(readColumns(header?.cells ?? [])).map(
    ({ name, meant }) => `the column \`${name}\` is kept as metadata only; is \`${meant}\` meant?`,
  );
}

function splitLines(text: string, path: string): CsvLine[] {
  // What every workbook of a spreadsheet begins with, being a packed folder.
  if (text.startsWith("PK\u0003\u0004"))
    throw refusePlateMap(path, ["a spreadsheet's workbook"], { remedy: "Save the sheet as CSV, and name that file." });
  try {
    return readCsvLines(text);
  } catch (error) {
    throw refusePlateMap(path, [`a table that cannot be read (${error instanceof Error ? error.message : error})`], {
      cause: error,
    });
  }
}

/** Concentrations that no unit can belong to: no column for one, and none in the header. Zero is zero in any unit. */
function lackingUnits({ known }: Columns, lines: readonly CsvLine[]): string[] {
  return (
    [
      ["concentration", "unit"],
      ["challenge_concentration", "challenge_unit"],
    ] as const
  ).flatMap(([column, unit]) => {
    const place = known.get(column);
    if (place === undefined || place.unit !== undefined || known.has(unit)) return [];
    if (lines.every(({ cells }) => presentText(cells[place.index] ?? "") === null || Number(cells[place.index]) === 0))
      return [];
    return [`\`${place.header}\` without a unit: add a column \`${unit}\`, or name this one \`${column}_uM\``];
  });
}

/** Refuses a template that nobody has filled in yet, in one sentence and not one a line. */
function refuseWithoutRoles(path: string, { known }: Columns, lines: readonly CsvLine[]): void {
  const index = known.get("role")!.index;
  if (lines.some(({ cells }) => (cells[index] ?? "") !== "")) return;
  throw refusePlateMap(path, [`no role in any of its ${lines.length} lines`], {
    remedy:
      "Fill in the column `role`: negative (the healthy control), positive (the harmed control), sample, reference or empty.",
  });
}

/** The wells that one line describes, one a plate; none, and mistakes told, where the line is wrong. */
function readWells(
  { cells }: CsvLine,
  { known, others }: Columns,
  { plates, notation, tell }: { plates: readonly string[]; notation: WellNotation; tell: (mistake: string) => void },
): PlateMapWell[] {
  const cell = (column: KnownColumn) => cells[known.get(column)?.index ?? -1] ?? "";
  let isRight = true;
  const refuse = (mistake: string) => {
    tell(mistake);
    isRight = false;
  };
  /** What `read` gives, or null and a mistake told, the error's facts in one line. */
  const attempt = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof NeuroscreenError)) throw error;
      refuse(`${error.facts.found}, where ${error.facts.expected} should be`);
      return null;
    }
  };
  /** The amount of a substance, which has to be one of something. */
  const amount = (
    substance: "compound" | "challenge",
    value: "concentration" | "challenge_concentration",
    unit: "unit" | "challenge_unit",
  ): Molar | null => {
    const read = attempt(() => readConcentration(cell(value), known.get(value)?.unit ?? cell(unit)));
    if (read !== null && read > 0 && presentText(cell(substance)) === null)
      refuse(`${formatConcentration(read)} of nothing: the column \`${substance}\` should say of what`);
    return read;
  };
  const well = attempt(() => readWell(cell("well"), notation));
  const role = attempt(() => readRole(cell("role")));
  const concentration = amount("compound", "concentration", "unit");
  const challengeConcentration = amount("challenge", "challenge_concentration", "challenge_unit");
  const plate = cell("plate");
  if (known.has("plate") && plate === "") refuse("no plate, where the column `plate` should name one");
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
    metadata: Object.fromEntries([...others].map(([name, index]) => [name, cells[index] ?? ""])),
  }));
}

/** How two lines of one well differ, which tells a misprint from a line pasted twice. */
function difference(earlier: CsvLine, line: CsvLine, { known }: Columns, header: CsvLine): string {
  const own = known.get("well")?.index;
  const differing = header.cells.filter((_, i) => i !== own && (earlier.cells[i] ?? "") !== (line.cells[i] ?? ""));
  if (differing.length === 0) return ", and the same";
  return `, and not the same in ${differing.map((name) => `\`${name}\``).join(", ")}`;
}

/** The well in the standard notation. */
function readWell(text: string, notation: WellNotation): string {
  try {
    return formatWell(parseWell(text, notation));
  } catch (error) {
    if (text !== "" || !(error instanceof NeuroscreenError)) throw error;
    throw new NeuroscreenError({ ...error.facts, found: "no well" });
  }
}

function readRole(text: string): Role {
  const role = roles.find((candidate) => candidate === text.toLowerCase());
  if (role !== undefined) return role;
  const near = nearest(text, roles);
  throw new NeuroscreenError({
    code: "bad-role",
    what: "Reading a role",
    found:
      text === ""
        ? "no role"
        : `the role ${JSON.stringify(text)}${near === undefined ? "" : ` (did you mean \`${near}\`?)`}`,
    expected: `one of ${roles.join(", ")}`,
    remedy: "See the plate map's documentation for what each role teaches.",
  });
}

function readConcentration(value: string, unit: string): Molar | null {
  if (presentText(value) === null) return null;
  // Nothing is nothing in any unit, and maps leave the unit of a vehicle well empty.
  return parseConcentration(value, unit === "" && Number(value) === 0 ? "M" : unit);
}

/** Null for a cell that says in the ways of spreadsheets that there is nothing: empty, `none`, `NA`, `N/A`. */
function presentText(cell: string): string | null {
  return /^(|none|na|n\/a)$/i.test(cell) ? null : cell;
}

// A wrong delimiter or unit spoils every line; nobody reads a thousand of them.
const mostShown = 20;

function refusePlateMap(
  path: string,
  mistakes: readonly string[],
  { remedy, cause }: { readonly remedy?: string; readonly cause?: unknown } = {},
): NeuroscreenError {
  const more = mistakes.length > mostShown ? [`and ${mistakes.length - mostShown} more`] : [];
  const shown = [...mistakes.slice(0, mostShown), ...more].join("\n  ");
  return new NeuroscreenError({
    code: "bad-plate-map",
    what: `Reading the plate map ${path}`,
    found: mistakes.length === 1 ? mistakes[0]! : `${mistakes.length} mistakes:\n  ${shown}`,
    expected: "a table with one line a well, its columns `well` and `role` filled",
    remedy: remedy ?? `Columns with a meaning: ${knownColumns.join(", ")}. Any other is kept as metadata.`,
    ...(cause === undefined ? {} : { cause }),
  });
}
