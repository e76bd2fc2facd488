import { describe, expect, test } from "vitest";
import { writeGradients } from "../../../src/engine/grad/gradients.ts";
import { openGraph } from "../../../src/engine/graph/builder.ts";
import { evaluate } from "../../../src/engine/graph/evaluate.ts";
import { floatTensor } from "../../../src/engine/graph/graph.ts";
import type { OpAttributes, Pair } from "../../../src/engine/graph/operators.ts";
import { cpuProfile } from "../../../src/engine/graph/profile.ts";
import { cpuDevice } from "../../../src/engine/runtime/node.ts";

const squares = (size: number, changed: Partial<OpAttributes["MaxPool"]> = {}): OpAttributes["MaxPool"] => {
  const pair: Pair = [size, size];
  return { kernelShape: pair, strides: pair, pads: [0, 0, 0, 0], ...changed };
};

/** The gradient of Σ yᵢ · cotangentᵢ by a [height, width] image, on the evaluator and on ONNX Runtime. */
async function gradients(
  image: readonly (readonly number[])[],
  attributes: OpAttributes["MaxPool"],
  cotangent: readonly number[],
) {
  const shape = [1, 1, image.length, image[0]!.length];
  const g = openGraph();
  const x = g.input("x", "float32", shape);
  const y = g.one("MaxPool", [x], attributes);
  const seed = g.constant(Float32Array.from(cotangent), y.shape as number[]);
  const [dx] = writeGradients(g, { of: y, by: [x], seed, profile: cpuProfile });
  const graph = g.finish("gradient", { dx: dx! });
  const exact = evaluate(graph, { x: { shape, data: Float64Array.from(image.flat()) } }).dx!.data;
  const result = floatTensor(shape);
  const session = await cpuDevice().open(graph);
  await session.run({ x: floatTensor(shape, Float32Array.from(image.flat())) }, { dx: result });
  await session.release();
  expect([...result.data]).toEqual([...exact]);
  const width = shape[3]!;
  return image.map((_, row) => [...exact.slice(row * width, (row + 1) * width)]);
}

describe("The gradient of MaxPool", () => {
  test("goes to the largest of each window", async () => {
    const image = [
      [1, 2, 0, 5],
      [3, 4, 6, 0],
    ];
    expect(await gradients(image, squares(2), [10, 20])).toEqual([
      [0, 0, 0, 0],
      [0, 10, 20, 0],
    ]);
  });

  test("goes to the first, row by row, where several are largest", async () => {
    const image = [
      [0, 7, 2, 2],
      [7, 7, 2, 2],
    ];
    expect(await gradients(image, squares(2), [10, 20])).toEqual([
      [0, 10, 20, 0],
      [0, 0, 0, 0],
    ]);
  });

  test("adds up where one number is the largest of several windows", async () => {
    const image = [
      [0, 0, 0],
      [0, 9, 0],
      [0, 0, 0],
    ];
    expect(await gradients(image, squares(2, { strides: [1, 1] }), [1, 2, 3, 4])).toEqual([
      [0, 0, 0],
      [0, 10, 0],
      [0, 0, 0],
    ]);
  });

  test("takes nothing for the padding, even where all numbers are negative", async () => {
    const image = [
      [-5, -3],
      [-4, -6],
    ];
    expect(await gradients(image, squares(3, { strides: [2, 2], pads: [1, 1, 1, 1] }), [8])).toEqual([
      [0, 8],
      [0, 0],
    ]);
  });
});
