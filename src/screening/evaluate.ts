/**
 * How often is the network right about wells whose truth is known?
 */

import { type Part, wellKey } from "../plates/split.ts";
import type { Confusion, Evaluation, FieldEvaluation, PartEvaluation } from "../records/evaluation.ts";
import { wilson } from "../statistics/proportion.ts";
import { auc } from "../statistics/roc.ts";
import { fieldLogit, isUsable, measureWells, type ScreenInput } from "./wells.ts";

/**
 * Counts right and wrong control wells and fields, part by part. A logit above 0 says positive; one of exactly 0 says negative.
 *
 * A part in which no control well was scored is null.
 */
export function evaluateControls(input: ScreenInput): Evaluation {
  return {
    train: partEvaluation(input, "train"),
    validation: partEvaluation(input, "validate"),
    test: partEvaluation(input, "test"),
  };
}

interface Judged {
  readonly isPositive: boolean;
  readonly logit: number;
}

function partEvaluation(input: ScreenInput, part: Part): PartEvaluation | null {
  const wells = measureWells(input).flatMap(({ role, logit, part: own, plate, well }) =>
    own === part && logit !== null && (role === "negative" || role === "positive")
      ? [{ plate, well, logit, isPositive: role === "positive" }]
      : [],
  );
  if (wells.length === 0) return null;
  const wellByKey = new Map(wells.map((well) => [wellKey(well), well]));
  const fields = input.scores.filter(isUsable).flatMap((field) => {
    const well = wellByKey.get(wellKey(field));
    return well === undefined ? [] : [{ isPositive: well.isPositive, logit: fieldLogit(field) }];
  });
  const byWell = judge(wells);
  const correct = byWell.confusion.truePositive + byWell.confusion.trueNegative;
  return {
    fields: judge(fields),
    wells: {
      ...byWell,
      correct,
      interval: wilson(correct, wells.length),
      nPlates: new Set(wells.map(({ plate }) => plate)).size,
    },
  };
}

function judge(items: readonly Judged[]): FieldEvaluation {
  const confusion = confusionOf(items);
  const labels = items.map(({ isPositive }) => (isPositive ? 1 : 0));
  const hasBoth = labels.includes(0) && labels.includes(1);
  return {
    n: items.length,
    accuracy: (confusion.truePositive + confusion.trueNegative) / items.length,
    auc: hasBoth ? auc({ labels, scores: items.map(({ logit }) => logit) }) : null,
    confusion,
  };
}

function confusionOf(items: readonly Judged[]): Confusion {
  const count = (isPositive: boolean, saysPositive: boolean) =>
    items.filter((item) => item.isPositive === isPositive && item.logit > 0 === saysPositive).length;
  return {
    truePositive: count(true, true),
    falsePositive: count(false, true),
    trueNegative: count(false, false),
    falseNegative: count(true, false),
  };
}
