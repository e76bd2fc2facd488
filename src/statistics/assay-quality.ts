/**
 * How well an assay tells its two controls apart.
 */
import { NeuroscreenError } from "../base/errors.ts";
import { mad, mean, median, sd, variance } from "./descriptive.ts";

/** One measurement for each control well, both lists in the same unit. */
export interface Controls {
  readonly positive: readonly number[];
  readonly negative: readonly number[];
}

/**
 * The Z′ factor of an assay, from its control wells: 1 − 3(σₚ + σₙ) / |μₚ − μₙ|.
 *
 * 1 is a perfect assay, 0.5 and above an excellent one; at 0 or below, the three-σ
 * bands of the controls touch or overlap.
 *
 * @returns a number at most 1; −∞ where both control means are equal
 * @throws {NeuroscreenError} `too-few-controls` if either control has fewer than two wells
 * @see Zhang, Chung & Oldenburg (1999), doi:10.1177/108705719900400206
 */
export function zPrime(controls: Controls): number {
  needTwoOfEach("Computing Z′", controls);
  const { positive, negative } = controls;
  return separation(sd(positive) + sd(negative), Math.abs(mean(positive) - mean(negative)));
}

/**
 * Z′ with medians for means and scaled median absolute deviations for standard deviations: one bad well cannot sink it.
 *
 * @returns a number at most 1; −∞ where both control medians are equal
 * @throws {NeuroscreenError} `too-few-controls` if either control has fewer than two wells
 */
export function robustZPrime(controls: Controls): number {
  needTwoOfEach("Computing the robust Z′", controls);
  const { positive, negative } = controls;
  return separation(mad(positive) + mad(negative), Math.abs(median(positive) - median(negative)));
}

/**
 * The strictly standardised mean difference, (μₚ − μₙ) / √(σₚ² + σₙ²).
 *
 * @returns any number, positive where the positive control lies higher; ±∞ where neither control varies, 0 where the means are equal
 * @throws {NeuroscreenError} `too-few-controls` if either control has fewer than two wells
 * @see Zhang (2007), doi:10.1016/j.ygeno.2006.12.014
 */
export function ssmd(controls: Controls): number {
  needTwoOfEach("Computing SSMD", controls);
  const { positive, negative } = controls;
  return ratio(mean(positive) - mean(negative), Math.sqrt(variance(positive) + variance(negative)));
}

/**
 * Cohen's d, the difference of the means in units of the pooled standard deviation.
 *
 * @returns as {@link ssmd}
 * @throws {NeuroscreenError} `too-few-controls` if either control has fewer than two wells
 */
export function cohenD(controls: Controls): number {
  needTwoOfEach("Computing Cohen's d", controls);
  const { positive, negative } = controls;
  const degrees = positive.length + negative.length - 2;
  const pooled = ((positive.length - 1) * variance(positive) + (negative.length - 1) * variance(negative)) / degrees;
  return ratio(mean(positive) - mean(negative), Math.sqrt(pooled));
}

function separation(spread: number, distance: number): number {
  return distance === 0 ? Number.NEGATIVE_INFINITY : 1 - (3 * spread) / distance;
}

function ratio(difference: number, spread: number): number {
  return difference === 0 ? 0 : difference / spread;
}

function needTwoOfEach(what: string, { positive, negative }: Controls): void {
  const short = [
    ...(positive.length < 2 ? [wells(positive.length, "positive")] : []),
    ...(negative.length < 2 ? [wells(negative.length, "negative")] : []),
  ];
  if (short.length === 0) return;
  throw new NeuroscreenError({
    code: "too-few-controls",
    what,
    found: short.join(" and "),
    expected: "at least 2 wells of each control",
    remedy: "Mark more wells as controls in the plate map; a spread needs two values.",
  });
}

function wells(n: number, role: string): string {
  return `${n} ${role} control ${n === 1 ? "well" : "wells"}`;
}
