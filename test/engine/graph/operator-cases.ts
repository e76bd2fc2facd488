/**
 * One way to draw each operator at work: shapes, attributes and what kind of numbers go in.
 *
 * The table is total over the operators, and the tests of gradients, of the evaluator and of the file format all walk
 * it, so an operator without a case does not compile.
 */
import fc from "fast-check";
import { openRandom } from "../../../src/base/random.ts";
import { type GraphBuilder, openGraph } from "../../../src/engine/graph/builder.ts";
import type { Numbers } from "../../../src/engine/graph/evaluate.ts";
import { type ElementType, elementCount, type Graph, type Node, type Value } from "../../../src/engine/graph/graph.ts";
import type { ConvAttributes, Op, OpAttributes, Pads, Pair } from "../../../src/engine/graph/operators.ts";

/**
 * What numbers an input takes. `apart`: all different, also from those of other inputs and from 0, by at least 0.02.
 * `coarse`: whole numbers from −2 to 2, so that many are equal. A number: whole, from 0 to below it.
 */
export type Kind = "any" | "positive" | "apart" | "coarse" | number;

export interface InputCase {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly kind: Kind;
}

export interface OperatorCase<Attributes> {
  readonly inputs: readonly (InputCase | undefined)[];
  readonly attributes: Attributes;
}

/** Which cases are drawn: `smooth` ones can be differentiated, away from kinks; `any` ones have ties and every attribute. */
export type Manner = "smooth" | "any";

type Draw = fc.GeneratorValue;
type Drawer<Attributes> = (draw: Draw, manner: Manner) => OperatorCase<Attributes>;

const whole = (draw: Draw, min: number, max: number) => draw(fc.integer, { min, max });
const oneOf = <T>(...choices: T[]) => fc.constantFrom(...choices);
const flag = (draw: Draw) => draw(fc.boolean);
const float = (shape: readonly number[], kind: Kind = "any"): InputCase => ({ type: "float32", shape, kind });
const shapeOf = (draw: Draw, minRank = 0, maxRank = 4) =>
  draw(fc.array<number>, fc.integer({ min: 1, max: 4 }), { minLength: minRank, maxLength: maxRank });
const ordered = (draw: Draw, rank: number) =>
  draw(fc.shuffledSubarray<number>, [...Array(rank).keys()], { minLength: rank });

const alone =
  (kind: Kind): Drawer<object> =>
  (draw) => ({ inputs: [float(shapeOf(draw), kind)], attributes: {} });

/** Shapes that broadcast to the one given: leading axes fall away, others are stretched from 1. */
function stretched(draw: Draw, shape: readonly number[]): number[] {
  return shape.slice(whole(draw, 0, shape.length)).map((length) => (flag(draw) ? length : 1));
}

const broadcasting =
  (kind: Kind, smooth = kind): Drawer<object> =>
  (draw, manner) => {
    const shape = shapeOf(draw);
    const inputs = [0, 1].map(() => float(stretched(draw, shape), manner === "smooth" ? smooth : kind));
    return { inputs, attributes: {} };
  };

function matrices(draw: Draw, { transA, transB }: { transA: boolean; transB: boolean }): InputCase[] {
  const [m, k, n] = [whole(draw, 1, 4), whole(draw, 1, 4), whole(draw, 1, 4)];
  const batches = shapeOf(draw, 0, 2);
  return [
    float([...stretched(draw, batches), ...(transA ? [k, m] : [m, k])]),
    float([...stretched(draw, batches), ...(transB ? [n, k] : [k, n])]),
  ];
}

