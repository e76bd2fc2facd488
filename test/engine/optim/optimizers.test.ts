import { describe, expect, test } from "vitest";
import { openGraph } from "../../../src/engine/graph/builder.ts";
import { evaluate, type Numbers } from "../../../src/engine/graph/evaluate.ts";
import { floatTensor } from "../../../src/engine/graph/graph.ts";
import { type Optimizer, optimizerSlots, writeUpdate } from "../../../src/engine/optim/optimizers.ts";
import { cpuDevice } from "../../../src/engine/runtime/node.ts";

/** One step of the optimiser for one parameter, as a graph from `p`, `gradient`, slots, `rate` and `step`. */
function updateGraph(optimizer: Optimizer, shape: readonly number[] = [1]) {
  const g = openGraph();
  const inputs = { parameter: g.input("p", "float32", shape), gradient: g.input("gradient", "float32", shape) };
  const slots = Object.fromEntries(
    optimizerSlots[optimizer.kind].map((slot) => [slot, g.input(slot, "float32", shape)]),
  );
  const [learningRate, step] = [g.input("rate", "float32", []), g.input("step", "float32", [])];
  const updated = writeUpdate(g, optimizer, { ...inputs, slots, learningRate, step });
  const after = Object.entries(updated.slots).map(([slot, value]) => [`next ${slot}`, value] as const);
  return g.finish("update", { "next p": updated.parameter, ...Object.fromEntries(after) });
}

const numbers = (...values: number[]): Numbers => ({ shape: [values.length], data: Float64Array.from(values) });
const scalar = (value: number): Numbers => ({ shape: [], data: Float64Array.of(value) });

/** The parameter and its slots after each of several gradients. */
function steps(
  optimizer: Optimizer,
  begin: number,
  rate: number,
  gradients: readonly number[],
): Record<string, number>[] {
  const graph = updateGraph(optimizer);
  const names = optimizerSlots[optimizer.kind];
  let state: Record<string, Numbers> = {
    p: numbers(begin),
    ...Object.fromEntries(names.map((name) => [name, numbers(0)])),
  };
  return gradients.map((gradient, i) => {
    const next = evaluate(graph, { ...state, gradient: numbers(gradient), rate: scalar(rate), step: scalar(i + 1) });
    state = Object.fromEntries(["p", ...names].map((name) => [name, next[`next ${name}`]!]));
    return Object.fromEntries(Object.entries(state).map(([name, { data }]) => [name, data[0]!]));
  });
}

describe("SGD", () => {
  test("takes the gradient times the rate from the parameter", () => {
    const [first, second] = steps({ kind: "sgd", momentum: 0, weightDecay: 0 }, 1, 0.1, [2, -3]);
    expect(first!.p).toBeCloseTo(0.8, 7);
    expect(second!.p).toBeCloseTo(1.1, 7);
  });

  test("adds the decay to the gradient, and the velocity before, as PyTorch", () => {
    const [first, second] = steps({ kind: "sgd", momentum: 0.9, weightDecay: 0.1 }, 1, 0.1, [0.5, 0.5]);
    expect(first!.momentum).toBeCloseTo(0.6, 7); // 0.5 + 0.1 · 1
    expect(first!.p).toBeCloseTo(0.94, 7); // 1 − 0.1 · 0.6
    expect(second!.momentum).toBeCloseTo(1.134, 7); // 0.9 · 0.6 + 0.5 + 0.1 · 0.94
    expect(second!.p).toBeCloseTo(0.8266, 7);
  });
});

describe("AdamW", () => {
  const adamw = { kind: "adamw", beta1: 0.5, beta2: 0.75, epsilon: 1, weightDecay: 0.1 } as const;

  test("corrects both moments for their beginning, adds ε outside the root, and decays the parameter itself", () => {
    const [first, second] = steps(adamw, 1, 0.3, [2, 1]);
    // Moments 1 and 1, corrected 2 and 4: 1 · (1 − 0.03) − 0.3 · 2 / (2 + 1).
    expect([first!.mean, first!.variance]).toEqual([1, 1]);
    expect(first!.p).toBeCloseTo(0.77, 7);
    // Moments 1 and 1, corrected 4/3 and 16/7: 0.77 · 0.97 − 0.3 · (4/3) / (√(16/7) + 1).
    expect([second!.mean, second!.variance]).toEqual([1, 1]);
    expect(second!.p).toBeCloseTo(0.587655, 6);
  });

  test("moves by the rate in its first step, however small or large the gradient, also in float32", async () => {
    const graph = updateGraph({ kind: "adamw", beta1: 0.9, beta2: 0.999, epsilon: 0, weightDecay: 0 }, [4]);
    const four = (values: number[]) => floatTensor([4], Float32Array.from(values));
    const one = (value: number) => floatTensor([], Float32Array.of(value));
    const session = await cpuDevice({ threads: 1 }).open(graph);
    const outputs = { "next p": four([0, 0, 0, 0]), "next mean": floatTensor([4]), "next variance": floatTensor([4]) };
    const gradient = four([1e-6, -1e-3, 1, -1e6]);
    await session.run(
      {
        p: floatTensor([4]),
        gradient,
        mean: floatTensor([4]),
        variance: floatTensor([4]),
        rate: one(0.5),
        step: one(1),
      },
      outputs,
    );
    await session.release();
    [-0.5, 0.5, -0.5, 0.5].forEach((move, i) => {
      expect(outputs["next p"].data[i]! / move).toBeCloseTo(1, 6);
    });
  });

  test("no longer corrects after many steps", () => {
    const graph = updateGraph({ ...adamw, weightDecay: 0 });
    const state = { p: numbers(0), mean: numbers(1), variance: numbers(1), gradient: numbers(1) };
    const next = evaluate(graph, { ...state, rate: scalar(1), step: scalar(1e5) });
    expect(next["next p"]!.data[0]).toBeCloseTo(-0.5, 12); // 1 / (√1 + 1)
  });
});
