import { describe, expect, test } from "vitest";
import { writeGradients } from "../../../src/engine/grad/gradients.ts";
import { openGraph } from "../../../src/engine/graph/builder.ts";
import { evaluate } from "../../../src/engine/graph/evaluate.ts";
import { cpuProfile } from "../../../src/engine/graph/profile.ts";
import { crossEntropy } from "../../../src/engine/nn/losses.ts";
import { expectGradient } from "../grad/expect-gradient.ts";

interface Items {
  readonly logits: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly weights?: readonly number[];
  readonly labelSmoothing?: number;
}

/** The loss and its gradient by the logits. */
function lossOf({ logits, labels, weights = labels.map(() => 1), labelSmoothing = 0 }: Items): {
  loss: number;
  gradient: Float64Array;
} {
  const g = openGraph();
  const shape = [logits.length, logits[0]!.length];
  const inputs = {
    logits: g.input("logits", "float32", shape),
    label: g.input("label", "int64", [labels.length]),
    weight: g.input("weight", "float32", [labels.length]),
  };
  const loss = crossEntropy(g, { ...inputs, labelSmoothing });
  expect(loss.shape).toEqual([]);
  const [gradient] = writeGradients(g, { of: loss, by: [inputs.logits], profile: cpuProfile });
  const found = evaluate(g.finish("loss", { loss, gradient: gradient! }), {
    logits: { shape, data: Float64Array.from(logits.flat()) },
    label: { shape: [labels.length], data: Float64Array.from(labels) },
    weight: { shape: [weights.length], data: Float64Array.from(weights) },
  });
  return { loss: found.loss!.data[0]!, gradient: found.gradient!.data };
}

describe("Cross-entropy", () => {
  test("is the negative logarithm of the true class's probability", () => {
    expect(lossOf({ logits: [[2, 0]], labels: [0] }).loss).toBeCloseTo(Math.log(1 + Math.exp(-2)), 9); // 0.126928
    expect(lossOf({ logits: [[2, 0]], labels: [1] }).loss).toBeCloseTo(2.126928011, 9);
    expect(lossOf({ logits: [[5, 5, 5, 5]], labels: [2] }).loss).toBeCloseTo(Math.log(4), 9);
  });

  test("with smoothing ε counts the true class 1 − ε and every class ε / classes", () => {
    // 0.95 · 0.126928 + 0.05 · 2.126928
    expect(lossOf({ logits: [[2, 0]], labels: [0], labelSmoothing: 0.1 }).loss).toBeCloseTo(0.226928011, 7);
    // 0.8 · 0.126928 + 0.2 · 2.126928
    expect(lossOf({ logits: [[2, 0]], labels: [0], labelSmoothing: 0.4 }).loss).toBeCloseTo(0.526928011, 7);
  });

  test("is the mean of the items, each with its weight", () => {
    const items = {
      logits: [
        [2, 0],
        [0, 0],
      ],
      labels: [0, 1],
    }; // 0.126928 and 0.693147
    expect(lossOf(items).loss).toBeCloseTo((0.126928011 + Math.LN2) / 2, 8);
    expect(lossOf({ ...items, weights: [3, 1] }).loss).toBeCloseTo((3 * 0.126928011 + Math.LN2) / 4, 8);
    expect(lossOf({ ...items, weights: [0, 1] }).loss).toBeCloseTo(Math.LN2, 8);
  });

  test("on one item does not depend on its weight", () => {
    const item = { logits: [[2, 0]], labels: [0], labelSmoothing: 0.1 };
    expect(lossOf({ ...item, weights: [7] }).loss).toBeCloseTo(lossOf(item).loss, 12);
  });

  test("has the probability less the target as its gradient", () => {
    const probability = 1 / (1 + Math.exp(-2)); // 0.880797
    const gradient = [...lossOf({ logits: [[2, 0]], labels: [0], labelSmoothing: 0.1 }).gradient];
    expect(gradient[0]).toBeCloseTo(probability - 0.95, 7);
    expect(gradient[1]).toBeCloseTo(0.95 - probability, 7);
  });

  test("has the gradient that central differences give, with weights and smoothing", () => {
    const items = { labels: [0, 2, 1], weights: [0.5, 2, 1], labelSmoothing: 0.2 };
    const rows = (x: Float64Array) => [0, 3, 6].map((start) => [...x.slice(start, start + 3)]);
    const x = Float64Array.of(1, -2, 0.5, 3, 0, -1, 0.25, 0.125, -0.5);
    expectGradient(
      (at) => lossOf({ ...items, logits: rows(at) }).loss,
      lossOf({ ...items, logits: rows(x) }).gradient,
      x,
    );
  });
});
