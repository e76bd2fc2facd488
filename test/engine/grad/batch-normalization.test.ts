import { describe, expect, test } from "vitest";
import { writeGradients } from "../../../src/engine/grad/gradients.ts";
import { openGraph } from "../../../src/engine/graph/builder.ts";
import { evaluate } from "../../../src/engine/graph/evaluate.ts";
import { cpuProfile } from "../../../src/engine/graph/profile.ts";
import { operatorCases, written } from "../graph/operator-cases.ts";
import { expectOperatorGradient, expectRule } from "./expect-gradient.ts";

describe("The gradient of BatchNormalization", () => {
  for (const hasFusedMatMul of [true, false]) {
    for (const trainingMode of [true, false]) {
      const mode = trainingMode ? "the batch's statistics" : "running statistics";
      test(`agrees with central differences: ${mode}, ${hasFusedMatMul ? "with" : "without"} FusedMatMul`, () => {
        expectRule(
          "BatchNormalization",
          (draw) => {
            const { inputs, attributes } = operatorCases.BatchNormalization(draw, "smooth");
            return { inputs, attributes: { ...attributes, trainingMode, momentum: 0 } };
          },
          { profile: { ...cpuProfile, hasFusedMatMul }, runs: 40 },
        );
      });
    }

    test(`agrees for each set of inputs that may learn, ${hasFusedMatMul ? "with" : "without"} FusedMatMul`, () => {
      for (const trainingMode of [true, false]) {
        for (const learning of [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]) {
          const each = { type: "float32", shape: [2], kind: "positive" } as const;
          const image = { type: "float32", shape: [2, 2, 3, 2], kind: "apart" } as const;
          const attributes = { epsilon: 1e-5, momentum: 0, trainingMode };
          const drawn = written("BatchNormalization", { inputs: [image, each, each, each, each], attributes }, 4);
          expectOperatorGradient(
            drawn,
            learning.map((i) => drawn.inputs[i]!),
            { ...cpuProfile, hasFusedMatMul },
          );
        }
      }
    });
  }

  test("by the image is 0 where a channel holds a single number, which is always its own mean", () => {
    const g = openGraph();
    const image = g.input("image", "float32", [1, 2, 1, 1]);
    const each = ["scale", "bias", "mean", "variance"].map((name) => g.input(name, "float32", [2]));
    const of = g.one("BatchNormalization", [image, ...each], { epsilon: 1e-5, momentum: 0, trainingMode: true });
    const seed = g.constant(1, [1, 2, 1, 1]);
    const [dx, dScale, dBias] = writeGradients(g, { of, by: [image, each[0]!, each[1]!], seed, profile: cpuProfile });
    const twos = { shape: [2], data: Float64Array.of(2, 2) };
    const inputs = { scale: twos, bias: twos, mean: twos, variance: twos };
    const graph = g.finish("gradient", { dx: dx!, dScale: dScale!, dBias: dBias! });
    const found = evaluate(graph, { image: { shape: [1, 2, 1, 1], data: Float64Array.of(3, -7) }, ...inputs });
    for (const slope of found.dx!.data) expect(slope).toBeCloseTo(0, 9);
    for (const slope of found.dScale!.data) expect(slope).toBeCloseTo(0, 9);
    expect([...found.dBias!.data]).toEqual([1, 1]);
  });
});
