/**
 * The control wells' fields: which there are, which can be read, and what a network says of them.
 */
import { NeuroscreenError } from "../base/errors.ts";
import type { WeightMap } from "../engine/graph/graph.ts";
import { exportGraph } from "../engine/step/inference-graph.ts";
import type { Field, Problem } from "../images/fields.ts";
import { fieldKey } from "../images/fields.ts";
import type { Moments } from "../images/normalize.ts";
import { type Part, wellKey } from "../plates/split.ts";
import type { ModelConfig } from "../records/model.ts";
import { type FeatureMeans, featureMeans, projectFeatures, type ScoredField, scoreFields } from "../scoring/score.ts";
import { evaluateControls } from "../screening/evaluate.ts";
import { negativeLogLikelihood } from "../statistics/calibration.ts";
import { mean } from "../statistics/descriptive.ts";
import type { FieldLoader } from "../store/field-loader.ts";
import type { Validation } from "../training/loop.ts";
import type { LabelledField } from "../training/plan.ts";
import type { EngineThread } from "./engine-thread.ts";
import type { RunEvent } from "./events.ts";
import type { StudyIndex } from "./index-study.ts";
import { strictly } from "./strict.ts";

/** The control wells' fields with their class, by what they are for. */
export interface Controls {
  readonly train: readonly LabelledField[];
  readonly validate: readonly LabelledField[];
  readonly test: readonly LabelledField[];
}

/** The fields of the control wells, with their class, by part of the split. */
export function labelledFields(index: StudyIndex, split: ReadonlyMap<string, Part>): Controls {
  const roles = new Map(index.wells.map((well) => [wellKey(well), well.role]));
  const partOf = (part: Part) =>
    index.fields
      .filter((field) => split.get(wellKey(field)) === part)
      .map((field): LabelledField => ({ field, label: roles.get(wellKey(field)) === "positive" ? 1 : 0 }));
  return { train: partOf("train"), validate: partOf("validate"), test: partOf("test") };
}

/**
 * Reads every control field once: which can be read, and what those to train on add to the normalisation. Of the
 * others nothing is used; a file that is cut short is told now rather than after hours of training.
 */
export async function* readable(
  controls: Controls,
  loader: FieldLoader,
  isStrict: boolean,
): AsyncGenerator<RunEvent, { controls: Controls; moments: Moments[][] }> {
  const train = await look(controls.train, loader);
  const validate = await look(controls.validate, loader);
  const test = await look(controls.test, loader);
  yield* strictly(
    [train, validate, test].flatMap(({ problems }) => problems),
    isStrict,
  );
  return { controls: { train: train.fields, validate: validate.fields, test: test.fields }, moments: train.moments };
}

async function look(fields: readonly LabelledField[], loader: FieldLoader) {
  const answers = await Promise.all(
    fields.map(({ field }) =>
      loader.moments(field).catch((error: unknown) => {
        if (error instanceof NeuroscreenError && error.code === "bad-image") return error;
        throw error;
      }),
    ),
  );
  return {
    fields: fields.filter((_, i) => !(answers[i] instanceof NeuroscreenError)),
    moments: answers.flatMap((answer) => (answer instanceof NeuroscreenError ? [] : [answer])),
    problems: answers.flatMap((answer, i): Problem[] => {
      if (!(answer instanceof NeuroscreenError)) return [];
      const message = `left out: ${answer.message.split("\n")[0]}`;
      return [{ code: answer.code, subject: fieldKey(fields[i]!.field), message }];
    }),
  };
}

/** The split gives each class a well to train on; its files may all be damaged. */
export function refuseMissingClass(fields: readonly LabelledField[], { study }: StudyIndex): void {
  for (const [label, role] of ["negative", "positive"].entries()) {
    if (fields.some((field) => field.label === label)) continue;
    throw new NeuroscreenError({
      code: "too-few-controls",
      what: `Reading the training wells of ${study.name}`,
      found: `no ${role} field whose images can be read`,
      expected: "at least one of each class",
      remedy: "Mend the images that are named above, or hold out other wells (`split` in the study).",
    });
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
    fields: fields.map(({ field }) => field),
    batch: 1,
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
    features,
    projection: projectFeatures(features, projection),
  }));
  return {
    config: { ...config, projection: { negative: [...projection.negative], positive: [...projection.positive] } },
    evaluation: evaluateControls({ wells: index.wells, parts: split, scores }),
  };
}

function place({ plate, well, site }: Field): Pick<Field, "plate" | "well" | "site"> {
  return { plate, well, site };
}
