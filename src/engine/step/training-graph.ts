/**
 * One training step as one graph: loss, gradients and update, lowered for a device.
 *
 * Inputs: `image` [n, stains, h, w] in raw grey values, `label` int64 [n], `weight` [n], the scalars `learningRate`
 * and `step` (1 at the first), and the state: `parameter/<name>`, `running/<name>`, `optimizer/<slot>/<name>`.
 * Outputs: `loss`, `logits`, and `next/…` for everything of the state that moves. A frozen parameter is an input
 * only, and a batch normalisation with a frozen scale or bias is frozen whole: it uses its running statistics and
 * they stay as they are.
 */
import { writeGradients } from "../grad/gradients.ts";
import { type GraphBuilder, openGraph } from "../graph/builder.ts";
import type { Graph, Value } from "../graph/graph.ts";
import type { DeviceProfile } from "../graph/profile.ts";
import type { Weights } from "../nn/layers.ts";
import { crossEntropy } from "../nn/losses.ts";
import { type NetworkSpec, type WeightSpec, weightSpecs, writeNetwork } from "../nn/networks.ts";
import { type Optimizer, optimizerSlots, writeUpdate } from "../optim/optimizers.ts";
import { type Normalization, normalized } from "./normalization.ts";

/** What a training step is lowered for. */
export interface TrainingGraphOptions {
  /** Items in a batch, and the side lengths of the images in it. */
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly labelSmoothing: number;
  readonly optimizer: Optimizer;
  /** Which parameters learn; all if left out. */
  readonly learns?: (name: string) => boolean;
  /** What is taken from and divided out of each stain's grey values; nothing if left out. */
  readonly normalization?: Normalization;
}

/** One training step as a graph, with what its state holds; a `Trainer` of engine/runtime runs it. */
export interface TrainingGraph {
  readonly graph: Graph;
  readonly network: NetworkSpec;
  readonly batch: number;
  /** Every tensor of the network, and whether the step moves it. */
  readonly weights: readonly (WeightSpec & { readonly moves: boolean })[];
  /** The optimiser's tensors: `<slot>/<parameter name>` and shape. */
  readonly slots: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/** PyTorch's momentum of running statistics: the share of the new. */
const runningMomentum = 0.1;

/** Writes the training step of a network. */
export function trainingGraph(
  network: NetworkSpec,
  options: TrainingGraphOptions,
  profile: DeviceProfile,
): TrainingGraph {
  const { batch, height, width, labelSmoothing, optimizer, learns = () => true } = options;
  const g = openGraph();
  const image = g.input("image", "float32", [batch, network.stains, height, width]);
  const label = g.input("label", "int64", [batch]);
  const weight = g.input("weight", "float32", [batch]);
  const learningRate = g.input("learningRate", "float32", []);
  const step = g.input("step", "float32", []);

  const parameters = new Map<string, Value>();
  const next: Record<string, Value> = {};
  const frozen = new Set<string>();
  const weights = trainingWeights(g, { learns, parameters, frozen, next });
  const { logits } = writeNetwork(g, weights, normalized(g, image, options.normalization), network);
  const loss = crossEntropy(g, { logits, label, weight, labelSmoothing });

  const learning = [...parameters].filter(([name]) => learns(name) && !frozen.has(name));
  const gradients = writeGradients(g, { of: loss, by: learning.map(([, value]) => value), profile });
  const slots: { name: string; shape: readonly number[] }[] = [];
  for (const [i, [name, parameter]] of learning.entries()) {
    const shape = parameter.shape as readonly number[];
    const own = Object.fromEntries(
      optimizerSlots[optimizer.kind].map((slot) => {
        slots.push({ name: `${slot}/${name}`, shape });
        return [slot, g.input(`optimizer/${slot}/${name}`, "float32", shape)];
      }),
    );
    const updated = writeUpdate(g, optimizer, { parameter, gradient: gradients[i]!, slots: own, learningRate, step });
    next[`next/parameter/${name}`] = updated.parameter;
    for (const [slot, value] of Object.entries(updated.slots)) next[`next/optimizer/${slot}/${name}`] = value;
  }
  const moves = ({ kind, name }: WeightSpec) => `next/${kind}/${name}` in next;
  return {
    graph: g.finish("training step", { loss, logits, ...next }),
    network,
    batch,
    weights: weightSpecs(network).map((spec) => ({ ...spec, moves: moves(spec) })),
    slots,
  };
}

/** Weights that are inputs of the graph; what batch normalisations see is written down as the next running statistics. */
function trainingWeights(
  g: GraphBuilder,
  {
    learns,
    parameters,
    frozen,
    next,
  }: {
    learns: (name: string) => boolean;
    parameters: Map<string, Value>;
    frozen: Set<string>;
    next: Record<string, Value>;
  },
): Weights {
  const blend = (old: Value, now: Value, factor: number) =>
    g.one("Add", [
      g.one("Mul", [old, g.constant(1 - runningMomentum)]),
      g.one("Mul", [now, g.constant(runningMomentum * factor)]),
    ]);
  return {
    parameter(name, shape) {
      const value = g.input(`parameter/${name}`, "float32", shape);
      parameters.set(name, value);
      return value;
    },
    running: (name, shape) => g.input(`running/${name}`, "float32", shape),
    usesBatchStatistics(name) {
      const own = [`${name}.weight`, `${name}.bias`];
      if (own.every(learns)) return true;
      for (const parameter of own) frozen.add(parameter);
      return false;
    },
    observe(name, { mean, variance, count }) {
      next[`next/running/${name}.running_mean`] = blend(g.value(`running/${name}.running_mean`), mean, 1);
      // PyTorch's running variance is the unbiased one; a single number has none, and counts as it is.
      next[`next/running/${name}.running_var`] = blend(
        g.value(`running/${name}.running_var`),
        variance,
        count / Math.max(1, count - 1),
      );
    },
  };
}
