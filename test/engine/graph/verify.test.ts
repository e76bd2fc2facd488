import { describe, expect, test } from "vitest";
import type { Graph, Node, Value } from "../../../src/engine/graph/graph.ts";
import { floatTensor } from "../../../src/engine/graph/graph.ts";
import { cpuProfile } from "../../../src/engine/graph/profile.ts";
import { verifyGraph } from "../../../src/engine/graph/verify.ts";
import { backbones } from "../../../src/engine/nn/backbones.ts";
import { initialWeights } from "../../../src/engine/nn/initial-weights.ts";
import { fusions, type NetworkSpec } from "../../../src/engine/nn/networks.ts";
import type { Optimizer } from "../../../src/engine/optim/optimizers.ts";
import { exportGraph } from "../../../src/engine/step/inference-graph.ts";
import { trainingGraph } from "../../../src/engine/step/training-graph.ts";

const value = (name: string, shape: readonly (number | string)[] = [2], type: Value["type"] = "float32"): Value => ({
  name,
  type,
  shape,
});
const unary = (op: "Exp" | "Neg", from: string, to: string): Node => ({
  op,
  inputs: [from],
  outputs: [to],
  attributes: {},
});
const graphOf = (changed: Partial<Graph>): Graph => ({
  name: "hand-made",
  inputs: [value("x")],
  outputs: [value("y")],
  nodes: [unary("Exp", "x", "y")],
  initializers: new Map(),
  metadata: {},
  ...changed,
});

describe("Faults of a graph", () => {
  test("are none in a sound one", () => {
    expect(verifyGraph(graphOf({}))).toEqual([]);
  });

  test("are names written twice", () => {
    expect(verifyGraph(graphOf({ nodes: [unary("Exp", "x", "y"), unary("Neg", "x", "y")] }))).toEqual([
      "y is written twice",
    ]);
    expect(verifyGraph(graphOf({ inputs: [value("x"), value("x")] }))).toEqual(["x is written twice"]);
    const initializers = new Map([["y", floatTensor([2])]]);
    expect(verifyGraph(graphOf({ initializers }))).toEqual(["y is written twice"]);
  });

  test("are names read before they are written", () => {
    const nodes = [unary("Exp", "z", "y"), unary("Neg", "x", "z")];
    expect(verifyGraph(graphOf({ nodes }))).toEqual(["Exp reads z before it is written"]);
  });

  test("are shapes that do not fit, in the operator's words", () => {
    const nodes: Node[] = [{ op: "Add", inputs: ["x", "w"], outputs: ["y"], attributes: {} }];
    const faults = verifyGraph(graphOf({ nodes, inputs: [value("x"), value("w", [3])] }));
    expect(faults).toEqual(["Add giving y: unreachable: [2] and [3] do not broadcast"]);
  });

  test("are outputs that claim another shape or type, or are never written", () => {
    expect(verifyGraph(graphOf({ outputs: [value("y", [3])] }))).toEqual([
      "the output y claims float32 [3] and is float32 [2]",
    ]);
    expect(verifyGraph(graphOf({ outputs: [value("y", [2], "int64")] }))).toEqual([
      "the output y claims int64 [2] and is float32 [2]",
    ]);
    expect(verifyGraph(graphOf({ outputs: [value("z")] }))).toEqual(["the output z is never written"]);
  });

  test("are more outputs than the operator has", () => {
    const nodes: Node[] = [{ op: "Exp", inputs: ["x"], outputs: ["y", "z"], attributes: {} }];
    expect(verifyGraph(graphOf({ nodes }))).toEqual(["Exp has 1 outputs, 2 are named"]);
  });

  test("are initialisers whose numbers do not fill their shape", () => {
    const initializers = new Map([["w", { type: "float32", shape: [3], data: new Float32Array(2) } as const]]);
    expect(verifyGraph(graphOf({ initializers }))).toEqual(["w holds 2 numbers for [3]"]);
  });

  test("are defaults that are not of their input's shape or type", () => {
    const initializers = new Map([["x", floatTensor([3])]]);
    expect(verifyGraph(graphOf({ initializers }))).toEqual(["the default of x is float32 [3], the input float32 [2]"]);
  });
});

const optimizers: readonly Optimizer[] = [
  { kind: "sgd", momentum: 0.9, weightDecay: 1e-4 },
  { kind: "adamw", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
];

describe("The graphs that the engine writes have no fault:", () => {
  for (const backbone of backbones) {
    for (const fusion of fusions) {
      test(`${fusion} ${backbone}, training and exported`, () => {
        const stains = { single: 1, rgb: 3 }[fusion as string] ?? 2;
        const network: NetworkSpec = { fusion, backbone, width: 0.05, stains, classes: 2 };
        const normalization = { offset: Array(stains).fill(100), scale: Array(stains).fill(10) };
        const size = { batch: 2, height: 64, width: 48 };
        for (const optimizer of optimizers) {
          const options = { ...size, labelSmoothing: 0.1, optimizer, normalization };
          expect(verifyGraph(trainingGraph(network, options, cpuProfile).graph)).toEqual([]);
          const learns = (name: string) => name.startsWith("fc") || name.startsWith("head.4");
          expect(verifyGraph(trainingGraph(network, { ...options, learns }, cpuProfile).graph)).toEqual([]);
        }
        const weights = initialWeights(network, 1);
        expect(verifyGraph(exportGraph(network, { weights, normalization, metadata: {} }))).toEqual([]);
      });
    }
  }
});
