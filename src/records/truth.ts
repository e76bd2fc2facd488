/**
 * What is true of a simulated screen: one record type a table of its folder `truth`.
 *
 * `compounds` has a row a compound, `wells` a row a well, `fields` a row a drawn field, `defects` a row a file or field that was spoilt.
 * What does not exist is null. `docs/simulate.md` says for people what each column means.
 */
import type { Role } from "../plates/roles.ts";
import { type Column, double, int32, text } from "./table.ts";

/** A row of `compounds`. */
export interface CompoundTruth {
  readonly compound: string;
  /** `protective`, `toxic`, `fluorescent`, `proliferative` or `inert`. */
  readonly class: string;
  readonly ec50Micromolar: number | null;
  readonly hillSlope: number | null;
  readonly maximalEffect: number | null;
  /** `both`, `neurites` or `synapses`; of protective and toxic compounds. */
  readonly axis: string | null;
  /** In which a fluorescent compound shines. */
  readonly stain: string | null;
  readonly dosesMicromolar: readonly number[];
  readonly plates: readonly string[];
}

/** Where a well is and what is in it. */
export interface WellPlace {
  readonly plate: string;
  readonly batch: string;
  /** `B03`. */
  readonly well: string;
  readonly role: Role;
  /** Null in control wells. */
  readonly compound: string | null;
  readonly concentrationMicromolar: number | null;
  /** Null without Aβ. */
  readonly challenge: string | null;
  readonly challengeConcentrationMicromolar: number | null;
}

/** A row of `wells`: its latent state, and the nuisance that it was drawn with, one number a stain where there are four. */
export interface WellTruth extends WellPlace {
  readonly damageNeurites: number;
  readonly damageSynapses: number;
  /** The same without any spread: from dose, EC50, slope and maximum alone. */
  readonly expectedDamageNeurites: number;
  readonly expectedDamageSynapses: number;
  readonly toxicity: number;
  readonly gliaFactor: number;
  readonly addedLight: readonly number[];
  readonly density: number;
  readonly staining: readonly number[];
  readonly gain: readonly number[];
  readonly background: readonly number[];
  readonly punctumLight: readonly number[];
  readonly haze: readonly number[];
  readonly focusOffsetMicrometres: readonly number[];
  readonly defocusMicrometres: number;
  readonly debris: number;
  readonly vignetting: number;
  readonly tilt: readonly [x: number, y: number];
}

/** A row of `fields`: what was drawn. */
export interface FieldTruth {
  readonly plate: string;
  readonly well: string;
  readonly site: number;
  readonly neurons: number;
  readonly nuclei: number;
  readonly gliaNuclei: number;
  readonly neuriteLengthMicrometres: number;
  readonly prePuncta: number;
  readonly postPuncta: number;
  readonly colocalisedShare: number;
  readonly defocusMicrometres: number;
  readonly damageNeurites: number;
  readonly damageSynapses: number;
}

/** A row of `defects`. */
export interface DefectTruth {
  readonly plate: string;
  readonly well: string;
  readonly site: number;
  /** `missing`, `doubled`, `truncated`, `saturated`, `blank` or `out-of-focus`. */
  readonly defect: string;
  /** Null where the whole field is spoilt. */
  readonly stain: string | null;
  /** Relative to the study's folder. Of a doubled file, the one too many; null where the whole field is spoilt. */
  readonly file: string | null;
}

/** A row of `scores`: a well's log-odds, drawn without pixels. */
export interface WellScoreRecord extends WellPlace {
  readonly nFields: number;
  /** Mean over the fields. */
  readonly logit: number;
  /** Standard deviation over the fields; null with fewer than two. */
  readonly logitSd: number | null;
}

/** The columns of `compounds`. */
export function compoundTruthColumns(records: readonly CompoundTruth[]): Column[] {
  return [
    text("Metadata_Compound", records, ({ compound }) => compound),
    text("Class", records, (record) => record.class),
    double("EC50_uM", records, ({ ec50Micromolar }) => ec50Micromolar),
    double("Hill_Slope", records, ({ hillSlope }) => hillSlope),
    double("Maximal_Effect", records, ({ maximalEffect }) => maximalEffect),
    text("Axis", records, ({ axis }) => axis),
    text("Stain", records, ({ stain }) => stain),
    text("Doses_uM", records, ({ dosesMicromolar }) => dosesMicromolar.join("|")),
    text("Metadata_Plate", records, ({ plates }) => plates.join("|")),
  ];
}

/**
 * The columns of `wells`.
 *
 * @param stains the names of the stains, for the columns that have one each: `Staining_MAP2`
 */
