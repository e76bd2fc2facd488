import { describe, expect, test } from "vitest";
import { writeGradients } from "../../../src/engine/grad/gradients.ts";
import { type GraphBuilder, openGraph } from "../../../src/engine/graph/builder.ts";
import { evaluate } from "../../../src/engine/graph/evaluate.ts";
import type { Value } from "../../../src/engine/graph/graph.ts";
import { cpuProfile as profile } from "../../../src/engine/graph/profile.ts";

function valuesAt(g: GraphBuilder, gradients: readonly Value[], x: readonly number[]): number[][] {
  const graph = g.finish("gradients", Object.fromEntries(gradients.map((value, i) => [`d${i}`, value])));
  const found = evaluate(graph, { x: { shape: [x.length], data: Float64Array.from(x) } });
  return gradients.map((_, i) => [...found[`d${i}`]!.data]);
}

const total = (g: GraphBuilder, x: Value) => g.one("ReduceSum", [x], { axes: [0], keepdims: false });

describe("Gradients of a graph", () => {
  test("add up over all ways from a value to the loss", () => {
    const g = openGraph();
    const x = g.input("x", "float32", [2]);
    const squared = g.one("Mul", [x, x]);
    const of = total(g, g.one("Add", [g.one("Mul", [squared, x]), x]));
    expect(valuesAt(g, writeGradients(g, { of, by: [x], profile }), [2, -1])).toEqual([[13, 4]]); // 3x² + 1
  });

  test("may be by values on the way, which then stop nothing", () => {
    const g = openGraph();
    const x = g.input("x", "float32", [2]);
    const squared = g.one("Mul", [x, x]);
    const of = total(g, g.one("Mul", [squared, squared]));
    expect(valuesAt(g, writeGradients(g, { of, by: [squared, x], profile }), [2, -1])).toEqual([
      [8, 2], // 2s
      [32, -4], // 4x³
    ]);
  });

  test("of the loss itself are 1", () => {
    const g = openGraph();
    const of = total(g, g.input("x", "float32", [2]));
    expect(valuesAt(g, writeGradients(g, { of, by: [of], profile }), [5, 5])).toEqual([[1]]);
  });

  test("are zeros where the loss does not depend on the value", () => {
    const g = openGraph();
    const x = g.input("x", "float32", [2]);
    const aside = g.one("Exp", [x]);
    const signs = total(g, g.one("Sign", [x]));
    expect(valuesAt(g, writeGradients(g, { of: total(g, x), by: [aside], profile }), [1, 2])).toEqual([[0, 0]]);
    expect(valuesAt(g, writeGradients(g, { of: signs, by: [x], profile }), [1, 2])).toEqual([[0, 0]]);
  });

  test("begin from a seed, which a loss with a shape needs", () => {
    const g = openGraph();
    const x = g.input("x", "float32", [2]);
    const of = g.one("Mul", [x, x]);
    expect(() => writeGradients(g, { of, by: [x], profile })).toThrow(
      `unreachable: ${of.name} has shape [2] and no seed`,
    );
    const seed = g.constant(Float32Array.of(1, 100), [2]);
    expect(valuesAt(g, writeGradients(g, { of, by: [x], profile, seed }), [2, 3])).toEqual([[4, 600]]);
  });

  test("may follow another rule in place of the usual one", () => {
    const g = openGraph();
    const x = g.input("x", "float32", [3]);
    const of = total(g, g.one("Relu", [x]));
    const instead = { Relu: (_: unknown, dy: Value) => [dy] };
    expect(valuesAt(g, writeGradients(g, { of, by: [x], profile, instead }), [-1, 0, 1])).toEqual([[1, 1, 1]]);
  });

  test("cost nothing before the first value that they are by", () => {
    const written = (by: (x: Value, frozen: Value, late: Value) => Value[]) => {
      const g = openGraph();
      const [x, frozen, late] = ["x", "frozen", "late"].map((name) => g.input(name, "float32", [2, 2])) as [
        Value,
        Value,
        Value,
      ];
      const y = g.one("MatMul", [g.one("Exp", [g.one("MatMul", [x, frozen])]), late]);
      const of = g.one("ReduceSum", [y], { axes: [0, 1], keepdims: false });
      const before = g.nodes.length;
      writeGradients(g, { of, by: by(x, frozen, late), profile });
      return g.nodes.slice(before).map(({ op }) => op);
    };
    expect(written((_x, _frozen, late) => [late]).filter((op) => op === "MatMul")).toHaveLength(1);
    expect(written((_x, frozen) => [frozen]).filter((op) => op === "MatMul")).toHaveLength(2);
    expect(written((x, frozen, late) => [x, frozen, late]).filter((op) => op === "MatMul")).toHaveLength(4);
  });
});
