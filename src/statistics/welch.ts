/**
 * Do two groups differ in their means? Welch's t test, which does not take their spreads for equal.
 */
import { mean, variance } from "./descriptive.ts";
import { studentTwoSided } from "./student.ts";

/** A t statistic with its degrees of freedom and two-sided p. */
export interface TTest {
  readonly t: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
}

/**
 * Welch's t test of `x` against `y`; t is positive where the mean of `x` is larger.
 *
 * Where neither group varies, equal means give t = 0, p = 1 and different ones t = ±∞, p = 0.
 *
 * @throws {NeuroscreenError} `too-few-values` if either group has fewer than two values
 * @see Welch (1947), doi:10.1093/biomet/34.1-2.28
 */
export function welch(x: readonly number[], y: readonly number[]): TTest {
  const a = variance(x) / x.length;
  const b = variance(y) / y.length;
  const difference = mean(x) - mean(y);
  if (a + b === 0) {
    const t = difference === 0 ? 0 : difference / 0;
    return { t, degreesOfFreedom: x.length + y.length - 2, p: difference === 0 ? 1 : 0 };
  }
  const t = difference / Math.sqrt(a + b);
  // By shares of the variance, since a² and b² underflow where the values hardly differ.
  const share = a / (a + b);
  const degreesOfFreedom = 1 / (share ** 2 / (x.length - 1) + (1 - share) ** 2 / (y.length - 1));
  return { t, degreesOfFreedom, p: studentTwoSided(t, degreesOfFreedom) };
}
