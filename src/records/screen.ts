/**
 * What a screen folder holds: one record type a table.
 *
 * `predictions` and `features` have a row a field, `wells` a row a well, `doses` a row a plate and treatment, `compounds` a row a
 * compound and challenge, `quality.json` an entry a plate. What does not exist is null, never NaN. The columns in which they
 * are written are in `screen-columns.ts`, and what each means, for people, in `docs/tables.md`.
 */
import type { PlateMapWell } from "../plates/platemap.ts";
import type { Role } from "../plates/roles.ts";
import type { Part } from "../plates/split.ts";

/** What a network said about one field. */
export interface FieldScore {
  readonly plate: string;
  /** `A01`. */
  readonly well: string;
  readonly site: number;
  /** Of the negative and of the positive class. */
  readonly logits: readonly [number, number];
  /** The networks' pooled features, a list a model, in the order of the models. */
  readonly features: readonly Float32Array[];
  /** The features on the line between the training controls' means: 0 at the negative mean, 1 at the positive mean. */
  readonly projection: number;
}

/** The two ways in which a well is put on a line between its controls. */
export const scoreNames = ["logit", "projection"] as const;

/** `logit`: logits[1] − logits[0], the log-odds of the positive class; `projection`: see {@link FieldScore}. */
export type ScoreName = (typeof scoreNames)[number];

