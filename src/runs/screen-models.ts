/**
 * The models of a screen: opened, and held against the study that they are to score.
 */

import { NeuroscreenError } from "../base/errors.ts";
import { decodeOnnx } from "../engine/graph/bytes.ts";
import type { Graph } from "../engine/graph/graph.ts";
import type { Field } from "../images/fields.ts";
import { type Part, wellKey } from "../plates/split.ts";
import type { Evaluation } from "../records/evaluation.ts";
import type { ModelConfig } from "../records/model.ts";
import type { ReportInput } from "../report/input.ts";
import { partOf } from "../screening/wells.ts";
import { sha256 } from "../store/files.ts";
import { modelFolder, modelFolderState } from "../store/model-folder.ts";
import type { Accepted } from "./events.ts";
import type { OpenStudy, StudyIndex } from "./index-study.ts";
import { withStains } from "./study-views.ts";

/** A finished training, ready to score. */
export interface Model {
  readonly path: string;
  readonly config: ModelConfig & { readonly projection: NonNullable<ModelConfig["projection"]> };
  readonly graph: Graph;
  /** SHA-256 of `model.onnx`. */
  readonly hash: string;
  readonly epochs: ReportInput["training"][number]["epochs"];
  readonly evaluation: Evaluation;
}

/** A larger difference of the pixel's side than this is another magnification. */
const pixelSizeTolerance = 0.05;

/**
 * Opens a model folder.
 *
 * @throws {NeuroscreenError} `bad-model` if it is not complete, or a file of it is missing or not as it was written
 */
export async function openModel(path: string): Promise<Model> {
  const state = await modelFolderState(path);
  const refuse = (found: string, remedy: string) =>
    new NeuroscreenError({
      code: "bad-model",
      what: `Reading the model in ${path}`,
      found,
      expected: "the folder of a finished training",
      remedy,
    });
  if (state === "absent" || state === "other")
    throw refuse(
      state === "absent" ? "nothing there" : "something that is not a model",
      "Check the path given with --model.",
    );
  if (state === "unfinished")
    throw refuse(
      "a training that was cut short, or whose model.onnx was taken away",
      "Finish it first, with `neuroscreen train … --resume`.",
    );
  const folder = modelFolder(path);
  await folder.verify();
  const [config, bytes, epochs, evaluation] = await Promise.all([
    folder.readConfig(),
    folder.readModel(),
    folder.readMetrics(),
    folder.readEvaluation(),
  ]);
  const { projection } = config;
  if (!projection)
    throw refuse(
      "a config.json without `projection`",
      "Train again: the configuration is not that of a finished training.",
    );
  return { path, config: { ...config, projection }, graph: decodeOnnx(bytes), hash: sha256(bytes), epochs, evaluation };
}

/** How a study's images are brought to what a model was trained on. */
export interface Fitting {
  /** The study's fields with the model's stains, in the model's order. */
  readonly stainsOf: (field: Field) => Field;
  /** The longer edge of the study's images after averaging, in pixels. */
  readonly size: number;
  /** What grey values are multiplied with; not 1 only where another bit depth is accepted. */
  readonly gain: number;
}

/**
 * Fits a study to a model. A network says something of any image; what it says means nothing of images unlike those
 * that it was trained on.
 *
 * @param accept differences that are known and wanted
 * @throws {NeuroscreenError} `other-study` if a stain is missing, or bit depth or pixel size differ
 */
export function fitStudy({ path, config }: Model, index: StudyIndex, accept: readonly Accepted[]): Fitting {
  const { study, bitDepth, width, height } = index;
  const names = study.channels.map(({ name }) => name);
  const differences = [
    stainDifference(config.stains, names),
    accept.includes("bit-depth") ? null : depthDifference(config.bitDepth, bitDepth),
    accept.includes("pixel-size") ? null : pixelDifference(config, index),
  ].filter((difference) => difference !== null);
  if (differences.length > 0) {
    throw new NeuroscreenError({
      code: "other-study",
      what: `Scoring ${study.name} with the model in ${path}`,
      found: differences.map(({ found }) => found).join("; "),
      expected: differences.map(({ expected }) => expected).join("; "),
      remedy: differences.map(({ remedy }) => remedy).join(" "),
    });
  }
  const order = config.stains.map((stain) => names.indexOf(stain));
  const full = (depth: 8 | 16) => 2 ** depth - 1;
  return {
    stainsOf: (field) => ({ ...field, paths: order.map((channel) => field.paths[channel]!) }),
    size: Math.max(1, Math.round(Math.max(width, height) / config.pixelBinning)),
    gain: full(config.bitDepth) / full(bitDepth),
  };
}

