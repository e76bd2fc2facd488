/**
 * A graph of ONNX operators, as plain data.
 *
 * Nodes stand in an order in which they can run: each reads inputs, initialisers and what earlier nodes wrote.
 * Sizes that ONNX wants as constant inputs (the axes of a sum, the bounds of a slice) are attributes here;
 * `bytes.ts` turns them into what the format asks for, and back.
 */
import type { Op, OpAttributes } from "./operators.ts";

/** What the elements of a tensor are. */
export type ElementType = "float32" | "float64" | "int64" | "bool";

/** A length, or the name of a length that is only known when the graph runs. */
export type Dimension = number | string;

/** What is known of a tensor before the graph runs. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

/** A tensor with its numbers, row-major. `bool` keeps a byte an element. */
export interface Tensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | BigInt64Array | Uint8Array;
}

/** A tensor of float32, the usual kind. */
export interface FloatTensor extends Tensor {
  readonly type: "float32";
  readonly data: Float32Array;
}

/** One operator at work. An input that is left out is the empty string, as in ONNX. */
export interface Node<K extends Op = Op> {
  readonly op: K;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: OpAttributes[K];
}

/** A whole graph: what goes in, what is done, what comes out. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly nodes: readonly Node[];
  /** Constants and, in an exported network, the weights. One that is also an input is that input's default. */
  readonly initializers: ReadonlyMap<string, Tensor>;
  /** Free text kept in the file, by key. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A float32 tensor of the given shape; without data, zeros. */
export function floatTensor(
  shape: readonly number[],
  data: Float32Array = new Float32Array(elementCount(shape)),
): FloatTensor {
  if (data.length !== elementCount(shape)) throw new Error(`unreachable: ${data.length} numbers for shape [${shape}]`);
  return { type: "float32", shape, data };
}

/** The tensors of a network, or of an optimiser, by name. */
export type WeightMap = ReadonlyMap<string, FloatTensor>;

/** How many elements a tensor of this shape has; 1 for a scalar's empty shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The shape as numbers. @throws an Error where a length is only known at run time */
export function fixedShape({ name, shape }: Value): readonly number[] {
  return shape.map((length) => {
    if (typeof length === "string") throw new Error(`unreachable: ${name} has the free axis ${length}`);
    return length;
  });
}
