import { describe, expect, test } from "vitest";
import { writeGradients } from "../../../src/engine/grad/gradients.ts";
import { gradientRules } from "../../../src/engine/grad/rules.ts";
import { openGraph } from "../../../src/engine/graph/builder.ts";
import { evaluate } from "../../../src/engine/graph/evaluate.ts";
import type { Op } from "../../../src/engine/graph/operators.ts";
import { cpuProfile } from "../../../src/engine/graph/profile.ts";
import { operatorCases } from "../graph/operator-cases.ts";
import { expectGradient, expectRule } from "./expect-gradient.ts";

/** Those of which no input carries a gradient, at any attribute. */
const stepwise: readonly Op[] = ["Sign", "Greater", "Equal", "OneHot"];

describe("expectGradient", () => {
  const cubes = (x: Float64Array) => x.reduce((sum, value) => sum + value ** 3, 0);
  const x = Float64Array.of(1, -2, 0.5);

  test("accepts the gradient of a sum of cubes", () => {
    expectGradient(
      cubes,
      x.map((value) => 3 * value ** 2),
      x,
    );
  });

  test("refuses one that is wrong in its fifth digit, and one that is no number", () => {
    const wrong = x.map((value, i) => 3 * value ** 2 * (i === 2 ? 1.0001 : 1));
    expect(() => expectGradient(cubes, wrong, x)).toThrow("the gradient's slope is");
    expect(() => expectGradient(cubes, x.with(0, Number.NaN), x)).toThrow("the gradient's slope is NaN");
  });
});

describe("The gradient rule of", () => {
  for (const op of Object.keys(gradientRules) as Op[]) {
    test(`${op} agrees with central differences`, () => {
      expect(Object.keys(operatorCases)).toContain(op);
      expect(gradientRules[op] === "none").toBe(stepwise.includes(op));
      expectRule(op, (draw) => operatorCases[op](draw, "smooth"));
    });
  }

  test("Relu is 0 at exactly 0, as PyTorch's", () => {
    expect(gradientOf("Relu", [-1, 0, 2])).toEqual([0, 0, 1]);
  });

  test("GlobalMaxPool and ReduceMax shares evenly between equal maxima, as PyTorch's amax", () => {
    const image = [3, 1, 3, 3, 0, 2];
    expect(gradientOf("GlobalMaxPool", image, [1, 1, 2, 3])).toEqual([1 / 3, 0, 1 / 3, 1 / 3, 0, 0]);
    expect(gradientOf("ReduceMax", image, [2, 3], { axes: [1], keepdims: false })).toEqual([0.5, 0, 0.5, 1, 0, 0]);
  });

  test("a Slice with steps does not exist, and says so", () => {
    const attributes = { axes: [0], starts: [0], ends: [3], steps: [2] };
    expect(() => gradientOf("Slice", [1, 2, 3], [3], attributes)).toThrow(
      "unreachable: the gradient of a Slice with steps",
    );
  });

  test("ScatterElements by what is scattered does not exist, and says so", () => {
    const g = openGraph();
    const [data, places, updates] = [
      g.input("data", "float32", [3]),
      g.input("places", "int64", [2]),
      g.input("updates", "float32", [2]),
    ];
    const of = g.one("ScatterElements", [data, places, updates], { axis: 0, reduction: "add" });
    const total = g.one("ReduceSum", [of], { axes: [0], keepdims: false });
    expect(() => writeGradients(g, { of: total, by: [updates], profile: cpuProfile })).toThrow(
      "unreachable: the gradient by what is scattered to places from updates",
    );
  });

  test("a training BatchNormalization that keeps running statistics does not exist, and says so", () => {
    const g = openGraph();
    const image = g.input("image", "float32", [2, 1, 2, 2]);
    const each = ["scale", "bias", "mean", "variance"].map((name) => g.input(name, "float32", [1]));
    const y = g.one("BatchNormalization", [image, ...each], { epsilon: 0, momentum: 0.9, trainingMode: true });
    const of = g.one("ReduceSum", [y], { axes: [0, 1, 2, 3], keepdims: false });
    expect(() => writeGradients(g, { of, by: [image], profile: cpuProfile })).toThrow(
      "unreachable: a training BatchNormalization with momentum",
    );
  });
});

/** The gradient of the sum of an operator's output by its only input. */
function gradientOf(
  op: Op,
  numbers: readonly number[],
  shape: readonly number[] = [numbers.length],
  attributes: object = {},
): number[] {
  const g = openGraph();
  const x = g.input("x", "float32", shape);
  const y = (g.one as (...given: unknown[]) => typeof x)(op, [x], attributes);
  const seed = g.constant(1, y.shape as number[]);
  const [dx] = writeGradients(g, { of: y, by: [x], seed, profile: cpuProfile });
  return [...evaluate(g.finish("gradient", { dx: dx! }), { x: { shape, data: Float64Array.from(numbers) } }).dx!.data];
}
