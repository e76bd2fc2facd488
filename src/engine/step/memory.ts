/**
 * What memory a network takes, reckoned before anything runs.
 *
 * Sums of what must be held: the process itself, weights in as many copies as are made of them, and the numbers that are alive at
 * once between the layers. docs/networks.md has what was measured beside it.
 */
import { openGraph } from "../graph/builder.ts";
import { elementCount, type Graph } from "../graph/graph.ts";
import { peakLiveBytes } from "../graph/live.ts";
import type { DeviceProfile } from "../graph/profile.ts";
import { type NetworkSpec, weightSpecs, writeNetwork } from "../nn/networks.ts";
import { normalized } from "./normalization.ts";
import { type TrainingGraphOptions, trainingGraph } from "./training-graph.ts";

/** How many bytes something takes, and what for. */
export interface Memory {
  /** Weights, gradients' memories and their copies. */
  readonly weights: number;
  /** Images, and the numbers between the layers. */
  readonly activations: number;
  /** Both, and the process. */
  readonly total: number;
}

/** Node and ONNX Runtime with nothing to do; measured. */
const processBytes = 64e6;
/**
 * Copies of the weights when a network is made ready: ours, the file's bytes, ONNX Runtime's reading of them, its tensors, and those
 * rearranged for its kernels. Some are given back later, when memory is cleaned up; measured.
 */
const copiesOfWeights = 6;
/**
 * ONNX Runtime takes more than our order of the nodes would in a step with batch normalisation, by this much, and not without; measured,
 * on five ResNets and VGG19.
 */
const overheadOfNormalization = 1.7;

/** What scoring `batch` fields at once takes at its peak. */
export function scoringMemory(
  network: NetworkSpec,
  { batch, height, width }: { batch: number; height: number; width: number },
): Memory {
  const weights = copiesOfWeights * weightBytes(network);
  const shape = [batch, network.stains, height, width];
  const activations = 4 * elementCount(shape) + peakLiveBytes(scoringGraph(network, shape), ["BatchNormalization"]);
  return { weights, activations, total: processBytes + weights + activations };
}

/** What a training step takes at its peak. */
export function trainingMemory(network: NetworkSpec, options: TrainingGraphOptions, profile: DeviceProfile): Memory {
  const { graph, weights: tensors, slots } = trainingGraph(network, options, profile);
  const bytes = (shape: readonly number[]) => 4 * elementCount(shape);
  // The weights to begin with, then the state, twice where it moves.
  const weights =
    weightBytes(network) +
    tensors.reduce((sum, { shape, moves }) => sum + (moves ? 2 : 1) * bytes(shape), 0) +
    slots.reduce((sum, { shape }) => sum + 2 * bytes(shape), 0);
  const { batch, height, width } = options;
  const overhead = tensors.some(({ kind }) => kind === "running") ? overheadOfNormalization : 1;
  const activations = 2 * bytes([batch, network.stains, height, width]) + overhead * peakLiveBytes(graph);
  return { weights, activations, total: processBytes + weights + activations };
}

function weightBytes(network: NetworkSpec): number {
  return weightSpecs(network).reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0);
}

/** The exported graph with its shapes fixed and its weights left out. */
function scoringGraph(network: NetworkSpec, shape: readonly number[]): Graph {
  const g = openGraph();
  const weight = (name: string, lengths: readonly number[]) => g.input(name, "float32", lengths);
  const ones = Array<number>(network.stains).fill(1);
  const image = normalized(g, g.input("image", "float32", shape), { offset: ones, scale: ones });
  const weights = { parameter: weight, running: weight, usesBatchStatistics: () => false, observe: () => {} };
  const { logits, features } = writeNetwork(g, weights, image, network);
  return g.finish("scoring", { logits, features });
}
