/** The numbers that stand in for stored weights: they follow from a name and a seed (test/fixtures/reference/README.md). */
import { fnv1a, unit } from "../../src/base/random.ts";
import { elementCount, type FloatTensor, floatTensor } from "../../src/engine/graph/graph.ts";

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** A tensor of float32 numbers between low and high. */
export function filled(name: string, shape: readonly number[], { low, high }: Range, seed: number): FloatTensor {
  const key = (fnv1a(name) ^ seed) >>> 0;
  const numbers = Float32Array.from({ length: elementCount(shape) }, (_, i) => low + (high - low) * unit(key, i));
  return floatTensor(shape, numbers);
}

/** A network's tensor, its range by its name and shape. */
export function filledWeight(name: string, shape: readonly number[], seed: number): FloatTensor {
  return filled(name, shape, rangeOf(name, shape), seed);
}

/** The class of each item. */
export function filledLabels(count: number, seed: number): number[] {
  const key = (fnv1a("labels") ^ seed) >>> 0;
  return Array.from({ length: count }, (_, i) => Math.floor(2 * unit(key, i)));
}

function rangeOf(name: string, shape: readonly number[]): Range {
  if (name.endsWith(".running_mean")) return { low: -0.1, high: 0.1 };
  if (name.endsWith(".running_var")) return { low: 0.75, high: 1.25 };
  if (name.endsWith(".bias")) return { low: -0.05, high: 0.05 };
  if (shape.length === 1) return { low: 0.3, high: 0.7 };
  const bound = Math.sqrt((shape.length === 4 ? 6 : 3) / elementCount(shape.slice(1)));
  return { low: -bound, high: bound };
}
