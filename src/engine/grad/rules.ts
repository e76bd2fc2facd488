/**
 * The gradient rule of every operator: given the gradient of the output, write those of the inputs.
 *
 * The table is total over the operators. `"none"` marks those through which no gradient flows (comparisons, signs,
 * one-hot codes). Convolutions and pooling have files of their own, because there the form decides the speed.
 * The derivative of Relu at exactly 0 is 0, as PyTorch takes it.
 */
import type { GraphBuilder } from "../graph/builder.ts";
import { elementCount, fixedShape, type Value } from "../graph/graph.ts";
import type { Op } from "../graph/operators.ts";
import { sliceRange } from "../graph/shapes.ts";
import { batchNormalizationGradient } from "./batch-normalization.ts";
import { convGradient, convTransposeGradient } from "./convolution.ts";
import { maxPoolGradient } from "./pooling.ts";
import type { GradientRule } from "./rule.ts";

export const gradientRules: { readonly [K in Op]: GradientRule<K> | "none" } = {
  Identity: (_, dy) => [dy],
  Neg: (_, dy, g) => [g.one("Neg", [dy])],
  Exp: ({ outputs: [y] }, dy, g) => [g.one("Mul", [dy, y])],
  Sqrt: ({ outputs: [y] }, dy, g) => [g.one("Div", [g.one("Mul", [dy, g.constant(0.5)]), y])],
  Reciprocal: ({ outputs: [y] }, dy, g) => [g.one("Neg", [g.one("Mul", [dy, g.one("Mul", [y, y])])])],
  // Two casts make the mask: on ONNX Runtime's CPU a third of the time of Greater and Where.
  Relu: ({ outputs: [y] }, dy, g) => [
    g.one("Mul", [dy, g.one("Cast", [g.one("Cast", [y], { to: "bool" })], { to: "float32" })]),
  ],
  Sign: "none",
  Cast: ({ inputs: [x] }, dy, g) => (isFloat(x!) && isFloat(dy) ? [g.one("Cast", [dy], { to: x!.type })] : []),
  Add: ({ inputs: [a, b] }, dy, g) => [sumTo(g, dy, a!), sumTo(g, dy, b!)],
  Sub: ({ inputs: [a, b], needs }, dy, g) => [
    sumTo(g, dy, a!),
    needs[1] ? sumTo(g, g.one("Neg", [dy]), b!) : undefined,
  ],
  Mul: ({ inputs: [a, b], needs }, dy, g) => [
    needs[0] ? sumTo(g, g.one("Mul", [dy, b]), a!) : undefined,
    needs[1] ? sumTo(g, g.one("Mul", [dy, a]), b!) : undefined,
  ],
  Div: ({ inputs: [a, b], outputs: [y], needs }, dy, g) => {
    const scaled = g.one("Div", [dy, b]);
    return [sumTo(g, scaled, a!), needs[1] ? sumTo(g, g.one("Neg", [g.one("Mul", [scaled, y])]), b!) : undefined];
  },
  Greater: "none",
  Equal: "none",
  Where: ({ inputs: [condition, a, b] }, dy, g) => [
    undefined,
    sumTo(g, g.one("Where", [condition, dy, g.constant(0)]), a!),
    sumTo(g, g.one("Where", [condition, g.constant(0), dy]), b!),
  ],
  MatMul: ({ inputs: [a, b], needs }, dy, g) => [
    needs[0] ? sumTo(g, g.one("MatMul", [dy, turned(g, b!)]), a!) : undefined,
    needs[1] ? sumTo(g, g.one("MatMul", [turned(g, a!), dy]), b!) : undefined,
  ],
  FusedMatMul: ({ inputs: [a, b], attributes: { transA, transB }, needs }, dy, g) => {
    const product = (left: Value, right: Value, turnLeft: boolean, turnRight: boolean) =>
      g.one("FusedMatMul", [left, right], { transA: turnLeft, transB: turnRight });
    const da = () => (transA ? product(b!, dy, transB, true) : product(dy, b!, false, !transB));
    const db = () => (transB ? product(dy, a!, true, transA) : product(a!, dy, !transA, false));
    return [needs[0] ? sumTo(g, da(), a!) : undefined, needs[1] ? sumTo(g, db(), b!) : undefined];
  },
  Gemm: ({ inputs: [a, b, c], attributes: { transA, transB }, needs }, dy, g) => {
    const product = (left: Value, right: Value, turnLeft: boolean, turnRight: boolean) =>
      g.one("Gemm", [left, right, undefined], { transA: turnLeft, transB: turnRight });
    return [
      needs[0] ? (transA ? product(b!, dy, transB, true) : product(dy, b!, false, !transB)) : undefined,
      needs[1] ? (transB ? product(dy, a!, true, transA) : product(a!, dy, !transA, false)) : undefined,
      c && needs[2] ? sumTo(g, dy, c) : undefined,
    ];
  },
  Conv: convGradient,
  ConvTranspose: convTransposeGradient,
  MaxPool: maxPoolGradient,
  GlobalAveragePool: ({ inputs: [x] }, dy, g) => {
    const shape = fixedShape(x!);
    const share = g.one("Mul", [dy, g.constant(1 / elementCount(shape.slice(2)))]);
    return [g.one("Expand", [share], { shape })];
  },
  GlobalMaxPool: ({ inputs: [x], outputs: [y] }, dy, g) => [g.one("Mul", [dy, evenShare(g, x!, y!, [2, 3])])],
  BatchNormalization: batchNormalizationGradient,
  ReduceSum: ({ inputs: [x], attributes }, dy, g) => [spread(g, dy, x!, attributes.axes)],
  ReduceMean: ({ inputs: [x], attributes: { axes } }, dy, g) => {
    const shape = fixedShape(x!);
    const count = elementCount(axes.map((axis) => shape[axis]!));
    return [spread(g, g.one("Mul", [dy, g.constant(1 / count)]), x!, axes)];
  },
  ReduceMax: ({ inputs: [x], outputs: [y], attributes: { axes } }, dy, g) => {
    const top = spread(g, y!, x!, axes);
    return [g.one("Mul", [spread(g, dy, x!, axes), evenShare(g, x!, top, axes)])];
  },
  Softmax: ({ outputs: [y], attributes: { axis } }, dy, g) => {
    const weighted = g.one("Mul", [dy, y]);
    const total = g.one("ReduceSum", [weighted], { axes: [fromStart(axis, y!)], keepdims: true });
    return [g.one("Sub", [weighted, g.one("Mul", [y, total])])];
  },
  LogSoftmax: ({ inputs: [x], attributes: { axis } }, dy, g) => {
    const total = g.one("ReduceSum", [dy], { axes: [fromStart(axis, x!)], keepdims: true });
    return [g.one("Sub", [dy, g.one("Mul", [g.one("Softmax", [x], { axis }), total])])];
  },
  Reshape: ({ inputs: [x] }, dy, g) => [g.one("Reshape", [dy], { shape: fixedShape(x!) })],
  Transpose: ({ attributes: { perm } }, dy, g) => [
    g.one("Transpose", [dy], { perm: perm.map((_, axis) => perm.indexOf(axis)) }),
  ],
  Slice: ({ inputs: [x], attributes: { axes, starts, ends, steps } }, dy, g) => {
    if (steps.some((step) => step !== 1)) throw new Error("unreachable: the gradient of a Slice with steps");
    const shape = fixedShape(x!);
    const kept = shape.map((length, axis) => {
      const i = axes.indexOf(axis);
      return i < 0 ? { first: 0, count: length } : sliceRange(length, starts[i]!, ends[i]!, 1);
    });
    const after = kept.map(({ first, count }, axis) => shape[axis]! - first - count);
    return [g.one("Pad", [dy], { pads: [...kept.map(({ first }) => first), ...after] })];
  },
  Concat: ({ inputs, attributes: { axis }, needs }, dy, g) => {
    let start = 0;
    return inputs.map((input, i) => {
      const end = start + fixedShape(input!)[axis]!;
      const part = needs[i]
        ? g.one("Slice", [dy], { axes: [axis], starts: [start], ends: [end], steps: [1] })
        : undefined;
      start = end;
      return part;
    });
  },
  Pad: ({ inputs: [x], attributes: { pads } }, dy, g) => {
    const shape = fixedShape(x!);
    const axes = shape.map((_, axis) => axis);
    const ends = shape.map((length, axis) => pads[axis]! + length);
    return [g.one("Slice", [dy], { axes, starts: pads.slice(0, shape.length), ends, steps: axes.map(() => 1) })];
  },
  Expand: ({ inputs: [x] }, dy, g) => [sumTo(g, dy, x!)],
  ScatterElements: ({ inputs: [, places, updates], needs }, dy) => {
    if (needs[2])
      throw new Error(`unreachable: the gradient by what is scattered to ${places?.name} from ${updates?.name}`);
    return [dy];
  },
  OneHot: "none",
};

