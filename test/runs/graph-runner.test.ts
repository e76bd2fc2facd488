import { afterAll, describe, expect, test } from "vitest";
import { openEngineThread } from "../../dist/runs/engine-thread.js";
import { threadRunner } from "../../dist/runs/graph-runner.js";
import { openGraph } from "../../src/engine/graph/builder.ts";
import { floatTensor, type Graph } from "../../src/engine/graph/graph.ts";

function times(factor: number): Graph {
  const g = openGraph();
  const x = g.input("x", "float32", [1, 2]);
  return g.finish("times", { y: g.one("Mul", [x, g.constant(factor)]) });
}

describe("graphs on the engine's thread", () => {
  const thread = openEngineThread();
  afterAll(() => thread.close());

  test("of one name are told apart, and their outputs come back in shape", async () => {
    const runner = threadRunner(thread);
    const [twice, thrice] = [await runner.open(times(2)), await runner.open(times(3))];
    const x = floatTensor([1, 2], Float32Array.of(1, -2));
    expect(await thrice.run({ x })).toEqual({ y: floatTensor([1, 2], Float32Array.of(3, -6)) });
    expect(await twice.run({ x })).toEqual({ y: floatTensor([1, 2], Float32Array.of(2, -4)) });
    // The inputs stay the caller's.
    expect([...x.data]).toEqual([1, -2]);
    await twice.close();
    await expect(twice.run({ x })).rejects.toThrow("no graph is called");
    await thrice.close();
  });
});
