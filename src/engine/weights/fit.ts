/**
 * The weights of another network, fitted to one of ours.
 *
 * The backbone is taken as it is, by torchvision's names, for every branch of `separate`. The first convolution reads colours
 * and ours reads stains, so it is fitted; the layers that decide stay fresh, since they decided something else.
 */
import { NeuroscreenError } from "../../base/errors.ts";
import { elementCount, type FloatTensor, floatTensor, type WeightMap } from "../graph/graph.ts";
import { type Backbone, backbones } from "../nn/backbones.ts";
import { type NetworkSpec, type WeightSpec, weightSpecs } from "../nn/networks.ts";
import type { StoredTensor, StoredTensors } from "./stored.ts";

/**
 * How a first convolution over c colours becomes one over n stains. Every stain gets the same kernel, made of the colours' kernels:
 * `mean` their mean; `sum` their sum, which answers to one stain as the colours did to a grey image; `spread` their
 * sum / n, which answers so to n equal stains together.
 */
export const stemFits = ["mean", "sum", "spread"] as const;
/** How the first convolution is fitted to the stains. */
export type StemFit = (typeof stemFits)[number];

/** What {@link fitWeights} gives. */
export interface FittedWeights {
  /** By our names. */
  readonly weights: WeightMap;
  /** What was taken, fitted, left fresh and not used: lines to print. */
  readonly told: readonly string[];
}

/**
 * Fits the weights of torchvision's ResNet or VGG19, or of one with the same names, to a network of ours.
 *
 * @param path names the file in errors and lines
 * @param stem how the first convolution is fitted where it has to be
 * @throws {NeuroscreenError} `other-network` with the first tensor that is missing, of another shape, or too much; `bad-weights` if
 *   one holds what is no number
 */
export function fitWeights(
  file: { readonly path: string; readonly tensors: StoredTensors },
  network: NetworkSpec,
  stem: StemFit,
): FittedWeights {
  const theirs = withoutWrapper(file.tensors);
  const ours = weightSpecs(network);
  const wanted = new Map(ours.filter((own) => !decides(own.name)).map((own) => [inBackbone(own.name), own]));
  const disagreement = firstDisagreement(theirs, [...wanted.values()]);
  if (disagreement) throw otherNetwork(file.path, disagreement, theirs, network);

  const [stemName, ownStem] = [...wanted][0]!;
  const stemShape = theirs.get(stemName)!.shape;
  // `rgb` gives its network colours. Where there are three stains in another fusion they are none, and each gets the same kernel;
  // as many as the file has, but not three, are stains there too.
  const colours = stemShape[1]!;
  const isTaken = colours === ownStem.shape[1] && (network.fusion === "rgb" || colours !== 3);
  const fitted = new Map(
    [...wanted.keys()].map((name) => {
      const tensor = finite(theirs.get(name)!.read(), name, file.path);
      return [name, name === stemName && !isTaken ? fitStem(tensor, ownStem.shape[1]!, stem) : tensor];
    }),
  );
  // A copy for each branch: trainers write into what they are given.
  const weights = new Map(
    ours.flatMap(({ name, shape }) => {
      const tensor = fitted.get(inBackbone(name));
      return tensor && !decides(name) ? [[name, floatTensor(shape, tensor.data.slice())] as const] : [];
    }),
  );
  const branches = network.fusion === "separate" ? `, for each of ${count(network.stains, "branch", "branches")}` : "";
  const taken = count(fitted.size - (isTaken ? 0 : 1), "tensor");
  const fresh = ours.filter(({ name }) => !weights.has(name)).map(({ name }) => name);
  const counters = [...theirs.keys()].filter(isCounter);
  const unused = [...theirs.keys()].filter(decides);
  if (counters.length > 0) unused.push(count(counters.length, "counter of batches", "counters of batches"));
  const words = { mean: "the mean", sum: "the sum", spread: "the sum, spread over the stains," };
  return {
    weights,
    told: [
      `taken from ${file.path}: ${taken} of the ${network.backbone}${branches}`,
      isTaken
        ? `taken as it is: ${stemName} [${stemShape}]`
        : `fitted: ${stemName} from [${stemShape}] to [${ownStem.shape}], ${words[stem]} of its ${count(colours, "colour")}`,
      `left fresh: ${fresh.join(", ")}`,
      ...(unused.length > 0 ? [`not used: ${unused.join(", ")}`] : []),
    ],
  };
}