/** A convolution that finds room for 1 to 3 places along each axis, some rows perhaps left unread. */
export function convCase(draw: Draw, { flippable = false } = {}): OperatorCase<ConvAttributes> {
  const kernel: Pair = [whole(draw, 1, 3), whole(draw, 1, 3)];
  const dilations: Pair = [whole(draw, 1, 2), whole(draw, 1, 2)];
  const reach = (axis: 0 | 1) => (kernel[axis] - 1) * dilations[axis];
  const pad = (axis: 0 | 1) => whole(draw, 0, flippable ? Math.min(2, reach(axis)) : 2);
  const pads: Pads = [pad(0), pad(1), pad(0), pad(1)];
  const strides: Pair = flippable ? [1, 1] : [whole(draw, 1, 3), whole(draw, 1, 3)];
  const group = flippable ? 1 : draw(oneOf<number>, 1, 1, 2, 3);
  const length = (axis: 0 | 1) => {
    const read = reach(axis) + 1 + (whole(draw, 1, 3) - 1) * strides[axis] - pads[axis] - pads[axis + 2]!;
    return Math.max(1, read) + whole(draw, 0, strides[axis] - 1);
  };
  const [inner, out] = [whole(draw, 1, 2), group * whole(draw, 1, 2)];
  const image = float([whole(draw, 1, 2), group * inner, length(0), length(1)]);
  const bias = flag(draw) ? [float([out])] : [];
  return { inputs: [image, float([out, inner, ...kernel]), ...bias], attributes: { strides, pads, dilations, group } };
}

/** Any such, whose output padding is less than the stride. */
export function convTransposeCase(draw: Draw): OperatorCase<OpAttributes["ConvTranspose"]> {
  const { inputs, attributes } = convCase(draw);
  const { strides, pads, dilations, group } = attributes;
  const [, , kh, kw] = inputs[1]!.shape as [number, number, number, number];
  const [inner, out] = [group * whole(draw, 1, 2), whole(draw, 1, 2)];
  const outputPadding: Pair = [whole(draw, 0, strides[0] - 1), whole(draw, 0, strides[1] - 1)];
  // Enough rows that padding does not take all of them away.
  const length = (axis: 0 | 1, k: number) => {
    const lost = pads[axis] + pads[axis + 2]! - (k - 1) * dilations[axis] - outputPadding[axis];
    return Math.max(1, Math.ceil(lost / strides[axis]) + 1) + whole(draw, 0, 1);
  };
  const image = float([whole(draw, 1, 2), inner, length(0, kh), length(1, kw)]);
  return {
    inputs: [image, float([inner, out, kh, kw])],
    attributes: { strides, pads, dilations, group, outputPadding },
  };
}

const imageShape = (draw: Draw) => [whole(draw, 1, 3), whole(draw, 1, 3), whole(draw, 1, 4), whole(draw, 1, 4)];

const reduction =
  (kind: Kind): Drawer<OpAttributes["ReduceSum"]> =>
  (draw) => {
    const shape = shapeOf(draw, 1);
    const axes = draw(fc.shuffledSubarray<number>, [...shape.keys()], { minLength: 1 });
    return { inputs: [float(shape, kind)], attributes: { axes, keepdims: flag(draw) } };
  };

const softmax: Drawer<OpAttributes["Softmax"]> = (draw) => {
  const shape = shapeOf(draw, 1);
  return { inputs: [float(shape)], attributes: { axis: whole(draw, -shape.length, shape.length - 1) } };
};

/** Bounds as callers write them: from the start, from the end, or past it. */
function sliceBounds(draw: Draw, length: number, step: number): { start: number; end: number } {
  const fromEitherSide = (place: number) => (flag(draw) ? place : place - length);
  if (step > 0) {
    const start = whole(draw, 0, length - 1);
    const last = whole(draw, start, length - 1);
    const beyond = last === length - 1 && flag(draw);
    return {
      start: start === 0 && flag(draw) ? -length - 3 : fromEitherSide(start),
      end: beyond ? length + 5 : last === length - 1 ? length : fromEitherSide(last + 1),
    };
  }
  const start = whole(draw, 0, length - 1);
  const last = whole(draw, 0, start);
  return { start: fromEitherSide(start), end: last === 0 ? -length - 1 : fromEitherSide(last - 1) };
}

