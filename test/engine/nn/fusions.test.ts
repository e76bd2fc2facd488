import { describe, expect, test } from "vitest";
import { openGraph } from "../../../src/engine/graph/builder.ts";
import { evaluate, type Numbers } from "../../../src/engine/graph/evaluate.ts";
import { cpuProfile } from "../../../src/engine/graph/profile.ts";
import { initialWeights } from "../../../src/engine/nn/initial-weights.ts";
import { type NetworkSpec, weightSpecs, writeNetwork } from "../../../src/engine/nn/networks.ts";
import { cpuDevice } from "../../../src/engine/runtime/node.ts";
import { Trainer } from "../../../src/engine/runtime/trainer.ts";
import { trainingGraph } from "../../../src/engine/step/training-graph.ts";

const side = 32;
const spec = (changed: Partial<NetworkSpec>): NetworkSpec => ({
  fusion: "stacked",
  backbone: "resnet10",
  width: 0.05,
  stains: 4,
  classes: 2,
  ...changed,
});
const pixels = Float64Array.from({ length: 4 * side * side }, (_, i) => Math.sin(i * 1.7) + (i % 5) / 5);
const stain = (i: number) => pixels.slice(i * side * side, (i + 1) * side * side);
const image = (planes: readonly Float64Array[]): Numbers => ({
  shape: [1, planes.length, side, side],
  data: Float64Array.from(planes.flatMap((plane) => [...plane])),
});
const mixed = (...parts: readonly (readonly [stain: number, share: number])[]) =>
  stain(0).map((_, i) => parts.reduce((sum, [k, share]) => sum + share * stain(k)[i]!, 0));

/** The logits of a network with the weights of seed 1, in float64. */
function logitsOf(network: NetworkSpec, given: Numbers): number[] {
  const g = openGraph();
  const weights = initialWeights(network, 1);
  const constant = (name: string) => g.initializer(name, weights.get(name)!);
  const { logits } = writeNetwork(
    g,
    { parameter: constant, running: constant, usesBatchStatistics: () => false, observe: () => {} },
    g.input("image", "float32", given.shape),
    network,
  );
  return [...evaluate(g.finish("network", { logits }), { image: given }).logits!.data];
}

const expectClose = (found: readonly number[], expected: readonly number[]) =>
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 5);
  });

describe("Fusions", () => {
  test("`sum` is the one-stain network over the sum of the stains", () => {
    const all = image([0, 1, 2, 3].map(stain));
    const summed = image([mixed([0, 1], [1, 1], [2, 1], [3, 1])]);
    expectClose(logitsOf(spec({ fusion: "sum" }), all), logitsOf(spec({ fusion: "single", stains: 1 }), summed));
  });

  test("`rgb` is the three-stain network over the first three, a third of the fourth added to each", () => {
    const third = 1 / 3;
    const colours = image([mixed([0, 1], [3, third]), mixed([1, 1], [3, third]), mixed([2, 1], [3, third])]);
    expectClose(
      logitsOf(spec({ fusion: "rgb" }), image([0, 1, 2, 3].map(stain))),
      logitsOf(spec({ stains: 3 }), colours),
    );
  });

  test("`rgb` spreads every stain beyond the third as `spread` says, colour by colour", () => {
    const spread = [0.5, 0, 0.25] as const;
    const colours = image([mixed([0, 1], [3, 0.5], [1, 0.5]), mixed([1, 1]), mixed([2, 1], [3, 0.25], [1, 0.25])]);
    const five = image([0, 1, 2, 3, 1].map(stain));
    expectClose(logitsOf(spec({ fusion: "rgb", stains: 5, spread }), five), logitsOf(spec({ stains: 3 }), colours));
  });

  test("`rgb` of three stains is `stacked`, to the last weight", () => {
    expect(weightSpecs(spec({ fusion: "rgb", stains: 3 }))).toEqual(weightSpecs(spec({ stains: 3 })));
    expect(weightSpecs(spec({ fusion: "rgb" }))).toEqual(weightSpecs(spec({ stains: 3 })));
    expect(weightSpecs(spec({ fusion: "sum" }))).toEqual(weightSpecs(spec({ stains: 1 })));
    expect(() => weightSpecs(spec({ fusion: "rgb", stains: 2 }))).toThrow("rgb of 2 stains");
  });

  test.each(["sum", "rgb"] as const)("`%s` learns: a batch seen ten times is told apart", async (fusion) => {
    const network = spec({ fusion });
    const optimizer = { kind: "sgd", momentum: 0.9, weightDecay: 0 } as const;
    const graph = trainingGraph(
      network,
      { batch: 2, height: side, width: side, labelSmoothing: 0, optimizer },
      cpuProfile,
    );
    const trainer = await Trainer.open(graph, cpuDevice({ threads: 1 }), initialWeights(network, 1));
    const batch = {
      image: Float32Array.from([...pixels, ...pixels.map((x, i) => x * (i % 2))]),
      label: [0, 1],
      weight: [1, 1],
    };
    const losses: number[] = [];
    for (let i = 0; i < 10; i++) losses.push((await trainer.step(batch, 0.01)).loss);
    await trainer.dispose();
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
  });
});