/** One kernel for all stains, of what the colours' kernels [out, colours, h, w] have in common. */
function fitStem({ shape, data }: FloatTensor, stains: number, how: StemFit): FloatTensor {
  const [out, colours, ...kernel] = shape as [number, number, ...number[]];
  const divisor = { mean: colours, sum: 1, spread: stains }[how];
  const pixels = elementCount(kernel);
  const fitted = floatTensor([out, stains, ...kernel]);
  for (let filter = 0; filter < out; filter++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      let sum = 0;
      for (let colour = 0; colour < colours; colour++) sum += data[(filter * colours + colour) * pixels + pixel]!;
      for (let stain = 0; stain < stains; stain++) {
        fitted.data[(filter * stains + stain) * pixels + pixel] = sum / divisor;
      }
    }
  }
  return fitted;
}

interface Disagreement {
  readonly found: string;
  readonly expected: string;
}

/** The first tensor of ours that the file lacks or has in another shape, else the first of the file that we have no place for. */
function firstDisagreement(theirs: StoredTensors, wanted: readonly WeightSpec[]): Disagreement | undefined {
  for (const [index, { name: ownName, shape }] of wanted.entries()) {
    const name = inBackbone(ownName);
    const found = theirs.get(name)?.shape;
    if (!found) return { expected: `${name} [${shape}]`, found: `no ${name}` };
    // The first convolution may have any number of colours.
    const ours = index === 0 && found[1]! > 0 ? shape.with(1, found[1]!) : shape;
    if (`${ours}` !== `${found}`) return { expected: `${name} [${ours}]`, found: `${name} [${found}]` };
  }
  const names = new Set(wanted.map(({ name }) => inBackbone(name)));
  const [extra] = [...theirs].filter(([name]) => !names.has(name) && !decides(name) && !isCounter(name));
  return extra && { expected: `no ${extra[0]}`, found: `${extra[0]} [${extra[1].shape}]` };
}

function otherNetwork(
  path: string,
  { found, expected }: Disagreement,
  theirs: StoredTensors,
  { backbone, width }: NetworkSpec,
): NeuroscreenError {
  const isOf = (other: Backbone) =>
    !firstDisagreement(
      theirs,
      weightSpecs({ fusion: "single", backbone: other, width: 1, stains: 1, classes: 2 }).filter(
        ({ name }) => !decides(name),
      ),
    );
  const likeness = backbones.find(isOf);
  return new NeuroscreenError({
    code: "other-network",
    what: `Fitting ${path} to ${backbone}${width === 1 ? "" : ` × ${width}`}`,
    found,
    expected,
    remedy: likeness
      ? `The file holds a ${likeness}: name it as the backbone, with a width of 1.`
      : `Give the weights of torchvision's ${backbones.filter((name) => name !== "resnet10").join(", ")}, with a width of 1.`,
  });
}

function finite(tensor: FloatTensor, name: string, path: string): FloatTensor {
  const odd = tensor.data.find((number) => !Number.isFinite(number));
  if (odd === undefined) return tensor;
  throw new NeuroscreenError({
    code: "bad-weights",
    what: `Reading the weights in ${path}`,
    found: `${odd} in ${name}`,
    expected: "finite numbers",
    remedy: "Take other weights: those of a training that diverged are of no use.",
  });
}

/** PyTorch's DataParallel puts `module.` before every name. */
function withoutWrapper(tensors: StoredTensors): StoredTensors {
  const prefix = "module.";
  if (![...tensors.keys()].every((name) => name.startsWith(prefix))) return tensors;
  return new Map([...tensors].map(([name, tensor]): [string, StoredTensor] => [name.slice(prefix.length), tensor]));
}

function inBackbone(name: string): string {
  return name.replace(/^branch\.\d+\./, "");
}

/** Whether a tensor is of the layers after the backbone: torchvision's `fc` and `classifier`, our `fc` and `head`. */
function decides(name: string): boolean {
  return /^(fc|classifier|head)\./.test(name);
}

/** PyTorch counts the batches that a normalisation has seen; nothing reads it at a fixed momentum. */
function isCounter(name: string): boolean {
  return name.endsWith(".num_batches_tracked");
}

function count(number: number, thing: string, things = `${thing}s`): string {
  return `${number} ${number === 1 ? thing : things}`;
}
