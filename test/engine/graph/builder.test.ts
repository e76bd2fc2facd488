import { describe, expect, test } from "vitest";
import { openGraph } from "../../../src/engine/graph/builder.ts";
import { evaluate } from "../../../src/engine/graph/evaluate.ts";
import { floatTensor } from "../../../src/engine/graph/graph.ts";
import { verifyGraph } from "../../../src/engine/graph/verify.ts";

describe("A graph builder", () => {
  test("knows the shape and type of every value at once", () => {
    const g = openGraph();
    const x = g.input("x", "float32", ["n", 3]);
    const w = g.input("w", "float32", [5, 3]);
    const y = g.one("Gemm", [x, w, undefined], { transA: false, transB: true });
    expect([y.shape, y.type]).toEqual([["n", 5], "float32"]);
    expect(g.one("Greater", [y, g.constant(0)]).type).toBe("bool");
    expect(g.value(y.name)).toBe(y);
    expect(() => g.value("z")).toThrow("unreachable: no value is called z");
  });

  test("refuses inputs that do not fit each other", () => {
    const g = openGraph();
    const [a, b] = [g.input("a", "float32", [2, 3]), g.input("b", "float32", [2, 4])];
    expect(() => g.one("Add", [a, b])).toThrow("unreachable: [2,3] and [2,4] do not broadcast");
    expect(() => g.one("MatMul", [a, b])).toThrow("unreachable: a matrix product: the inner lengths differ: 3 and 2");
  });

  test("drops what no output needs: nodes, inputs, initialisers and trailing outputs", () => {
    const g = openGraph();
    const x = g.input("x", "float32", [1, 1, 4, 4]);
    const unused = g.input("unused", "float32", [2]);
    g.one("Mul", [unused, g.constant(7)]);
    const pooled = g.one("MaxPool", [x], { kernelShape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] });
    g.one("Exp", [pooled]);
    const graph = g.finish("pool", { y: pooled });
    expect(graph.inputs).toEqual([x]);
    expect(graph.initializers.size).toBe(0);
    expect(graph.nodes.map(({ op, outputs }) => [op, outputs])).toEqual([["MaxPool", ["y"]]]);
  });

  test("keeps a later output that is read, and those before it", () => {
    const g = openGraph();
    const x = g.input("x", "float32", [1, 1, 4, 4]);
    const [, places] = g.all("MaxPool", [x], { kernelShape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] });
    const graph = g.finish("places", { places: places! });
    expect(graph.nodes[0]!.outputs).toHaveLength(2);
    expect(verifyGraph(graph)).toEqual([]);
  });

  test("refuses two values of one name", () => {
    const g = openGraph();
    g.input("x", "float32", []);
    expect(() => g.input("x", "float32", [2])).toThrow("unreachable: two values are called x");
    g.initializer("w", floatTensor([1]));
    expect(() => g.input("w", "float32", [1])).toThrow("unreachable: two values are called w");
    expect(() => g.finish("g", { x: g.one("Exp", [g.value("x")]) })).toThrow(
      "unreachable: x names an output and another value",
    );
  });

  test("takes an initialiser under an input's name as the input's default", () => {
    const g = openGraph();
    const x = g.input("x", "float32", [2]);
    expect(g.initializer("x", floatTensor([2], Float32Array.of(1, 2)))).toBe(x);
    const graph = g.finish("default", { y: g.one("Neg", [x]) });
    expect([...evaluate(graph, {}).y!.data]).toEqual([-1, -2]);
    expect([...evaluate(graph, { x: { shape: [2], data: Float64Array.of(5, 6) } }).y!.data]).toEqual([-5, -6]);
  });

  test("keeps equal scalar constants once", () => {
    const g = openGraph();
    expect(g.constant(2)).toBe(g.constant(2));
    expect(g.constant(2)).not.toBe(g.constant(3));
    expect(g.constant(2)).not.toBe(g.constant(2, [1]));
    expect(g.constant(Float32Array.of(1, 2), [2]).shape).toEqual([2]);
    expect(g.constant64(2).type).toBe("float64");
  });

  test("gives one value under two names, and an input or a constant under an output's", () => {
    const g = openGraph();
    const x = g.input("x", "float32", [2]);
    const y = g.one("Exp", [x]);
    const graph = g.finish("copies", { first: y, second: y, same: x, seven: g.constant(7) });
    expect(verifyGraph(graph)).toEqual([]);
    const { first, second, same, seven } = evaluate(graph, { x: { shape: [2], data: Float64Array.of(0, 1) } });
    expect([...first!.data]).toEqual([1, Math.E]);
    expect(second).toEqual(first);
    expect([...same!.data]).toEqual([0, 1]);
    expect([...seven!.data]).toEqual([7]);
  });

  test("can be finished more than once, each time with what it holds then", () => {
    const g = openGraph();
    const x = g.input("x", "float32", []);
    const first = g.finish("first", { y: g.one("Exp", [x]) });
    const second = g.finish("second", { z: g.one("Neg", [x]) }, { note: "later" });
    expect(first.nodes.map(({ op }) => op)).toEqual(["Exp"]);
    expect(second.nodes.map(({ op }) => op)).toEqual(["Neg"]);
    expect([first.metadata, second.metadata]).toEqual([{}, { note: "later" }]);
  });
});
