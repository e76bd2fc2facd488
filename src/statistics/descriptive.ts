/**
 * Centre and spread of a list of numbers.
 */
import { NeuroscreenError } from "../base/errors.ts";

/** Turns a median absolute deviation into the standard deviation that a normal distribution would have: 1 / Φ⁻¹(3/4). */
const madScale = 1.4826;

/**
 * The arithmetic mean.
 *
 * @throws {NeuroscreenError} `too-few-values` of an empty list
 */
export function mean(values: readonly number[]): number {
  needValues("Computing a mean", values, 1);
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/**
 * The sample variance, with n − 1 in the denominator.
 *
 * @throws {NeuroscreenError} `too-few-values` of fewer than two values
 */
export function variance(values: readonly number[]): number {
  needValues("Computing a variance", values, 2);
  // Two passes: the one-pass formula loses every digit when the mean is large beside the spread.
  const centre = mean(values);
  let sum = 0;
  for (const value of values) sum += (value - centre) ** 2;
  return sum / (values.length - 1);
}

/** The sample standard deviation, the root of {@link variance}; the same errors. */
export function sd(values: readonly number[]): number {
  return Math.sqrt(variance(values));
}

/**
 * The middle value; the mean of the two middle ones where the count is even.
 *
 * @throws {NeuroscreenError} `too-few-values` of an empty list
 */
export function median(values: readonly number[]): number {
  needValues("Computing a median", values, 1);
  const sorted = ascending(values);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * The median absolute deviation from the median, times {@link madScale}: a standard deviation that an outlier cannot move.
 *
 * @throws {NeuroscreenError} `too-few-values` of an empty list
 */
export function mad(values: readonly number[]): number {
  const centre = median(values);
  return madScale * median(values.map((value) => Math.abs(value - centre)));
}

/** The values from small to large, in a new list. */
export function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

function needValues(what: string, values: readonly number[], atLeast: number): void {
  if (values.length >= atLeast) return;
  throw new NeuroscreenError({
    code: "too-few-values",
    what,
    found: `${values.length}`,
    expected: `at least ${atLeast} ${atLeast === 1 ? "value" : "values"}`,
    remedy: "Check that the wells meant here were imaged and scored.",
  });
}
