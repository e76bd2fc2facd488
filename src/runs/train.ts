/**
 * Train: from a study's control wells to a model folder.
 */
import { cpus } from "node:os";
import { encodeOnnx } from "../engine/graph/bytes.ts";
import { elementCount } from "../engine/graph/graph.ts";
import { initialWeights } from "../engine/nn/initial-weights.ts";
import { weightSpecs } from "../engine/nn/networks.ts";
import { exportGraph } from "../engine/step/inference-graph.ts";
import { fitNormalization } from "../images/normalize.ts";
import { splitWells, wellKey } from "../plates/split.ts";
import type { ModelConfig } from "../records/model.ts";
import { type FieldLoader, openFieldLoader } from "../store/field-loader.ts";
import { sha256 } from "../store/files.ts";
import { type ModelFolder, modelFolder } from "../store/model-folder.ts";
import { openLedger } from "../store/opened.ts";
import { ledgerPlaces } from "../store/places.ts";
import { type Progress, trainLoop } from "../training/loop.ts";
import { type LabelledField, stepsPerEpoch } from "../training/plan.ts";
import { recipeSchema } from "../training/recipe.ts";
import {
  type Controls,
  evaluated,
  fieldsOf,
  labelledFields,
  readable,
  scoreWith,
  validation,
} from "./control-fields.ts";
import { type EngineThread, openEngineThread } from "./engine-thread.ts";
import type { RunEvent, TrainOptions, TrainSummary } from "./events.ts";
import { type OpenStudy, openStudy } from "./index-study.ts";
import { measurePlates, onScale } from "./plate-scales.ts";
import { runRecord } from "./run-record.ts";
import { strictly } from "./strict.ts";
import {
  earlierConfig,
  frozenParameters,
  modelConfig,
  networkOf,
  onnxMetadata,
  optimizerOf,
  refuseChange,
  resolveRecipe,
} from "./training-settings.ts";

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
  const study = yield* openStudy(options, signal);
  yield* strictly(study.index.problems, options.strict === true);
  const ledger = await openLedger(ledgerPlaces(options.study, options));
  const folder = modelFolder(options.out);
  const earlier = await earlierConfig(options, folder);
  const recipe = await resolveRecipe(options, earlier);
  const split = splitWells(study.index.study, study.namedWells, recipe.seed);
  const network = networkOf(recipe, study.index);
  const frozen = frozenParameters(recipe, network);
  const workers = options.workers ?? Math.min(4, Math.max(1, cpus().length - 1));
  const files = openFieldLoader({ folder: study.index.study.folder, size: recipe.fields.size, workers });
  const engine = openEngineThread();
  try {
    const { controls, moments, shape } = yield* readable(labelledFields(study, split), study, files, {
      isStrict: options.strict === true,
      signal,
    });
    signal?.throwIfAborted();
    // What most control images are like, now that all of them were read: the index may have seen a sample.
    const index = { ...study.index, ...shape };
    networkOf(recipe, index);
    const normalization = fitNormalization(moments);
    const dataHash = study.hashOf(fieldsOf(controls))!;
    const config = modelConfig(index, { recipe, network, split, normalization, dataHash, wellHash: study.wellHash });
    if (earlier) refuseChange(earlier, config, options.out);
    else await folder.writeConfig(config);

    const loader =
      config.normalizeBy === "study"
        ? files
        : onScale(files, yield* measureControlPlates(study, controls, files, signal), normalization);
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
    await ledger.record({
      time: started.toISOString(),
      by: "train",
      model: sha256(model),
      wells: [...new Set(controls.test.map(({ field }) => wellKey(field)))],
    });
    await folder.finish({
      weights,
      evaluation: finished.evaluation,
      config: finished.config,
      model,
      run: runRecord("train", { paths: { study: options.study, out: options.out }, workers, started }),
    });
    yield { kind: "saved", path: options.out };
    const epochs = recipe.epochs;
    return {
      out: options.out,
      epochs,
      keptEpoch: keepsBest ? progress.bestEpoch : epochs,
      chosen: keepsBest,
      evaluation: finished.evaluation,
    };
  } finally {
    await Promise.all([files.close(), engine.close()]);
  }
}

/** The scales of the plates that have controls. */
function measureControlPlates(
  { index, named, known }: OpenStudy,
  controls: Controls,
  loader: FieldLoader,
  signal: AbortSignal | undefined,
) {
  const plates = new Set(fieldsOf(controls).map(({ plate }) => plate));
  const fields = named.filter(({ plate }) => plates.has(plate));
  return measurePlates(index, fields, loader, known, signal);
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

async function restored(
  engine: EngineThread,
  { progress, weights, slots }: NonNullable<Awaited<ReturnType<ModelFolder["readCheckpoint"]>>>,
): Promise<Progress> {
  const state = { step: progress.step, weights, slots };
  await engine.call("restore", state);
  return { state, history: progress.history, bestEpoch: progress.bestEpoch };
}
