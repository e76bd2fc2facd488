/** The `operations` section of a reference file, computed on ONNX Runtime's CPU as the engine would. */
import { z } from "zod";
import { writeGradients } from "../../src/engine/grad/gradients.ts";
import { type GraphBuilder, openGraph } from "../../src/engine/graph/builder.ts";
import { fixedShape, floatTensor, type Value } from "../../src/engine/graph/graph.ts";
import { averageOverPixels, largestOfPixels, relu } from "../../src/engine/nn/layers.ts";
import { cpuDevice } from "../../src/engine/runtime/node.ts";
import { type Deviation, probe, probeDeviation } from "./compare.ts";
import { filled } from "./filled.ts";

export const operationCase = z.strictObject({
  operation: z.string(),
  attributes: z.record(z.string(), z.unknown()),
  inputs: z.record(z.string(), z.strictObject({ shape: z.array(z.number()), low: z.number(), high: z.number() })),
  expect: z.strictObject({ output: probe, gradients: z.record(z.string(), probe) }),
});
export type OperationCase = z.infer<typeof operationCase>;

/** Writes an operation over its inputs, by PyTorch's names of them. Attributes that we do not know are refused. */
type Writer = (g: GraphBuilder, inputs: Readonly<Record<string, Value>>, attributes: unknown) => Value;

const number = z.number();
const none = z.strictObject({});
const square = (side: number) => [side, side] as const;
const around = (pad: number) => [pad, pad, pad, pad] as const;

const writers: Readonly<Record<string, Writer>> = {
  conv2d: (g, { x, weight, bias }, attributes) => {
    const { stride, padding, dilation, groups } = z
      .strictObject({ stride: number, padding: number, dilation: number, groups: number })
      .parse(attributes);
    const convolution = { strides: square(stride), pads: around(padding), dilations: square(dilation), group: groups };
    return g.one("Conv", bias ? [x, weight, bias] : [x, weight], convolution);
  },
  batch_norm_train: (g, { x, weight, bias }, attributes) => {
    const { epsilon } = z.strictObject({ epsilon: number }).parse(attributes);
    // Two places for the batch's statistics: ONNX Runtime writes them over the running ones.
    const [mean, variance] = [g.one("Sub", [weight, weight]), g.one("Sub", [bias, bias])];
    return g.one("BatchNormalization", [x, weight, bias, mean, variance], { epsilon, momentum: 0, trainingMode: true });
  },
  max_pool2d: (g, { x }, attributes) => {
    const { kernel, stride, padding } = z
      .strictObject({ kernel: number, stride: number, padding: number })
      .parse(attributes);
    return g.one("MaxPool", [x], { kernelShape: square(kernel), strides: square(stride), pads: around(padding) });
  },
  avg_pool_global: (g, { x }, attributes) => none.parse(attributes) && averageOverPixels(g, x!),
  max_pool_global: (g, { x }, attributes) => none.parse(attributes) && largestOfPixels(g, x!),
  linear: (g, { x, weight, bias }, attributes) =>
    none.parse(attributes) && g.one("Gemm", [x, weight, bias], { transA: false, transB: true }),
  log_softmax: (g, { x }, attributes) => none.parse(attributes) && g.one("LogSoftmax", [x], { axis: 1 }),
  relu: (g, { x }, attributes) => none.parse(attributes) && relu(g, x!),
  add_broadcast: (g, { x, y }, attributes) => none.parse(attributes) && g.one("Add", [x, y]),
  mul_broadcast: (g, { x, y }, attributes) => none.parse(attributes) && g.one("Mul", [x, y]),
};

/** Whether an operation of this name is computed here. */
export function isKnownOperation(name: string): boolean {
  return name in writers;
}

/** `conv2d of x 2×3×9×11, weight 4×3×3×3 (stride 1)`. */
export function describeOperation({ operation, attributes, inputs }: OperationCase): string {
  const shapes = Object.entries(inputs).map(([name, { shape }]) => `${name} ${shape.join("×")}`);
  const settings = Object.entries(attributes).map(([name, value]) => `${name} ${String(value)}`);
  return `${operation} of ${shapes.join(", ")}${settings.length > 0 ? ` (${settings.join(", ")})` : ""}`;
}

/** Deviations of the forward value and of every gradient; the loss is the output times the numbers `cotangent`. */
export async function operationDeviations(
  { operation, attributes, inputs, expect }: OperationCase,
  seed: number,
): Promise<Deviation[]> {
  const device = cpuDevice();
  const g = openGraph();
  const values = Object.fromEntries(
    Object.entries(inputs).map(([key, { shape }]) => [key, g.input(key, "float32", shape)]),
  );
  const output = writers[operation]!(g, values, attributes);
  const cotangent = g.input("cotangent", "float32", output.shape);
  const by = Object.keys(expect.gradients);
  const gradients = writeGradients(g, {
    of: output,
    by: by.map((key) => values[key]!),
    profile: device.profile,
    seed: cotangent,
  });
  const graph = g.finish(operation, {
    output,
    ...Object.fromEntries(gradients.map((value, i) => [`d${by[i]}`, value])),
  });

  const tensors = Object.entries(inputs).map(
    ([key, { shape, ...range }]) => [key, filled(`${operation}.${key}`, shape, range, seed)] as const,
  );
  const given = {
    ...Object.fromEntries(tensors),
    cotangent: filled("cotangent", fixedShape(output), { low: -1, high: 1 }, seed),
  };
  const results = Object.fromEntries(graph.outputs.map((value) => [value.name, floatTensor(fixedShape(value))]));
  const session = await device.open(graph);
  await session.run(
    Object.fromEntries(graph.inputs.map(({ name }) => [name, given[name as keyof typeof given]!])),
    results,
  );
  await session.release();
  return [
    probeDeviation("output", results.output!.data, expect.output),
    ...by.map((key) => probeDeviation(`gradient by ${key}`, results[`d${key}`]!.data, expect.gradients[key]!)),
  ];
}
