/**
 * Weights to begin a training with, instead of fresh ones: another network's file, or single-stain models of ours, which
 * become the branches of `separate`.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { NeuroscreenError, nearest } from "../base/errors.ts";
import type { WeightMap } from "../engine/graph/graph.ts";
import { type NetworkSpec, weightSpecs } from "../engine/nn/networks.ts";
import { decodeWeights } from "../engine/weights/decode.ts";
import { fitWeights, type StemFit } from "../engine/weights/fit.ts";
import { decodeSafetensors } from "../engine/weights/safetensors.ts";
import type { Part } from "../plates/split.ts";
import type { ModelConfig } from "../records/model.ts";
import { crossvalidationFolderState } from "../store/crossvalidation-folder.ts";
import { sha256 } from "../store/files.ts";
import { modelFolder, modelFolderState } from "../store/model-folder.ts";
import { whyUnreadable } from "./index-study.ts";
import { differencesOf, type InputForm } from "./input-form.ts";

/** What {@link startingWeights} gives. */
export interface StartingWeights {
  /** Replace the fresh ones, by our parameter names; what is not here stays fresh. */
  readonly weights: WeightMap;
  /** What was taken, fitted and left fresh: lines to print. */
  readonly told: readonly string[];
  /** In what other form a branch has seen images: it can begin so, and has more to learn anew. */
  readonly doubts?: readonly { readonly subject: string; readonly message: string }[];
  /** Where they came from, for config.json: the SHA-256 of each file of weights. */
  readonly origin: readonly {
    readonly kind: "pretrained" | "branch";
    readonly stain: string | null;
    readonly sha256: string;
  }[];
  /** Which control wells each branch was taught and chosen by, where there are branches; see {@link refuseSeenWells}. */
  readonly taught?: readonly { readonly folder: string; readonly split: ModelConfig["split"] }[];
}

/**
 * Reads the weights that a network is to begin with.
 *
 * @param options `pretrained`: a `.pth` or `.safetensors` of torchvision's names, its first convolution fitted by `stem`;
 *   `initFrom`: model folders of one stain each, one for every stain; `input`: in what form the network is to see images
 * @param network the network that is to begin so
 * @param stains the names of its stains, in their order
 * @returns null where neither is given
 * @throws {NeuroscreenError} `bad-option` for both at once, or branches for a network without; `no-such-file`; what `decodeWeights` and
 *   `fitWeights` throw; `bad-model` for a folder that is no finished training; `bad-branch` for a model of several stains, of another
 *   backbone or width, of a stain that the network does not read or has already, and for a stain without a model
 */
export async function startingWeights(
  {
    pretrained,
    initFrom = [],
    stem = "spread",
    input,
  }: {
    readonly pretrained?: string;
    readonly initFrom?: readonly string[];
    readonly stem?: StemFit;
    readonly input: InputForm;
  },
  network: NetworkSpec,
  stains: readonly string[],
): Promise<StartingWeights | null> {
  if (pretrained !== undefined && initFrom.length > 0) {
    throw refuseOptions(
      "--pretrained and --init-from together",
      "one of them",
      "Branches bring all of the backbone's weights: leave --pretrained out, or give it to the single-stain trainings.",
    );
  }
  if (pretrained !== undefined) return fromFile(pretrained, network, stem);
  if (initFrom.length === 0) return null;
  if (network.fusion !== "separate") {
    throw refuseOptions(
      `--init-from for fusion \`${network.fusion}\``,
      "fusion `separate`, which has a branch for each stain",
      "Choose --fusion separate.",
    );
  }
  return fromModels(initFrom, network, stains, input);
}

async function fromFile(path: string, network: NetworkSpec, stem: StemFit): Promise<StartingWeights> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new NeuroscreenError({
      code: "no-such-file",
      what: "Reading weights to begin with",
      found: `${path}${whyUnreadable(cause)}`,
      expected: "a file that can be read",
      remedy: "Check the path given with --pretrained.",
      cause,
    });
  });
  const fitted = fitWeights({ path, tensors: decodeWeights(bytes, path) }, network, stem);
  return { ...fitted, origin: [{ kind: "pretrained", stain: null, sha256: sha256(bytes) }] };
}

interface Branch {
  readonly folder: string;
  readonly stain: string;
  readonly config: ModelConfig;
  readonly weights: WeightMap;
  readonly hash: string;
}

