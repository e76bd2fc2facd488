import { describe, expect, test } from "vitest";
import { openGraph } from "../../../src/engine/graph/builder.ts";
import { floatTensor } from "../../../src/engine/graph/graph.ts";
import { broadcast, sliceRange } from "../../../src/engine/graph/shapes.ts";
import { convAttributes } from "./operator-cases.ts";

describe("Shapes with free axes", () => {
  const g = openGraph();
  const image = g.input("image", "float32", ["n", 1, "h", "w"]);
  const weight = g.initializer("weight", floatTensor([2, 1, 3, 3]));

  test("pass through what keeps them, under the same name", () => {
    const y = g.one("Conv", [image, weight], convAttributes({ pads: [1, 1, 1, 1] }));
    expect(y.shape).toEqual(["n", 2, "h", "w"]);
    expect(g.one("Relu", [y]).shape).toEqual(["n", 2, "h", "w"]);
  });

  test("become a formula, the same by every way there", () => {
    const strided = convAttributes({ strides: [2, 2], pads: [1, 1, 1, 1] });
    const wide = g.one("Conv", [image, weight], strided);
    const narrow = g.one(
      "Conv",
      [image, g.initializer("point", floatTensor([2, 1, 1, 1]))],
      convAttributes({ strides: [2, 2] }),
    );
    expect(wide.shape).toEqual(["n", 2, "floor((h-1)/2)+1", "floor((w-1)/2)+1"]);
    expect(g.one("Add", [wide, narrow]).shape).toEqual(wide.shape);
    expect(g.one("Conv", [image, weight], convAttributes()).shape).toEqual(["n", 2, "h-2", "w-2"]);
  });

  test("survive a Reshape that keeps them, and no other", () => {
    const pooled = g.one("GlobalAveragePool", [image]);
    expect(g.one("Reshape", [pooled], { shape: [0, -1] }).shape).toEqual(["n", 1]);
    expect(() => g.one("Reshape", [image], { shape: [0, -1] })).toThrow("unreachable: Reshape of image with free axes");
  });

  test("are refused by operators that count along them", () => {
    const bounds = { axes: [2], starts: [0], ends: [1], steps: [1] };
    expect(() => g.one("Slice", [image], bounds)).toThrow("unreachable: Slice of image along the free axis h");
    expect(() => g.one("Concat", [image, image], { axis: 3 })).toThrow("unreachable: Concat along the free axis w");
    expect(() => g.one("Pad", [image], { pads: Array(8).fill(0) })).toThrow("unreachable: image has the free axis n");
  });
});

describe("broadcast", () => {
  test("aligns at the last axis and stretches ones", () => {
    expect(broadcast([2, 1, 4], [3, 1])).toEqual([2, 3, 4]);
    expect(broadcast([], ["n", 2])).toEqual(["n", 2]);
    expect(broadcast(["n", 1], ["n", 5])).toEqual(["n", 5]);
    expect(() => broadcast(["n"], [4])).toThrow("unreachable: [n] and [4] do not broadcast");
  });
});

describe("sliceRange", () => {
  test("counts as ONNX's Slice: from either end, clamped, with any step", () => {
    expect(sliceRange(5, 1, 4, 2)).toEqual({ first: 1, count: 2 });
    expect(sliceRange(5, -2, 99, 1)).toEqual({ first: 3, count: 2 });
    expect(sliceRange(5, -99, -4, 1)).toEqual({ first: 0, count: 1 });
    expect(sliceRange(5, 4, -99, -2)).toEqual({ first: 4, count: 3 });
    expect(sliceRange(5, 3, 3, 1)).toEqual({ first: 3, count: 0 });
  });
});

describe("Reductions", () => {
  test("count their axes from the start, and have at least one", () => {
    const g = openGraph();
    const x = g.input("x", "float32", [2, 3]);
    expect(g.one("ReduceSum", [x], { axes: [1], keepdims: true }).shape).toEqual([2, 1]);
    expect(() => g.one("ReduceSum", [x], { axes: [-1], keepdims: false })).toThrow(
      "unreachable: reducing x [2,3] over the axes [-1]",
    );
    expect(() => g.one("ReduceMax", [x], { axes: [], keepdims: false })).toThrow(
      "unreachable: reducing x [2,3] over the axes []",
    );
  });
});
