/**
 * The columns in which a screen's records are written.
 *
 * Facts of the plate map begin with `Metadata_`, as pycytominer and DeepProfiler write them, and units stand in the names. A row
 * that covers several wells names them all, and joins by `|` what they do not share. `docs/tables.md` says for people what each means.
 */
import type {
  CompoundRecord,
  DoseCurve,
  DoseRecord,
  FeatureRecord,
  PredictionRecord,
  WellFacts,
  WellRecord,
} from "./screen.ts";
import { boolean, type Column, double, int32, text } from "./table.ts";

/** The columns of `predictions`. */
export function predictionColumns(records: readonly PredictionRecord[]): Column[] {
  return [
    ...factColumns(records, [int32("Metadata_Site", records, ({ site }) => site)]),
    double("Logit", records, ({ logit }) => logit),
    double("Probability", records, ({ probability }) => probability),
    double("Projection", records, ({ projection }) => projection),
  ];
}

/**
 * The columns of `features`: the facts, and a column a feature, `resnet18_0` and on, as pycytominer names those of a network.
 *
 * @param networks the network's name of each model, in the order of the records' features; with several models the columns
 *   say which: `model1_resnet18_0`, `model2_resnet18_0`
 */
export function featureColumns(records: readonly FeatureRecord[], networks: readonly string[]): Column[] {
  return [
    ...factColumns(records, [int32("Metadata_Site", records, ({ site }) => site)]),
    ...networks.flatMap((network, model) => {
      const prefix = networks.length === 1 ? network : `model${model + 1}_${network}`;
      // A field that this model did not score has none of its features.
      const count = records.find(({ features }) => features[model]?.length)?.features[model]?.length ?? 0;
      return Array.from({ length: count }, (_, i) => ({
        name: `${prefix}_${i}`,
        type: "float" as const,
        values: records.map(({ features }) => features[model]?.[i] ?? null),
      }));
    }),
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
    double("Projection_sd", records, ({ projectionSd }) => projectionSd),
    double("Probability_calibrated", records, ({ probabilityCalibrated }) => probabilityCalibrated),
    boolean("Unsure", records, ({ isUnsure }) => isUnsure),
    double("Distance_negative", records, ({ distanceNegative }) => distanceNegative),
    double("Distance_positive", records, ({ distancePositive }) => distancePositive),
    double("Unlikeness", records, ({ unlikeness }) => unlikeness),
    double("Percent_Effect", records, ({ percentEffect }) => percentEffect),
    double("Percent_Effect_sd", records, ({ percentEffectSd }) => percentEffectSd),
    double("Percent_Rescue", records, ({ percentRescue }) => percentRescue),
    text("Effect_Score", records, ({ effectScore }) => effectScore),
    text("Note", records, ({ note }) => note),
  ];
}

/** The columns of `doses`: as many `Percent_Effect_well_<n>` as the largest row has wells. */
export function doseColumns(records: readonly DoseRecord[]): Column[] {
  const most = records.reduce((count, { wells }) => Math.max(count, wells.length), 0);
  const known = [
    text("Metadata_Plate", records, ({ plate }) => plate),
    text("Metadata_Batch", records, ({ batch }) => batch),
    text("Metadata_Well", records, ({ wells }) => joined(wells.map(({ well }) => well))),
    text("Metadata_Role", records, ({ roles }) => joined(roles)),
    ...treatmentColumns(records),
    text("Metadata_Split", records, ({ parts }) => joined(parts)),
  ];
  return [
    ...known,
    ...ownColumns(records, known),
    int32("n_wells", records, ({ nWells }) => nWells),
    int32("n_wells_missing", records, ({ nWells, wells }) => wells.length - nWells),
    double("Percent_Effect", records, ({ mean }) => mean),
    double("Percent_Effect_sd", records, ({ sdBetween }) => sdBetween),
    double("Percent_Effect_sd_within", records, ({ sdWithin }) => sdWithin),
    double("Percent_Effect_low", records, ({ low }) => low),
    double("Percent_Effect_high", records, ({ high }) => high),
    double("Percent_Rescue", records, ({ percentRescue }) => percentRescue),
    double("Logit", records, ({ logit }) => logit.mean),
    double("Logit_sd", records, ({ logit }) => logit.sdBetween),
    double("Logit_sd_within", records, ({ logit }) => logit.sdWithin),
    double("Logit_low", records, ({ logit }) => logit.low),
    double("Logit_high", records, ({ logit }) => logit.high),
    text("Effect_Score", records, ({ effectScore }) => effectScore),
    text("Note", records, ({ note }) => note),
    ...Array.from({ length: most }, (_, i) =>
      double(`Percent_Effect_well_${i + 1}`, records, ({ wells }) => wells[i]?.percentEffect ?? null),
    ),
  ];
}

/** The columns of `compounds`. */
export function compoundColumns(records: readonly CompoundRecord[]): Column[] {
  const known = [
    text("Metadata_Compound", records, ({ compound }) => compound),
    text("Metadata_Challenge", records, ({ challenge }) => challenge),
    double("Metadata_Challenge_Concentration_uM", records, (record) => record.challengeConcentrationMicromolar),
  ];
  return [
    ...known,
    ...ownColumns(records, known),
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

function joined(words: readonly string[]): string {
  return words.join("|");
}

/** What is known of the well of each row, all from the plate map but the part; `afterWell` stand behind the well's name. */
export function factColumns<T extends WellFacts>(records: readonly T[], afterWell: readonly Column[] = []): Column[] {
  const known = [
    text("Metadata_Plate", records, ({ plate }) => plate),
    text("Metadata_Batch", records, ({ batch }) => batch),
    text("Metadata_Well", records, ({ well }) => well),
    ...afterWell,
    text("Metadata_Role", records, ({ role }) => role),
    ...treatmentColumns(records),
    text("Metadata_Split", records, ({ part }) => part),
  ];
  return [...known, ...ownColumns(records, known)];
}

type Treatment = Pick<
  WellFacts,
  "compound" | "concentrationMicromolar" | "challenge" | "challengeConcentrationMicromolar"
>;

function treatmentColumns<T extends Treatment>(records: readonly T[]): Column[] {
  return [
    text("Metadata_Compound", records, ({ compound }) => compound),
    double("Metadata_Concentration_uM", records, ({ concentrationMicromolar }) => concentrationMicromolar),
    text("Metadata_Challenge", records, ({ challenge }) => challenge),
    double("Metadata_Challenge_Concentration_uM", records, (record) => record.challengeConcentrationMicromolar),
  ];
}

// The map's other columns. One that is called like one of ours, such as `Split`, becomes `Metadata_Split_2`, and ours stays what it is.
function ownColumns<T extends Pick<WellFacts, "metadata">>(records: readonly T[], known: readonly Column[]): Column[] {
  const taken = new Set(known.map(({ name }) => name));
  return [...new Set(records.flatMap(({ metadata }) => Object.keys(metadata)))].map((key) =>
    text(free(`Metadata_${key}`, taken), records, ({ metadata }) => metadata[key] || null),
  );
}

function free(name: string, taken: Set<string>): string {
  let candidate = name;
  for (let i = 2; taken.has(candidate); i++) candidate = `${name}_${i}`;
  taken.add(candidate);
  return candidate;
}
