import { describe, expect, test } from "vitest";
import { openGraph } from "../../../src/engine/graph/builder.ts";
import { peakLiveBytes } from "../../../src/engine/graph/live.ts";

/** x [100] float32: 400 bytes a value. */
const sheet = () => {
  const g = openGraph();
  return { g, x: g.input("x", "float32", [100]) };
};

describe("Bytes alive at once", () => {
  test("are none where inputs become outputs at once", () => {
    const { g, x } = sheet();
    expect(peakLiveBytes(g.finish("one", { y: g.one("Sign", [x]) }))).toBe(0);
  });

  test("are of two values where a chain cannot write over its input, and of one where it can", () => {
    const { g, x } = sheet();
    const chain = (op: "Sign" | "Relu") =>
      peakLiveBytes(g.finish(op, { [op]: g.one("Sign", [g.one(op, [g.one(op, [g.one("Sign", [x])])])]) }));
    expect(chain("Sign")).toBe(800);
    expect(chain("Relu")).toBe(400);
  });

  test("count what is kept for later until its last reader", () => {
    const { g, x } = sheet();
    const kept = g.one("Sign", [x]);
    const end = g.one("Sign", [g.one("Sign", [g.one("Sign", [kept])])]);
    // Kept, and a link of the chain with the one before it.
    expect(peakLiveBytes(g.finish("late", { y: g.one("Sign", [g.one("Add", [end, kept])]) }))).toBe(1200);
  });

  test("count a value once under all its names, by the size of its numbers", () => {
    const { g, x } = sheet();
    const wide = g.one("Cast", [g.one("Sign", [x])], { to: "float64" });
    const turned = g.one("Reshape", [g.one("Reshape", [wide], { shape: [10, 10] })], { shape: [4, 25] });
    expect(peakLiveBytes(g.finish("wide", { y: g.one("Sign", [turned]) }))).toBe(400 + 800);
  });

  test("are fewer where the runtime joins nodes", () => {
    const g = openGraph();
    const x = g.input("x", "float32", [1, 4, 8, 8]);
    let columns = 0;
    const column = () => g.input(`c${columns++}`, "float32", [4]);
    const norm = { epsilon: 1e-5, momentum: 0.9, trainingMode: false };
    const y = g.one("BatchNormalization", [g.one("Sign", [x]), column(), column(), column(), column()], norm);
    const graph = g.finish("joined", { y: g.one("Sign", [y]) });
    expect([peakLiveBytes(graph), peakLiveBytes(graph, ["BatchNormalization"])]).toEqual([2048, 1024]);
  });
});