export const operatorCases: { readonly [K in Op]: Drawer<OpAttributes[K]> } = {
  Identity: alone("any"),
  Neg: alone("any"),
  Exp: alone("any"),
  Sqrt: alone("positive"),
  Reciprocal: alone("positive"),
  Relu: alone("apart"),
  Sign: (draw, manner) => alone(manner === "smooth" ? "apart" : "coarse")(draw, manner),
  Cast: (draw, manner) => {
    const type = draw(oneOf<ElementType>, "float32", "float64", "int64", "bool");
    const kind = type === "bool" ? 2 : type === "int64" ? "coarse" : manner === "smooth" ? "apart" : "any";
    const to = draw(oneOf<ElementType>, "float32", "float64", "int64", "bool");
    return { inputs: [{ type, shape: shapeOf(draw), kind }], attributes: { to } };
  },
  Add: broadcasting("any"),
  Sub: broadcasting("any"),
  Mul: broadcasting("any"),
  Div: broadcasting("positive"),
  Greater: broadcasting("coarse", "apart"),
  Equal: broadcasting("coarse", "apart"),
  Where: (draw) => {
    const shape = shapeOf(draw);
    const condition: InputCase = { type: "bool", shape: stretched(draw, shape), kind: 2 };
    return { inputs: [condition, float(stretched(draw, shape)), float(stretched(draw, shape))], attributes: {} };
  },
  MatMul: (draw) => ({ inputs: matrices(draw, { transA: false, transB: false }), attributes: {} }),
  FusedMatMul: (draw) => {
    const attributes = { transA: flag(draw), transB: flag(draw) };
    return { inputs: matrices(draw, attributes), attributes };
  },
  Gemm: (draw) => {
    const [m, k, n] = [whole(draw, 1, 4), whole(draw, 1, 4), whole(draw, 1, 4)];
    const attributes = { transA: flag(draw), transB: flag(draw) };
    const third = draw(oneOf<InputCase[]>, [], [float([n])], [float([m, n])], [float([m, 1])], [float([])]);
    const first = float(attributes.transA ? [k, m] : [m, k]);
    return { inputs: [first, float(attributes.transB ? [n, k] : [k, n]), ...third], attributes };
  },
  Conv: (draw) => convCase(draw),
  ConvTranspose: convTransposeCase,
  MaxPool: (draw, manner) => {
    const kernelShape: Pair = [whole(draw, 1, 3), whole(draw, 1, 3)];
    const pad = (axis: 0 | 1) => whole(draw, 0, kernelShape[axis] - 1);
    const pads: Pads = [pad(0), pad(1), pad(0), pad(1)];
    const shape = [whole(draw, 1, 2), whole(draw, 1, 2), ...kernelShape.map((length) => length + whole(draw, 0, 3))];
    const kind = manner === "smooth" ? "apart" : "coarse";
    return {
      inputs: [float(shape, kind)],
      attributes: { kernelShape, strides: [whole(draw, 1, 3), whole(draw, 1, 3)], pads },
    };
  },
  GlobalAveragePool: (draw) => ({ inputs: [float(imageShape(draw))], attributes: {} }),
  GlobalMaxPool: (draw) => ({ inputs: [float(imageShape(draw), "apart")], attributes: {} }),
  BatchNormalization: (draw, manner) => {
    const channels = whole(draw, 1, 3);
    const shape = [whole(draw, 2, 3), channels, whole(draw, 1, 3), whole(draw, 2, 3)];
    const each = float([channels]);
    const trainingMode = flag(draw);
    const momentum = manner === "smooth" && trainingMode ? 0 : draw(oneOf<number>, 0, 0.25, 0.9);
    return {
      inputs: [float(shape, "apart"), each, each, each, float([channels], "positive")],
      attributes: { epsilon: draw(oneOf<number>, 1e-5, 0.125), momentum, trainingMode },
    };
  },
  ReduceSum: reduction("any"),
  ReduceMean: reduction("any"),
  ReduceMax: reduction("apart"),
  Softmax: softmax,
  LogSoftmax: softmax,
  Reshape: (draw) => {
    const shape = shapeOf(draw, 1);
    const wanted = draw(
      oneOf<number[]>,
      [-1],
      [0, -1],
      [...shape].reverse(),
      [1, ...shape],
      [...shape.map(() => 0), 1],
      [elementCount(shape)],
    );
    return { inputs: [float(shape)], attributes: { shape: wanted } };
  },
  Transpose: (draw) => {
    const shape = shapeOf(draw, 1);
    return { inputs: [float(shape)], attributes: { perm: ordered(draw, shape.length) } };
  },
  Slice: (draw, manner) => {
    const shape = shapeOf(draw, 1);
    const axes = draw(fc.shuffledSubarray<number>, [...shape.keys()], { minLength: 1 });
    const steps = axes.map(() => (manner === "smooth" ? 1 : draw(oneOf<number>, 1, 2, 3, -1, -2)));
    const bounds = axes.map((axis, i) => sliceBounds(draw, shape[axis]!, steps[i]!));
    const attributes = { axes, starts: bounds.map(({ start }) => start), ends: bounds.map(({ end }) => end), steps };
    return { inputs: [float(shape)], attributes };
  },
  Concat: (draw) => {
    const shape = shapeOf(draw, 1);
    const axis = whole(draw, 0, shape.length - 1);
    const inputs = Array.from({ length: whole(draw, 1, 3) }, () => float(shape.with(axis, whole(draw, 1, 3))));
    return { inputs, attributes: { axis } };
  },
  Pad: (draw) => {
    const shape = shapeOf(draw, 1);
    return { inputs: [float(shape)], attributes: { pads: [...shape, ...shape].map(() => whole(draw, 0, 2)) } };
  },
  Expand: (draw) => {
    const shape = shapeOf(draw);
    return { inputs: [float(stretched(draw, shape))], attributes: { shape: stretched(draw, shape) } };
  },
  ScatterElements: (draw) => {
    const shape = shapeOf(draw, 1, 3);
    const axis = whole(draw, 0, shape.length - 1);
    const places = shape.with(axis, whole(draw, 1, 4));
    const inputs: InputCase[] = [float(shape), { type: "int64", shape: places, kind: shape[axis]! }, float(places)];
    return { inputs, attributes: { axis, reduction: "add" } };
  },
  OneHot: (draw) => {
    const depth = whole(draw, 1, 4);
    return { inputs: [{ type: "int64", shape: [whole(draw, 1, 5)], kind: depth }], attributes: { depth } };
  },
};

