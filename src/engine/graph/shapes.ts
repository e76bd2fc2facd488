/**
 * What each operator makes of its inputs' shapes, before anything runs.
 *
 * A free axis (a name) passes through; what a window makes of it is written as a formula in one normal form, so two
 * branches that shrink an axis alike give the same name and can be added.
 */
import { type Dimension, type ElementType, elementCount, fixedShape, type Value } from "./graph.ts";
import type { Op, OpAttributes, Pads, Pair } from "./operators.ts";

type Shape = readonly Dimension[];

/** Type and shape of an output to be. */
export interface Outcome {
  readonly type: ElementType;
  readonly shape: Shape;
}

type ShapeFunction<K extends Op> = (inputs: readonly (Value | undefined)[], attributes: OpAttributes[K]) => Outcome[];

const same: ShapeFunction<Op> = ([x]) => [{ type: x!.type, shape: x!.shape }];
const broadcasting =
  (type?: ElementType): ShapeFunction<Op> =>
  ([a, b]) => [{ type: type ?? a!.type, shape: broadcast(a!.shape, b!.shape) }];

const shapeFunctions: { readonly [K in Op]: ShapeFunction<K> } = {
  Identity: same,
  Neg: same,
  Exp: same,
  Sqrt: same,
  Reciprocal: same,
  Relu: same,
  Sign: same,
  Cast: ([x], { to }) => [{ type: to, shape: x!.shape }],
  Add: broadcasting(),
  Sub: broadcasting(),
  Mul: broadcasting(),
  Div: broadcasting(),
  Greater: broadcasting("bool"),
  Equal: broadcasting("bool"),
  Where: ([condition, a, b]) => [{ type: a!.type, shape: broadcast(condition!.shape, broadcast(a!.shape, b!.shape)) }],
  MatMul: ([a, b]) => [{ type: a!.type, shape: matMulShape(a!.shape, b!.shape, false, false) }],
  FusedMatMul: ([a, b], { transA, transB }) => [
    { type: a!.type, shape: matMulShape(a!.shape, b!.shape, transA, transB) },
  ],
  Gemm: ([a, b], { transA, transB }) => [{ type: a!.type, shape: matMulShape(a!.shape, b!.shape, transA, transB) }],
  Conv: ([x, w], { strides, pads, dilations, group }) => {
    const [batch, channels, height, width] = x!.shape as [Dimension, Dimension, Dimension, Dimension];
    const [out, inner, kh, kw] = fixedShape(w!) as [number, number, number, number];
    agree(channels, inner * group, "Conv: the image's channels and the weight's");
    const along = (length: Dimension, axis: 0 | 1, k: number) =>
      windowed(length, (k - 1) * dilations[axis] + 1, strides[axis], pads[axis] + pads[axis + 2]!);
    return [{ type: x!.type, shape: [batch, out, along(height, 0, kh), along(width, 1, kw)] }];
  },
  ConvTranspose: ([x, w], { strides, pads, dilations, group, outputPadding }) => {
    const [batch, channels, height, width] = fixedShape(x!) as [number, number, number, number];
    const [inner, out, kh, kw] = fixedShape(w!) as [number, number, number, number];
    agree(channels, inner, "ConvTranspose: the image's channels and the weight's");
    const along = (length: number, axis: 0 | 1, k: number) =>
      (length - 1) * strides[axis] + (k - 1) * dilations[axis] + 1 + outputPadding[axis] - pads[axis] - pads[axis + 2]!;
    return [{ type: x!.type, shape: [batch, out * group, along(height, 0, kh), along(width, 1, kw)] }];
  },
  MaxPool: ([x], { kernelShape, strides, pads }) => {
    const shape = poolShape(x!.shape, kernelShape, strides, pads);
    return [
      { type: x!.type, shape },
      { type: "int64", shape },
    ];
  },
  GlobalAveragePool: ([x]) => [{ type: x!.type, shape: [x!.shape[0]!, x!.shape[1]!, 1, 1] }],
  GlobalMaxPool: ([x]) => [{ type: x!.type, shape: [x!.shape[0]!, x!.shape[1]!, 1, 1] }],
  BatchNormalization: ([x, scale], { trainingMode }) => {
    agree(x!.shape[1]!, scale!.shape[0]!, "BatchNormalization: the image's channels and the scale's length");
    const statistic: Outcome = { type: x!.type, shape: scale!.shape };
    return [{ type: x!.type, shape: x!.shape }, ...(trainingMode ? [statistic, statistic] : [])];
  },
  ReduceSum: reduced,
  ReduceMean: reduced,
  ReduceMax: reduced,
  Softmax: same,
  LogSoftmax: same,
  Reshape: ([x], { shape }) => [{ type: x!.type, shape: reshaped(x!, shape) }],
  Transpose: ([x], { perm }) => [{ type: x!.type, shape: perm.map((axis) => x!.shape[axis]!) }],
  Slice: ([x], { axes, starts, ends, steps }) => {
    const shape = [...x!.shape];
    axes.forEach((axis, i) => {
      const length = shape[axis];
      if (typeof length !== "number") throw new Error(`unreachable: Slice of ${x!.name} along the free axis ${length}`);
      const { count } = sliceRange(length, starts[i]!, ends[i]!, steps[i]!);
      shape[axis] = count;
    });
    return [{ type: x!.type, shape }];
  },
  Concat: (inputs, { axis }) => {
    const shape = [...inputs[0]!.shape];
    shape[axis] = inputs.reduce((sum, input) => {
      const length = input!.shape[axis];
      if (typeof length !== "number") throw new Error(`unreachable: Concat along the free axis ${length}`);
      return sum + length;
    }, 0);
    return [{ type: inputs[0]!.type, shape }];
  },
  Pad: ([x], { pads }) => [
    {
      type: x!.type,
      shape: fixedShape(x!).map((length, axis) => pads[axis]! + length + pads[x!.shape.length + axis]!),
    },
  ],
  Expand: ([x], { shape }) => [{ type: x!.type, shape: broadcast(x!.shape, shape) }],
  ScatterElements: same,
  OneHot: ([x], { depth }) => [{ type: "float32", shape: [...x!.shape, depth] }],
};

