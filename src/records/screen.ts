/**
 * What a screen folder holds: one record type a table, and the columns in which each is written.
 *
 * `predictions` has a row a field, `wells` a row a well, `compounds` a row a compound and challenge, `quality.json` an entry a
 * plate. Facts that the plate map gave begin with `Metadata_`, as pycytominer and DeepProfiler write them. What does
 * not exist is null, never NaN.
 */
import type { PlateMapWell } from "../plates/platemap.ts";
import type { Role } from "../plates/roles.ts";
import type { Part } from "../plates/split.ts";
import type { Column } from "./table.ts";

/** What a network said about one field. */
export interface FieldScore {
  readonly plate: string;
  /** `A01`. */
  readonly well: string;
  readonly site: number;
  /** Of the negative and of the positive class. */
  readonly logits: readonly [number, number];
  /** The network's pooled features. */
  readonly features: Float32Array;
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
  /** What the network saw of this well: `unused` is no control well. */
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

/**
 * Why a well has no percent effect, or one to be read with care:
 * - `no-field`: no usable field;
 * - `too-few-anchors`: its plate has fewer than two scored wells of a control role;
 * - `equal-anchors`: both controls have the same mean, so there is no scale between them;
 * - `anchors-trained-on`: the scale's ends are controls that the network was trained on, for want of untouched ones.
 */
export type WellNote = "no-field" | "too-few-anchors" | "equal-anchors" | "anchors-trained-on";

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
  /** 0 at the mean of the plate's negative wells, 100 at that of its positive wells, in the score `effectScore`. */
  readonly percentEffect: number | null;
  /** 100 − percent effect, of challenged wells only. */
  readonly percentRescue: number | null;
  readonly effectScore: ScoreName;
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
  readonly nPlates: number;
  /** Wells with a dose above 0 and a percent effect. */
  readonly nWells: number;
  /** Different doses above 0 among them. */
  readonly nDoses: number;
  /** What least squares gave, whether or not it may be reported; for drawing. */
  readonly curve: DoseCurve | null;
  /** Null where a rule forbids to report it; `note` then says which. */
  readonly ec50Micromolar: number | null;
  /** Ends of the 95 % interval, from Student's t of log10 EC50. */
  readonly ec50LowMicromolar: number | null;
  readonly ec50HighMicromolar: number | null;
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

/** An entry of `quality.json`: one plate, in one score. */
export interface PlateQuality {
  readonly plate: string;
  readonly score: ScoreName;
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

/** The columns of `predictions`. */
export function predictionColumns(records: readonly PredictionRecord[]): Column[] {
  return [
    ...factColumns(records, [int32("Metadata_Site", records, ({ site }) => site)]),
    double("Logit", records, ({ logit }) => logit),
    double("Probability", records, ({ probability }) => probability),
    double("Projection", records, ({ projection }) => projection),
  ];
}

/** The columns of `wells`. */
export function wellColumns(records: readonly WellRecord[]): Column[] {
  return [
    ...factColumns(records),
    int32("n_fields", records, ({ nFields }) => nFields),
    int32("n_fields_missing", records, ({ nFieldsMissing }) => nFieldsMissing),
    double("Logit", records, ({ logit }) => logit),
    double("Logit_sd", records, ({ logitSd }) => logitSd),
    double("Projection", records, ({ projection }) => projection),
    double("Percent_Effect", records, ({ percentEffect }) => percentEffect),
    double("Percent_Rescue", records, ({ percentRescue }) => percentRescue),
    text("Effect_Score", records, ({ effectScore }) => effectScore),
    text("Note", records, ({ note }) => note),
  ];
}

/** The columns of `compounds`. */
export function compoundColumns(records: readonly CompoundRecord[]): Column[] {
  return [
    text("Metadata_Compound", records, ({ compound }) => compound),
    text("Metadata_Challenge", records, ({ challenge }) => challenge),
    double("Metadata_Challenge_Concentration_uM", records, (record) => record.challengeConcentrationMicromolar),
    int32("n_plates", records, ({ nPlates }) => nPlates),
    int32("n_wells", records, ({ nWells }) => nWells),
    int32("n_doses", records, ({ nDoses }) => nDoses),
    double("EC50_uM", records, ({ ec50Micromolar }) => ec50Micromolar),
    double("EC50_low_uM", records, ({ ec50LowMicromolar }) => ec50LowMicromolar),
    double("EC50_high_uM", records, ({ ec50HighMicromolar }) => ec50HighMicromolar),
    // A curve that may not be reported lends no slope or end either: such numbers get copied.
    double("hill", records, (record) => reported(record)?.hill ?? null),
    double("top", records, (record) => reported(record)?.top ?? null),
    double("bottom", records, (record) => reported(record)?.bottom ?? null),
    text("note", records, ({ note }) => note),
  ];
}

function reported({ curve, ec50Micromolar }: CompoundRecord): DoseCurve | null {
  return ec50Micromolar === null ? null : curve;
}

// Twelve digits: more than any pipette, and 0.98 nM becomes 0.00098 µM instead of 0.00098000000000000001.
function micromolar(molar: number | null): number | null {
  return molar === null ? null : Number((molar * 1e6).toPrecision(12));
}

function factColumns<T extends WellFacts>(records: readonly T[], afterWell: readonly Column[] = []): Column[] {
  const known = [
    text("Metadata_Plate", records, ({ plate }) => plate),
    text("Metadata_Batch", records, ({ batch }) => batch),
    text("Metadata_Well", records, ({ well }) => well),
    ...afterWell,
    text("Metadata_Role", records, ({ role }) => role),
    text("Metadata_Compound", records, ({ compound }) => compound),
    double("Metadata_Concentration_uM", records, ({ concentrationMicromolar }) => concentrationMicromolar),
    text("Metadata_Challenge", records, ({ challenge }) => challenge),
    double("Metadata_Challenge_Concentration_uM", records, (record) => record.challengeConcentrationMicromolar),
    text("Metadata_Split", records, ({ part }) => part),
  ];
  const taken = new Set(known.map(({ name }) => name));
  const own = [...new Set(records.flatMap(({ metadata }) => Object.keys(metadata)))].map((key) =>
    text(free(`Metadata_${key}`, taken), records, ({ metadata }) => metadata[key] ?? null),
  );
  return [...known, ...own];
}

// A map may carry a column `Split` of its own: it becomes `Metadata_Split_2`, and ours stays what it is.
function free(name: string, taken: Set<string>): string {
  let candidate = name;
  for (let i = 2; taken.has(candidate); i++) candidate = `${name}_${i}`;
  taken.add(candidate);
  return candidate;
}

function text<T>(name: string, records: readonly T[], value: (record: T) => string | null): Column {
  return { name, type: "string", values: records.map(value) };
}

function double<T>(name: string, records: readonly T[], value: (record: T) => number | null): Column {
  return { name, type: "double", values: records.map(value) };
}

function int32<T>(name: string, records: readonly T[], value: (record: T) => number): Column {
  return { name, type: "int32", values: records.map(value) };
}
