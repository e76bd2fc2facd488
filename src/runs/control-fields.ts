/**
 * The control wells' fields: which there are, which can be read, and what a network says of them.
 */
import { NeuroscreenError } from "../base/errors.ts";
import type { WeightMap } from "../engine/graph/graph.ts";
import { exportGraph } from "../engine/step/inference-graph.ts";
import { fitCalibration, type LabelledWell } from "../evaluation/calibration.ts";
import { type ImageShape, leaveOutUnlike, type Seen } from "../images/alike.ts";
import type { Field } from "../images/fields.ts";
import type { Moments } from "../images/normalize.ts";
import { type Part, wellKey } from "../plates/split.ts";
import type { ModelConfig } from "../records/model.ts";
import { type FeatureMeans, featureMeans, projectFeatures, type ScoredField, scoreFields } from "../scoring/score.ts";
import { evaluateControls } from "../screening/evaluate.ts";
import { groupBy } from "../screening/group.ts";
import { negativeLogLikelihood } from "../statistics/calibration.ts";
import { mean } from "../statistics/descriptive.ts";
import type { FieldLoader } from "../store/field-loader.ts";
import type { Validation } from "../training/loop.ts";
import type { LabelledField } from "../training/plan.ts";
import type { EngineThread } from "./engine-thread.ts";
import type { RunEvent } from "./events.ts";
import type { OpenStudy, StudyIndex } from "./index-study.ts";
import { refuseTooManyLost } from "./lost-fields.ts";
import { readFields } from "./read-fields.ts";
import { strictly } from "./strict.ts";

/** The control wells' fields with their class, by what they are for. */
export interface Controls {
  readonly train: readonly LabelledField[];
  readonly validate: readonly LabelledField[];
  readonly test: readonly LabelledField[];
}

/** All control fields, whatever they are for. */
export function fieldsOf({ train, validate, test }: Controls): Field[] {
  return [...train, ...validate, ...test].map(({ field }) => field);
}

/** The fields of the control wells that are not known to be bad, with their class, by part of the split. */
export function labelledFields({ index, namedWells }: OpenStudy, split: ReadonlyMap<string, Part>): Controls {
  const roles = new Map(namedWells.map((well) => [wellKey(well), well.role]));
  const partOf = (part: Part) =>
    index.fields
      .filter((field) => split.get(wellKey(field)) === part)
      .map((field): LabelledField => ({ field, label: roles.get(wellKey(field)) === "positive" ? 1 : 0 }));
  return { train: partOf("train"), validate: partOf("validate"), test: partOf("test") };
}

/** The control fields that can be used, once each was read. */
export interface ReadControls {
  readonly controls: Controls;
  /** What each field to train on adds to the normalisation. */
  readonly moments: readonly Moments[][];
  /** What the images of most of them are like. */
  readonly shape: ImageShape;
}

/**
 * Reads every control field once: which can be read and are like the others, and what those to train on add to the
 * normalisation. Of the others nothing is used; a file that is cut short is told now rather than after hours of training.
 *
 * @throws {NeuroscreenError} `too-many-lost`; `too-few-controls` if a class has nothing left to train on; `strict`
 */
