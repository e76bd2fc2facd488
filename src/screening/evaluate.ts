/**
 * How often is the network right about wells whose truth is known?
 */

import { openRandom } from "../base/random.ts";
import { type Part, wellKey } from "../plates/split.ts";
import type { Calibration } from "../records/calibration.ts";
import type {
  AccuracyInterval,
  CalibrationFigures,
  Confusion,
  Evaluation,
  FieldEvaluation,
  PartCalibration,
  PartEvaluation,
  WellEvaluation,
} from "../records/evaluation.ts";
import { bootstrapInterval } from "../statistics/bootstrap.ts";
import { brier, expectedCalibrationError, negativeLogLikelihood, reliability } from "../statistics/calibration.ts";
import { wilson } from "../statistics/proportion.ts";
import { auc } from "../statistics/roc.ts";
import { groupBy } from "./group.ts";
import { fieldLogit, isUsable, judgeOf, measureWells, type ScreenInput } from "./wells.ts";

/** Plates below which drawing them anew says too little: the bootstrap of a handful is far too narrow. */
const fewestPlates = 8;

/** Any fixed number: the same screen gives the same interval. */
const bootstrapSeed = 1;

/**
 * Counts right and wrong control wells and fields, part by part. A logit above 0 says positive; one of exactly 0 says negative.
 *
 * A part in which no control well was scored is null. Fields have no interval. Wells have Wilson's and, from {@link fewestPlates}
 * plates on, the bootstrap's over plates, since wells of one plate err together; the wider one counts.
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
  // Sorted, since sums of floating-point numbers depend on their order, and the plate map's lines may stand in any.
  const wells = measureWells(input)
    .flatMap(({ role, logit, part: own, plate, well }) =>
      own === part && logit !== null && (role === "negative" || role === "positive")
        ? [{ plate, well, logit, isPositive: role === "positive" }]
        : [],
    )
    .sort((a, b) => (wellKey(a) < wellKey(b) ? -1 : 1));
  if (wells.length === 0) return null;
  const wellByKey = new Map(wells.map((well) => [wellKey(well), well]));
  const fields = input.scores.filter(isUsable).flatMap((field) => {
    const well = wellByKey.get(wellKey(field));
    return well === undefined ? [] : [{ isPositive: well.isPositive, logit: fieldLogit(field) }];
  });
  const calibration = calibrationOf(
    wells.map((well) => ({ ...well, calibration: judgeOf(input, well.plate).calibration })),
  );
  return { fields: judge(fields), wells: { ...judgeWells(wells), ...(calibration === null ? {} : { calibration }) } };
}

/** Whether a well's log-odds lie in the network's unsure band, both ends out; null where it has none. */
export function isUnsure(logit: number, { unsure }: Calibration): boolean | null {
  return unsure === null ? null : logit > unsure.low && logit < unsure.high;
}

/** Null where a well was judged without a temperature. */
function calibrationOf(
  wells: readonly (Judged & { readonly calibration: Calibration | null })[],
): PartCalibration | null {
  const tempered = wells.flatMap(({ logit, calibration }) =>
    calibration === null || calibration.temperature === null ? [] : [logit / calibration.temperature],
  );
  if (tempered.length < wells.length) return null;
  const labels = wells.map(({ isPositive }) => (isPositive ? 1 : 0));
  const figures = (logits: readonly number[]): CalibrationFigures => ({
    expectedError: expectedCalibrationError({ labels, logits }),
    negativeLogLikelihood: negativeLogLikelihood({ labels, logits }),
    brier: brier({ labels, logits }),
    bins: reliability({ labels, logits }).map((bin) => ({ ...bin, interval: wilson(bin.positives, bin.n) })),
  });
  const certain = wells.map((well) => isUnsure(well.logit, well.calibration!));
  const others = wells.filter((_, i) => certain[i] === false);
  return {
    before: figures(wells.map(({ logit }) => logit)),
    after: figures(tempered),
    unsure: certain.includes(null)
      ? null
      : { n: wells.length - others.length, nOthers: others.length, correctOfOthers: others.filter(isRight).length },
  };
}

function judgeWells(wells: readonly (Judged & { readonly plate: string })[]): WellEvaluation {
  const judged = judge(wells);
  const correct = judged.confusion.truePositive + judged.confusion.trueNegative;
  const plates = [...groupBy(wells, ({ plate }) => plate).values()];
  const byCount = wilson(correct, wells.length);
  const byPlate = plates.length < fewestPlates ? null : plateInterval(plates);
  return {
    ...judged,
    correct,
    nPlates: plates.length,
    wilson: byCount,
    bootstrap: byPlate,
    interval:
      byPlate !== null && byPlate.high - byPlate.low > byCount.high - byCount.low
        ? { kind: "bootstrap", ...byPlate }
        : { kind: "wilson", ...byCount },
  };
}

function plateInterval(plates: readonly (readonly Judged[])[]): AccuracyInterval {
  const counts = plates.map((wells) => ({ n: wells.length, correct: wells.filter(isRight).length }));
  const accuracy = (drawn: readonly { n: number; correct: number }[]) =>
    drawn.reduce((sum, { correct }) => sum + correct, 0) / drawn.reduce((sum, { n }) => sum + n, 0);
  return bootstrapInterval(counts, accuracy, { random: openRandom(bootstrapSeed, "bootstrap", "plates") });
}

// A logit of exactly 0 says negative.
function isRight({ isPositive, logit }: Judged): boolean {
  return logit > 0 === isPositive;
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
