import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NeuroscreenError } from "../../../src/base/errors.ts";
import { openGraph } from "../../../src/engine/graph/builder.ts";
import { decodeOnnx, encodeOnnx } from "../../../src/engine/graph/bytes.ts";
import { floatTensor, type Graph } from "../../../src/engine/graph/graph.ts";
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type ModelProto,
  ModelProtoSchema,
} from "../../../src/engine/graph/onnx_pb.ts";
import { finished, operatorCases, operators, written } from "./operator-cases.ts";

/** A graph with every kind of initialiser, a free axis and an input with a default. */
function mixed(): Graph {
  const g = openGraph();
  const image = g.input("image", "float32", ["n", 2, "height", 5]);
  const scale = g.input("scale", "float32", [1, 2, 1, 1]);
  g.initializer("scale", floatTensor([1, 2, 1, 1], Float32Array.of(1.5, -2)));
  const whole = g.initializer("whole", { type: "int64", shape: [2], data: BigInt64Array.of(-1n, 2n ** 40n) });
  const flags = g.initializer("flags", { type: "bool", shape: [3], data: Uint8Array.of(1, 0, 1) });
  const exact = g.one("Exp", [g.constant64(Math.PI)]);
  const y = g.one("Mul", [image, scale]);
  const outputs = { y, exact, whole: g.one("Cast", [whole], { to: "float32" }), flags: g.one("Identity", [flags]) };
  return g.finish(
    "mixed",
    { y: outputs.y, exact: outputs.exact, numbers: outputs.whole, truths: outputs.flags },
    { stains: '["Aβ", "DNA"]', empty: "" },
  );
}

/** A small sound model, changed before it is written. */
function changed(change: (model: ModelProto) => void): Uint8Array {
  const g = openGraph();
  const x = g.input("x", "float32", [2, 3]);
  const y = g.one("Softmax", [g.one("ReduceSum", [x], { axes: [1], keepdims: true })], { axis: 1 });
  const model = fromBinary(ModelProtoSchema, encodeOnnx(g.finish("small", { y: g.one("Mul", [y, g.constant(2)]) })));
  change(model);
  return toBinary(ModelProtoSchema, model);
}

