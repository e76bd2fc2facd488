/**
 * Graphs as ONNX files: protocol buffers, opset 18, and back.
 *
 * What is an attribute in our table but a constant input in ONNX (the axes of a sum, the shape of a Reshape) is
 * written as an initialiser of its own, named after the node's first output, and folded back on reading.
 */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { NeuroscreenError } from "../../base/errors.ts";
import {
  type Dimension,
  type ElementType,
  elementCount,
  type Graph,
  type Node,
  type Tensor,
  type Value,
} from "./graph.ts";
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "./onnx_pb.ts";
import type { Op } from "./operators.ts";

const opset = 18n;
const irVersion = 8n;
const contribDomain = "com.microsoft";

type Kind = "int" | "float" | "flag" | "ints" | "word" | "type";
/** How one attribute of ours is written: under which ONNX name, as what, and whether as a constant input. */
interface Slot {
  readonly onnx: string;
  readonly kind: Kind;
  /** The place among the node's inputs, if it is an input there. */
  readonly input?: number;
}

const reduction = {
  axes: { onnx: "axes", kind: "ints", input: 1 },
  keepdims: { onnx: "keepdims", kind: "flag" },
} as const;
const softmax = { axis: { onnx: "axis", kind: "int" } } as const;
const matrices = { transA: { onnx: "transA", kind: "flag" }, transB: { onnx: "transB", kind: "flag" } } as const;
const convolution = {
  strides: { onnx: "strides", kind: "ints" },
  pads: { onnx: "pads", kind: "ints" },
  dilations: { onnx: "dilations", kind: "ints" },
  group: { onnx: "group", kind: "int" },
} as const;
const pooling = {
  kernelShape: { onnx: "kernel_shape", kind: "ints" },
  strides: { onnx: "strides", kind: "ints" },
  pads: { onnx: "pads", kind: "ints" },
} as const;

const slots: { readonly [K in Op]: Readonly<Record<string, Slot>> } = {
  Identity: {},
  Neg: {},
  Exp: {},
  Sqrt: {},
  Reciprocal: {},
  Relu: {},
  Sign: {},
  Cast: { to: { onnx: "to", kind: "type" } },
  Add: {},
  Sub: {},
  Mul: {},
  Div: {},
  Greater: {},
  Equal: {},
  Where: {},
  MatMul: {},
  Gemm: matrices,
  FusedMatMul: matrices,
  Conv: convolution,
  ConvTranspose: { ...convolution, outputPadding: { onnx: "output_padding", kind: "ints" } },
  MaxPool: pooling,
  GlobalAveragePool: {},
  GlobalMaxPool: {},
  BatchNormalization: {
    epsilon: { onnx: "epsilon", kind: "float" },
    momentum: { onnx: "momentum", kind: "float" },
    trainingMode: { onnx: "training_mode", kind: "flag" },
  },
  ReduceSum: reduction,
  ReduceMean: reduction,
  ReduceMax: reduction,
  Softmax: softmax,
  LogSoftmax: softmax,
  Reshape: { shape: { onnx: "shape", kind: "ints", input: 1 } },
  Transpose: { perm: { onnx: "perm", kind: "ints" } },
  Slice: {
    starts: { onnx: "starts", kind: "ints", input: 1 },
    ends: { onnx: "ends", kind: "ints", input: 2 },
    axes: { onnx: "axes", kind: "ints", input: 3 },
    steps: { onnx: "steps", kind: "ints", input: 4 },
  },
  Concat: { axis: { onnx: "axis", kind: "int" } },
  Pad: { pads: { onnx: "pads", kind: "ints", input: 1 } },
  Expand: { shape: { onnx: "shape", kind: "ints", input: 1 } },
  ScatterElements: { axis: { onnx: "axis", kind: "int" }, reduction: { onnx: "reduction", kind: "word" } },
  OneHot: { depth: { onnx: "depth", kind: "int", input: 1 } },
};

const dataTypes: { readonly [T in ElementType]: DataType } = {
  float32: DataType.FLOAT,
  float64: DataType.DOUBLE,
  int64: DataType.INT64,
  bool: DataType.BOOL,
};

const byteLengths: { readonly [T in ElementType]: number } = { float32: 4, float64: 8, int64: 8, bool: 1 };

/** The graph as the bytes of an ONNX model. */
export function encodeOnnx(graph: Graph): Uint8Array {
  const constants = new Map<string, Tensor>();
  const nodes = graph.nodes.map((node) => encodeNode(node, constants));
  const model = create(ModelProtoSchema, {
    irVersion,
    producerName: "neuroscreen",
    opsetImport: [
      create(OperatorSetIdProtoSchema, { domain: "", version: opset }),
      ...(graph.nodes.some(({ op }) => op === "FusedMatMul")
        ? [create(OperatorSetIdProtoSchema, { domain: contribDomain, version: 1n })]
        : []),
    ],
    graph: {
      name: graph.name,
      node: nodes,
      initializer: [...graph.initializers, ...constants].map(([name, tensor]) => encodeTensor(name, tensor)),
      input: graph.inputs.map(encodeValue),
      output: graph.outputs.map(encodeValue),
    },
    metadataProps: Object.entries(graph.metadata).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    ),
  });
  return toBinary(ModelProtoSchema, model);
}

