/**
 * Train: from a study's control wells to a model folder.
 */
import { readFile } from "node:fs/promises";
import { cpus, hostname } from "node:os";
import { resolve } from "node:path";
import { NeuroscreenError } from "../base/errors.ts";
import { version } from "../base/version.ts";
import { encodeOnnx } from "../engine/graph/bytes.ts";
import { elementCount, type WeightMap } from "../engine/graph/graph.ts";
import { initialWeights } from "../engine/nn/initial-weights.ts";
import { type NetworkSpec, weightSpecs } from "../engine/nn/networks.ts";
import type { Optimizer } from "../engine/optim/optimizers.ts";
import { onnxruntimeVersion } from "../engine/runtime/node.ts";
import { exportGraph } from "../engine/step/inference-graph.ts";
import type { Field, Problem } from "../images/fields.ts";
import { fieldKey } from "../images/fields.ts";
import { fitNormalization, type Moments } from "../images/normalize.ts";
import { scaledSize } from "../images/resize.ts";
import { type Part, splitWells, wellKey } from "../plates/split.ts";
import type { ModelConfig } from "../records/model.ts";
import { type FeatureMeans, featureMeans, projectFeatures, type ScoredField, scoreFields } from "../scoring/score.ts";
import { evaluateControls } from "../screening/evaluate.ts";
import { type FieldLoader, openFieldLoader } from "../store/field-loader.ts";
import { type ModelFolder, modelFolder, modelFolderState } from "../store/model-folder.ts";
import { type Progress, trainLoop, type Validation } from "../training/loop.ts";
import { type LabelledField, stepsPerEpoch } from "../training/plan.ts";
import { checkRecipe, learnsUnder, parseRecipe, type Recipe, recipeSchema } from "../training/recipe.ts";
import { type EngineThread, openEngineThread } from "./engine-thread.ts";
import type { RunEvent, TrainOptions, TrainSummary } from "./events.ts";
import { indexStudy, type StudyIndex, whyUnreadable } from "./index-study.ts";
import { strictly } from "./strict.ts";

/** Fewer validation wells than this choose an epoch by chance; the last weights are kept then. */
const fewestToChoose = 20;

/**
 * Trains a network on the control wells that the study's split gives it, and tests the weights that were kept once.
 *
 * @throws {NeuroscreenError} what `indexStudy` and `splitWells` throw; `bad-recipe`; `bad-size` if crop, field and network do not
 *   fit; `folder-taken`, `unfinished-model` or `changed-recipe` if the folder holds something else; the signal's reason if it was aborted
 */
