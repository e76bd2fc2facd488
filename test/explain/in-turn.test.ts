import { describe, expect, test } from "vitest";
import { openGraph } from "../../src/engine/graph/builder.ts";
import { floatTensor, type Graph } from "../../src/engine/graph/graph.ts";
import type { GraphRunner } from "../../src/explain/explained.ts";
import { graphsInTurn } from "../../src/explain/in-turn.ts";

/** Reads `x` and adds a weight of 1000 numbers: 32 kB as they are reckoned, 4 kB of them in a run. */
function adding(name: string): Graph {
  const g = openGraph();
  const x = g.input("x", "float32", [1000]);
  return g.finish(name, { y: g.one("Add", [g.one("Neg", [x]), g.constant(new Float32Array(1000), [1000])]) });
}

/** Notes what is opened, run and closed. */
function noting(): { notes: string[]; runner: GraphRunner } {
  const notes: string[] = [];
  const runner: GraphRunner = {
    async open({ name }) {
      notes.push(`open ${name}`);
      return {
        async run(inputs) {
          notes.push(`run ${name} of ${Object.keys(inputs)}`);
          return {};
        },
        async close() {
          notes.push(`close ${name}`);
        },
      };
    },
  };
  return { notes, runner };
}

const graphs = new Map(["a", "b", "c"].map((name) => [name, adding(name)]));
const inputs = { x: floatTensor([1000]), unread: floatTensor([1]) };

async function notesOf(budget: number, names: string): Promise<string[]> {
  const { notes, runner } = noting();
  const turns = graphsInTurn(graphs, runner, budget);
  for (const name of names) await turns.run(name, inputs);
  await turns.close();
  return notes.filter((note) => !note.startsWith("run"));
}

describe("graphs in turn", () => {
  test("are opened once, when they are first run, and stay open where all of them fit", async () => {
    expect(await notesOf(1e6, "abab")).toEqual(["open a", "open b", "close a", "close b"]);
  });

  test("are closed, those unused for longest first, where another would not fit beside them", async () => {
    expect(await notesOf(80e3, "abac")).toEqual(["open a", "open b", "close b", "open c", "close a", "close c"]);
  });

  test("are open alone where they do not fit at all", async () => {
    expect(await notesOf(1, "aba")).toEqual(["open a", "close a", "open b", "close b", "open a", "close a"]);
  });

  test("are given only what they read", async () => {
    const { notes, runner } = noting();
    await graphsInTurn(graphs, runner).run("a", inputs);
    expect(notes).toEqual(["open a", "run a of x"]);
  });
});
