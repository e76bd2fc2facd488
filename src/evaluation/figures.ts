/**
 * How often a judge of control wells is right, fold by fold: the log-odds of different networks are never mixed.
 */
import { openRandom } from "../base/random.ts";
import type { JudgedWell } from "../records/comparison.ts";
import type { FoldFigures, JudgeFigures, OwnScale } from "../records/crossvalidation.ts";
import type { AccuracyInterval } from "../records/evaluation.ts";
import { bootstrapInterval } from "../statistics/bootstrap.ts";
import { mean } from "../statistics/descriptive.ts";
import { wilson } from "../statistics/proportion.ts";
import { auc } from "../statistics/roc.ts";

/** Plates below which drawing them anew says too little: the bootstrap of a handful is far too narrow. */
const fewestPlates = 8;

/**
 * Figures of each fold, their means, and the count over all folds with its interval. The order of the wells does not matter.
 *
 * @param folds the folds' names; one without a judged well is left out
 */
export function judgeFigures(wells: readonly JudgedWell[], folds: readonly string[]): JudgeFigures {
  const figures = folds.flatMap((name): FoldFigures[] => {
    const own = wells.filter(({ fold }) => fold === name);
    return own.length === 0 ? [] : [foldFigures(name, own)];
  });
  const aucs = figures.flatMap((fold) => fold.auc ?? []);
  const correct = wells.filter(isRight).length;
  const nPositive = wells.filter(({ label }) => label === 1).length;
  return {
    folds: figures,
    accuracy: mean(figures.map(({ accuracy }) => accuracy)),
    auc: aucs.length === 0 ? null : mean(aucs),
    nWells: wells.length,
    correct,
    nCommoner: Math.max(nPositive, wells.length - nPositive),
    interval: accuracyInterval(wells, correct),
  };
}

/** Whether the judge is right about a well; a log-odds of exactly 0 says negative. */
function isRight({ label, logit }: JudgedWell): boolean {
  return logit > 0 === (label === 1);
}

/** The area under the ROC curve of labelled scores; null unless both labels occur. */
export function areaOf(wells: readonly { readonly label: 0 | 1; readonly score: number }[]): number | null {
  const labels = wells.map(({ label }) => label);
  if (!labels.includes(0) || !labels.includes(1)) return null;
  return auc({ labels, scores: wells.map(({ score }) => score) });
}

/** Where a network has its 0 and 1 among these scores of its untouched wells; null where both means are the same, or a role is missing. */
export function ownScale(wells: readonly { readonly label: 0 | 1; readonly score: number }[]): OwnScale | null {
  const of = (wanted: 0 | 1) => wells.flatMap(({ label, score }) => (label === wanted ? [score] : []));
  const [negative, positive] = [of(0), of(1)];
  if (negative.length === 0 || positive.length === 0) return null;
  const [at0, at1] = [mean(negative), mean(positive)];
  // The mean of three times 0.1 is not 0.1 in floating point, and a scale over that difference would be noise.
  const size = Math.max(...[...negative, ...positive].map(Math.abs));
  return Math.abs(at1 - at0) <= 1e-12 * size ? null : { at0, at1 };
}

/** A score on a network's own scale; null without one. */
export function onOwnScale(score: number, scale: OwnScale | null): number | null {
  return scale && (score - scale.at0) / (scale.at1 - scale.at0);
}

function foldFigures(name: string, wells: readonly JudgedWell[]): FoldFigures {
  const correct = wells.filter(isRight).length;
  return {
    name,
    nWells: wells.length,
    correct,
    accuracy: correct / wells.length,
    auc: areaOf(wells.map(({ label, logit }) => ({ label, score: logit }))),
  };
}

/** The wider of Wilson's interval, as if each well were a witness of its own, and of drawing whole plates anew. */
function accuracyInterval(wells: readonly JudgedWell[], correct: number): JudgeFigures["interval"] {
  const byCount = wilson(correct, wells.length);
  const byPlate = plateInterval(wells);
  if (byPlate === null || byPlate.high - byPlate.low <= byCount.high - byCount.low)
    return { kind: "wilson", ...byCount };
  return { kind: "bootstrap", ...byPlate };
}

function plateInterval(wells: readonly JudgedWell[]): AccuracyInterval | null {
  const plates = [...new Set(wells.map(({ plate }) => plate))].sort();
  if (plates.length < fewestPlates) return null;
  const counts = plates.map((plate) => {
    const own = wells.filter((well) => well.plate === plate);
    return { n: own.length, correct: own.filter(isRight).length };
  });
  const accuracy = (drawn: readonly { n: number; correct: number }[]) =>
    drawn.reduce((sum, { correct }) => sum + correct, 0) / drawn.reduce((sum, { n }) => sum + n, 0);
  return bootstrapInterval(counts, accuracy, { random: openRandom(1, "crossvalidation", "plates") });
}