/** What is known of a well before anything was scored; concentrations in micromoles per litre. */
export interface WellFacts {
  readonly plate: string;
  readonly batch: string;
  readonly well: string;
  readonly role: Role;
  readonly compound: string | null;
  readonly concentrationMicromolar: number | null;
  readonly challenge: string | null;
  readonly challengeConcentrationMicromolar: number | null;
  /** What the network made of this well: `test` is a control well that it neither learned from nor was chosen by, `unused` no control well. */
  readonly part: Part;
  /** The plate map's other columns. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A row of `predictions`: one field. */
export interface PredictionRecord extends WellFacts {
  readonly site: number;
  /** Log-odds of the positive class. */
  readonly logit: number;
  /** The positive class's probability, σ(logit). */
  readonly probability: number;
  readonly projection: number;
}

/** A row of `features`: one field. */
export interface FeatureRecord extends WellFacts {
  readonly site: number;
  /** As {@link FieldScore.features}. */
  readonly features: readonly Float32Array[];
}

/** Every {@link WellNote}. */
export const wellNotes = [
  "no-field",
  "too-few-anchors",
  "equal-anchors",
  "unlike-controls",
  "anchors-trained-on",
  "few-anchors",
] as const;

/**
 * Why a well has no percent effect, or one to be read with care:
 * - `no-field`: no usable field;
 * - `too-few-anchors`: its plate has fewer than two scored wells of a control role;
 * - `equal-anchors`: both controls have the same mean, so there is no scale between them;
 * - `unlike-controls`: its features are like neither control's nor between them (`unlikeness` above 1), so a place between them would mean
 *   nothing; of a dose: that is so of some of its wells, and the percent effect is that of the others;
 * - `anchors-trained-on`: for want of untouched ones, controls that the network learned from or was chosen by are among the
 *   wells that set the scale's ends;
 * - `few-anchors`: the ends are untouched, but one of them rests on two wells only.
 */
export type WellNote = (typeof wellNotes)[number];

/** A row of `wells`. */
export interface WellRecord extends WellFacts {
  readonly nFields: number;
  readonly nFieldsMissing: number;
  /** Mean over the fields; null without a field. */
  readonly logit: number | null;
  /** Standard deviation over the fields; null with fewer than two. */
  readonly logitSd: number | null;
  /** Mean over the fields; null without a field. */
  readonly projection: number | null;
  /** Standard deviation over the fields; null with fewer than two. */
  readonly projectionSd: number | null;
  /** The positive class's probability, σ(logit / temperature); null where the network has no temperature. */
  readonly probabilityCalibrated: number | null;
  /** Whether the logit lies in the network's unsure band; null where it has none. */
  readonly isUnsure: boolean | null;
  /**
   * How far the well's features are from the means of its plate's controls, in units of the distance within which 99 % of control wells lie from
   * the mean of their own role; null where that cannot be told.
   */
  readonly distanceNegative: number | null;
  readonly distancePositive: number | null;
  /** As {@link distanceNegative}, from the line through both means: above 1 a well is neither of both nor between them. */
  readonly unlikeness: number | null;
  /** 0 at the mean of the plate's negative wells, 100 at that of its positive wells, in the score `effectScore`. */
  readonly percentEffect: number | null;
  /** Standard deviation over the fields, in percent effect; null with fewer than two, and where there is no effect. */
  readonly percentEffectSd: number | null;
  /** 100 − percent effect, of challenged wells only. */
  readonly percentRescue: number | null;
  readonly effectScore: ScoreName;
  readonly note: WellNote | null;
}

/** Whom wells that are like neither control were measured by. */
export interface StrangersFigures {
  /** Control wells that the wells of one network's plates were held against, and how many of them it had never used. */
  readonly nControls: number;
  readonly nUntouched: number;
  /** Whose 99 % is the limit: `untouched` where there are 20 of them; null where nothing could be measured and no percent is withheld. */
  readonly judges: "untouched" | "all" | null;
}

/** The wells of one treatment on one plate, in one unit. */
export interface WellSpread {
  /** Mean over the wells; null without one. */
  readonly mean: number | null;
  /** Standard deviation between the wells; null with fewer than two. */
  readonly sdBetween: number | null;
  /** Standard deviation between the fields of a well, pooled over the wells by degrees of freedom; null where no well has two fields. */
  readonly sdWithin: number | null;
  /** Ends of the 95 % interval of the mean, from Student's t over the wells; null with fewer than two. */
  readonly low: number | null;
  readonly high: number | null;
}

/** A well of a {@link DoseRecord}. */
export interface DoseWell {
  /** `A01`. */
  readonly well: string;
  readonly percentEffect: number | null;
  readonly logit: number | null;
}

/**
 * A row of `doses`: the wells of one plate that were treated alike, controls too; its spread is in percent effect.
 * Facts in which its wells differ are listed (`roles`, `parts`) or, in `metadata`, left out.
 */
export interface DoseRecord extends WellSpread {
  readonly plate: string;
  /** The wells' batches, joined by `|` where they differ. */
  readonly batch: string;
  readonly compound: string | null;
  readonly concentrationMicromolar: number | null;
  readonly challenge: string | null;
  readonly challengeConcentrationMicromolar: number | null;
  readonly roles: readonly Role[];
  readonly parts: readonly Part[];
  /** Of the plate map's other columns, those in which all the wells agree. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Every well so treated, in the map's order, those without a usable field too. */
  readonly wells: readonly DoseWell[];
  /** Wells with a usable field. */
  readonly nWells: number;
  /** 100 − mean percent effect, of challenged wells only. */
  readonly percentRescue: number | null;
  /** The same wells in log-odds of the positive class. */
  readonly logit: WellSpread;
  readonly effectScore: ScoreName;
  /** What holds for the percent effects of all its wells; `no-field` where no well has one. */
  readonly note: WellNote | null;
}

/** A dose curve in percent effect over micromolar: bottom + (top − bottom) / (1 + (ec50 / dose)^hill); hill above 0. */
export interface DoseCurve {
  readonly bottom: number;
  readonly top: number;
  readonly ec50Micromolar: number;
  readonly hill: number;
}

/** A row of `compounds`: a compound with one challenge, or with none. */
export interface CompoundRecord {
  readonly compound: string;
  readonly challenge: string | null;
  readonly challengeConcentrationMicromolar: number | null;
  /** Of the plate map's other columns, those in which all its wells agree. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Plates of the wells counted next. */
  readonly nPlates: number;
  /** Wells with a dose above 0 and a percent effect. */
  readonly nWells: number;
  /** Different doses above 0 among them. */
  readonly nDoses: number;
  /** What least squares gave, whether or not it may be reported; for drawing. */
  readonly curve: DoseCurve | null;
  /** Null where a rule forbids to report it; `note` then begins with which. */
  readonly ec50Micromolar: number | null;
  /** Ends of the 95 % interval: Student's t of log10 EC50, see `ec50Interval`. */
  readonly ec50LowMicromolar: number | null;
  readonly ec50HighMicromolar: number | null;
  /** Why there is no EC50, and the {@link WellNote}s of the wells in the fit, joined by `; `. */
  readonly note: string | null;
}

/** Assay quality from one set of control wells. */
export interface QualityFigures {
  readonly nNegative: number;
  readonly nPositive: number;
  readonly zPrime: number | null;
  readonly robustZPrime: number | null;
  readonly ssmd: number | null;
  /** Why a figure is missing, or not what it seems. */
  readonly note: string | null;
}

/** Where a plate's percent effects begin and end. */
export interface EffectScale {
  /** The score at 0 %, the mean of the negative wells that set it. */
  readonly at0: number;
  /** The score at 100 %, the mean of the positive wells that set it. */
  readonly at100: number;
  readonly nNegative: number;
  readonly nPositive: number;
  /** `anchors-trained-on` or `few-anchors`, as in `wells`. */
  readonly note: WellNote | null;
}

/** An entry of `quality.json`: one plate, in one score. */
export interface PlateQuality {
  readonly plate: string;
  readonly score: ScoreName;
  /** Null where the plate's wells have no percent effect. */
  readonly scale: EffectScale | null;
  /** From control wells in neither the training nor the validation set. */
  readonly untouched: QualityFigures;
  /** From every control well, those that the network was trained on among them. */
  readonly all: QualityFigures;
}

/** A plate map's well with its part, as records carry it. */
export function wellFacts(well: PlateMapWell, part: Part): WellFacts {
  return {
    plate: well.plate,
    batch: well.batch,
    well: well.well,
    role: well.role,
    compound: well.compound,
    concentrationMicromolar: micromolar(well.concentration),
    challenge: well.challenge,
    challengeConcentrationMicromolar: micromolar(well.challengeConcentration),
    part,
    metadata: well.metadata,
  };
}

// Twelve digits: more than any pipette, and 0.98 nM becomes 0.00098 µM instead of 0.00098000000000000001.
function micromolar(molar: number | null): number | null {
  return molar === null ? null : Number((molar * 1e6).toPrecision(12));
}
