import { describe, expect, test } from "vitest";
import { openRandom } from "../../../src/base/random.ts";
import { openGraph } from "../../../src/engine/graph/builder.ts";
import { decodeOnnx, encodeOnnx } from "../../../src/engine/graph/bytes.ts";
import { evaluate } from "../../../src/engine/graph/evaluate.ts";
import { floatTensor, type Graph, type WeightMap } from "../../../src/engine/graph/graph.ts";
import { backbones } from "../../../src/engine/nn/backbones.ts";
import { initialWeights } from "../../../src/engine/nn/initial-weights.ts";
import { fusions, type NetworkSpec, writeNetwork } from "../../../src/engine/nn/networks.ts";
import { cpuDevice } from "../../../src/engine/runtime/node.ts";
import { Predictor } from "../../../src/engine/runtime/predictor.ts";
import { exportGraph } from "../../../src/engine/step/inference-graph.ts";
import { normalization, tinyNetwork } from "./tiny.ts";

const device = cpuDevice({ threads: 1 });

/** Weights in which no running statistic is at its beginning. */
function usedWeights(network: NetworkSpec): WeightMap {
  return new Map(
    [...initialWeights(network, 2)].map(([name, tensor]) => {
      const random = openRandom(2, name);
      if (name.endsWith("running_var"))
        return [
          name,
          floatTensor(
            tensor.shape,
            tensor.data.map(() => 0.5 + random.next()),
          ),
        ];
      if (name.endsWith("running_mean"))
        return [
          name,
          floatTensor(
            tensor.shape,
            tensor.data.map(() => random.next() - 0.5),
          ),
        ];
      return [name, tensor];
    }),
  );
}

/** The tiny study's normalisation, and that of a third stain. */
const threeStains = { offset: [...normalization.offset, 30], scale: [...normalization.scale, 5] };

function noise(count: number, stains: number, height: number, width: number): Float32Array {
  const random = openRandom(3, "noise");
  return Float32Array.from({ length: count * stains * height * width }, () => 80 + 60 * random.next());
}

async function predicted(graph: Graph, image: Float32Array, shape: { count: number; height: number; width: number }) {
  const predictor = await Predictor.open(graph, device);
  const prediction = await predictor.predict(image, shape);
  await predictor.dispose();
  return prediction;
}

/** Logits of the network with running statistics, over an image that is normalised here and not by the graph. */
async function evaluatedLogits(
  network: NetworkSpec,
  weights: WeightMap,
  image: Float32Array,
  height: number,
  width: number,
): Promise<Float32Array> {
  const { stains } = network;
  const grey = image.map((value, i) => {
    const stain = Math.floor(i / (height * width)) % stains;
    return (value - threeStains.offset[stain]!) / threeStains.scale[stain]!;
  });
  const count = image.length / (stains * height * width);
  const g = openGraph();
  const x = g.input("x", "float32", [count, stains, height, width]);
  const given = (name: string) => g.initializer(name, weights.get(name)!);
  const { logits } = writeNetwork(
    g,
    { parameter: given, running: given, usesBatchStatistics: () => false, observe: () => {} },
    x,
    network,
  );
  const result = floatTensor([count, network.classes]);
  const session = await device.open(g.finish("plain", { logits }));
  await session.run({ x: floatTensor([count, stains, height, width], grey) }, { logits: result });
  await session.release();
  return result.data;
}