/** Types and shapes of all outputs of one operator. @throws an Error where the inputs do not fit each other */
export function inferOutcomes<K extends Op>(
  op: K,
  inputs: readonly (Value | undefined)[],
  attributes: OpAttributes[K],
): readonly Outcome[] {
  return shapeFunctions[op](inputs, attributes);
}

/** The shape two shapes broadcast to, by NumPy's rule: aligned at the last axis, 1 stretches. */
export function broadcast(a: Shape, b: Shape): Shape {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
    const rank = Math.max(a.length, b.length);
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new Error(`unreachable: [${a}] and [${b}] do not broadcast`);
    return x === 1 ? y : x;
  });
}

/** The elements that `start:end:step` picks of `length`, negative bounds counting from the end, as ONNX's Slice. */
export function sliceRange(length: number, start: number, end: number, step: number): { first: number; count: number } {
  const clamp = (bound: number, low: number, high: number) =>
    Math.min(Math.max(bound < 0 ? bound + length : bound, low), high);
  const [first, last] =
    step > 0
      ? [clamp(start, 0, length), clamp(end, 0, length)]
      : [clamp(start, 0, length - 1), clamp(end, -1, length - 1)];
  return { first, count: Math.max(0, Math.ceil((last - first) / step)) };
}

/** How many places a window of `extent` takes along an axis. */
function windowed(length: Dimension, extent: number, stride: number, padding: number): Dimension {
  const slack = padding - extent;
  if (typeof length === "number") return Math.floor((length + slack) / stride) + 1;
  if (stride === 1) return slack === -1 ? length : `${length}${signed(slack + 1)}`;
  return `floor((${length}${signed(slack)})/${stride})+1`;
}

function signed(n: number): string {
  return n === 0 ? "" : n > 0 ? `+${n}` : `${n}`;
}

function poolShape([batch, channels, height, width]: Shape, kernel: Pair, strides: Pair, pads: Pads): Shape {
  return [
    batch!,
    channels!,
    windowed(height!, kernel[0], strides[0], pads[0] + pads[2]),
    windowed(width!, kernel[1], strides[1], pads[1] + pads[3]),
  ];
}

function matMulShape(a: Shape, b: Shape, transA: boolean, transB: boolean): Shape {
  const flip = (shape: Shape, flipped: boolean): [Dimension, Dimension] =>
    flipped ? [shape.at(-1)!, shape.at(-2)!] : [shape.at(-2)!, shape.at(-1)!];
  const [m, k] = flip(a, transA);
  const [k2, n] = flip(b, transB);
  agree(k, k2, "a matrix product: the inner lengths");
  return [...broadcast(a.slice(0, -2), b.slice(0, -2)), m, n];
}

function reduced(
  [x]: readonly (Value | undefined)[],
  { axes, keepdims }: { axes: readonly number[]; keepdims: boolean },
): Outcome[] {
  // ONNX would count negative axes from the end, and take no axes for all of them.
  if (axes.length === 0 || axes.some((axis) => axis < 0 || axis >= x!.shape.length)) {
    throw new Error(`unreachable: reducing ${x!.name} [${x!.shape}] over the axes [${axes}]`);
  }
  const shape = x!.shape.flatMap((length, axis) => (axes.includes(axis) ? (keepdims ? [1] : []) : [length]));
  return [{ type: x!.type, shape }];
}

function reshaped(x: Value, wanted: readonly number[]): Shape {
  const shape: Dimension[] = wanted.map((length, axis) => (length === 0 ? x.shape[axis]! : length));
  const hole = shape.indexOf(-1);
  if (hole < 0) return shape;
  // A free axis that is kept stands on both sides and cancels.
  const kept = new Set(shape.filter((length) => typeof length === "string"));
  const known = x.shape.filter((length) => typeof length === "number" || !kept.has(length));
  const rest = shape.filter((length, axis) => axis !== hole && typeof length === "number") as number[];
  if (known.some((length) => typeof length === "string"))
    throw new Error(`unreachable: Reshape of ${x.name} with free axes`);
  shape[hole] = elementCount(known as number[]) / elementCount(rest);
  return shape;
}

function agree(found: Dimension, expected: Dimension, what: string): void {
  if (found !== expected) throw new Error(`unreachable: ${what} differ: ${found} and ${expected}`);
}
