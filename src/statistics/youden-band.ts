/**
 * The thresholds that are as good as the best one: where a score says neither class.
 */
import { openRandom } from "../base/random.ts";
import { sd } from "./descriptive.ts";
import { type LabelledScores, youden } from "./roc.ts";

/** A range of thresholds, and the figures that it comes from. */
export interface YoudenBand {
  /** Above this score, and … */
  readonly low: number;
  /** … below this one, no class is told. */
  readonly high: number;
  /** The best Youden's J. */
  readonly youden: number;
  /** Its standard error. */
  readonly standardError: number;
}

/** Enough to know a standard error to two parts in a hundred. */
const draws = 1999;

/**
 * The range from the lowest to the highest threshold whose Youden's J lies within one standard error of the best one's. The standard error is
 * the bootstrap's: items are drawn anew within each class, and the best J is sought anew.
 *
 * Between two neighbouring scores all thresholds tell the same, so the range ends at scores, the lower end at the one below its
 * lowest threshold: of separated classes it is the gap between them.
 *
 * @returns null where a threshold that calls every item one class is among them: then nothing is told apart
 * @throws {NeuroscreenError} `one-class` unless both classes occur
 */
export function youdenBand(input: LabelledScores, { seed }: { readonly seed: number }): YoudenBand | null {
  const best = youden(input);
  const standardError = sd(bootstrapped(input, seed));
  // What rounding alone takes off a difference of two rates must not shut out a threshold that is as good.
  const wanted = best.j - standardError - 1e-12;
  if (wanted <= 0) return null;
  const scores = [...new Set(input.scores)].sort((a, b) => a - b);
  const good = scores.flatMap((threshold, i) => (jAt(input, threshold) >= wanted ? [i] : []));
  const [first, last] = [good[0]!, good.at(-1)!];
  if (first === 0) throw new Error("unreachable: the lowest score as threshold has a J of 0");
  return { low: scores[first - 1]!, high: scores[last]!, youden: best.j, standardError };
}

function bootstrapped(input: LabelledScores, seed: number): number[] {
  const random = openRandom(seed, "bootstrap", "youden");
  const classes = [0, 1].map((label) => input.scores.filter((_, i) => input.labels[i] === label));
  const labels = classes.flatMap((own, label) => own.map(() => label));
  return Array.from({ length: draws }, () => {
    const scores = classes.flatMap((own) => own.map(() => own[random.below(own.length)]!));
    return youden({ labels, scores }).j;
  });
}

/** True positive rate minus false positive rate where a score at or above the threshold counts as positive. */
function jAt({ labels, scores }: LabelledScores, threshold: number): number {
  const rate = (label: number) => {
    const own = scores.filter((_, i) => labels[i] === label);
    return own.filter((score) => score >= threshold).length / own.length;
  };
  return rate(1) - rate(0);
}
