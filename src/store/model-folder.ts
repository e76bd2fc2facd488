/**
 * Model folders: what a training leaves, growing in place.
 *
 *     config.json          how it was made, and what is needed to use it
 *     metrics.jsonl        a line an epoch
 *     state/               the last checkpoint, and the best weights so far
 *     weights.safetensors  the weights that were kept, by torchvision's names
 *     evaluation.json      how it does on train, validation and test wells
 *     run.json             times, paths, host
 *     SHA256SUMS           of all but run.json and state/, as `sha256sum --check` reads it
 *     model.onnx           the network, ready to run: written last, it says that the folder is complete
 *
 * Each file is replaced as a whole, and a checkpoint is one file, so a training may die at any moment.
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ZodError } from "zod";
import { NeuroscreenError } from "../base/errors.ts";
import { decodeSafetensors, encodeSafetensors, type SafetensorsFile } from "../engine/weights/safetensors.ts";
import type { Evaluation } from "../records/evaluation.ts";
import { type Checkpoint, checkpointSchema, type ModelConfig, modelConfigSchema } from "../records/model.ts";
import { sha256, writeAtomically } from "./files.ts";

/** Tensors by name. */
type WeightMap = SafetensorsFile["tensors"];

const files = {
  config: "config.json",
  metrics: "metrics.jsonl",
  weights: "weights.safetensors",
  evaluation: "evaluation.json",
  run: "run.json",
  sums: "SHA256SUMS",
  model: "model.onnx",
  checkpoint: join("state", "checkpoint.safetensors"),
  best: join("state", "best.safetensors"),
};

/** The files whose bytes are part of the model. */
const summed = [files.config, files.evaluation, files.metrics, files.model, files.weights];

/** `absent`: nothing there. `unfinished`: a training was cut short. `complete`: a model. `other`: something else. */
export type ModelFolderState = "absent" | "unfinished" | "complete" | "other";

/** What stands at a path. */
export async function modelFolderState(folder: string): Promise<ModelFolderState> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    return ["?"];
  });
  if (names.length === 0) return "absent";
  if (names.includes("report.json")) return "other"; // a screen, which has a config.json too
  if (!names.includes(files.config))
    return names.every((name) => name.startsWith(`.${files.config}`)) ? "absent" : "other";
  if (names.includes(files.model)) return "complete";
  return (await isTraining(join(folder, files.config))) ? "unfinished" : "other";
}

/** Crossvalidations and simulated screens have a config.json too, without a split. A damaged one is told by whoever reads it. */
async function isTraining(path: string): Promise<boolean> {
  const config: unknown = await readFile(path, "utf8").then(JSON.parse, () => undefined);
  return config === undefined || (typeof config === "object" && config !== null && "split" in config);
}

/** All that a checkpoint keeps. */
export interface SavedState {
  readonly progress: Checkpoint;
  readonly weights: WeightMap;
  readonly slots: WeightMap;
}

export interface ModelFolder {
  writeConfig(config: ModelConfig): Promise<void>;
  /** Keeps a checkpoint and the metrics up to it; `best` also as the best weights so far. */
  writeCheckpoint(state: SavedState, isBest: boolean): Promise<void>;
  readConfig(): Promise<ModelConfig>;
  /** The last checkpoint; null if there is none yet. */
  readCheckpoint(): Promise<SavedState | null>;
  readBest(): Promise<WeightMap>;
  readMetrics(): Promise<Checkpoint["history"]>;
  readModel(): Promise<Uint8Array>;
  readEvaluation(): Promise<Evaluation>;
  /** Whether every file is as it was written. @throws {NeuroscreenError} `bad-model`, naming a file that is missing or altered */
  verify(): Promise<void>;
  /** Completes the folder. */
  finish(result: {
    weights: WeightMap;
    evaluation: unknown;
    run: unknown;
    config: ModelConfig;
    model: Uint8Array;
  }): Promise<void>;
}