function expectNear(found: Float32Array, expected: Float32Array): void {
  expect(found.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  for (const [i, value] of expected.entries()) expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(1e-4 * scale);
}

describe("The exported network", () => {
  for (const backbone of backbones) {
    for (const fusion of fusions) {
      test(`gives the logits of evaluation with running statistics: ${fusion} ${backbone}`, async () => {
        const stains = { single: 1, rgb: 3 }[fusion as string] ?? 2;
        const network: NetworkSpec = { fusion, backbone, width: 0.05, stains, classes: 2 };
        const weights = usedWeights(network);
        const image = noise(2, stains, 64, 48);
        const ofStains = {
          offset: threeStains.offset.slice(0, stains),
          scale: threeStains.scale.slice(0, stains),
        };
        const graph = exportGraph(network, { weights, normalization: ofStains, metadata: {} });
        const { logits } = await predicted(graph, image, { count: 2, height: 64, width: 48 });
        expectNear(logits, await evaluatedLogits(network, weights, image, 64, 48));
        // Not the same for every image.
        expect(Math.abs(logits[0]! - logits[2]!)).toBeGreaterThan(0);
      });
    }
  }

  const weights = usedWeights(tinyNetwork);
  const graph = exportGraph(tinyNetwork, { weights, normalization, metadata: { stains: '["DNA","Tubulin"]' } });

  test("takes images of any number and size, each by itself", async () => {
    for (const [height, width] of [
      [32, 32],
      [33, 61],
      [96, 40],
    ] as const) {
      const image = noise(3, 2, height, width);
      const together = await predicted(graph, image, { count: 3, height, width });
      for (let i = 0; i < 3; i++) {
        const item = image.slice(i * 2 * height * width, (i + 1) * 2 * height * width);
        const alone = await predicted(graph, item, { count: 1, height, width });
        expectNear(alone.logits, together.logits.slice(2 * i, 2 * i + 2));
      }
    }
  });

  test("has the last layer's input as features", async () => {
    const { logits, features } = await predicted(graph, noise(1, 2, 40, 40), { count: 1, height: 40, width: 40 });
    const [matrix, bias] = [weights.get("fc.weight")!, weights.get("fc.bias")!];
    expect(features.length).toBe(matrix.shape[1]);
    const product = bias.data.map((b, row) =>
      features.reduce((sum, x, i) => sum + x * matrix.data[row * features.length + i]!, b),
    );
    expectNear(logits, product);
  });

  test("takes other offsets and scales in place of its own", async () => {
    const other = { offset: [60, 90], scale: [35, 5] };
    const shape = { count: 1, height: 32, width: 32 };
    const image = noise(1, 2, 32, 32);
    const expected = await predicted(
      exportGraph(tinyNetwork, { weights, normalization: other, metadata: {} }),
      image,
      shape,
    );
    const own = await predicted(graph, image, shape);
    expect([...own.logits]).not.toEqual([...expected.logits]);

    const numbers = (of: readonly number[], data: ArrayLike<number>) => ({ shape: of, data: Float64Array.from(data) });
    const given = { offset: numbers([2], other.offset), scale: numbers([2], other.scale) };
    const pixels = { image: numbers([1, 2, 32, 32], image) };
    expectNear(Float32Array.from(evaluate(graph, { ...pixels, ...given }).logits!.data), expected.logits);
    expectNear(Float32Array.from(evaluate(graph, pixels).logits!.data), own.logits);

    // ONNX Runtime for Node passes on no input that has a default (Python's and C's do), so the defaults go.
    const initializers = new Map([...graph.initializers].filter(([name]) => name !== "offset" && name !== "scale"));
    const result = { logits: floatTensor([1, 2]), features: floatTensor([1, own.features.length]) };
    const session = await device.open({ ...graph, initializers });
    const inputs = {
      image: floatTensor([1, 2, 32, 32], image),
      offset: floatTensor([2], Float32Array.from(other.offset)),
      scale: floatTensor([2], Float32Array.from(other.scale)),
    };
    await session.run(inputs, result);
    await session.release();
    expectNear(result.logits.data, expected.logits);
  });

  test("declares what it reads and gives, with every axis but the stains free", () => {
    expect(graph.inputs.map(({ name, type, shape }) => [name, type, shape])).toEqual([
      ["image", "float32", ["n", 2, "height", "width"]],
      ["offset", "float32", [2]],
      ["scale", "float32", [2]],
    ]);
    expect(graph.outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ["logits", ["n", 2]],
      ["features", ["n", weights.get("fc.weight")!.shape[1]]],
    ]);
  });

  test("is the same after a way through a file", () => {
    expect(decodeOnnx(encodeOnnx(graph))).toEqual({ ...graph, nodes: decodeOnnx(encodeOnnx(graph)).nodes });
    expect(decodeOnnx(encodeOnnx(graph)).metadata).toEqual({ stains: '["DNA","Tubulin"]' });
  });

  test("needs every weight", () => {
    const missing = new Map([...weights].filter(([name]) => name !== "bn1.bias"));
    expect(() => exportGraph(tinyNetwork, { weights: missing, normalization, metadata: {} })).toThrow(
      "unreachable: no weights for bn1.bias",
    );
  });
});
