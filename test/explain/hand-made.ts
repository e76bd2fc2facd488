/** Networks that fit on paper, and somewhere to run them. */
import { openRandom } from "../../src/base/random.ts";
import type { GraphBuilder } from "../../src/engine/graph/builder.ts";
import { evaluate, type Numbers } from "../../src/engine/graph/evaluate.ts";
import { type FloatTensor, floatTensor, type Value, type WeightMap } from "../../src/engine/graph/graph.ts";
import { cpuProfile } from "../../src/engine/graph/profile.ts";
import { initialWeights } from "../../src/engine/nn/initial-weights.ts";
import type { NetworkSpec } from "../../src/engine/nn/networks.ts";
import { openGraphSession } from "../../src/engine/runtime/graph-session.ts";
import { cpuDevice } from "../../src/engine/runtime/node.ts";
import type { ExplainedNetwork, ExplainedTrunk, GraphRunner } from "../../src/explain/explained.ts";
import type { FieldSize } from "../../src/explain/field-graphs.ts";
import { type FieldExplainerOptions, type FieldMaps, openFieldExplainer } from "../../src/explain/field-maps.ts";

const device = cpuDevice({ threads: 1 });
export const runner: GraphRunner = { open: (graph) => openGraphSession(device, graph) };

export const asItIs = (stains: number) => ({
  offset: Array<number>(stains).fill(0),
  scale: Array<number>(stains).fill(1),
});

/** The maps of one field. */
export async function explained(
  network: ExplainedNetwork,
  size: FieldSize,
  image: Float32Array,
  options: Pick<FieldExplainerOptions, "methods"> & Partial<FieldExplainerOptions>,
  where: GraphRunner = runner,
): Promise<FieldMaps> {
  const explainer = openFieldExplainer(network, size, where, {
    ...{ class: 1, window: size.width, profile: cpuProfile },
    ...options,
  });
  const maps = await explainer.explain(image);
  await explainer.close();
  return maps;
}

/** One convolution layer: its weight [out, in, kernel, kernel], its step and padding, and a ReLU behind it. */
export interface Layer {
  readonly weight: FloatTensor;
  readonly stride?: number;
  readonly pad?: number;
}

/** Convolutions one behind the other, each with a ReLU: stages `a`, `b` …; the mean over the pixels is pooled. */
export function plainTrunk(stains: readonly number[], layers: readonly Layer[]): ExplainedTrunk {
  const names = layers.map((_, i) => String.fromCharCode(97 + i));
  const pool = (g: GraphBuilder, map: Value) => g.one("ReduceMean", [map], { axes: [2, 3], keepdims: false });
  return {
    stains,
    stages: names.slice(-2),
    pool,
    write(g, image) {
      const stages: Record<string, Value> = {};
      let x = image;
      layers.forEach(({ weight, stride = 1, pad = 0 }, i) => {
        const pads = [pad, pad, pad, pad] as const;
        const conv = { strides: [stride, stride] as const, pads, dilations: [1, 1] as const, group: 1 };
        x = g.one("Relu", [g.one("Conv", [x, g.constant(weight.data, weight.shape)], conv)]);
        stages[names[i]!] = x;
      });
      return { pooled: pool(g, x), stages };
    },
  };
}

/** Trunks, and a linear layer over all that they pool: a row of numbers a class. */
export function plainNetwork(
  stains: number,
  trunks: readonly ExplainedTrunk[],
  head: readonly [readonly number[], readonly number[]],
): ExplainedNetwork {
  return {
    stains,
    normalization: asItIs(stains),
    trunks,
    writeHead: (g, pooled) =>
      g.one("Gemm", [pooled, g.constant(Float32Array.from(head.flat()), [2, head[0].length])], {
        transA: false,
        transB: true,
      }),
  };
}

/** Random numbers in a shape. */
export function noise(name: string, shape: readonly number[]): FloatTensor {
  const random = openRandom(5, "explain", name);
  const tensor = floatTensor(shape);
  for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = random.normal();
  return tensor;
}

export const smallResnet: NetworkSpec = { fusion: "stacked", backbone: "resnet10", width: 0.1, stains: 2, classes: 2 };

/** Weights of a network as if it had learnt: none of its tensors is as it was made. */
export function lively(spec: NetworkSpec): WeightMap {
  return new Map(
    [...initialWeights(spec, 3)].map(([name, { shape, data }]) => {
      const by = noise(name, shape).data;
      const changed = shape.length > 1 ? data : data.map((value, i) => value + 0.2 * Math.abs(by[i]!));
      return [name, floatTensor(shape, changed)];
    }),
  );
}

/** A square image's planes, turned by a quarter: what stood at row y, column x stands at row x, column size − 1 − y. */
export function turned(planes: Float32Array, size: number): Float32Array {
  return planes.map((_, i) => {
    const [plane, row, column] = [Math.floor(i / (size * size)), Math.floor(i / size) % size, i % size];
    return planes[plane * size * size + (size - 1 - column) * size + row]!;
  });
}

/** Left and right in each other's place. */
export function flipped(planes: Float32Array, width: number): Float32Array {
  return planes.map((_, i) => planes[i - (i % width) + (width - 1 - (i % width))]!);
}

/** Runs graphs by their definition in float64, slowly: answers that owe nothing to ONNX Runtime. */
export const plainRunner: GraphRunner = {
  async open(graph) {
    return {
      async run(inputs) {
        const numbers = Object.entries(inputs).map(([name, { shape, data }]): [string, Numbers] => [
          name,
          { shape, data: Float64Array.from(data) },
        ]);
        const outputs = Object.entries(evaluate(graph, Object.fromEntries(numbers)));
        return Object.fromEntries(
          outputs.map(([name, { shape, data }]) => [name, floatTensor(shape, Float32Array.from(data))]),
        );
      },
      close: async () => {},
    };
  },
};
