/**
 * Weights before training, drawn in torchvision's manner: each tensor from a stream of its own, named after it, so
 * that adding a layer changes no other.
 */
import { openRandom } from "../../base/random.ts";
import { elementCount, floatTensor, type WeightMap } from "../graph/graph.ts";
import { type NetworkSpec, type WeightSpec, weightSpecs } from "./networks.ts";

/**
 * Convolutions: normal with variance 2 / fan-out (He et al. 2015, arXiv:1502.01852). Linear layers: uniform within
 * ±1 / √fan-in. Scales of normalisations and running variances 1, biases and running means 0.
 */
export function initialWeights(spec: NetworkSpec, seed: number): WeightMap {
  return new Map(weightSpecs(spec).map((weight) => [weight.name, floatTensor(weight.shape, drawn(weight, seed))]));
}

function drawn({ name, shape }: WeightSpec, seed: number): Float32Array {
  const numbers = new Float32Array(elementCount(shape));
  if (shape.length === 1) return numbers.fill(name.endsWith("bias") || name.endsWith("running_mean") ? 0 : 1);
  const random = openRandom(seed, "initial weights", name);
  const [out, inner, ...kernel] = shape as [number, number, ...number[]];
  if (kernel.length > 0) {
    const spread = Math.sqrt(2 / (out * elementCount(kernel)));
    return numbers.map(() => random.normal() * spread);
  }
  const bound = 1 / Math.sqrt(inner);
  return numbers.map(() => (2 * random.next() - 1) * bound);
}
