/** A model opened to be asked why: its fields as it sees them, an engine of its own, and its network in parts. */
import { floatTensor, type WeightMap } from "../engine/graph/graph.ts";
import { cpuProfile } from "../engine/graph/profile.ts";
import type { ExplainedNetwork } from "../explain/explained.ts";
import { type FieldExplainer, openFieldExplainer } from "../explain/field-maps.ts";
import { explainedNetwork } from "../explain/network.ts";
import { scaledSize } from "../images/resize.ts";
import type { ExplainMethod } from "../records/explain.ts";
import { recipeSchema } from "../training/recipe.ts";
import { openEngineThread } from "./engine-thread.ts";
import type { Accepted, RunEvent } from "./events.ts";
import { type FittedFields, openFittedFields } from "./fitted-fields.ts";
import { threadRunner } from "./graph-runner.ts";
import type { OpenStudy, StudyIndex } from "./index-study.ts";
import { fitStudy, type Model } from "./screen-models.ts";

/** What is asked of a model. */
export interface ExplainerRequest {
  readonly methods: readonly ExplainMethod[];
  readonly class: 0 | 1;
  /** In pixels of the network's image; null: the crops of its training. */
  readonly window: number | null;
  readonly accept: readonly Accepted[];
  readonly workers: number;
  /** In place of what the model learned. */
  readonly weights?: WeightMap | undefined;
}

/** To be closed. */
export interface OpenedExplainer {
  readonly network: ExplainedNetwork;
  readonly explainer: FieldExplainer;
  readonly fields: FittedFields;
  /** The size of the image that the network sees. */
  readonly seen: Size;
  close(): Promise<void>;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Opens a model for a study. @throws {NeuroscreenError} `other-study` */
export async function* openExplainer(
  model: Model,
  study: OpenStudy,
  { accept, workers, window, weights = weightsOf(model), ...asked }: ExplainerRequest,
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, OpenedExplainer> {
  const { config } = model;
  const fields = yield* openFittedFields(model, study, { accept, workers }, signal);
  const engine = openEngineThread();
  const network = explainedNetwork(config.network, weights, config.normalization);
  const seen = seenSize(model, study.index);
  const wished = window ?? trainingCrop(model) ?? Math.min(seen.width, seen.height);
  const explainer = openFieldExplainer(network, seen, threadRunner(engine), {
    ...asked,
    window: wished,
    profile: cpuProfile,
  });
  return {
    ...{ network, explainer, fields, seen },
    async close() {
      // The thread takes its graphs with it, also those in the middle of a run.
      await Promise.all([fields.close(), engine.close()]);
    },
  };
}

/** The size of the image that a model sees of a study's field. */
export function seenSize(model: Model, index: StudyIndex): Size {
  return scaledSize(index, fitStudy(model, index, ["bit-depth", "pixel-size"]).size);
}

/** Every tensor of a model's graph that may be a weight. */
export function weightsOf({ graph }: Model): WeightMap {
  return new Map(
    [...graph.initializers].flatMap(([name, { shape, data }]) =>
      data instanceof Float32Array ? [[name, floatTensor(shape, data)] as const] : [],
    ),
  );
}

/** Null where the recipe is of a version that called it otherwise. */
function trainingCrop({ config }: Model): number | null {
  const recipe = recipeSchema.safeParse(config.recipe);
  return recipe.success ? recipe.data.fields.crop : null;
}