/**
 * Reads an ONNX model as {@link encodeOnnx} writes it: nothing but operators of our table, with every attribute.
 *
 * @throws {NeuroscreenError} `bad-onnx` if the bytes are no ONNX model or hold what the engine would not have written
 */
export function decodeOnnx(bytes: Uint8Array): Graph {
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw refuse("bytes that are no protocol buffer of a model", "an ONNX model", cause);
  }
  const { graph } = model;
  if (!graph) throw refuse("a model without a graph", "an ONNX model with a graph");
  const version = model.opsetImport.find(({ domain }) => domain === "")?.version;
  if (version !== opset) throw refuse(`${version ?? "none"}`, `operators of version ${opset}`);
  const initializers = new Map(graph.initializer.map((tensor) => [tensor.name, decodeTensor(tensor)]));
  const folded = new Set<string>();
  const nodes = graph.node.map((node) => decodeNode(node, initializers, folded));
  for (const name of folded) initializers.delete(name);
  return {
    name: graph.name,
    inputs: graph.input.map(decodeValue),
    outputs: graph.output.map(decodeValue),
    nodes,
    initializers,
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
  };
}

function encodeNode(node: Node, constants: Map<string, Tensor>): NodeProto {
  const input = [...node.inputs];
  const attribute: AttributeProto[] = [];
  for (const [key, slot] of Object.entries(slots[node.op])) {
    const value: unknown = node.attributes[key as keyof typeof node.attributes];
    if (slot.input === undefined) {
      attribute.push(encodeAttribute(slot, value));
      continue;
    }
    const name = `${node.outputs[0]}/${slot.onnx}`;
    const numbers = Array.isArray(value) ? (value as number[]) : [value as number];
    const shape = slot.kind === "int" ? [] : [numbers.length];
    constants.set(name, { type: "int64", shape, data: BigInt64Array.from(numbers, BigInt) });
    input[slot.input] = name;
  }
  if (node.op === "OneHot") {
    constants.set(`${node.outputs[0]}/values`, { type: "float32", shape: [2], data: Float32Array.of(0, 1) });
    input[2] = `${node.outputs[0]}/values`;
  }
  return create(NodeProtoSchema, {
    name: node.outputs[0] ?? "",
    opType: node.op,
    domain: domainOf(node.op),
    input,
    output: [...node.outputs],
    attribute,
  });
}

function encodeAttribute({ onnx: name, kind }: Slot, value: unknown): AttributeProto {
  switch (kind) {
    case "int":
      return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value as number) });
    case "flag":
      return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: value ? 1n : 0n });
    case "float":
      return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value as number });
    case "ints":
      return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: (value as number[]).map(BigInt) });
    case "word":
      return create(AttributeProtoSchema, {
        name,
        type: AttributeType.STRING,
        s: new TextEncoder().encode(value as string),
      });
    case "type":
      return create(AttributeProtoSchema, {
        name,
        type: AttributeType.INT,
        i: BigInt(dataTypes[value as ElementType]),
      });
  }
}

function domainOf(op: Op): string {
  return op === "FusedMatMul" ? contribDomain : "";
}

// Strict: what another tool leaves out has defaults, and what it adds changes what an operator means.
function decodeNode(node: NodeProto, initializers: ReadonlyMap<string, Tensor>, folded: Set<string>): Node {
  if (!(node.opType in slots)) throw refuse(`the operator ${node.opType}`, `one of ${Object.keys(slots).join(", ")}`);
  const op = node.opType as Op;
  const places = Object.entries(slots[op]);
  const constants = places.flatMap(([, { input }]) => (input === undefined ? [] : [input]));
  refuseStrangers(node, op, constants);
  const attributes: Record<string, unknown> = {};
  for (const [key, slot] of places) {
    const found = node.attribute.find(({ name }) => name === slot.onnx);
    if (slot.input === undefined) {
      attributes[key] = decodeAttribute(node, slot, found);
      continue;
    }
    const name = node.input[slot.input] ?? "";
    const constant = initializers.get(name);
    if (!(constant?.data instanceof BigInt64Array))
      throw refuse(`${op} whose ${slot.onnx} are computed`, `constant ${slot.onnx}`);
    const numbers = Array.from(constant.data, Number);
    attributes[key] = slot.kind === "int" ? numbers[0]! : numbers;
    folded.add(name);
  }
  if (op === "OneHot") {
    const values = node.input[2] ?? "";
    if (initializers.get(values)?.data.join() !== "0,1") throw refuse("OneHot of other values", "OneHot of 0 and 1");
    folded.add(values);
  }
  const firstConstant = Math.min(...constants);
  // The table of slots is total over `Op`, so the attributes just read are those of this operator.
  return {
    op,
    inputs: node.input.slice(0, firstConstant),
    outputs: node.output,
    attributes: attributes as Node["attributes"],
  };
}