async function fromModels(
  folders: readonly string[],
  network: NetworkSpec,
  stains: readonly string[],
  input: InputForm,
): Promise<StartingWeights> {
  const byStain = new Map<string, Branch>();
  for (const folder of folders) {
    const branch = await openBranch(folder, network, stains);
    const other = byStain.get(branch.stain);
    if (other) throw refuseBranch(folder, branch.stain, "one model a stain", `Leave out this one or ${other.folder}.`);
    byStain.set(branch.stain, branch);
  }
  const branches = stains.map((stain) => {
    const branch = byStain.get(stain);
    if (branch) return branch;
    const remedy = `Train it with --fusion single --stains ${stain}, and name its folder too.`;
    throw refuseBranch(folders.join(", "), `no model of ${stain}`, `a model for each of ${stains.join(", ")}`, remedy);
  });
  const own = weightSpecs(network).map(({ name }) => name);
  const weights: WeightMap = new Map(
    own.flatMap((name) => {
      const [, index, theirs] = /^branch\.(\d+)\.(.+)$/.exec(name) ?? [];
      if (index === undefined || theirs === undefined) return [];
      const { folder, weights } = branches[Number(index)]!;
      const tensor = weights.get(theirs);
      if (!tensor) throw new Error(`unreachable: ${folder} has the same backbone and no ${theirs}`);
      return [[name, tensor] as const];
    }),
  );
  return {
    weights,
    told: [
      ...branches.map(({ folder, stain }, i) => `branch.${i} (${stain}) taken from ${folder}`),
      `left fresh: ${own.filter((name) => !weights.has(name)).join(", ")}`,
    ],
    doubts: branches.flatMap(({ folder, stain, config }) =>
      differencesOf(config, input).map((message) => ({ subject: `${stain} from ${folder}`, message })),
    ),
    origin: branches.map(({ stain, hash }) => ({ kind: "branch", stain, sha256: hash })),
    taught: branches.map(({ folder, config: { split } }) => ({ folder, split })),
  };
}

async function openBranch(folder: string, network: NetworkSpec, stains: readonly string[]): Promise<Branch> {
  const state = await modelFolderState(folder);
  if (state !== "complete") {
    const folds = await crossvalidationFolderState(folder);
    const found = { absent: "nothing there", unfinished: "a training that was cut short", other: "no model" }[state];
    const remedy = {
      absent: "Check the path given with --init-from; a training that was cut short is finished with --resume.",
      unfinished: "Finish it first, with `neuroscreen crossvalidate … --resume`.",
      complete: `Name one of its folds, such as ${join(folder, "fold-1")}, or begin all folds of a crossvalidation with it.`,
    };
    throw new NeuroscreenError({
      code: "bad-model",
      what: `Reading the branch ${folder}`,
      found:
        folds === "complete"
          ? "a crossvalidation"
          : folds === "unfinished"
            ? "a crossvalidation that was cut short"
            : found,
      expected: "the folder of a finished training",
      remedy: folds === "other" ? remedy.absent : remedy[folds],
    });
  }
  const model = modelFolder(folder);
  await model.verify();
  const config = await model.readConfig();
  const { fusion, backbone, width } = config.network;
  const [stain] = config.stains;
  if (fusion !== "single" || stain === undefined) {
    throw refuseBranch(
      folder,
      `fusion \`${fusion}\` of ${config.stains.join(", ")}`,
      "fusion `single`, of one stain",
      "Train one model a stain with --fusion single --stains NAME.",
    );
  }
  if (backbone !== network.backbone || width !== network.width) {
    throw refuseBranch(
      folder,
      `${backbone} of width ${width}`,
      `${network.backbone} of width ${network.width}`,
      "Give the branches and the whole the same --backbone and --width.",
    );
  }
  if (!stains.includes(stain)) {
    const near = nearest(stain, stains);
    throw refuseBranch(
      folder,
      `stain ${stain}`,
      `one of ${stains.join(", ")}${near === undefined ? "" : ` (did you mean ${near}?)`}`,
      "Leave this folder out, or give the channel the same name in both studies.",
    );
  }
  const bytes = await readFile(join(folder, "weights.safetensors"));
  return { folder, stain, config, weights: decodeSafetensors(bytes, folder).tensors, hash: sha256(bytes) };
}

/**
 * Sees that no branch has been taught by a well which is to judge the whole: a test well must be new to all of the network, and
 * a validation well must not have been trained on.
 *
 * Wells are told apart by plate and name alone, since a study of one stain has other files for the same well.
 *
 * @param split the part of each well in the training that is to begin, by `plate/A01`
 * @throws {NeuroscreenError} `seen-wells`, naming the first ones
 */
export function refuseSeenWells({ taught = [] }: StartingWeights, split: ReadonlyMap<string, Part>): void {
  for (const { folder, split: earlier } of taught) {
    const seen = [...split].flatMap(([well, part]) => {
      const before = earlier[well];
      const isSeen =
        (part === "test" && before === "validate") || (part !== "unused" && part !== "train" && before === "train");
      return isSeen ? [`${well} (${before}, now ${part})`] : [];
    });
    if (seen.length === 0) continue;
    throw new NeuroscreenError({
      code: "seen-wells",
      what: `Beginning from the branch ${folder}`,
      found: `${seen.length} ${seen.length === 1 ? "well" : "wells"} that it has seen: ${seen.slice(0, 5).join(", ")}${seen.length > 5 ? ", …" : ""}`,
      expected: "branches trained with the same split",
      remedy:
        "Train the branches again with the split and seed of this training. If these are other wells by the same names, give the plates names of their own.",
    });
  }
}

function refuseBranch(folder: string, found: string, expected: string, remedy: string): NeuroscreenError {
  return new NeuroscreenError({
    code: "bad-branch",
    what: `Beginning from ${folder}`,
    found,
    expected,
    remedy,
  });
}

function refuseOptions(found: string, expected: string, remedy: string): NeuroscreenError {
  return new NeuroscreenError({ code: "bad-option", what: "Choosing weights to begin with", found, expected, remedy });
}