function refusal(bytes: Uint8Array): NeuroscreenError {
  try {
    decodeOnnx(bytes);
  } catch (error) {
    if (error instanceof NeuroscreenError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

const remedy =
  "Only networks written by neuroscreen can be read back; other tools' networks can be run with ONNX Runtime itself.";

describe("A graph written as ONNX and read back", () => {
  for (const op of operators) {
    test(`is the same graph: ${op}`, () => {
      fc.assert(
        fc.property(fc.gen(), (gen) => {
          const graph = finished(written(op, operatorCases[op](gen, "any"), 0));
          // Attributes pass through float32 in the file.
          expect(decodeOnnx(encodeOnnx(graph))).toEqual(rounded(graph));
        }),
        { seed: 5, numRuns: 25 },
      );
    });
  }

  test("keeps initialisers of every type, free axes, defaults of inputs, and metadata", () => {
    expect(decodeOnnx(encodeOnnx(mixed()))).toEqual(mixed());
  });

  test("keeps an input that is left out in the middle", () => {
    const g = openGraph();
    const [a, b] = [g.input("a", "float32", [2, 2]), g.input("b", "float32", [2, 2])];
    const graph = g.finish("g", { y: g.one("Gemm", [a, b, undefined], { transA: false, transB: true }) });
    expect(decodeOnnx(encodeOnnx(graph)).nodes).toEqual(graph.nodes);
  });
});

function rounded(graph: Graph): Graph {
  const nodes = graph.nodes.map((node) => ({
    ...node,
    attributes: Object.fromEntries(
      Object.entries(node.attributes).map(([key, value]) => [
        key,
        typeof value === "number" ? Math.fround(value) : value,
      ]),
    ),
  }));
  return { ...graph, nodes: nodes as unknown as Graph["nodes"] };
}

describe("Reading ONNX refuses", () => {
  test("what is no protocol buffer", () => {
    const error = refusal(new TextEncoder().encode("%PDF-1.7"));
    expect(error.code).toBe("bad-onnx");
    expect(error.message).toBe(
      `Reading an ONNX file: expected an ONNX model, found bytes that are no protocol buffer of a model.\n${remedy}`,
    );
    expect(error.cause).toBeInstanceOf(Error);
  });

  test("an empty file", () => {
    expect(refusal(new Uint8Array()).message).toBe(
      `Reading an ONNX file: expected an ONNX model with a graph, found a model without a graph.\n${remedy}`,
    );
  });

  const changes: readonly [what: string, found: string, change: (model: ModelProto) => void][] = [
    [
      "an operator that we do not know",
      "expected one of Identity, Neg,",
      (model) => {
        model.graph!.node[1]!.opType = "Gelu";
      },
    ],
    [
      "an operator of another domain under a known name",
      "expected the domain ``, found Softmax of the domain `else`",
      (model) => {
        model.graph!.node[1]!.domain = "else";
      },
    ],
    [
      "an attribute that would change what an operator means",
      "expected Softmax with axis alone, found Softmax with beta",
      (model) =>
        void model.graph!.node[1]!.attribute.push(
          create(AttributeProtoSchema, { name: "beta", type: AttributeType.FLOAT, f: 2 }),
        ),
    ],
    [
      "an operator without its attribute, rather than guess it",
      "expected ReduceSum with keepdims, found ReduceSum without keepdims",
      (model) => {
        model.graph!.node[0]!.attribute = [];
      },
    ],
    [
      "axes that are computed",
      "expected constant axes, found ReduceSum whose axes are computed",
      (model) => {
        model.graph!.node[0]!.input[1] = "x";
      },
    ],
    [
      "more inputs than we know of",
      "expected ReduceSum with at most 2 inputs, found 3",
      (model) => {
        model.graph!.node[0]!.input.push("x");
      },
    ],
    [
      "another version of the operators",
      "expected operators of version 18, found 13",
      (model) => {
        model.opsetImport[0]!.version = 13n;
      },
    ],
    [
      "a model that names no version of its operators",
      "expected operators of version 18, found none",
      (model) => {
        model.opsetImport = [];
      },
    ],
    [
      "a tensor of another type",
      "expected float32, float64, int64 or bool, found the tensor constant_0 of type 10",
      (model) => {
        model.graph!.initializer[0]!.dataType = 10;
      },
    ],
    [
      "a tensor whose numbers do not fill its shape",
      "expected 6 numbers in the tensor constant_0, found 4 bytes",
      (model) => {
        model.graph!.initializer[0]!.dims = [2n, 3n];
      },
    ],
    [
      "a value that is no tensor",
      "expected a tensor of float32, float64, int64 or bool, found the value x of another type",
      (model) => {
        model.graph!.input[0]!.type!.value = { case: undefined };
      },
    ],
  ];
  for (const [what, found, change] of changes) {
    test(what, () => {
      const error = refusal(changed(change));
      expect(error.code).toBe("bad-onnx");
      expect(error.message).toContain(found);
      expect(error.message).toContain(remedy);
    });
  }

  test("arbitrary bytes, always in the same way", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(refusal(bytes).code).toBe("bad-onnx");
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  test("a file that was cut short", () => {
    const bytes = changed(() => {});
    for (let length = 0; length < bytes.length; length++) {
      expect(refusal(bytes.subarray(0, length)).code, `${length} of ${bytes.length} bytes`).toBe("bad-onnx");
    }
  });

  test("damaged bytes, or reads a graph; nothing else", () => {
    const sound = changed(() => {});
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.nat(255), (at, byte) => {
        const damaged = sound.slice();
        damaged[at] = byte;
        try {
          expect(decodeOnnx(damaged).nodes).toBeInstanceOf(Array);
        } catch (error) {
          if (!(error instanceof NeuroscreenError)) throw error;
          expect(error.code).toBe("bad-onnx");
        }
      }),
      { seed: 5, numRuns: 2000 },
    );
  });
});
