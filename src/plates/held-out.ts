/**
 * Wells that a study holds out by their places: read in the study's notation, kept in the standard one.
 *
 * Rows and columns are the plate's in any notation. Where letters count columns, rows are therefore written as numbers
 * and columns as letters; a name of the other kind is a mistake, since it may well mean the other side.
 */
import { NeuroscreenError } from "../base/errors.ts";
import { formatLine, formatWell, geometryOf, parseLine, parseWell, type WellNotation } from "./wells.ts";

/** Rows, columns and wells of every plate, in the standard notation: letters for rows, numbers for columns. */
export interface HeldOutWells {
  readonly rows?: readonly string[];
  readonly columns?: readonly number[];
  readonly wells?: readonly string[];
}

/** The same as a study writes it; YAML takes bare digits for a number. */
export interface WrittenWells {
  readonly rows?: readonly (string | number)[];
  readonly columns?: readonly (string | number)[];
  readonly wells?: readonly string[];
}

/** A name that is wrong: where it stands, and why. */
export interface HeldOutMistake {
  readonly path: readonly [side: keyof WrittenWells, index: number];
  readonly message: string;
}

/** Every name that is no row, column or well of the plate. */
export function mistakesOfHeldOut({ rows, columns, wells }: WrittenWells, notation: WellNotation): HeldOutMistake[] {
  return [
    ...mistakesOfLines(rows ?? [], "rows", notation),
    ...mistakesOfLines(columns ?? [], "columns", notation),
    ...mistakesOfWells(wells ?? [], notation),
  ];
}

/** Names in the standard notation what has no mistakes. */
export function readHeldOut({ rows, columns, wells }: WrittenWells, notation: WellNotation): HeldOutWells {
  const indexOf = (name: string | number, side: "rows" | "columns") => parseLine(String(name), side, notation)!;
  return {
    ...(rows && { rows: rows.map((name) => formatLine(indexOf(name, "rows"), "rows")) }),
    ...(columns && { columns: columns.map((name) => indexOf(name, "columns") + 1) }),
    ...(wells && { wells: wells.map((name) => formatWell(parseWell(name, notation))) }),
  };
}

function mistakesOfLines(
  names: readonly (string | number)[],
  side: "rows" | "columns",
  notation: WellNotation,
): HeldOutMistake[] {
  const kind = side === notation.letters ? "letters" : "numbers";
  const [first, last] = [0, geometryOf(notation)[side] - 1].map((index) => formatLine(index, side, notation));
  return names.flatMap((name, index): HeldOutMistake[] => {
    const isOfKind = /^\d+$/.test(String(name)) === (kind === "numbers");
    if (isOfKind && parseLine(String(name), side, notation) !== undefined) return [];
    const range = `\`${first}\` to \`${last}\``;
    const message = `${JSON.stringify(name)} is none of the plate's ${side}, which the study writes in ${kind}, ${range}`;
    return [{ path: [side, index], message }];
  });
}

function mistakesOfWells(names: readonly string[], notation: WellNotation): HeldOutMistake[] {
  return names.flatMap((name, index): HeldOutMistake[] => {
    try {
      parseWell(name, notation);
      return [];
    } catch (error) {
      if (!(error instanceof NeuroscreenError)) throw error;
      return [{ path: ["wells", index], message: `${error.facts.found} is no well; write ${error.facts.expected}` }];
    }
  });
}