/** The files of a model folder, whether or not it is there yet. */
export function modelFolder(folder: string): ModelFolder {
  const at = (name: string) => join(folder, name);
  const writeJson = (name: string, value: unknown) => writeAtomically(at(name), `${JSON.stringify(value, null, 2)}\n`);
  const read = async (name: string): Promise<Uint8Array> =>
    readFile(at(name)).catch((cause: unknown) => {
      throw refuse(folder, `no ${name}`, cause);
    });
  const readWeights = async (name: string) => decodeSafetensors(await read(name), at(name));
  return {
    writeConfig: (config) => writeJson(files.config, config),
    async writeCheckpoint({ progress, weights, slots }, isBest) {
      // The best weights first: a checkpoint that names a best epoch must find them.
      if (isBest) await writeAtomically(at(files.best), encodeSafetensors({ tensors: weights, metadata: {} }));
      const tensors = new Map([...prefixed("weights/", weights), ...prefixed("slots/", slots)]);
      const metadata = { progress: JSON.stringify(progress) };
      // The metrics before the checkpoint too: a training that has its last checkpoint writes none again.
      await writeAtomically(at(files.metrics), progress.history.map((line) => `${JSON.stringify(line)}\n`).join(""));
      await writeAtomically(at(files.checkpoint), encodeSafetensors({ tensors, metadata }));
    },
    async readConfig() {
      const text = new TextDecoder().decode(await read(files.config));
      try {
        return modelConfigSchema.parse(JSON.parse(text));
      } catch (cause) {
        const where = cause instanceof ZodError ? ` at ${cause.issues[0]?.path.join(".")}` : "";
        throw refuse(folder, `a config.json that is not as this version writes it${where}`, cause);
      }
    },
    async readCheckpoint() {
      const names = await readdir(at("state")).catch((): string[] => []);
      if (!names.includes("checkpoint.safetensors")) return null;
      const { tensors, metadata } = await readWeights(files.checkpoint);
      const progress = checkpointSchema.parse(JSON.parse(metadata.progress ?? "null"));
      return { progress, weights: unprefixed("weights/", tensors), slots: unprefixed("slots/", tensors) };
    },
    readBest: async () => (await readWeights(files.best)).tensors,
    async readMetrics() {
      const text = await readFile(at(files.metrics), "utf8").catch(() => "");
      const lines = text.split("\n").filter((line) => line !== "");
      return checkpointSchema.shape.history.parse(lines.map((line) => JSON.parse(line)));
    },
    readModel: () => read(files.model),
    async readEvaluation() {
      // Its bytes are those that we wrote: `verify` says so.
      return JSON.parse(new TextDecoder().decode(await read(files.evaluation))) as Evaluation;
    },
    async verify() {
      const text = new TextDecoder().decode(await read(files.sums));
      const sums = new Map(
        text.split("\n").flatMap((line) => (line === "" ? [] : [[line.slice(66), line.slice(0, 64)]])),
      );
      for (const name of summed) {
        if (sha256(await read(name)) === sums.get(name)) continue;
        throw refuse(folder, `a ${name} that is not as the training wrote it`);
      }
    },
    async finish({ weights, evaluation, run, config, model }) {
      await writeAtomically(at(files.weights), encodeSafetensors({ tensors: weights, metadata: { format: "pt" } }));
      await writeJson(files.evaluation, evaluation);
      await writeJson(files.run, run);
      await writeJson(files.config, config);
      await removeLeftovers(folder);
      const bytes = async (name: string) => (name === files.model ? model : read(name));
      const sums = await Promise.all(summed.map(async (name) => `${sha256(await bytes(name))}  ${name}\n`));
      await writeAtomically(at(files.sums), sums.join(""));
      await writeAtomically(at(files.model), model);
    },
  };
}

/** What a process left that died while it wrote one of the files; see `writeAtomically`. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const file of Object.values(files)) {
    const start = `.${basename(file)}.`;
    const below = join(folder, dirname(file));
    const left = (await readdir(below).catch((): string[] => [])).filter((name) => name.startsWith(start));
    for (const name of left) await rm(join(below, name), { force: true });
  }
}

function prefixed(
  prefix: string,
  tensors: WeightMap,
): [string, WeightMap extends ReadonlyMap<string, infer T> ? T : never][] {
  return [...tensors].map(([name, tensor]) => [prefix + name, tensor]);
}

function unprefixed(prefix: string, tensors: WeightMap): WeightMap {
  return new Map(
    [...tensors].flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
    ),
  );
}

function refuse(folder: string, found: string, cause?: unknown): NeuroscreenError {
  return new NeuroscreenError({
    code: "bad-model",
    what: `Reading the model in ${folder}`,
    found,
    expected: "the complete folder of a finished training",
    remedy:
      "Name a model folder that `train` has finished; one that was cut short is finished with `train … --resume`, one that was altered is copied or trained again.",
    ...(cause === undefined ? {} : { cause }),
  });
}