export async function* readable(
  controls: Controls,
  { index, known, lost, absent, expected }: OpenStudy,
  loader: FieldLoader,
  { isStrict, signal }: { readonly isStrict: boolean; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<RunEvent, ReadControls> {
  const all = fieldsOf(controls);
  const { moments, problems: bad } = yield* readFields(all, loader, known, signal);
  const see = (path: string): Seen => {
    const shape = known.facts(path);
    return bad.get(path) ?? (shape && { shape });
  };
  const { fields, problems, shape = index } = leaveOutUnlike(all, see);
  yield* strictly(problems, isStrict);
  refuseTooManyLost({ study: index.study, lost: [...lost, ...problems], absent, expected });
  const kept = new Set(fields);
  const usable = (part: readonly LabelledField[]) => part.filter(({ field }) => kept.has(field));
  const left = { train: usable(controls.train), validate: usable(controls.validate), test: usable(controls.test) };
  refuseMissingClass(left, index);
  return { controls: left, moments: left.train.map(({ field }) => moments.get(field)!), shape };
}

/** The split gives each class a well to train on and one to test; their files may all be damaged. */
function refuseMissingClass({ train, test }: Controls, { study }: StudyIndex): void {
  for (const [part, fields] of Object.entries({ training: train, test })) {
    for (const [label, role] of ["negative", "positive"].entries()) {
      if (fields.some((field) => field.label === label)) continue;
      throw new NeuroscreenError({
        code: "too-few-controls",
        what: `Reading the ${part} wells of ${study.name}`,
        found: `no ${role} field whose images can be used`,
        expected: "at least one of each class",
        remedy: "Mend the images that are named above, or hold out other wells (`split` in the study).",
      });
    }
  }
}

/** What the network with these weights says of whole fields, by running statistics. */
export async function scoreWith(
  engine: EngineThread,
  loader: FieldLoader,
  config: ModelConfig,
  weights: WeightMap,
  fields: readonly LabelledField[],
): Promise<ScoredField[]> {
  await engine.call(
    "openPredictor",
    exportGraph(config.network, { weights, normalization: config.normalization, metadata: {} }),
  );
  const scored: ScoredField[] = [];
  const run = {
    batches: fields.map(({ field }) => [field]),
    whole: loader.whole,
    predict: (request: Parameters<typeof engine.call<"predict">>[1]) => engine.call("predict", request),
  };
  for await (const batch of scoreFields(run)) scored.push(...batch.scored);
  return scored;
}

/** Mean cross-entropy and accuracy over validation fields. */
export function validation(scored: readonly ScoredField[], fields: readonly LabelledField[]): Validation {
  const labelOf = new Map(fields.map(({ field, label }) => [field, label]));
  const labels = scored.map(({ field }) => labelOf.get(field)!);
  const logits = scored.map(({ logits: [negative, positive] }) => positive - negative);
  return {
    loss: negativeLogLikelihood({ labels, logits }),
    accuracy: mean(logits.map((logit, i) => Number(labels[i] === 1 ? logit > 0 : logit < 0))),
  };
}

/** The one time that the test wells are opened: how the kept weights do on every control well. */
export async function evaluated(
  engine: EngineThread,
  loader: FieldLoader,
  index: StudyIndex,
  {
    config,
    weights,
    controls,
    split,
  }: { config: ModelConfig; weights: WeightMap; controls: Controls; split: ReadonlyMap<string, Part> },
) {
  const all = [...controls.train, ...controls.validate, ...controls.test];
  const scored = await scoreWith(engine, loader, config, weights, all);
  const labels = new Map(controls.train.map(({ field, label }) => [field, label]));
  const projection: FeatureMeans = featureMeans(
    scored.flatMap(({ field, features }) => (labels.has(field) ? [{ label: labels.get(field)!, features }] : [])),
  );
  const scores = scored.map(({ field, logits, features }) => ({
    ...place(field),
    logits,
    features: [features],
    projection: projectFeatures(features, projection),
  }));
  const calibration = fitCalibration(labelledWells(scored, controls.validate));
  return {
    config: {
      ...config,
      projection: { negative: [...projection.negative], positive: [...projection.positive] },
      calibration,
    },
    evaluation: evaluateControls({
      wells: index.wells,
      parts: split,
      scores,
      judgeOf: () => ({ network: "", calibration }),
    }),
  };
}

/** The wells of these fields, each with the mean of its fields' log-odds. */
function labelledWells(scored: readonly ScoredField[], fields: readonly LabelledField[]): LabelledWell[] {
  const labelOf = new Map(fields.map(({ field, label }) => [field, label]));
  const wells = groupBy(
    scored.filter(({ field }) => labelOf.has(field)),
    ({ field }) => wellKey(field),
  );
  return [...wells.values()].map((own) => ({
    label: labelOf.get(own[0]!.field)!,
    logit: mean(own.map(({ logits: [negative, positive] }) => positive - negative)),
  }));
}

function place({ plate, well, site }: Field): Pick<Field, "plate" | "well" | "site"> {
  return { plate, well, site };
}