/**
 * The split of each model, as far as its wells are wells of this study.
 *
 * Plates of two studies may have one name. A plate is taken for the one that a model knows if a control well of it has the
 * same images, or if study or plate map are the same by name or hash: where in doubt, a well counts as seen.
 */
export function splitsKnownIn(models: readonly Model[], study: OpenStudy): [well: string, part: Part][][] {
  const { index } = study;
  return models.map(({ config }) => {
    const { wellHash } = knownStains(study, config.stains);
    const isSameStudy = config.study.name === index.study.name || config.study.mapHash === index.mapHash;
    const wells = Object.keys(config.split).filter((well) => wellHash(well) === config.wellHashes[well]);
    const plates = new Set(wells.map(plateOf));
    return Object.entries(config.split).filter(([well]) => isSameStudy || plates.has(plateOf(well)));
  });
}

/** The study with a model's stains alone, which is what the model's hashes are over; all of it where it lacks one. */
function knownStains(study: OpenStudy, stains: readonly string[]): OpenStudy {
  const names = study.index.study.channels.map(({ name }) => name);
  return stains.every((stain) => names.includes(stain)) ? withStains(study, stains) : study;
}

/** The plate of `plate/A01`. */
export function plateOf(well: string): string {
  return well.slice(0, well.lastIndexOf("/"));
}

/** Pixels of a field above which fields are scored one at a time: what lies between the layers grows with both. */
const largeField = 1024 ** 2;

/** How many fields a screen scores at once unless told. */
export function fieldsAtOnce(models: readonly Model[]): number {
  return models.some(({ config: { fieldSize } }) => fieldSize.width * fieldSize.height > largeField) ? 1 : 4;
}

/** The control wells of the study that no model learned from or was chosen by, `plate/A01`. */
export function testWells(index: StudyIndex, parts: ReadonlyMap<string, Part>): string[] {
  return index.wells.filter((well) => partOf(well, parts) === "test").map(wellKey);
}

interface Difference {
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;
}

function stainDifference(wanted: readonly string[], found: readonly string[]): Difference | null {
  const missing = wanted.filter((stain) => !found.includes(stain));
  if (missing.length === 0) return null;
  return {
    found: `the stains ${found.join(", ")}, without ${missing.join(", ")}`,
    expected: `the stains ${wanted.join(", ")}`,
    remedy:
      "Where the study calls the same stains otherwise, write the model's names at `name` of its channels; else train a model on this study.",
  };
}

function depthDifference(wanted: 8 | 16, found: 8 | 16): Difference | null {
  if (wanted === found) return null;
  return {
    found: `images of ${found} bits`,
    expected: `images of ${wanted} bits`,
    remedy: "To score them all the same, each grey value put on the model's full range, add `--accept bit-depth`.",
  };
}

function pixelDifference(config: ModelConfig, index: StudyIndex): Difference | null {
  const { pixelSizeMicrometres: wanted, pixelBinning, fieldSize } = config;
  const { pixelSizeMicrometres: found, width, height } = index;
  const remedy =
    "Screen images of the same magnification and camera, or, where you know that these will do, add `--accept pixel-size`.";
  if (wanted !== null && found !== null) {
    if (Math.abs(found / wanted - 1) <= pixelSizeTolerance) return null;
    return { found: `pixels of ${found} µm`, expected: `pixels of ${wanted} µm, to 5 %`, remedy };
  }
  // Without a scale on both sides, only the same number of pixels says that they are the same.
  const trained = {
    width: Math.round(fieldSize.width * pixelBinning),
    height: Math.round(fieldSize.height * pixelBinning),
  };
  if (trained.width === width && trained.height === height) return null;
  const unknown = "of unknown pixel size (`pixelSizeMicrometres` in the study)";
  return {
    found: `images of ${width} × ${height} pixels${found === null ? `, ${unknown}` : ""}`,
    expected: `images of ${trained.width} × ${trained.height} pixels${wanted === null ? ", of unknown pixel size" : ""}`,
    remedy,
  };
}
