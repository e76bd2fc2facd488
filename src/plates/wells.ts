/**
 * Wells and their names.
 *
 * A plate of R rows and C columns holds R × C wells, counted row by row from the top left corner.
 * `B03` is row 1, column 2: names count from one, code from zero.
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

/** The plates of the ANSI/SLAS 4 footprint that are sold, smallest first: 6 to 1536 wells. */
const plateGeometries: readonly PlateGeometry[] = [
  { rows: 2, columns: 3 },
  { rows: 3, columns: 4 },
  { rows: 4, columns: 6 },
  { rows: 6, columns: 8 },
  { rows: 8, columns: 12 },
  { rows: 16, columns: 24 },
  { rows: 32, columns: 48 },
];

const largest = plateGeometries.at(-1)!;

/**
 * Reads a well name such as `B3`, `b03` or `AF48`; blanks around it do not count.
 *
 * @throws {NeuroscreenError} `bad-well` for anything else, wells beyond those of a 1536-well plate among them
 */
export function parseWell(name: string): Well {
  const [, letters, digits] = /^\s*([A-Za-z]{1,2})(\d{1,3})\s*$/.exec(name) ?? [];
  if (letters !== undefined && digits !== undefined) {
    const well = { row: rowIndex(letters), column: Number(digits) - 1 };
    if (well.row < largest.rows && well.column >= 0 && well.column < largest.columns) return well;
  }
  throw new NeuroscreenError({
    code: "bad-well",
    what: "Reading a well name",
    found: JSON.stringify(name),
    expected: "letters for the row and a number for the column, from `A01` to `AF48`",
    remedy: "Write the well as it is printed on the plate, such as `B03`.",
  });
}

/** Writes a well as its name, the column in two digits: `B03`. */
export function formatWell({ row, column }: Well): string {
  return rowLetters(row) + String(column + 1).padStart(2, "0");
}

/** The smallest plate of {@link plateGeometries} that has all these wells; no wells give the smallest of all. */
export function smallestPlate(wells: Iterable<Well>): PlateGeometry {
  let [rows, columns] = [0, 0];
  for (const well of wells) {
    rows = Math.max(rows, well.row + 1);
    columns = Math.max(columns, well.column + 1);
  }
  return plateGeometries.find((plate) => plate.rows >= rows && plate.columns >= columns) ?? { rows, columns };
}

// After Z, 1536-well plates go on with AA to AF: letters are digits in base 26
// with no zero, hence the +1 here and the -1 in `rowLetters`.
function rowIndex(letters: string): number {
  let index = 0;
  for (const letter of letters.toUpperCase()) index = index * 26 + (letter.charCodeAt(0) - 65) + 1;
  return index - 1;
}

function rowLetters(row: number): string {
  const last = String.fromCharCode(65 + (row % 26));
  return row < 26 ? last : rowLetters(Math.floor(row / 26) - 1) + last;
}
