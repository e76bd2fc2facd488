/**
 * How sure a share of successes is.
 */
import { NeuroscreenError } from "../base/errors.ts";
import { normalQuantile } from "./normal.ts";

/** An interval, both ends included. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson's score interval of a proportion: honest for small counts and at 0 and 100 %, where the textbook interval has no width.
 *
 * 12 of 12 gives 0.76 to 1: twelve right wells do not show 100 %.
 *
 * @param level the coverage, 0.95 unless told
 * @throws {NeuroscreenError} `bad-proportion` unless 0 ≤ successes ≤ n and n ≥ 1
 * @see Wilson (1927), doi:10.1080/01621459.1927.10502953
 */
export function wilson(successes: number, n: number, level = 0.95): Interval {
  if (!(n >= 1 && successes >= 0 && successes <= n))
    throw new NeuroscreenError({
      code: "bad-proportion",
      what: "Computing the interval of a proportion",
      found: `${successes} of ${n}`,
      expected: "between 0 and n successes of at least 1",
      remedy: "A share needs something that was counted.",
    });
  const z2 = normalQuantile((1 + level) / 2) ** 2;
  const share = successes / n;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Math.sqrt(z2) / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  // At the ends the formula gives exactly 0 or 1 but for rounding.
  return {
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === n ? 1 : Math.min(1, centre + half),
  };
}
