import { describe, expect, test } from "vitest";
import { initialWeights } from "../../../src/engine/nn/initial-weights.ts";
import { engineFunctions } from "../../../src/engine/runtime/engine.ts";
import { cpuDevice } from "../../../src/engine/runtime/node.ts";
import { exportGraph } from "../../../src/engine/step/inference-graph.ts";
import { adamw, normalization, tinyBatch, tinyNetwork, tinySize } from "../step/tiny.ts";

const shape = { count: tinySize.batch, height: tinySize.height, width: tinySize.width };

describe("An engine's functions", () => {
  test("refuse to step or predict before anything is open", async () => {
    const engine = engineFunctions(cpuDevice({ threads: 1 }));
    expect(() => engine.step({ batch: tinyBatch(0), learningRate: 0.1 })).toThrow(
      "unreachable: a step before openTrainer",
    );
    expect(() => engine.predict({ image: tinyBatch(0).image, ...shape })).toThrow(
      "unreachable: predict before openPredictor",
    );
  });

  test("train with what is frozen by name, and predict with what was trained, from data that can be cloned", async () => {
    const engine = engineFunctions(cpuDevice({ threads: 1 }));
    const weights = initialWeights(tinyNetwork, 1);
    const options = { ...tinySize, labelSmoothing: 0, optimizer: adamw, normalization };
    await engine.openTrainer(structuredClone({ network: tinyNetwork, options, frozen: ["conv1.weight"], weights }));
    for (let i = 0; i < 3; i++) await engine.step({ batch: tinyBatch(i), learningRate: 0.01 });
    const state = structuredClone(engine.snapshot(null));
    expect(state.step).toBe(3);
    expect(state.weights.get("conv1.weight")).toEqual(weights.get("conv1.weight"));
    expect(state.weights.get("fc.weight")).not.toEqual(weights.get("fc.weight"));
    const graph = exportGraph(tinyNetwork, { weights: state.weights, normalization, metadata: {} });
    await engine.openPredictor(structuredClone(graph));
    const { logits } = await engine.predict({ image: tinyBatch(0).image, ...shape });
    expect(logits).toHaveLength(2 * tinySize.batch);
    expect(logits.every(Number.isFinite)).toBe(true);
  });
});
