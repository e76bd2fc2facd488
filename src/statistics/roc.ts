/**
 * How well scores order two classes, whatever the threshold.
 */
import { NeuroscreenError } from "../base/errors.ts";
import { ascending } from "./descriptive.ts";
import { pairsWon } from "./mann-whitney.ts";

/** Scores with the truth beside them: label 1 is the positive class, which should score higher, label 0 the negative. */
export interface LabelledScores {
  readonly labels: readonly number[];
  readonly scores: readonly number[];
}

/**
 * The area under the receiver operating characteristic: the chance that a positive outscores a negative, ties counting half.
 *
 * @returns between 0 and 1; 0.5 says nothing was learned
 * @throws {NeuroscreenError} `one-class` unless both classes occur
 */
export function auc(input: LabelledScores): number {
  const { positive, negative } = classes("Computing an AUC", input);
  return pairsWon(positive, negative) / (positive.length * negative.length);
}

/**
 * Youden's J, the largest true positive rate minus false positive rate over all thresholds, and the highest threshold that
 * reaches it; a score at or above the threshold counts as positive.
 *
 * @returns `j` between 0 and 1; where no threshold beats chance `j` is 0 and the threshold ∞
 * @throws {NeuroscreenError} `one-class` unless both classes occur
 * @see Youden (1950), doi:10.1002/1097-0142(1950)3:1<32::AID-CNCR2820030106>3.0.CO;2-3
 */
export function youden(input: LabelledScores): { readonly j: number; readonly threshold: number } {
  const { positive, negative } = classes("Computing Youden's J", input);
  const positives = ascending(positive);
  const negatives = ascending(negative);
  let best = { j: 0, threshold: Number.POSITIVE_INFINITY };
  let [p, n] = [positives.length, negatives.length];
  for (const threshold of ascending([...new Set(input.scores)]).reverse()) {
    while (p > 0 && positives[p - 1]! >= threshold) p--;
    while (n > 0 && negatives[n - 1]! >= threshold) n--;
    const j = (positives.length - p) / positives.length - (negatives.length - n) / negatives.length;
    if (j > best.j) best = { j, threshold };
  }
  return best;
}

function classes(what: string, { labels, scores }: LabelledScores): { positive: number[]; negative: number[] } {
  const positive = scores.filter((_, i) => labels[i] === 1);
  const negative = scores.filter((_, i) => labels[i] === 0);
  if (positive.length > 0 && negative.length > 0) return { positive, negative };
  throw new NeuroscreenError({
    code: "one-class",
    what,
    found: `${positive.length} positive and ${negative.length} negative`,
    expected: "scores of both classes",
    remedy: "Mark wells of both controls in the plate map.",
  });
}