export async function* train(options: TrainOptions, signal?: AbortSignal): AsyncGenerator<RunEvent, TrainSummary> {
  const started = new Date();
  const index = await indexStudy(options.study);
  yield* strictly(index.problems, options.strict === true);
  const folder = modelFolder(options.out);
  const earlier = await earlierConfig(options, folder);
  const recipe = await resolveRecipe(options, earlier);
  const network = networkOf(recipe, index);
  const frozen = frozenParameters(recipe, network);
  const workers = options.workers ?? Math.min(4, Math.max(1, cpus().length - 1));
  const loader = openFieldLoader({ folder: index.study.folder, size: recipe.fields.size, workers });
  const engine = openEngineThread();
  try {
    const split = splitWells(index.study, index.wells, recipe.seed);
    const { controls, moments } = yield* readable(labelledFields(index, split), loader, options.strict === true);
    refuseMissingClass(controls.train, index);
    signal?.throwIfAborted();
    const config = modelConfig(index, { recipe, network, split, normalization: fitNormalization(moments) });
    if (earlier) refuseChange(earlier, config, options.out);
    else await folder.writeConfig(config);

    const checkpoint = earlier ? await folder.readCheckpoint() : null;
    yield planned(config, controls, checkpoint?.progress.history.length ?? 0);
    await engine.call("openTrainer", {
      network,
      options: {
        batch: recipe.batch,
        height: recipe.fields.crop,
        width: recipe.fields.crop,
        labelSmoothing: recipe.labelSmoothing,
        optimizer: optimizerOf(recipe),
        normalization: config.normalization,
      },
      frozen,
      weights: initialWeights(network, recipe.seed),
    });
    const from = checkpoint ? await restored(engine, checkpoint) : undefined;
    const loop = trainLoop(
      {
        recipe,
        fields: controls.train,
        stains: network.stains,
        trainer: {
          step: (batch, learningRate) => engine.call("step", { batch, learningRate }),
          snapshot: () => engine.call("snapshot", null),
        },
        crop: (field, path) =>
          loader.crop({
            field,
            path,
            seed: recipe.seed,
            size: recipe.fields.crop,
            augmentation: recipe.augmentation,
            normalization: config.normalization,
          }),
        validate:
          controls.validate.length === 0
            ? null
            : async ({ weights }) =>
                validation(await scoreWith(engine, loader, config, weights, controls.validate), controls.validate),
        keep: ({ state, history, bestEpoch }, isBest) =>
          folder.writeCheckpoint(
            {
              progress: { step: state.step, history: [...history], bestEpoch },
              weights: state.weights,
              slots: state.slots,
            },
            isBest,
          ),
        ...(from ? { from } : {}),
        clock: () => performance.now() / 1000,
      },
      signal,
    );
    const progress = yield* loop;

    const validationWells = new Set(controls.validate.map(({ field }) => wellKey(field))).size;
    const keepsBest =
      progress.bestEpoch > 0 &&
      (recipe.keep === "best" || (recipe.keep === "auto" && validationWells >= fewestToChoose));
    const weights = keepsBest ? await folder.readBest() : progress.state.weights;
    signal?.throwIfAborted();
    const finished = await evaluated(engine, loader, index, { config, weights, controls, split });
    const model = encodeOnnx(
      exportGraph(network, { weights, normalization: config.normalization, metadata: onnxMetadata(finished.config) }),
    );
    await folder.finish({
      weights,
      evaluation: finished.evaluation,
      config: finished.config,
      model,
      run: runRecord(options, workers, started),
    });
    yield { kind: "saved", path: options.out };
    const epochs = recipe.epochs;
    return {
      out: options.out,
      epochs,
      keptEpoch: keepsBest ? progress.bestEpoch : epochs,
      evaluation: finished.evaluation,
    };
  } finally {
    await Promise.all([loader.close(), engine.close()]);
  }
}

/** The configuration of a training that was begun here; undefined where this one begins. */
async function earlierConfig({ out, resume }: TrainOptions, folder: ModelFolder): Promise<ModelConfig | undefined> {
  const state = await modelFolderState(out);
  if (state === "absent") return undefined;
  if (state === "unfinished" && resume) return folder.readConfig();
  const found = {
    unfinished: [
      "unfinished-model",
      "a training that was cut short",
      "Add --resume to go on with it, or name another folder.",
    ],
    complete: ["folder-taken", "a finished model", "Name another folder, or remove this one first."],
    other: ["folder-taken", "something that is not a model folder", "Name another folder."],
  } as const;
  const [code, what, remedy] = found[state];
  throw new NeuroscreenError({
    code,
    what: `Writing the model folder ${out}`,
    found: what,
    expected: "nothing there",
    remedy,
  });
}

/** The recipe of the file, or of the training to go on with, or the default; options of the command line win over it. */
async function resolveRecipe(options: TrainOptions, earlier: ModelConfig | undefined): Promise<Recipe> {
  const base =
    options.config !== undefined ? await readRecipe(options.config) : recipeSchema.parse(earlier?.recipe ?? {});
  const { fusion, backbone, width, size, crop, epochs, batch, learningRate, optimizer, seed, device } = options;
  const given = <T extends object>(values: T) =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  const merged = {
    ...base,
    ...given({ epochs, batch, learningRate, seed, device }),
    network: { ...base.network, ...given({ fusion, backbone, width }) },
    fields: { ...base.fields, ...given({ size, crop }) },
    optimizer: { ...base.optimizer, ...given({ kind: optimizer }) },
  };
  return checkRecipe(merged, "Reading the options of this training");
}

