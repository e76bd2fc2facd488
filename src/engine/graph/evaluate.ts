/**
 * Runs a graph in float64, slowly and plainly: the yardstick for gradient rules and for every provider.
 *
 * Each operator is written as its definition reads, one loop over the output. Only tests call it, on tensors of a
 * few hundred numbers.
 */
import { elementCount, type Graph } from "./graph.ts";
import type { Op, OpAttributes } from "./operators.ts";
import { broadcast, inferOutcomes, sliceRange } from "./shapes.ts";

/** A tensor of float64 numbers, whatever its type in the graph: truth is 1, falsehood 0. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

type Evaluator<K extends Op> = (
  inputs: readonly (Numbers | undefined)[],
  attributes: OpAttributes[K],
  shapes: readonly (readonly number[])[],
) => Numbers[];

/**
 * Every output of the graph for the given inputs, by name.
 *
 * @throws an Error if an input is missing
 */
export function evaluate(graph: Graph, inputs: Readonly<Record<string, Numbers>>): Record<string, Numbers> {
  const values = new Map<string, Numbers>();
  for (const [name, { shape, data }] of graph.initializers)
    values.set(name, { shape, data: Float64Array.from(data, Number) });
  for (const [name, numbers] of Object.entries(inputs)) values.set(name, numbers);
  const read = (name: string): Numbers | undefined => {
    if (name !== "" && !values.has(name)) throw new Error(`unreachable: nothing was given for ${name}`);
    return values.get(name);
  };
  for (const node of graph.nodes) {
    const given = node.inputs.map(read);
    const known = given.map(
      (numbers, i) => numbers && { name: node.inputs[i]!, type: "float32" as const, shape: numbers.shape },
    );
    const shapes = inferOutcomes(node.op, known, node.attributes).map(({ shape }) => shape as readonly number[]);
    const results = run(node.op, given, node.attributes, shapes);
    node.outputs.forEach((name, i) => {
      values.set(name, results[i]!);
    });
  }
  return Object.fromEntries(graph.outputs.map(({ name }) => [name, read(name)!]));
}

function run<K extends Op>(op: K, ...given: Parameters<Evaluator<K>>): Numbers[] {
  return evaluators[op](...given);
}

const each =
  (f: (x: number) => number): Evaluator<Op> =>
  ([x]) => [{ shape: x!.shape, data: x!.data.map(f) }];

const both =
  (f: (a: number, b: number) => number): Evaluator<Op> =>
  ([a, b]) => [combine([a!, b!], ([x, y]) => f(x!, y!))];

