/** Central differences: the one judge of every gradient. */
import fc from "fast-check";
import { expect } from "vitest";
import { openRandom } from "../../../src/base/random.ts";
import { writeGradients } from "../../../src/engine/grad/gradients.ts";
import { evaluate, type Numbers } from "../../../src/engine/graph/evaluate.ts";
import { fixedShape, type Value } from "../../../src/engine/graph/graph.ts";
import type { Op, OpAttributes } from "../../../src/engine/graph/operators.ts";
import { cpuProfile, type DeviceProfile } from "../../../src/engine/graph/profile.ts";
import { type Drawn, numbersFor, type OperatorCase, written } from "../graph/operator-cases.ts";

const directions = 8;
const step = 1e-5;
const tolerance = 1e-6;
/** Below this size a slope is as good as 0: the inputs of these tests are of the order of 1. */
const floor = 1e-3;

/**
 * Expects `gradient` to be that of `loss` at `x`: in each of 8 random directions the slope that the gradient gives is
 * that of two evaluations, to a millionth of the steepest slope.
 */
export function expectGradient(loss: (x: Float64Array) => number, gradient: Float64Array, x: Float64Array): void {
  expect(gradient).toHaveLength(x.length);
  const slopes = Array.from({ length: directions }, (_, i) => {
    const random = openRandom(i, "direction");
    const direction = x.map(() => random.normal());
    const moved = (by: number) => loss(x.map((value, j) => value + by * direction[j]!));
    return { given: dot(gradient, direction), measured: (moved(step) - moved(-step)) / (2 * step) };
  });
  const scale = Math.max(floor, ...slopes.flatMap(({ given, measured }) => [Math.abs(given), Math.abs(measured)]));
  for (const { given, measured } of slopes) {
    // Written so that NaN fails.
    const isNear = Math.abs(given - measured) <= tolerance * scale;
    if (!isNear) expect.fail(`the gradient's slope is ${given}, measured ${measured} (scale ${scale})`);
  }
}

/**
 * Expects the rule of an operator to give the gradients of its inputs, those named by `by` together: the loss is the
 * sum of its first output times random numbers.
 */
export function expectOperatorGradient(drawn: Drawn, by: readonly Value[], profile: DeviceProfile = cpuProfile): void {
  const { builder: g, outputs, numbers } = drawn;
  const y = outputs[0]!;
  const forward = g.finish("forward", { y: g.one("Identity", [y]) });
  const seed = g.input("cotangent", y.type, y.shape);
  const cotangent = numbersFor({ type: y.type, shape: fixedShape(y), kind: "any" }, 1, 99);
  const gradients = writeGradients(g, { of: y, by, seed, profile });
  const backward = g.finish("backward", Object.fromEntries(gradients.map((value, i) => [`d${i}`, value])));

  for (const [i, { name, shape }] of by.entries()) {
    expect(backward.outputs[i]!.shape, `the shape of the gradient by ${name}`).toEqual(shape);
  }
  const slopes = evaluate(backward, { ...numbers, cotangent });
  const loss = (x: Float64Array) => dot(evaluate(forward, { ...numbers, ...unpacked(x) }).y!.data, cotangent.data);
  expectGradient(
    loss,
    joined(by.map((_, i) => slopes[`d${i}`]!.data)),
    joined(by.map(({ name }) => numbers[name]!.data)),
  );

  function unpacked(x: Float64Array): Record<string, Numbers> {
    let start = 0;
    return Object.fromEntries(
      by.map(({ name }) => {
        const { shape, data } = numbers[name]!;
        const part = x.slice(start, start + data.length);
        start += data.length;
        return [name, { shape, data: part }];
      }),
    );
  }
}

/** Runs the operator's rule over drawn cases, each by some of the inputs that `differentiable` picks. */
export function expectRule<K extends Op>(
  op: K,
  draw: (draw: fc.GeneratorValue) => OperatorCase<OpAttributes[K]>,
  { profile = cpuProfile, runs = 25 }: { profile?: DeviceProfile; runs?: number } = {},
): void {
  fc.assert(
    fc.property(fc.gen(), fc.nat(), (gen, seed) => {
      const drawn = written(op, draw(gen), seed);
      const all = differentiable(op, drawn);
      if (all.length > 0) expectOperatorGradient(drawn, gen(fc.subarray<Value>, all, { minLength: 1 }), profile);
    }),
    { seed: 5, numRuns: runs },
  );
}

/** The inputs through which gradients flow: floats, but no running statistics and nothing that is scattered. */
function differentiable(op: Op, { inputs }: Drawn): Value[] {
  const counted = op === "BatchNormalization" ? 3 : op === "ScatterElements" ? 1 : inputs.length;
  return inputs.slice(0, counted).filter((value) => value?.type.startsWith("float")) as Value[];
}

function joined(parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => [...part]));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