async function readRecipe(path: string): Promise<Recipe> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new NeuroscreenError({
      code: "no-such-file",
      what: "Reading the recipe",
      found: `${path}${whyUnreadable(cause)}`,
      expected: "a file that can be read",
      remedy: "Check the path given with --config.",
      cause,
    });
  });
  return parseRecipe(text, path);
}

function networkOf({ network, fields }: Recipe, { study, width, height }: StudyIndex): NetworkSpec {
  const stains = study.channels.length;
  const refuse = (what: string, found: string, expected: string, remedy: string) =>
    new NeuroscreenError({ code: "bad-size", what, found, expected, remedy });
  if (network.fusion === "single" && stains !== 1) {
    const names = study.channels.map(({ name }) => name).join(", ");
    throw refuse(
      "Fusion `single`",
      `${stains} stains (${names})`,
      "one stain",
      "Use `stacked` or `separate`, or leave one channel in the study.",
    );
  }
  const field = scaledSize({ width, height }, fields.size);
  if (fields.crop > Math.min(field.width, field.height)) {
    throw refuse(
      "Cropping",
      `crops of ${fields.crop} pixels from fields of ${field.width} × ${field.height}`,
      "crops no larger than the field",
      "Make --crop smaller, or --size larger.",
    );
  }
  return { ...network, stains, classes: 2 };
}

/** The parameters that the recipe's patterns freeze; a pattern that names none is a slip of the hand. */
function frozenParameters({ freeze }: Recipe, network: NetworkSpec): string[] {
  const names = weightSpecs(network).flatMap(({ kind, name }) => (kind === "parameter" ? [name] : []));
  const refuse = (found: string, expected: string) =>
    new NeuroscreenError({
      code: "bad-recipe",
      what: "Freezing parameters",
      found,
      expected,
      remedy: `Names look like ${names[0]}, ${names.at(-1)}; * stands for any letters.`,
    });
  for (const pattern of freeze) {
    if (names.every(learnsUnder([pattern])))
      throw refuse(`no parameter called ${pattern}`, "patterns that name parameters");
  }
  const frozen = names.filter((name) => !learnsUnder(freeze)(name));
  if (frozen.length === names.length) throw refuse("patterns that freeze every parameter", "something left to learn");
  return frozen;
}

interface Controls {
  readonly train: readonly LabelledField[];
  readonly validate: readonly LabelledField[];
  readonly test: readonly LabelledField[];
}