export function wellTruthColumns(records: readonly WellTruth[], stains: readonly string[]): Column[] {
  const each = (name: string, values: (record: WellTruth) => readonly number[]) =>
    stains.map((stain, i) => double(`${name}_${stain}`, records, (record) => values(record)[i] ?? null));
  return [
    ...placeColumns(records),
    double("Damage_Neurites", records, ({ damageNeurites }) => damageNeurites),
    double("Damage_Synapses", records, ({ damageSynapses }) => damageSynapses),
    double("Expected_Damage_Neurites", records, ({ expectedDamageNeurites }) => expectedDamageNeurites),
    double("Expected_Damage_Synapses", records, ({ expectedDamageSynapses }) => expectedDamageSynapses),
    double("Toxicity", records, ({ toxicity }) => toxicity),
    double("Glia_Factor", records, ({ gliaFactor }) => gliaFactor),
    ...each("Added_Light", ({ addedLight }) => addedLight),
    double("Density", records, ({ density }) => density),
    ...each("Staining", ({ staining }) => staining),
    ...each("Gain", ({ gain }) => gain),
    ...each("Background", ({ background }) => background),
    ...each("Punctum_Light", ({ punctumLight }) => punctumLight),
    ...each("Haze", ({ haze }) => haze),
    ...each("Focus_Offset_um", ({ focusOffsetMicrometres }) => focusOffsetMicrometres),
    double("Defocus_um", records, ({ defocusMicrometres }) => defocusMicrometres),
    double("Debris", records, ({ debris }) => debris),
    double("Vignetting", records, ({ vignetting }) => vignetting),
    double("Tilt_X", records, ({ tilt }) => tilt[0]),
    double("Tilt_Y", records, ({ tilt }) => tilt[1]),
  ];
}

/** The columns of `fields`. */
export function fieldTruthColumns(records: readonly FieldTruth[]): Column[] {
  return [
    ...siteColumns(records),
    int32("Neurons", records, ({ neurons }) => neurons),
    int32("Nuclei", records, ({ nuclei }) => nuclei),
    int32("Glia_Nuclei", records, ({ gliaNuclei }) => gliaNuclei),
    double("Neurite_Length_um", records, ({ neuriteLengthMicrometres }) => neuriteLengthMicrometres),
    int32("Presynaptic_Puncta", records, ({ prePuncta }) => prePuncta),
    int32("Postsynaptic_Puncta", records, ({ postPuncta }) => postPuncta),
    double("Colocalised_Share", records, ({ colocalisedShare }) => colocalisedShare),
    double("Defocus_um", records, ({ defocusMicrometres }) => defocusMicrometres),
    double("Damage_Neurites", records, ({ damageNeurites }) => damageNeurites),
    double("Damage_Synapses", records, ({ damageSynapses }) => damageSynapses),
  ];
}

/** The columns of `defects`. */
export function defectTruthColumns(records: readonly DefectTruth[]): Column[] {
  return [
    ...siteColumns(records),
    text("Defect", records, ({ defect }) => defect),
    text("Stain", records, ({ stain }) => stain),
    text("File", records, ({ file }) => file),
  ];
}

/** The columns of `scores`. */
export function wellScoreColumns(records: readonly WellScoreRecord[]): Column[] {
  return [
    ...placeColumns(records),
    int32("n_fields", records, ({ nFields }) => nFields),
    double("Logit", records, ({ logit }) => logit),
    double("Logit_sd", records, ({ logitSd }) => logitSd),
  ];
}

function placeColumns(records: readonly WellPlace[]): Column[] {
  return [
    text("Metadata_Plate", records, ({ plate }) => plate),
    text("Metadata_Batch", records, ({ batch }) => batch),
    text("Metadata_Well", records, ({ well }) => well),
    text("Metadata_Role", records, ({ role }) => role),
    text("Metadata_Compound", records, ({ compound }) => compound),
    double("Metadata_Concentration_uM", records, ({ concentrationMicromolar }) => concentrationMicromolar),
    text("Metadata_Challenge", records, ({ challenge }) => challenge),
    double("Metadata_Challenge_Concentration_uM", records, (record) => record.challengeConcentrationMicromolar),
  ];
}

function siteColumns(records: readonly Pick<FieldTruth, "plate" | "well" | "site">[]): Column[] {
  return [
    text("Metadata_Plate", records, ({ plate }) => plate),
    text("Metadata_Well", records, ({ well }) => well),
    int32("Metadata_Site", records, ({ site }) => site),
  ];
}
