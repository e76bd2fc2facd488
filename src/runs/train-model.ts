/**
 * One network, taught and tested: from an open study, a split of its control wells and a recipe to a model folder.
 */
import { cpus } from "node:os";
import { encodeOnnx } from "../engine/graph/bytes.ts";
import { type NetworkSpec, weightSpecs } from "../engine/nn/networks.ts";
import { exportGraph } from "../engine/step/inference-graph.ts";
import { fitNormalization } from "../images/normalize.ts";
import { type Part, wellKey } from "../plates/split.ts";
import type { FoldUnit } from "../records/folds.ts";
import type { ModelConfig } from "../records/model.ts";
import { type FieldLoader, openFieldLoader } from "../store/field-loader.ts";
import { sha256 } from "../store/files.ts";
import { modelFolder } from "../store/model-folder.ts";
import type { Ledger } from "../store/opened.ts";
import { type LoopTrainer, trainLoop } from "../training/loop.ts";
import { frozenInPhases } from "../training/phases.ts";
import type { Recipe } from "../training/recipe.ts";
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
import type { RunEvent, TrainSummary } from "./events.ts";
import type { OpenStudy } from "./index-study.ts";
import { leaksOf } from "./leaks.ts";
import { measurePlates, onScale } from "./plate-scales.ts";
import { runRecord } from "./run-record.ts";
import { refuseSeenWells, type StartingWeights } from "./starting-weights.ts";
import { strictly } from "./strict.ts";
import { relabelled, withStains } from "./study-views.ts";
import { beginning, keep } from "./training-checkpoint.ts";
import { planText } from "./training-plan.ts";
import { earlierConfig, modelConfig, networkOf, onnxMetadata, optimizerOf, refuseChange } from "./training-settings.ts";

/** What {@link trainModel} is to do. */
export interface TrainTask {
  readonly study: OpenStudy;
  /** By `plate/A01`. */
  readonly split: ReadonlyMap<string, Part>;
  readonly recipe: Recipe;
  /** The model folder. */
  readonly out: string;
  /** Weights to begin with instead of fresh ones. A training that is taken up again has them in its folder. */
  readonly start: StartingWeights | null;
  readonly ledger: Ledger;
  /** Path of the study file, for run.json. */
  readonly studyPath: string;
  readonly workers?: number;
  readonly strict?: boolean;
  readonly resume?: boolean;
  /** What the split promises to keep together, for the search of leaks; undefined where the caller has searched. */
  readonly unit?: FoldUnit;
  /** Classes other than the plate map's, by `plate/A01`: for labels that were permuted. */
  readonly labels?: ReadonlyMap<string, 0 | 1>;
}

/** Fewer validation wells than this choose an epoch by chance; the last weights are kept then. */
const fewestToChoose = 20;

/**
 * Trains a network on the control wells that the split gives it, and tests the weights that were kept once.
 *
 * @throws {NeuroscreenError} `bad-recipe`; `bad-size` if crop, field and network do not fit; `unknown-stain`; `seen-wells`;
 *   `too-few-controls`, `too-many-lost`; `folder-taken`, `unfinished-model` or `changed-recipe` if the folder holds something else; the signal's reason if
 *   it was aborted
 */
export async function* trainModel(task: TrainTask, signal?: AbortSignal): AsyncGenerator<RunEvent, TrainSummary> {
  const started = new Date();
  const { recipe, split, ledger, out } = task;
  const study = relabelled(withStains(task.study, recipe.stains), task.labels);
  if (task.start) refuseSeenWells(task.start, split);
  const folder = modelFolder(out);
  const earlier = await earlierConfig(task, folder);
  const network = networkOf(recipe, study.index);
  const frozen = frozenInPhases(recipe, parametersOf(network));
  const workers = task.workers ?? Math.min(4, Math.max(1, cpus().length - 1));
  const files = openFieldLoader({ folder: study.index.study.folder, size: recipe.fields.size, workers });
  const engine = openEngineThread();
  try {
    const { controls, moments, shape } = yield* readable(labelledFields(study, split), study, files, {
      isStrict: task.strict === true,
      signal,
    });
    signal?.throwIfAborted();
    // Not before all of them were read: copies are known by their bytes.
    if (task.unit) yield* strictly(leaksOf(study, { parts: split, unit: task.unit }), false);
    // What most control images are like, now that all of them were read: the index may have seen a sample.
    const index = { ...study.index, ...shape };
    networkOf(recipe, index);
    const config = modelConfig(index, {
      ...{ recipe, network, split, wellHash: study.wellHash },
      normalization: fitNormalization(moments),
      dataHash: study.hashOf(fieldsOf(controls))!,
      origin: task.start?.origin ?? earlier?.origin,
      labels: task.labels && Object.fromEntries(task.labels),
    });
    if (earlier) refuseChange(earlier, config, out);
    else await folder.writeConfig(config);

    const loader =
      config.normalizeBy === "study"
        ? files
        : onScale(files, yield* measureControlPlates(study, controls, files, signal), config.normalization);
    const from = await beginning(folder, config, recipe.seed, task.start);
    yield { kind: "planned", text: planText(config, recipe, controls, from.history.length) };
    if (from.history.length === 0) {
      for (const text of task.start?.told ?? []) yield { kind: "planned", text };
      for (const doubt of task.start?.doubts ?? []) yield { kind: "problem", ...doubt };
    }
    const progress = yield* trainLoop(
      {
        recipe,
        fields: controls.train,
        stains: network.stains,
        trainer: trainerOn(engine, config, recipe, frozen),
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
        keep: (reached, isBest) => keep(folder, reached, isBest),
        from,
        clock: () => performance.now() / 1000,
      },
      signal,
    );

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
      run: runRecord("train", { paths: { study: task.studyPath, out }, workers, started }),
    });
    yield { kind: "saved", path: out };
    const { epochs } = recipe;
    const keptEpoch = keepsBest ? progress.bestEpoch : epochs;
    return { out, epochs, keptEpoch, chosen: keepsBest, evaluation: finished.evaluation };
  } finally {
    await Promise.all([files.close(), engine.close()]);
  }
}

/** The names of a network's parameters: what recipes freeze and phases teach. */
export function parametersOf(network: NetworkSpec): string[] {
  return weightSpecs(network).flatMap(({ kind, name }) => (kind === "parameter" ? [name] : []));
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

/** The engine as the loop sees it: each phase has a training graph of its own. */
function trainerOn(
  engine: EngineThread,
  { network, normalization }: ModelConfig,
  recipe: Recipe,
  frozen: readonly (readonly string[])[],
): LoopTrainer {
  const { batch, fields, labelSmoothing } = recipe;
  const size = { height: fields.crop, width: fields.crop };
  const options = { batch, ...size, labelSmoothing, optimizer: optimizerOf(recipe), normalization };
  return {
    async begin(phase, from) {
      await engine.call("openTrainer", { network, options, frozen: frozen[phase]!, weights: from.weights });
      await engine.call("restore", from);
    },
    step: (images, learningRate) => engine.call("step", { batch: images, learningRate }),
    snapshot: () => engine.call("snapshot", null),
  };
}
