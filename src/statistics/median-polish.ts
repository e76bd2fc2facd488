/**
 * Row and column effects of a plate, taken out by medians.
 */
import { NeuroscreenError } from "../base/errors.ts";
import { mad, median } from "./descriptive.ts";

/** A plate's measurements, row by row; null where a well has none. All rows have one length. */
export type PlateValues = readonly (readonly (number | null)[])[];

/**
 * What is left of a plate after Tukey's median polish: each round takes out the rows' medians, then the columns'.
 *
 * @param iterations rounds, 10 unless told
 * @returns residuals in the plate's shape; null stays null
 * @see Tukey (1977), Exploratory Data Analysis, chapter 11
 */
export function medianPolish(plate: PlateValues, iterations = 10): (number | null)[][] {
  let rows = plate.map((row) => [...row]);
  for (let i = 0; i < iterations; i++) rows = transposed(transposed(rows.map(centred)).map(centred));
  return rows;
}

/**
 * The B-score: the residuals of {@link medianPolish} over their scaled median absolute deviation.
 *
 * @throws {NeuroscreenError} `no-spread` where more than half of the residuals are equal, so that this deviation is 0
 * @see Malo et al. (2006), doi:10.1038/nbt1186
 */
export function bScore(plate: PlateValues, iterations = 10): (number | null)[][] {
  const residuals = medianPolish(plate, iterations);
  const known = residuals.flat().filter((value) => value !== null);
  const spread = known.length === 0 ? 0 : mad(known);
  if (spread === 0)
    throw new NeuroscreenError({
      code: "no-spread",
      what: "Computing B-scores",
      found: "a median absolute deviation of 0",
      expected: "residuals that vary",
      remedy: "A plate on which most wells have the same value has no B-score; look at the values themselves.",
    });
  return residuals.map((row) => row.map((value) => (value === null ? null : value / spread)));
}

function centred(line: readonly (number | null)[]): (number | null)[] {
  const known = line.filter((value) => value !== null);
  if (known.length === 0) return [...line];
  const centre = median(known);
  return line.map((value) => (value === null ? null : value - centre));
}

function transposed<T>(rows: readonly (readonly T[])[]): T[][] {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column]!));
}