/** The gradient of a value that was broadcast: summed over the axes along which it was stretched. */
function sumTo(g: GraphBuilder, dy: Value, x: Value): Value {
  const [from, to] = [fixedShape(dy), fixedShape(x)];
  if (from.join() === to.join()) return dy;
  const extra = from.length - to.length;
  const axes = from.flatMap((length, axis) => (axis < extra || (to[axis - extra] === 1 && length !== 1) ? [axis] : []));
  return g.one("Reshape", [g.one("ReduceSum", [dy], { axes, keepdims: false })], { shape: to });
}

/** A reduced value stretched again over the axes that were reduced. */
function spread(g: GraphBuilder, y: Value, x: Value, axes: readonly number[]): Value {
  const shape = fixedShape(x);
  const kept = shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  return g.one("Expand", [g.one("Reshape", [y], { shape: kept })], { shape });
}

/** 1 where `x` is the maximum `y`, or an even share where several are, as PyTorch's `amax`. */
function evenShare(g: GraphBuilder, x: Value, y: Value, axes: readonly number[]): Value {
  const isTop = g.one("Cast", [g.one("Equal", [x, y])], { to: "float32" });
  return g.one("Div", [isTop, g.one("ReduceSum", [isTop], { axes, keepdims: true })]);
}

/** Swaps the last two axes. */
function turned(g: GraphBuilder, x: Value): Value {
  const axes = x.shape.map((_, axis) => axis);
  return g.one("Transpose", [x], { perm: [...axes.slice(0, -2), axes.length - 1, axes.length - 2] });
}

function isFloat({ type }: Value): boolean {
  return type === "float32" || type === "float64";
}

function fromStart(axis: number, x: Value): number {
  return axis < 0 ? axis + x.shape.length : axis;
}
