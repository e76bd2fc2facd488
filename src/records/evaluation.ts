/**
 * What `evaluation.json` holds: how often the network is right about control wells, and how the two scores compare.
 */
import type { CompoundRecord, ScoreName } from "./screen.ts";

/** Ends of a 95 % interval of an accuracy, from 0 to 1. */
export interface AccuracyInterval {
  readonly low: number;
  readonly high: number;
}

/** The wells whose probability lies in one bin; `positives` of its `n` wells are positive. Bins without a well are left out. */
export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly positives: number;
  readonly meanProbability: number;
  /** Wilson's, of the share of positives. */
  readonly interval: AccuracyInterval;
}

/** How far probabilities of wells can be believed. */
export interface CalibrationFigures {
  /** Expected calibration error over ten bins of equal width: the mean gap between the probability and how often it comes true. */
  readonly expectedError: number;
  readonly negativeLogLikelihood: number;
  readonly brier: number;
  readonly bins: readonly CalibrationBin[];
}

/** The same wells before their log-odds are divided by the model's temperature, and after. */
export interface PartCalibration {
  readonly before: CalibrationFigures;
  readonly after: CalibrationFigures;
  /** Wells in the unsure band, and how many wells outside of it are told right; null without a band. */
  readonly unsure: { readonly n: number; readonly correctOfOthers: number; readonly nOthers: number } | null;
}

/** Counts of the two classes; a logit above 0 says positive. */
export interface Confusion {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly trueNegative: number;
  readonly falseNegative: number;
}

/** Control fields, each judged alone. Fields of one well are no independent witnesses, so there is no interval. */
export interface FieldEvaluation {
  readonly n: number;
  readonly accuracy: number;
  /** Null unless both classes occur. */
  readonly auc: number | null;
  readonly confusion: Confusion;
}

/** Control wells, each judged by the mean logit of its fields. */
export interface WellEvaluation extends FieldEvaluation {
  readonly correct: number;
  readonly nPlates: number;
  /** Wilson's interval, as if each well were a witness of its own. */
  readonly wilson: AccuracyInterval;
  /** From drawing whole plates anew, since wells of one plate err together; null with fewer than eight plates. */
  readonly bootstrap: AccuracyInterval | null;
  /** The wider of the two, which is the one to print. */
  readonly interval: AccuracyInterval & { readonly kind: "wilson" | "bootstrap" };
  /** Left out where a network that judged them has no temperature. */
  readonly calibration?: PartCalibration;
}

/** One part of the split. */
export interface PartEvaluation {
  readonly fields: FieldEvaluation;
  readonly wells: WellEvaluation;
}

/** `evaluation.json`; a part without scored control wells is null. */
export interface Evaluation {
  readonly train: PartEvaluation | null;
  readonly validation: PartEvaluation | null;
  readonly test: PartEvaluation | null;
}

/** What one score makes of the screen. */
export interface ScoreFigures {
  readonly score: ScoreName;
  /** Of the untouched controls, the median over the plates that have them; null where none has. */
  readonly zPrime: number | null;
  readonly robustZPrime: number | null;
  readonly ssmd: number | null;
  /** Untouched control wells, over all plates. */
  readonly nNegative: number;
  readonly nPositive: number;
  /** Sample wells with a percent effect, and how many of them lie from 15 to 85 %. */
  readonly nSampleWells: number;
  readonly nBetween: number;
  /** Those of them at doses whose mean lies from 15 to 85 % too: a lone well there at a saturated dose is noise. */
  readonly nGraded: number;
  readonly compounds: readonly CompoundRecord[];
}

/** Both scores side by side, and which one the report's scale uses. */
export interface ScoreComparison {
  readonly scores: readonly ScoreFigures[];
  readonly recommended: ScoreName;
  /** The rule, the same for every screen. */
  readonly rule: string;
  /** What it came to here. */
  readonly reason: string;
}
