/**
 * The layers that the backbones are made of, as functions that write nodes and answer with their output.
 *
 * A layer asks its `Weights` for what it learns, by torchvision's name; who answers decides whether that is an input
 * of a training graph or a constant of an exported network. Images are [batch, channels, height, width].
 */
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { Pads, Pair } from "../graph/operators.ts";

/** Where layers get their weights from. */
export interface Weights {
  /** A tensor that is learnt. */
  parameter(name: string, shape: readonly number[]): Value;
  /** A tensor that is kept by counting, not by gradients: a running mean or variance. */
  running(name: string, shape: readonly number[]): Value;
  /** Whether the batch normalisation of this name uses the batch's statistics; if not, it uses the running ones. */
  usesBatchStatistics(name: string): boolean;
  /** Takes note of the statistics of this batch: the mean and the biased variance, and over how many numbers. */
  observe(name: string, statistics: { readonly mean: Value; readonly variance: Value; readonly count: number }): void;
}

const epsilon = 1e-5;

interface ConvOptions {
  readonly out: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly hasBias?: boolean;
}

/** A convolution that keeps the centre: padding (kernel − 1) / 2. [n, c, h, w] → [n, out, h / stride, w / stride]. */
export function conv(
  g: GraphBuilder,
  weights: Weights,
  name: string,
  x: Value,
  { out, kernel, stride = 1, hasBias = false }: ConvOptions,
): Value {
  const channels = channelsOf(x);
  const pad = (kernel - 1) / 2;
  const weight = weights.parameter(`${name}.weight`, [out, channels, kernel, kernel]);
  const bias = hasBias ? weights.parameter(`${name}.bias`, [out]) : undefined;
  const inputs = bias ? [x, weight, bias] : [x, weight];
  return g.one("Conv", inputs, { strides: [stride, stride], pads: [pad, pad, pad, pad], dilations: [1, 1], group: 1 });
}

/** Batch normalisation over items and pixels, as PyTorch's BatchNorm2d: shape kept. */
export function batchNormalization(g: GraphBuilder, weights: Weights, name: string, x: Value): Value {
  const channels = channelsOf(x);
  const scale = weights.parameter(`${name}.weight`, [channels]);
  const bias = weights.parameter(`${name}.bias`, [channels]);
  const mean = weights.running(`${name}.running_mean`, [channels]);
  const variance = weights.running(`${name}.running_var`, [channels]);
  if (!weights.usesBatchStatistics(name)) {
    return g.one("BatchNormalization", [x, scale, bias, mean, variance], {
      epsilon,
      momentum: 0.9,
      trainingMode: false,
    });
  }
  // Momentum 0 makes the running outputs the batch's own statistics; the gradient needs them, and PyTorch's running
  // variance is the unbiased one, which ONNX does not keep.
  // ONNX Runtime writes them over the running inputs, in place, so it gets zeros that are made for the purpose: two
  // different ones, since equal nodes would be merged into one.
  const meanPlace = g.one("Sub", [scale, scale]);
  const variancePlace = g.one("Sub", [bias, bias]);
  const [y, batchMean, batchVariance] = g.all("BatchNormalization", [x, scale, bias, meanPlace, variancePlace], {
    epsilon,
    momentum: 0,
    trainingMode: true,
  });
  const [batch, , height, width] = x.shape as [number, number, number, number];
  weights.observe(name, { mean: batchMean!, variance: batchVariance!, count: batch * height * width });
  return y!;
}

/** Maximum pooling. [n, c, h, w] → [n, c, h / stride, w / stride]. */
export function maxPool(
  g: GraphBuilder,
  x: Value,
  { kernel, stride, pad }: { kernel: number; stride: number; pad: number },
): Value {
  const kernelShape: Pair = [kernel, kernel];
  const pads: Pads = [pad, pad, pad, pad];
  return g.one("MaxPool", [x], { kernelShape, strides: [stride, stride], pads });
}

/** A linear layer. [n, in] → [n, out]. */
export function linear(g: GraphBuilder, weights: Weights, name: string, x: Value, out: number): Value {
  const length = x.shape[1];
  if (typeof length !== "number") throw new Error(`unreachable: ${name} reads a free number of features`);
  const weight = weights.parameter(`${name}.weight`, [out, length]);
  const bias = weights.parameter(`${name}.bias`, [out]);
  return g.one("Gemm", [x, weight, bias], { transA: false, transB: true });
}

export function relu(g: GraphBuilder, x: Value): Value {
  return g.one("Relu", [x]);
}

/** The mean over all pixels. [n, c, h, w] → [n, c]. */
export function averageOverPixels(g: GraphBuilder, x: Value): Value {
  return g.one("Reshape", [g.one("GlobalAveragePool", [x])], { shape: [0, channelsOf(x)] });
}

/** The largest of all pixels. [n, c, h, w] → [n, c]. */
export function largestOfPixels(g: GraphBuilder, x: Value): Value {
  return g.one("Reshape", [g.one("GlobalMaxPool", [x])], { shape: [0, channelsOf(x)] });
}

export function channelsOf(x: Value): number {
  const channels = x.shape[1];
  if (typeof channels !== "number") throw new Error(`unreachable: ${x.name} has a free number of channels`);
  return channels;
}