/** Refuses an operator of another domain, with attributes or inputs that ours does not have. */
function refuseStrangers(node: NodeProto, op: Op, constants: readonly number[]): void {
  const domain = domainOf(op);
  if (node.domain !== domain) throw refuse(`${op} of the domain \`${node.domain}\``, `the domain \`${domain}\``);
  const names = Object.values(slots[op]).flatMap(({ input, onnx }) => (input === undefined ? [onnx] : []));
  const stranger = node.attribute.find(({ name }) => !names.includes(name));
  if (stranger) throw refuse(`${op} with ${stranger.name}`, `${op} with ${names.join(", ") || "no attribute"} alone`);
  const limit = op === "OneHot" ? 3 : constants.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...constants) + 1;
  if (node.input.length > limit) throw refuse(`${node.input.length}`, `${op} with at most ${limit} inputs`);
}

const attributeTypes: { readonly [K in Kind]: AttributeType } = {
  int: AttributeType.INT,
  flag: AttributeType.INT,
  type: AttributeType.INT,
  float: AttributeType.FLOAT,
  ints: AttributeType.INTS,
  word: AttributeType.STRING,
};

function decodeAttribute(node: NodeProto, { onnx: name, kind }: Slot, found: AttributeProto | undefined): unknown {
  if (found?.type !== attributeTypes[kind])
    throw refuse(`${node.opType} without ${name}`, `${node.opType} with ${name}`);
  switch (kind) {
    case "int":
      return Number(found.i);
    case "flag":
      return found.i !== 0n;
    case "float":
      return found.f;
    case "ints":
      return found.ints.map(Number);
    case "word":
      return new TextDecoder().decode(found.s);
    case "type": {
      const known = Object.entries(dataTypes).find(([, type]) => BigInt(type) === found.i);
      if (!known) throw refuse(`a Cast to type ${found.i}`, `a Cast to ${Object.keys(dataTypes).join(", ")}`);
      return known[0];
    }
  }
}

function encodeTensor(name: string, { type, shape, data }: Tensor): TensorProto {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return create(TensorProtoSchema, { name, dataType: dataTypes[type], dims: shape.map(BigInt), rawData });
}

function decodeTensor({ name, dataType, dims, rawData }: TensorProto): Tensor {
  const type = (Object.keys(dataTypes) as ElementType[]).find((key) => dataTypes[key] === dataType);
  if (!type) throw refuse(`the tensor ${name} of type ${dataType}`, "float32, float64, int64 or bool");
  const shape = dims.map(Number);
  const count = elementCount(shape);
  if (shape.some((length) => length < 0) || rawData.length !== count * byteLengths[type]) {
    throw refuse(`${rawData.length} bytes`, `${count} numbers in the tensor ${name}`);
  }
  // A copy, because the bytes inside a message need not be aligned to the numbers they hold. Not by `slice`: a Node
  // Buffer's shares its memory.
  const { buffer } = new Uint8Array(rawData);
  switch (type) {
    case "float32":
      return { type, shape, data: new Float32Array(buffer) };
    case "float64":
      return { type, shape, data: new Float64Array(buffer) };
    case "int64":
      return { type, shape, data: new BigInt64Array(buffer) };
    case "bool":
      return { type, shape, data: new Uint8Array(buffer) };
  }
}

function encodeValue({ name, type, shape }: Value): ValueInfoProto {
  const dim = shape.map((length) => ({
    value:
      typeof length === "number"
        ? { case: "dimValue" as const, value: BigInt(length) }
        : { case: "dimParam" as const, value: length },
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: "tensorType", value: { elemType: dataTypes[type], shape: { dim } } } },
  });
}

function decodeValue({ name, type }: ValueInfoProto): Value {
  const tensor = type?.value.case === "tensorType" ? type.value.value : undefined;
  const element = Object.entries(dataTypes).find(([, code]) => code === tensor?.elemType)?.[0];
  if (!tensor || !element)
    throw refuse(`the value ${name} of another type`, "a tensor of float32, float64, int64 or bool");
  const shape = (tensor.shape?.dim ?? []).map(
    ({ value }): Dimension => (value.case === "dimValue" ? Number(value.value) : (value.value ?? "?")),
  );
  return { name, type: element as ElementType, shape };
}

function refuse(found: string, expected: string, cause?: unknown): NeuroscreenError {
  return new NeuroscreenError({
    code: "bad-onnx",
    what: "Reading an ONNX file",
    found,
    expected,
    remedy:
      "Only networks written by neuroscreen can be read back; other tools' networks can be run with ONNX Runtime itself.",
    cause,
  });
}