const evaluators: { readonly [K in Op]: Evaluator<K> } = {
  Identity: each((x) => x),
  Neg: each((x) => -x),
  Exp: each(Math.exp),
  Sqrt: each(Math.sqrt),
  Reciprocal: each((x) => 1 / x),
  Relu: each((x) => Math.max(x, 0)),
  Sign: each(Math.sign),
  Cast: ([x], { to }) => [
    {
      shape: x!.shape,
      data: x!.data.map((v) => (to === "bool" ? Number(v !== 0) : to === "int64" ? Math.trunc(v) : v)),
    },
  ],
  Add: both((a, b) => a + b),
  Sub: both((a, b) => a - b),
  Mul: both((a, b) => a * b),
  Div: both((a, b) => a / b),
  Greater: both((a, b) => Number(a > b)),
  Equal: both((a, b) => Number(a === b)),
  Where: ([condition, a, b]) => [combine([condition!, a!, b!], ([c, x, y]) => (c! !== 0 ? x! : y!))],
  MatMul: ([a, b]) => [product(a!, b!, false, false)],
  FusedMatMul: ([a, b], { transA, transB }) => [product(a!, b!, transA, transB)],
  Gemm: ([a, b, c], { transA, transB }) => {
    const ab = product(a!, b!, transA, transB);
    return [c ? combine([ab, c], ([x, y]) => x! + y!) : ab];
  },
  Conv: ([x, w, bias], attributes, [shape]) => {
    const y = zeros(shape!);
    forEachTap(attributes, x!.shape, w!.shape, shape!, (xi, wi, yi) => {
      y.data[yi]! += x!.data[xi]! * w!.data[wi]!;
    });
    if (!bias) return [y];
    return [combine([y, { shape: [bias.shape[0]!, 1, 1], data: bias.data }], ([a, b]) => a! + b!)];
  },
  // The transpose of Conv as a linear map: the same taps with image and output changing places.
  ConvTranspose: ([x, w], attributes, [shape]) => {
    const y = zeros(shape!);
    forEachTap(attributes, shape!, w!.shape, x!.shape, (yi, wi, xi) => {
      y.data[yi]! += x!.data[xi]! * w!.data[wi]!;
    });
    return [y];
  },
  MaxPool: ([x], { kernelShape, strides, pads }, [shape]) => {
    const largest = { shape: shape!, data: new Float64Array(elementCount(shape!)).fill(Number.NEGATIVE_INFINITY) };
    const at = zeros(shape!);
    const [, channels] = shape!;
    const depthwise = { strides, pads, dilations: [1, 1] as const, group: channels! };
    forEachTap(depthwise, x!.shape, [channels!, 1, ...kernelShape], shape!, (xi, _, yi) => {
      if (x!.data[xi]! > largest.data[yi]!) [largest.data[yi], at.data[yi]] = [x!.data[xi]!, xi];
    });
    return [largest, at];
  },
  GlobalAveragePool: ([x]) => [reduce(x!, [2, 3], true, mean)],
  GlobalMaxPool: ([x]) => [reduce(x!, [2, 3], true, largestOf)],
  BatchNormalization: ([x, scale, bias, mean0, variance0], { epsilon, momentum, trainingMode }) => {
    const m = trainingMode ? reduce(x!, [0, 2, 3].slice(0, x!.shape.length - 1), false, mean) : mean0!;
    const v = trainingMode ? reduce(x!, [0, 2, 3].slice(0, x!.shape.length - 1), false, variance) : variance0!;
    const c = (i: number) => coordinates(i, x!.shape)[1]!;
    const data = x!.data.map(
      (value, i) =>
        ((value - m.data[c(i)]!) / Math.sqrt(v.data[c(i)]! + epsilon)) * scale!.data[c(i)]! + bias!.data[c(i)]!,
    );
    const blend = ([old, now]: readonly number[]) => momentum * old! + (1 - momentum) * now!;
    return [{ shape: x!.shape, data }, combine([mean0!, m], blend), combine([variance0!, v], blend)];
  },
  ReduceSum: ([x], { axes, keepdims }) => [reduce(x!, axes, keepdims, sum)],
  ReduceMean: ([x], { axes, keepdims }) => [reduce(x!, axes, keepdims, mean)],
  ReduceMax: ([x], { axes, keepdims }) => [reduce(x!, axes, keepdims, largestOf)],
  Softmax: ([x], { axis }) => [combine([x!, logSumExp(x!, axis)], ([a, b]) => Math.exp(a! - b!))],
  LogSoftmax: ([x], { axis }) => [combine([x!, logSumExp(x!, axis)], ([a, b]) => a! - b!)],
  Reshape: ([x], _, [shape]) => [{ shape: shape!, data: x!.data }],
  Transpose: ([x], { perm }, [shape]) => [
    pick(x!, shape!, (at) => {
      const from: number[] = [];
      perm.forEach((axis, i) => {
        from[axis] = at[i]!;
      });
      return from;
    }),
  ],
  Slice: ([x], { axes, starts, ends, steps }, [shape]) => [
    pick(x!, shape!, (at) =>
      at.map((place, axis) => {
        const i = axes.indexOf(axis);
        return i < 0 ? place : sliceRange(x!.shape[axis]!, starts[i]!, ends[i]!, steps[i]!).first + place * steps[i]!;
      }),
    ),
  ],
  Concat: (inputs, { axis }, [shape]) => {
    const data = Float64Array.from({ length: elementCount(shape!) }, (_, i) => {
      const at = coordinates(i, shape!);
      let which = 0;
      while (at[axis]! >= inputs[which]!.shape[axis]!) at[axis]! -= inputs[which++]!.shape[axis]!;
      return inputs[which]!.data[flatIndex(at, inputs[which]!.shape)]!;
    });
    return [{ shape: shape!, data }];
  },
  Pad: ([x], { pads }, [shape]) => {
    const data = Float64Array.from({ length: elementCount(shape!) }, (_, i) => {
      const at = coordinates(i, shape!).map((place, axis) => place - pads[axis]!);
      return at.every((place, axis) => place >= 0 && place < x!.shape[axis]!) ? x!.data[flatIndex(at, x!.shape)]! : 0;
    });
    return [{ shape: shape!, data }];
  },
  Expand: ([x], _, [shape]) => [combine([x!, zeros(shape!)], ([a]) => a!)],
  ScatterElements: ([data, places, updates], { axis }) => {
    const result = data!.data.slice();
    places!.data.forEach((place, i) => {
      const at = coordinates(i, places!.shape);
      at[axis] = place;
      result[flatIndex(at, data!.shape)]! += updates!.data[i]!;
    });
    return [{ shape: data!.shape, data: result }];
  },
  OneHot: ([x], { depth }, [shape]) => {
    const data = Float64Array.from({ length: elementCount(shape!) }, (_, i) =>
      Number(x!.data[Math.floor(i / depth)] === i % depth),
    );
    return [{ shape: shape!, data }];
  },
};

function zeros(shape: readonly number[]): Numbers {
  return { shape, data: new Float64Array(elementCount(shape)) };
}

