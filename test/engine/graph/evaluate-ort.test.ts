import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gradientRules } from "../../../src/engine/grad/rules.ts";
import { encodeOnnx } from "../../../src/engine/graph/bytes.ts";
import { evaluate, type Numbers } from "../../../src/engine/graph/evaluate.ts";
import { type ElementType, elementCount, fixedShape, type Tensor } from "../../../src/engine/graph/graph.ts";
import type { Op, OpAttributes } from "../../../src/engine/graph/operators.ts";
import { verifyGraph } from "../../../src/engine/graph/verify.ts";
import { cpuDevice } from "../../../src/engine/runtime/node.ts";
import { finished, type OperatorCase, operatorCases, operators, written } from "./operator-cases.ts";

const device = cpuDevice({ threads: 1 });

/** Numbers as a tensor of the type that the graph wants; zeros if there are none. */
function tensorOf(
  type: ElementType,
  shape: readonly number[],
  data: Float64Array = new Float64Array(elementCount(shape)),
): Tensor {
  switch (type) {
    case "float32":
      return { type, shape, data: Float32Array.from(data) };
    case "float64":
      return { type, shape, data };
    case "int64":
      return { type, shape, data: BigInt64Array.from(data, BigInt) };
    case "bool":
      return { type, shape, data: Uint8Array.from(data) };
  }
}

/** Expects every output of one operator to be ONNX Runtime's, to 1e-5 of the largest number. */
async function expectAgreement<K extends Op>(
  op: K,
  operator: OperatorCase<OpAttributes[K]>,
  seed: number,
): Promise<void> {
  const drawn = written(op, operator, seed);
  const graph = finished(drawn);
  expect(verifyGraph(graph)).toEqual([]);
  const exact = evaluate(graph, drawn.numbers);
  const inputs = graph.inputs.map((value): [string, Tensor] => {
    const { shape, data } = drawn.numbers[value.name]!;
    return [value.name, tensorOf(value.type, shape, data)];
  });
  // The shapes are those that ours gives: ONNX Runtime refuses to write into any other.
  const outputs = Object.fromEntries(
    graph.outputs.map((value) => [value.name, tensorOf(value.type, fixedShape(value))]),
  );
  const session = await device.open(graph);
  try {
    await session.run(Object.fromEntries(inputs), outputs);
  } finally {
    await session.release();
  }
  for (const [name, { shape, data }] of Object.entries(outputs)) {
    expect(exact[name]!.shape, `the shape of ${name}`).toEqual(shape);
    expectNear(Array.from<number | bigint, number>(data, Number), exact[name]!, `${op} ${name}`);
  }
}

function expectNear(found: readonly number[], { data }: Numbers, what: string): void {
  const scale = data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  const worst = found.reduce((most, value, i) => {
    const distance = Math.abs(value - data[i]!);
    return distance > most || Number.isNaN(distance) ? distance : most;
  }, 0);
  if (!(worst <= 1e-5 * scale)) expect.fail(`${what}: ONNX Runtime gives [${found}], the evaluator [${data}]`);
}

describe("The evaluator agrees with ONNX Runtime's CPU on", () => {
  for (const op of Object.keys(gradientRules) as Op[]) {
    test(op, async () => {
      expect(operators).toContain(op);
      await fc.assert(
        fc.asyncProperty(fc.gen(), fc.nat(), (gen, seed) => expectAgreement(op, operatorCases[op](gen, "any"), seed)),
        { seed: 5, numRuns: 25 },
      );
    });
  }

  test("MaxPool's places where every number is the same", async () => {
    const image = { type: "float32", shape: [2, 2, 5, 4], kind: 1 } as const;
    const attributes = { kernelShape: [3, 2], strides: [2, 1], pads: [1, 1, 1, 0] } as const;
    await expectAgreement("MaxPool", { inputs: [image], attributes }, 0);
  });

  test("a training BatchNormalization's running statistics at every momentum", async () => {
    const each = { type: "float32", shape: [3], kind: "positive" } as const;
    const image = { type: "float32", shape: [2, 3, 2, 2], kind: "any" } as const;
    for (const momentum of [0, 0.25, 0.9]) {
      const attributes = { epsilon: 1e-5, momentum, trainingMode: true };
      await expectAgreement("BatchNormalization", { inputs: [image, each, each, each, each], attributes }, 1);
    }
  });
});

describe("A graph's bytes", () => {
  test("are the same each time", () => {
    const attributes = { transA: true, transB: false };
    const inputs = [
      [3, 2],
      [3, 4],
    ].map((shape) => ({ type: "float32", shape, kind: "any" }) as const);
    const graph = finished(written("FusedMatMul", { inputs, attributes }, 0));
    expect(encodeOnnx(graph)).toEqual(encodeOnnx(graph));
  });
});
