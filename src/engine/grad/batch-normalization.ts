/**
 * The gradient of batch normalisation, kept to three passes over the image.
 *
 * With the batch's mean μ and variance v, r = 1 / √(v + ε), scale γ and m numbers a channel:
 *
 *     dβ = Σ dy        dγ = r · (Σ dy·x − μ · dβ)
 *     dx = a·dy + b·x + c    with    a = γr,   b = −γr² dγ / m,   c = −a dβ / m − b μ
 *
 * (Ioffe & Szegedy 2015, arXiv:1502.03167, collected by powers of x.) Σ dy·x is a product of a row with a column for
 * each item and channel, which needs no intermediate image; b·x + c is what batch normalisation itself computes when
 * it is told mean 0 and variance 1, in one pass.
 */
import type { GraphBuilder } from "../graph/builder.ts";
import { elementCount, fixedShape, type Value } from "../graph/graph.ts";
import type { DeviceProfile } from "../graph/profile.ts";
import type { GradientRule } from "./rule.ts";

export const batchNormalizationGradient: GradientRule<"BatchNormalization"> = (site, dy, g) => {
  const [x, scale, , givenMean, givenVariance] = site.inputs;
  const { epsilon, trainingMode, momentum } = site.attributes;
  const shape = fixedShape(x!);
  const [batch, channels] = shape as [number, number];
  const perChannel = elementCount(shape) / channels;

  // In training mode with momentum 0, outputs two and three are the batch's own statistics.
  if (trainingMode && momentum !== 0) throw new Error("unreachable: a training BatchNormalization with momentum");
  const mean = trainingMode ? site.outputs[1] : givenMean;
  const variance = trainingMode ? site.outputs[2] : givenVariance;
  const r = g.one("Reciprocal", [g.one("Sqrt", [g.one("Add", [variance, g.constant(epsilon)])])]);
  const a = g.one("Mul", [scale, r]);
  const scaled = () => g.one("Mul", [dy, column(g, a, channels)]);

  const parametersLearn = site.needs[1] || site.needs[2];
  if (!trainingMode && !parametersLearn) return [scaled()];

  const rows = { batch, channels, length: perChannel / batch };
  const dBias = g.one("ReduceSum", [dy], {
    axes: shape.map((_, axis) => axis).filter((axis) => axis !== 1),
    keepdims: false,
  });
  const products = sumOfProducts(g, dy, x!, rows, site.profile);
  const dScale = g.one("Mul", [r, g.one("Sub", [products, g.one("Mul", [mean, dBias])])]);
  if (!trainingMode) return [site.needs[0] ? scaled() : undefined, dScale, dBias];
  if (!site.needs[0]) return [undefined, dScale, dBias];

  const share = g.constant(1 / perChannel);
  const b = g.one("Neg", [g.one("Mul", [g.one("Mul", [a, r]), g.one("Mul", [dScale, share])])]);
  const c = g.one("Neg", [g.one("Add", [g.one("Mul", [a, g.one("Mul", [dBias, share])]), g.one("Mul", [b, mean])])]);
  const dx = g.one("Add", [scaled(), affine(g, x!, b, c, channels)]);
  return [dx, dScale, dBias];
};

/** b·x + c, a number of each a channel. */
function affine(g: GraphBuilder, x: Value, b: Value, c: Value, channels: number): Value {
  const zeros = g.constant(0, [channels]);
  const ones = g.constant(1, [channels]);
  return g.one("BatchNormalization", [x, b, c, zeros, ones], { epsilon: 0, momentum: 0, trainingMode: false });
}

/** Σ x·y over items and pixels: [channels]. */
function sumOfProducts(
  g: GraphBuilder,
  x: Value,
  y: Value,
  rows: { batch: number; channels: number; length: number },
  profile: DeviceProfile,
): Value {
  const { batch, channels, length } = rows;
  if (!profile.hasFusedMatMul) {
    const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
    return g.one("ReduceSum", [g.one("Mul", [x, y])], { axes, keepdims: false });
  }
  const row = (value: Value) => g.one("Reshape", [value], { shape: [batch, channels, 1, length] });
  const dots = g.one("FusedMatMul", [row(x), row(y)], { transA: false, transB: true });
  return g.one("Reshape", [g.one("ReduceSum", [dots], { axes: [0], keepdims: false })], { shape: [channels] });
}

function column(g: GraphBuilder, perChannel: Value, channels: number): Value {
  return g.one("Reshape", [perChannel], { shape: [channels, 1, 1] });
}