/** The places along each axis of the element with this flat index. */
function coordinates(index: number, shape: readonly number[]): number[] {
  const at = new Array<number>(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    at[axis] = index % shape[axis]!;
    index = Math.floor(index / shape[axis]!);
  }
  return at;
}

function flatIndex(at: readonly number[], shape: readonly number[]): number {
  return shape.reduce((index, length, axis) => index * length + at[axis]!, 0);
}

/** A tensor of `shape` whose element at each place is the element of `x` at the place that `from` names. */
function pick(x: Numbers, shape: readonly number[], from: (at: number[]) => readonly number[]): Numbers {
  return {
    shape,
    data: Float64Array.from(
      { length: elementCount(shape) },
      (_, i) => x.data[flatIndex(from(coordinates(i, shape)), x.shape)]!,
    ),
  };
}

/** f of the inputs' elements, broadcast against each other. */
function combine(inputs: readonly Numbers[], f: (values: readonly number[]) => number): Numbers {
  const shape = inputs.map((input) => input.shape).reduce((a, b) => broadcast(a, b) as number[]);
  const data = Float64Array.from({ length: elementCount(shape) }, (_, i) => {
    const at = coordinates(i, shape);
    return f(
      inputs.map(
        (x) =>
          x.data[
            flatIndex(
              x.shape.map((length, axis) => (length === 1 ? 0 : at[axis + shape.length - x.shape.length]!)),
              x.shape,
            )
          ]!,
      ),
    );
  });
  return { shape, data };
}

function product(a: Numbers, b: Numbers, transA: boolean, transB: boolean): Numbers {
  const turned = (x: Numbers) => {
    const shape = [...x.shape.slice(0, -2), x.shape.at(-1)!, x.shape.at(-2)!];
    return pick(x, shape, (at) => [...at.slice(0, -2), at.at(-1)!, at.at(-2)!]);
  };
  const [left, right] = [transA ? turned(a) : a, transB ? turned(b) : b];
  const [m, k, n] = [left.shape.at(-2)!, left.shape.at(-1)!, right.shape.at(-1)!];
  const batches = broadcast(left.shape.slice(0, -2), right.shape.slice(0, -2)) as number[];
  const element = (x: Numbers, at: readonly number[], row: number, column: number) => {
    const batch = x.shape
      .slice(0, -2)
      .map((length, axis) => (length === 1 ? 0 : at[axis + batches.length - x.shape.length + 2]!));
    return x.data[flatIndex([...batch, row, column], x.shape)]!;
  };
  const shape = [...batches, m, n];
  const data = Float64Array.from({ length: elementCount(shape) }, (_, i) => {
    const at = coordinates(i, shape);
    let total = 0;
    for (let j = 0; j < k; j++) total += element(left, at, at.at(-2)!, j) * element(right, at, j, at.at(-1)!);
    return total;
  });
  return { shape, data };
}

/** Calls `visit` with the flat indices of image, weight and output for each product that a convolution sums. */
function forEachTap(
  { strides, pads, dilations, group }: OpAttributes["Conv"],
  image: readonly number[],
  weight: readonly number[],
  output: readonly number[],
  visit: (image: number, weight: number, output: number) => void,
): void {
  const [out, inner, kh, kw] = weight as [number, number, number, number];
  for (let yi = 0; yi < elementCount(output); yi++) {
    const [n, o, row, column] = coordinates(yi, output) as [number, number, number, number];
    const first = Math.floor(o / (out / group)) * inner;
    for (let c = 0; c < inner; c++) {
      for (let i = 0; i < kh; i++) {
        for (let j = 0; j < kw; j++) {
          const h = row * strides[0] + i * dilations[0] - pads[0];
          const w = column * strides[1] + j * dilations[1] - pads[1];
          if (h < 0 || w < 0 || h >= image[2]! || w >= image[3]!) continue;
          visit(flatIndex([n, first + c, h, w], image), flatIndex([o, c, i, j], weight), yi);
        }
      }
    }
  }
}

function reduce(
  x: Numbers,
  axes: readonly number[],
  keepdims: boolean,
  f: (values: readonly number[]) => number,
): Numbers {
  const kept = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const groups = Array.from({ length: elementCount(kept) }, (): number[] => []);
  x.data.forEach((value, i) => {
    const at = coordinates(i, x.shape).map((place, axis) => (axes.includes(axis) ? 0 : place));
    groups[flatIndex(at, kept)]!.push(value);
  });
  const shape = keepdims ? kept : x.shape.filter((_, axis) => !axes.includes(axis));
  return { shape, data: Float64Array.from(groups, f) };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;
const largestOf = (values: readonly number[]) => Math.max(...values);
function variance(values: readonly number[]): number {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** 2));
}

function logSumExp(x: Numbers, axis: number): Numbers {
  return reduce(x, [axis < 0 ? axis + x.shape.length : axis], true, (values) => {
    const top = largestOf(values);
    return top + Math.log(sum(values.map((value) => Math.exp(value - top))));
  });
}
