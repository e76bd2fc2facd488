import { describe, expect, test } from "vitest";
import { openGraph } from "../../../src/engine/graph/builder.ts";
import { floatTensor, type Graph } from "../../../src/engine/graph/graph.ts";
import { engineFunctions } from "../../../src/engine/runtime/engine.ts";
import { openGraphSession } from "../../../src/engine/runtime/graph-session.ts";
import { cpuDevice } from "../../../src/engine/runtime/node.ts";

function twice(length: number | string): Graph {
  const g = openGraph();
  const x = g.input("x", "float32", [length]);
  return g.finish("twice", { doubled: g.one("Add", [x, x]), negative: g.one("Neg", [x]) });
}
const x = floatTensor([2], Float32Array.of(1, -3));

describe("a graph session", () => {
  test("gives every output, in numbers that the next run leaves alone", async () => {
    const session = await openGraphSession(cpuDevice(), twice(2));
    const first = await session.run({ x });
    await session.run({ x: floatTensor([2]) });
    expect(first.doubled).toEqual(floatTensor([2], Float32Array.of(2, -6)));
    expect(first.negative).toEqual(floatTensor([2], Float32Array.of(-1, 3)));
    await session.close();
  });

  test("needs to know every output's shape", async () => {
    await expect(openGraphSession(cpuDevice(), twice("n"))).rejects.toThrow("doubled has the free axis n");
  });
});

describe("an engine", () => {
  test("keeps graphs apart by their names, until they are closed", async () => {
    const engine = engineFunctions(cpuDevice());
    await engine.openGraph({ name: "a", graph: twice(2) });
    await engine.openGraph({ name: "b", graph: twice(1) });
    await expect(engine.openGraph({ name: "a", graph: twice(1) })).rejects.toThrow("two graphs are called a");
    const { doubled } = await engine.runGraph({ name: "b", inputs: { x: floatTensor([1], Float32Array.of(5)) } });
    expect(doubled).toEqual(Float32Array.of(10));
    await engine.closeGraph("b");
    await expect(engine.runGraph({ name: "b", inputs: { x } })).rejects.toThrow("no graph is called b");
    expect((await engine.runGraph({ name: "a", inputs: { x } })).negative).toEqual(Float32Array.of(-1, 3));
    await engine.closeGraph("a");
  });
});