/** The fields of the control wells, with their class, by part of the split. */
function labelledFields(index: StudyIndex, split: ReadonlyMap<string, Part>): Controls {
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
async function* readable(
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
function refuseMissingClass(fields: readonly LabelledField[], { study }: StudyIndex): void {
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

function modelConfig(
  index: StudyIndex,
  {
    recipe,
    network,
    split,
    normalization,
  }: {
    recipe: Recipe;
    network: NetworkSpec;
    split: ReadonlyMap<string, Part>;
    normalization: ModelConfig["normalization"];
  },
): ModelConfig {
  const { study, bitDepth, width, height, dataHash } = index;
  const fieldSize = scaledSize({ width, height }, recipe.fields.size);
  return {
    neuroscreen: version,
    onnxruntime: onnxruntimeVersion,
    study: { name: study.name, dataHash },
    stains: study.channels.map(({ name }) => name),
    classes: study.classes,
    bitDepth,
    pixelBinning: width / fieldSize.width,
    pixelSizeMicrometres: study.pixelSizeMicrometres ?? null,
    fieldSize,
    network,
    normalization,
    recipe,
    split: Object.fromEntries([...split].filter(([, part]) => part !== "unused")),
  };
}

/** A training goes on only as it was begun: another recipe or other data would make bytes that nobody can make again. */
function refuseChange(earlier: ModelConfig, now: ModelConfig, out: string): void {
  const keys = Object.keys(now) as (keyof ModelConfig)[];
  const changed = keys.filter((key) => JSON.stringify(earlier[key]) !== JSON.stringify(now[key]));
  if (changed.length === 0) return;
  throw new NeuroscreenError({
    code: "changed-recipe",
    what: `Going on with the training in ${out}`,
    found: `another ${changed.join(", ")} than it was begun with`,
    expected: "the same study, options and version",
    remedy: "Leave the options out to go on with those of the folder, or begin a new folder.",
  });
}

function planned(config: ModelConfig, controls: Controls, epochsDone: number): RunEvent {
  const recipe = recipeSchema.parse(config.recipe);
  const parameters = weightSpecs(config.network).reduce(
    (sum, { kind, shape }) => sum + (kind === "parameter" ? elementCount(shape) : 0),
    0,
  );
  const wells = (of: readonly LabelledField[]) => new Set(of.map(({ field }) => wellKey(field))).size;
  const steps = stepsPerEpoch(controls.train.length, {
    batch: recipe.batch,
    cropsPerField: recipe.fields.cropsPerField,
  });
  const { fusion, backbone, width } = config.network;
  return {
    kind: "planned",
    text:
      `${fusion} ${backbone}${width === 1 ? "" : ` × ${width}`} (${(parameters / 1e6).toFixed(2)} million parameters), ` +
      `${plural(recipe.epochs - epochsDone, "epoch")} of ${plural(steps, "step")} of ${plural(recipe.batch, "crop")}; ` +
      `control wells: ${wells(controls.train)} to train on, ${wells(controls.validate)} to validate, ${wells(controls.test)} held out`,
  };
}

function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

function optimizerOf({ optimizer }: Recipe): Optimizer {
  const { kind, momentum, beta1, beta2, epsilon, weightDecay } = optimizer;
  return kind === "sgd" ? { kind, momentum, weightDecay } : { kind, beta1, beta2, epsilon, weightDecay };
}

async function restored(
  engine: EngineThread,
  { progress, weights, slots }: NonNullable<Awaited<ReturnType<ModelFolder["readCheckpoint"]>>>,
): Promise<Progress> {
  const state = { step: progress.step, weights, slots };
  await engine.call("restore", state);
  return { state, history: progress.history, bestEpoch: progress.bestEpoch };
}

/** What the network with these weights says of whole fields, by running statistics. */
async function scoreWith(
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

function validation(scored: readonly ScoredField[], fields: readonly LabelledField[]): Validation {
  const labels = new Map(fields.map(({ field, label }) => [field, label]));
  const judged = scored.map(({ field, logits: [negative, positive] }) => ({
    margin: (labels.get(field) === 1 ? 1 : -1) * (positive - negative),
  }));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    // log(1 + e^−m), for either sign of m without overflow.
    loss: mean(judged.map(({ margin }) => Math.log1p(Math.exp(-Math.abs(margin))) + Math.max(0, -margin))),
    accuracy: mean(judged.map(({ margin }) => Number(margin > 0))),
  };
}

/** The one time that the test wells are opened: how the kept weights do on every control well. */
async function evaluated(
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

/** What the ONNX file says of itself, for whoever finds it alone. */
function onnxMetadata({
  stains,
  classes,
  bitDepth,
  pixelBinning,
  pixelSizeMicrometres,
  fieldSize,
  neuroscreen,
  onnxruntime,
}: ModelConfig): Record<string, string> {
  return {
    stains: JSON.stringify(stains),
    classes: JSON.stringify([classes.negative, classes.positive]),
    bitDepth: JSON.stringify(bitDepth),
    pixelBinning: JSON.stringify(pixelBinning),
    pixelSizeMicrometres: JSON.stringify(pixelSizeMicrometres),
    fieldSize: JSON.stringify(fieldSize),
    versions: JSON.stringify({ neuroscreen, onnxruntime }),
  };
}

function runRecord(options: TrainOptions, workers: number, started: Date) {
  return {
    command: "train",
    study: resolve(options.study),
    out: resolve(options.out),
    workers,
    started: started.toISOString(),
    seconds: (Date.now() - started.getTime()) / 1000,
    host: hostname(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: cpus().length,
  };
}
