/**
 * What the headers of a plate map mean.
 *
 * Upper and lower case are the same, a blank or a dash is a `_`, and the prefix `Metadata_` of the field's own tables
 * does not count: `Well`, `well position` and `Metadata_Well` are all the column `well`.
 */
import { nearest } from "../base/errors.ts";
import { concentrationUnits, isConcentrationUnit } from "./concentrations.ts";

/** The columns with a meaning, by their own names. */
export const knownColumns = [
  "plate",
  "well",
  "role",
  "compound",
  "concentration",
  "unit",
  "challenge",
  "challenge_concentration",
  "challenge_unit",
  "batch",
] as const;

/** A column with a meaning. */
export type KnownColumn = (typeof knownColumns)[number];

// A `plate_map_name`, as image galleries have it, is the name of a layout that many plates share: no plate's.
const otherNames: { readonly [Column in KnownColumn]?: readonly string[] } = {
  plate: ["plate_name", "plate_id", "plate_barcode", "assay_plate_barcode", "barcode"],
  well: ["well_position", "well_name", "well_id"],
  compound: ["compound_name"],
  unit: ["units", "concentration_unit"],
  challenge: ["challenge_name"],
  challenge_unit: ["challenge_units", "challenge_concentration_unit"],
};

const requiredColumns = ["well", "role"] as const;

/** Where a column with a meaning stands, and the unit that its name has: `uM` of `concentration_uM`. */
export interface ColumnPlace {
  readonly index: number;
  readonly header: string;
  readonly unit?: string;
}

/** The columns of a plate map. */
export interface Columns {
  readonly known: ReadonlyMap<KnownColumn, ColumnPlace>;
  /** Any others, by their headers without `Metadata_`, and where they stand. */
  readonly others: ReadonlyMap<string, number>;
  /** What is wrong, in plain words: a column that is missing or doubled, a unit that is none or said twice. */
  readonly mistakes: readonly string[];
}

/** Reads the header of a plate map. */
export function readColumns(headers: readonly string[]): Columns {
  const known = new Map<KnownColumn, ColumnPlace>();
  const others = new Map<string, number>();
  const mistakes: string[] = [];
  for (const [index, header] of headers.entries()) {
    if (header === "") continue;
    const { column, unit } = meaningOf(header);
    if (column === undefined) {
      const name = header.replace(/^metadata_(?=.)/i, "");
      if (others.has(name)) mistakes.push(`two columns named \`${name}\``);
      else others.set(name, index);
      continue;
    }
    const earlier = known.get(column);
    if (earlier !== undefined) mistakes.push(`two columns for the ${column}, \`${earlier.header}\` and \`${header}\``);
    else known.set(column, { index, header, ...(unit !== undefined && { unit }) });
    if (unit !== undefined && !isConcentrationUnit(unit))
      mistakes.push(`the unit \`${unit}\` in \`${header}\`, where one of ${concentrationUnits.join(", ")} should be`);
  }
  for (const column of requiredColumns) {
    if (known.has(column)) continue;
    const near = nearest(column, [...others.keys()]);
    const shown = headers.slice(0, 8).map((header) => `\`${shortened(header)}\``);
    mistakes.push(
      `no column \`${column}\` ${near === undefined ? `among ${shown.join(", ")}` : `(is \`${near}\` meant for it?)`}`,
    );
  }
  for (const [column, unit] of [
    ["concentration", "unit"],
    ["challenge_concentration", "challenge_unit"],
  ] as const) {
    const named = known.get(column);
    if (named?.unit !== undefined && known.has(unit))
      mistakes.push(`a column \`${known.get(unit)?.header}\` beside \`${named.header}\`, which says its unit itself`);
  }
  return { known, others, mistakes };
}

/**
 * Columns that are kept as metadata and look like a slip of the hand for one with a meaning, which the map lacks:
 * `compund` beside no `compound`.
 */
export function doubtfulColumns({ known, others }: Columns): { readonly name: string; readonly meant: KnownColumn }[] {
  const absent = knownColumns.filter((column) => !known.has(column));
  return [...others.keys()].flatMap((name) => {
    const near = nearest(name, absent);
    const meant = absent.find((column) => column === near);
    // Slips seldom spoil the first letter; a `date` is no `plate`.
    return meant === undefined || meant[0] !== name[0]?.toLowerCase() ? [] : [{ name, meant }];
  });
}

function shortened(header: string): string {
  return header.length <= 40 ? header : `${header.slice(0, 40)}…`;
}

function meaningOf(header: string): { readonly column?: KnownColumn; readonly unit?: string } {
  const name = header
    .toLowerCase()
    .replace(/[ -]+/g, "_")
    .replace(/^metadata_/, "");
  const column = knownColumns.find((known) => known === name || otherNames[known]?.includes(name));
  if (column !== undefined) return { column };
  // `concentration_uM`, `Concentration (µM)`. Case counts in a unit, but `um` is a unit misspelt, not another column.
  const [, challenge, unit] =
    /^(?:metadata_)?(challenge[ _-])?concentration[ _-]*[([]?([pnumµμ]?m)[)\]]?$/i.exec(header) ?? [];
  if (unit === undefined) return {};
  return { column: challenge === undefined ? "concentration" : "challenge_concentration", unit };
}