export const operators = Object.keys(operatorCases) as Op[];

/** A drawn case of this operator as a graph, with numbers for its inputs (named `x0`, `x1`, …). */
export interface Drawn {
  readonly builder: GraphBuilder;
  readonly node: Node;
  readonly inputs: readonly (Value | undefined)[];
  /** Everything the operator gives. */
  readonly outputs: readonly Value[];
  /** Numbers that float32 holds exactly, by the inputs' names. */
  readonly numbers: Readonly<Record<string, Numbers>>;
}

/** Puts the operator of a case on an empty sheet. */
export function written<K extends Op>(
  op: K,
  { inputs, attributes }: OperatorCase<OpAttributes[K]>,
  seed: number,
): Drawn {
  const builder = openGraph();
  const values = inputs.map((input, i) => input && builder.input(`x${i}`, input.type, input.shape));
  // The builder leaves attributes out only where the operator's type is the empty object, where they do no harm.
  const outputs = (builder.all as (...given: unknown[]) => readonly Value[])(op, values, attributes);
  const numbers = Object.fromEntries(
    inputs.flatMap((input, i) => (input ? [[`x${i}`, numbersFor(input, seed, i)] as const] : [])),
  );
  return { builder, node: builder.nodes.at(-1)!, inputs: values, outputs, numbers };
}

/** The whole of it as a finished graph, outputs `y0`, `y1`, …. */
export function finished({ builder, outputs }: Drawn): Graph {
  return builder.finish("case", Object.fromEntries(outputs.map((value, i) => [`y${i}`, value])), { note: "drawn" });
}

/** Numbers of the kind that an input takes. */
export function numbersFor({ shape, kind }: InputCase, seed: number, index: number): Numbers {
  const random = openRandom(seed, "numbers", index);
  const count = elementCount(shape);
  return { shape, data: Float64Array.from(drawn(), Math.fround) };

  function drawn(): number[] {
    if (kind === "apart") {
      const half = Math.ceil(count / 2);
      const places = random.shuffled(Array.from({ length: 2 * half }, (_, i) => (i < half ? i - half : i - half + 1)));
      return places.slice(0, count).map((place) => 0.1 * (place + 0.25 * Math.sign(place) * index));
    }
    return Array.from({ length: count }, () => {
      if (kind === "any") return 4 * random.next() - 2;
      if (kind === "positive") return 0.5 + 2 * random.next();
      if (kind === "coarse") return random.below(5) - 2;
      return random.below(kind);
    });
  }
}

/** Attributes of a plain convolution, some of them changed. */
export function convAttributes(changed: Partial<ConvAttributes> = {}): ConvAttributes {
  return { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], group: 1, ...changed };
}
