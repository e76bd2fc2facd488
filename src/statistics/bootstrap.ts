/**
 * How sure a figure is, from drawing the items that it was computed from again and again.
 */
import { NeuroscreenError } from "../base/errors.ts";
import type { Random } from "../base/random.ts";
import type { Interval } from "./proportion.ts";
import { quantile } from "./quantile.ts";

export interface BootstrapOptions {
  readonly random: Random;
  /** Draws; 9,999 unless told, enough to place the ends of an interval to a few hundredths of its width. */
  readonly draws?: number;
  /** The coverage, 0.95 unless told. */
  readonly level?: number;
}

/**
 * The percentile bootstrap interval of a statistic: the middle `level` of its values over as many items drawn with replacement.
 *
 * The items must be independent of each other. Wells of one plate are not: give plates, and a statistic that looks into them.
 * With few items the interval is too narrow (with 8 by about a tenth), and where all are alike it has no width.
 *
 * @param statistic must be finite for any draw
 * @throws {NeuroscreenError} `too-few-values` of fewer than two items
 * @see Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13
 */
export function bootstrapInterval<T>(
  items: readonly T[],
  statistic: (drawn: readonly T[]) => number,
  { random, draws = 9999, level = 0.95 }: BootstrapOptions,
): Interval {
  if (items.length < 2)
    throw new NeuroscreenError({
      code: "too-few-values",
      what: "Computing a bootstrap interval",
      found: `${items.length}`,
      expected: "at least 2 items to draw from",
      remedy: "A figure from one plate or well has no spread to learn from.",
    });
  const values = Array.from({ length: draws }, () => statistic(items.map(() => items[random.below(items.length)]!)));
  return { low: quantile(values, (1 - level) / 2), high: quantile(values, (1 + level) / 2) };
}
