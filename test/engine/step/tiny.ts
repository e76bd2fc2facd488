/** The smallest network that has everything, and batches for it. */
import { openRandom } from "../../../src/base/random.ts";
import { cpuProfile } from "../../../src/engine/graph/profile.ts";
import type { NetworkSpec } from "../../../src/engine/nn/networks.ts";
import type { Optimizer } from "../../../src/engine/optim/optimizers.ts";
import type { Batch } from "../../../src/engine/runtime/trainer.ts";
import {
  type TrainingGraph,
  type TrainingGraphOptions,
  trainingGraph,
} from "../../../src/engine/step/training-graph.ts";

export const tinyNetwork: NetworkSpec = { fusion: "stacked", backbone: "resnet10", width: 0.05, stains: 2, classes: 2 };
export const tinySize = { batch: 4, height: 32, width: 32 } as const;
export const normalization = { offset: [100, 50], scale: [20, 10] };
export const adamw: Optimizer = { kind: "adamw", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };
export const sgd: Optimizer = { kind: "sgd", momentum: 0.9, weightDecay: 1e-4 };

/** The training step of the tiny network. */
export function tinyGraph(
  changed: Partial<TrainingGraphOptions> = {},
  network: NetworkSpec = tinyNetwork,
): TrainingGraph {
  return trainingGraph(
    network,
    { ...tinySize, labelSmoothing: 0.1, optimizer: adamw, normalization, ...changed },
    cpuProfile,
  );
}

/** The `index`-th batch: grey noise, in which the first stain of class 1 is brighter at the left. */
export function tinyBatch(
  index: number,
  { batch, height, width } = tinySize as { batch: number; height: number; width: number },
): Batch {
  const random = openRandom(7, "batch", index);
  const label = Array.from({ length: batch }, (_, i) => (i + index) % 2);
  const image = Float32Array.from({ length: batch * 2 * height * width }, (_, i) => {
    const stain = Math.floor(i / (height * width)) % 2;
    const isLit = stain === 0 && label[Math.floor(i / (2 * height * width))] === 1 && i % width < width / 2;
    return normalization.offset[stain]! + normalization.scale[stain]! * (random.normal() + (isLit ? 1.5 : 0));
  });
  return { image, label, weight: label.map((_, i) => 1 + (i % 3)) };
}
