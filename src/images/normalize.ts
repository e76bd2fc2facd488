/**
 * The scale on which a network sees grey values: (grey − offset) / scale, one pair of numbers a stain.
 *
 * Fitted once, to the training fields of all plates together, and then part of the model. Scaling each image by
 * itself would throw away how bright it is, which is often the answer.
 */
import type { Plane } from "./grey.ts";

/** One offset and one scale a stain, in grey values of the files' scale. */
export interface Normalization {
  readonly offset: readonly number[];
  readonly scale: readonly number[];
}

/**
 * The mean and the standard deviation (dividing by n) of all pixels of the given fields, a stain; a stain that is the same
 * everywhere gets the scale 1.
 *
 * @param fields at least one field, as {@link fieldMoments} sums it up
 */
export function fitNormalization(fields: Iterable<readonly Moments[]>): Normalization {
  const stains: Moments[] = [];
  for (const field of fields) {
    for (const [stain, own] of field.entries()) stains[stain] = merge(stains[stain], own);
  }
  if (stains.length === 0) throw new Error("unreachable: a normalisation is fitted to one field at least");
  return {
    offset: stains.map(({ mean }) => mean),
    scale: stains.map(({ count, squares }) => Math.sqrt(squares / count) || 1),
  };
}

/** What a field adds to the normalisation, a stain: three numbers in place of its pixels, made where it was decoded. */
export function fieldMoments(planes: readonly Plane[]): Moments[] {
  return planes.map(({ values }) => moments(values));
}

/** How many values, their mean, and the sum of their squared distances from it. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
}

// Two passes over each image: the one-pass formula loses its digits when the mean is large beside the spread, as
// raw camera counts are.
function moments(values: Float32Array): Moments {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { count: values.length, mean, squares };
}

/** The moments of two sets together (Chan, Golub & LeVeque 1979). */
function merge(a: Moments | undefined, b: Moments): Moments {
  if (a === undefined) return b;
  const count = a.count + b.count;
  const distance = b.mean - a.mean;
  return {
    count,
    mean: a.mean + (distance * b.count) / count,
    squares: a.squares + b.squares + (distance ** 2 * a.count * b.count) / count,
  };
}
