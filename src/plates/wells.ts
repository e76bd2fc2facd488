/**
 * Wells and their names.
 *
 * A plate of R rows and C columns holds R × C wells, counted row by row from the top left corner; it has no more rows
 * than columns. `B03` is row 1, column 2: names count from one, code from zero.
 *
 * Instruments and people write wells in other ways too. A {@link WellNotation} says in which, and is needed only where
 * text comes in: what leaves this room is named in the standard notation.
 */
import { NeuroscreenError } from "../base/errors.ts";

/** A place on a plate, counted from zero. */
export interface Well {
  readonly row: number;
  readonly column: number;
}

/** How many rows and columns of wells a plate has. */
export interface PlateGeometry {
  readonly rows: number;
  readonly columns: number;
}

/** How many wells the plates have that are sold in the ANSI/SLAS 4 footprint. */
export const plateSizes = [6, 12, 24, 48, 96, 384, 1536] as const;

/** A number of wells that a plate can have. */
export type PlateSize = (typeof plateSizes)[number];

const plateGeometries: { readonly [Size in PlateSize]: PlateGeometry } = {
  6: { rows: 2, columns: 3 },
  12: { rows: 3, columns: 4 },
  24: { rows: 4, columns: 6 },
  48: { rows: 6, columns: 8 },
  96: { rows: 8, columns: 12 },
  384: { rows: 16, columns: 24 },
  1536: { rows: 32, columns: 48 },
};

/** How names of wells are to be read. */
export interface WellNotation {
  /** How many wells the plate has; wells beyond them are refused. Without it, 1536. */
  readonly plate?: PlateSize;
  /** What the letters count: rows, as usual, or columns, as where letters run along the plate's long side. */
  readonly letters: "rows" | "columns";
  /** Letters that are not used: with `["I"]`, `J` is the ninth. */
  readonly skip: readonly string[];
}

/** Letters for rows, numbers for columns: `A01` to `AF48`. */
export const standardNotation: WellNotation = { letters: "rows", skip: [] };

/** The rows and columns of a notation's plate. */
export function geometryOf({ plate = 1536 }: WellNotation): PlateGeometry {
  return plateGeometries[plate];
}

/**
 * Reads a well name such as `B3`, `b03` or `AF48`; blanks around it do not count.
 *
 * @param notation how the name was written: where letters count columns, `B4` is row 3, column 1, our `D02`
 * @throws {NeuroscreenError} `bad-well` for anything else: a letter that is skipped, a well that the plate does not have
 */
export function parseWell(name: string, notation: WellNotation = standardNotation): Well {
  const [, letters, digits] = /^\s*([A-Za-z]{1,2})(\d{1,3})\s*$/.exec(name) ?? [];
  const { rows, columns } = geometryOf(notation);
  if (letters !== undefined && digits !== undefined) {
    const [byLetter, byNumber] = [letterIndex(letters, notation), Number(digits) - 1];
    const well =
      notation.letters === "rows" ? { row: byLetter, column: byNumber } : { row: byNumber, column: byLetter };
    if (isWithin(well.row, rows) && isWithin(well.column, columns)) return well;
  }
  const last = formatWell({ row: rows - 1, column: columns - 1 }, notation);
  const without = notation.skip.length === 0 ? "" : ` without ${notation.skip.join(", ")}`;
  const [lettered, numbered] = notation.letters === "rows" ? ["row", "column"] : ["column", "row"];
  throw new NeuroscreenError({
    code: "bad-well",
    what: "Reading a well name",
    found: JSON.stringify(name),
    expected: `letters for the ${lettered} and a number for the ${numbered}, from \`A01\` to \`${last}\`${without}`,
    remedy: "Write the well as it is printed on the plate, such as `B03`.",
  });
}

/** Writes a well as its name, the number in two digits: `B03`; the reverse of {@link parseWell} in any notation. */
export function formatWell({ row, column }: Well, notation: WellNotation = standardNotation): string {
  const [byLetter, byNumber] = notation.letters === "rows" ? [row, column] : [column, row];
  return indexLetters(byLetter, notation) + String(byNumber + 1).padStart(2, "0");
}

/**
 * Reads the name of a row or a column, letters or a number: `B` or `3`.
 *
 * @returns its index from zero; undefined where the plate has none of that name
 */
export function parseLine(name: string, side: "rows" | "columns", notation: WellNotation): number | undefined {
  const index = /^\d{1,3}$/.test(name) ? Number(name) - 1 : letterIndex(name, notation);
  return isWithin(index, geometryOf(notation)[side]) ? index : undefined;
}

/** Writes the name of a row or a column, in the letters or the number that the notation has for it. */
export function formatLine(index: number, side: "rows" | "columns", notation: WellNotation = standardNotation): string {
  return side === notation.letters ? indexLetters(index, notation) : String(index + 1);
}

/** The smallest plate that has all these wells; no wells give the smallest of all. */
export function smallestPlate(wells: Iterable<Well>): PlateGeometry {
  let [rows, columns] = [0, 0];
  for (const well of wells) {
    rows = Math.max(rows, well.row + 1);
    columns = Math.max(columns, well.column + 1);
  }
  const size = plateSizes.find(
    (size) => plateGeometries[size].rows >= rows && plateGeometries[size].columns >= columns,
  );
  return size === undefined ? { rows, columns } : plateGeometries[size];
}

function isWithin(index: number, count: number): boolean {
  return index >= 0 && index < count;
}

// After Z, 1536-well plates go on with AA to AF: letters are digits, in base 26 less those skipped, with no zero, hence
// the +1 here and the -1 in `indexLetters`. What is no letter, or one that is skipped, has no digit: −1.
function letterIndex(letters: string, notation: WellNotation): number {
  const alphabet = alphabetOf(notation);
  let index = 0;
  for (const letter of letters.toUpperCase()) {
    const digit = alphabet.indexOf(letter);
    if (digit < 0) return -1;
    index = index * alphabet.length + digit + 1;
  }
  return index - 1;
}

function indexLetters(index: number, notation: WellNotation): string {
  const alphabet = alphabetOf(notation);
  const last = alphabet[index % alphabet.length]!;
  return index < alphabet.length ? last : indexLetters(Math.floor(index / alphabet.length) - 1, notation) + last;
}

function alphabetOf({ skip }: WellNotation): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return skip.length === 0 ? letters : [...letters].filter((letter) => !skip.includes(letter)).join("");
}
