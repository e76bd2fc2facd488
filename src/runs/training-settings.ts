/**
 * What a training is to do, settled before it begins: recipe and options, network, and the configuration that is written down.
 */
import { readFile } from "node:fs/promises";
import { NeuroscreenError } from "../base/errors.ts";
import { version } from "../base/version.ts";
import type { NetworkSpec } from "../engine/nn/networks.ts";
import type { Optimizer } from "../engine/optim/optimizers.ts";
import { onnxruntimeVersion } from "../engine/runtime/node.ts";
import { scaledSize } from "../images/resize.ts";
import type { Part } from "../plates/split.ts";
import type { ModelConfig } from "../records/model.ts";
import { type ModelFolder, modelFolderState } from "../store/model-folder.ts";
import { checkRecipe, parseRecipe, type Recipe, recipeSchema, refuseBesidePhases } from "../training/recipe.ts";
import type { TrainOptions } from "./events.ts";
import { type StudyIndex, whyUnreadable } from "./index-study.ts";

/** The configuration of a training that was begun here; undefined where this one begins. */
export async function earlierConfig(
  { out, resume }: Pick<TrainOptions, "out" | "resume">,
  folder: ModelFolder,
): Promise<ModelConfig | undefined> {
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
    expected: "nothing there, or an empty folder",
    remedy,
  });
}

/** The recipe of the file, or of the training to go on with, or the default; options of the command line win over it. */
export async function resolveRecipe(
  options: Omit<TrainOptions, "study" | "out">,
  earlier: Pick<ModelConfig, "recipe"> | undefined,
): Promise<Recipe> {
  const base =
    options.config !== undefined ? await readRecipe(options.config) : recipeSchema.parse(earlier?.recipe ?? {});
  const { fusion, backbone, width, size, crop, epochs, batch, learningRate, optimizer, seed, device, normalize } =
    options;
  const { stains, stem } = options;
  const what = "Reading the options of this training";
  if (base.phases.length > 0) refuseBesidePhases(Object.keys(given({ epochs, learningRate })), what);
  const merged = {
    ...base,
    ...given({ stains, stem, epochs, batch, learningRate, seed, device, normalize }),
    network: { ...base.network, ...given({ fusion, backbone, width }) },
    fields: { ...base.fields, ...given({ size, crop }) },
    optimizer: { ...base.optimizer, ...given({ kind: optimizer }) },
  };
  return checkRecipe(merged, what);
}

/** Those of the values that were given. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
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

/** The network that the recipe asks for, over the study's stains. @throws {NeuroscreenError} `bad-size` if fusion or crop do not fit the study */
export function networkOf({ network, fields }: Recipe, { study, width, height }: StudyIndex): NetworkSpec {
  const stains = study.channels.length;
  const refuse = (what: string, found: string, expected: string, remedy: string) =>
    new NeuroscreenError({ code: "bad-size", what, found, expected, remedy });
  const names = study.channels.map(({ name }) => name).join(", ");
  if (network.fusion === "single" && stains !== 1) {
    throw refuse(
      "Fusion `single`",
      `${stains} stains (${names})`,
      "one stain",
      "Choose one with --stains, or use `stacked` or `separate`.",
    );
  }
  if (network.fusion === "rgb" && stains < 3) {
    throw refuse(
      "Fusion `rgb`",
      `${stains} ${stains === 1 ? "stain" : "stains"} (${names})`,
      "at least three, for red, green and blue",
      "Use `stacked`, `separate` or `sum`.",
    );
  }
  if (network.fusion !== "rgb" && network.spread !== undefined) {
    throw refuse("The network's `spread`", `fusion \`${network.fusion}\``, "fusion `rgb`", "Leave `spread` out.");
  }
  const field = scaledSize({ width, height }, fields.size);
  if (fields.crop > Math.min(field.width, field.height)) {
    throw refuse(
      "Cropping",
      `crops of ${fields.crop} pixels from fields of ${field.width} × ${field.height}`,
      "crops no larger than the field",
      `Give --crop ${Math.min(field.width, field.height)} or less${field.width < width ? ", or a larger --size" : ""}.`,
    );
  }
  return { ...network, stains, classes: 2 };
}

/** The recipe's optimiser in the engine's words. */
export function optimizerOf({ optimizer }: Recipe): Optimizer {
  const { kind, momentum, beta1, beta2, epsilon, weightDecay } = optimizer;
  return kind === "sgd" ? { kind, momentum, weightDecay } : { kind, beta1, beta2, epsilon, weightDecay };
}

/** `config.json` as it stands before the first step. */
export function modelConfig(
  index: StudyIndex,
  {
    recipe,
    network,
    split,
    normalization,
    dataHash,
    wellHash,
    origin,
    labels,
  }: {
    recipe: Recipe;
    network: NetworkSpec;
    split: ReadonlyMap<string, Part>;
    normalization: ModelConfig["normalization"];
    /** Of the images of the control wells. */
    dataHash: string;
    wellHash: (well: string) => string;
    origin: ModelConfig["origin"] | undefined;
    labels: ModelConfig["labels"] | undefined;
  },
): ModelConfig {
  const { study, bitDepth, width, height, pixelSizeMicrometres, mapHash } = index;
  const fieldSize = scaledSize({ width, height }, recipe.fields.size);
  const controls = [...split].filter(([, part]) => part !== "unused");
  return {
    neuroscreen: version,
    onnxruntime: onnxruntimeVersion,
    study: { name: study.name, dataHash, mapHash },
    stains: study.channels.map(({ name }) => name),
    classes: study.classes,
    bitDepth,
    pixelBinning: width / fieldSize.width,
    pixelSizeMicrometres,
    fieldSize,
    network,
    normalization,
    normalizeBy: recipe.normalize,
    recipe,
    ...(origin && { origin: origin.map(({ kind, stain, sha256 }) => ({ kind, stain, sha256 })) }),
    split: Object.fromEntries(controls),
    ...(labels && { labels }),
    wellHashes: Object.fromEntries(controls.map(([well]) => [well, wellHash(well)])),
  };
}

/** A training goes on only as it was begun: another recipe or other data would make bytes that nobody can make again. */
export function refuseChange(earlier: ModelConfig, now: ModelConfig, out: string): void {
  const keys = [...new Set([...Object.keys(earlier), ...Object.keys(now)])] as (keyof ModelConfig)[];
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

/** What the ONNX file says of itself, for whoever finds it alone. */
export function onnxMetadata({
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
