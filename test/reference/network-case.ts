/** One network of a reference file, computed by the engine on ONNX Runtime. */
import { z } from "zod";
import { writeGradients } from "../../src/engine/grad/gradients.ts";
import { type GraphBuilder, openGraph } from "../../src/engine/graph/builder.ts";
import type { FloatTensor, Value, WeightMap } from "../../src/engine/graph/graph.ts";
import { type Backbone, backbones } from "../../src/engine/nn/backbones.ts";
import { type Fusion, fusions, type NetworkSpec, weightSpecs, writeNetwork } from "../../src/engine/nn/networks.ts";
import type { Optimizer } from "../../src/engine/optim/optimizers.ts";
import { openGraphSession } from "../../src/engine/runtime/graph-session.ts";
import { cpuDevice } from "../../src/engine/runtime/node.ts";
import { type Batch, Trainer, type TrainingState } from "../../src/engine/runtime/trainer.ts";
import { trainingGraph } from "../../src/engine/step/training-graph.ts";
import type { RawMap } from "../../src/explain/explained.ts";
import { openFieldExplainer } from "../../src/explain/field-maps.ts";
import { explainedNetwork } from "../../src/explain/network.ts";
import { type Deviation, deviationOf, measured, type Nested, probe, probeDeviation } from "./compare.ts";
import { filled, filledLabels, filledWeight } from "./filled.ts";

const steps = z.object({ losses: measured, parameters: z.record(z.string(), probe) });
export const networkCase = z.object({
  name: z.string(),
  seed: z.number(),
  batch: z.number(),
  size: z.number(),
  labels: z.array(z.number()),
  expect: z.object({
    eval_logits: measured,
    input_gradient: probe,
    explain: z.record(z.string(), z.union([measured, probe])),
    train_logits: measured,
    "loss_smoothing_0.0": measured,
    "loss_smoothing_0.1": measured,
    gradients: z.record(z.string(), probe),
    running: z.record(z.string(), probe),
    sgd: steps,
    adamw: steps,
  }),
});
export type NetworkCase = z.infer<typeof networkCase>;

const gradCam = /^gradcam\.(layer[34]|features|branch\.\d+)\.class([01])$/;
const guided = "guided_backpropagation.class1";

/** Whether an explanation of this name is made here: Grad-CAM at the last two stages, and guided backpropagation of class 1. */
function isExplained(key: string): boolean {
  return gradCam.test(key) || key === guided;
}

/** What an entry of a file expects of a network that is not computed here, by name. */
export function unknownExpectations(entry: unknown): string[] {
  const { expect, ...rest } = z.looseObject({ expect: z.looseObject({ explain: z.looseObject({}) }) }).parse(entry);
  const unknown = (given: object, known: object) => Object.keys(given).filter((key) => !(key in known));
  const explanations = Object.keys(expect.explain).filter((key) => !isExplained(key));
  return [
    ...unknown(rest, networkCase.shape),
    ...unknown(expect, networkCase.shape.expect.shape),
    ...explanations.map((key) => `explain ${key}`),
  ];
}

/** Whether a network of this name can be built. */
export function isKnownNetwork(name: string): boolean {
  return readName(name) !== undefined;
}

/** `<fusion>-<backbone>[-<n>ch]`, or `vgg19[-<n>ch]`. */
export function specOf(name: string): NetworkSpec {
  const spec = readName(name);
  if (!spec) throw new Error(`no network is called ${name}`);
  return spec;
}

function readName(name: string): NetworkSpec | undefined {
  const parts = name.split("-");
  const stains = /^\d+ch$/.test(parts.at(-1)!) ? Number.parseInt(parts.pop()!, 10) : 1;
  const [fusion, backbone] = parts.length === 1 ? ["stacked", parts[0]] : parts;
  if (parts.length > 2 || !fusions.includes(fusion as Fusion) || !backbones.includes(backbone as Backbone)) return;
  return { fusion: fusion as Fusion, backbone: backbone as Backbone, width: 1, stains, classes: 2 };
}

/** The weights that stand for the case's. */
export function weightsOf({ name, seed }: NetworkCase): WeightMap {
  return new Map(weightSpecs(specOf(name)).map(({ name: own, shape }) => [own, filledWeight(own, shape, seed)]));
}

/** The images that stand for the case's. */
export function imageOf({ name, seed, batch, size }: NetworkCase): FloatTensor {
  return filled("input", [batch, specOf(name).stains, size, size], { low: -1.5, high: 1.5 }, seed);
}

/** Deviations of everything that the case expects, section by section. */
export async function networkDeviations(
  reference: NetworkCase,
  weights: WeightMap = weightsOf(reference),
): Promise<Record<string, Deviation[]>> {
  const { name, seed, batch, size, expect } = reference;
  const spec = specOf(name);
  const image = imageOf(reference);
  const label = filledLabels(batch, seed);
  const items: Batch = { image: image.data, label, weight: label.map(() => 1) };
  const train = (optimizer: Optimizer, options: { rate: number; count: number; smoothing?: number }) =>
    trained(spec, weights, items, { size, optimizer, ...options });

  const evaluated = await evaluatedOutputs(spec, weights, image);
  // Without decay and from an empty slot, the first velocity of SGD is the gradient.
  const first = await train({ kind: "sgd", momentum: 0.9, weightDecay: 0 }, { rate: 0, count: 1 });
  const smoothed = await train({ kind: "sgd", momentum: 0, weightDecay: 0 }, { rate: 0, count: 1, smoothing: 0.1 });
  const sgd = await train({ kind: "sgd", momentum: 0.9, weightDecay: 1e-4 }, { rate: 0.002, count: 3 });
  const adamw = await train(
    { kind: "adamw", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
    { rate: 1e-4, count: 3 },
  );
  const rows = (logits: Float32Array) =>
    Array.from({ length: batch }, (_, i) => [...logits.subarray(2 * i, 2 * i + 2)]);
  const probes = (tensors: WeightMap, expected: Record<string, z.infer<typeof probe>>, prefix = "") =>
    Object.entries(expected).map(([key, value]) => probeDeviation(key, tensors.get(`${prefix}${key}`)!.data, value));

  return {
    labels: [deviationOf("labels", label, { value: reference.labels, dev32: 0 })],
    eval_logits: [deviationOf("eval_logits", rows(evaluated.logits), expect.eval_logits)],
    input_gradient: [probeDeviation("input_gradient", evaluated.inputGradient, expect.input_gradient)],
    explain: await explanations(spec, weights, image, expect.explain),
    train_logits: [deviationOf("train_logits", rows(first.logits), expect.train_logits)],
    loss: [
      deviationOf("loss_smoothing_0.0", first.losses[0]!, expect["loss_smoothing_0.0"]),
      deviationOf("loss_smoothing_0.1", smoothed.losses[0]!, expect["loss_smoothing_0.1"]),
    ],
    gradients: probes(first.state.slots, expect.gradients, "momentum/"),
    running: probes(first.state.weights, expect.running),
    sgd: [deviationOf("losses", sgd.losses, expect.sgd.losses), ...probes(sgd.state.weights, expect.sgd.parameters)],
    adamw: [
      deviationOf("losses", adamw.losses, expect.adamw.losses),
      ...probes(adamw.state.weights, expect.adamw.parameters),
    ],
  };
}

async function trained(
  spec: NetworkSpec,
  weights: WeightMap,
  batch: Batch,
  {
    size,
    optimizer,
    rate,
    count,
    smoothing = 0,
  }: { size: number; optimizer: Optimizer; rate: number; count: number; smoothing?: number },
): Promise<{ losses: number[]; logits: Float32Array; state: TrainingState }> {
  const device = cpuDevice();
  const shape = { batch: batch.label.length, height: size, width: size };
  const graph = trainingGraph(spec, { ...shape, labelSmoothing: smoothing, optimizer }, device.profile);
  const trainer = await Trainer.open(graph, device, weights);
  const results = [];
  for (let i = 0; i < count; i++) results.push(await trainer.step(batch, rate));
  const state = trainer.snapshot();
  await trainer.dispose();
  return { losses: results.map(({ loss }) => loss), logits: results[0]!.logits, state };
}

/** Logits, and the gradient of the sum of class 1's logits by the image. */
async function evaluatedOutputs(spec: NetworkSpec, weights: WeightMap, image: FloatTensor) {
  const device = cpuDevice();
  const g = openGraph();
  const input = g.input("image", "float32", image.shape);
  const constant = (name: string) => g.initializer(name, weights.get(name)!);
  const { logits } = writeNetwork(
    g,
    { parameter: constant, running: constant, usesBatchStatistics: () => false, observe: () => {} },
    input,
    spec,
  );
  const total = g.one("ReduceSum", [column(g, logits, 1)], { axes: [0], keepdims: false });
  const [gradient] = writeGradients(g, { of: total, by: [input], profile: device.profile });
  const session = await openGraphSession(device, g.finish("evaluated", { logits, gradient: gradient! }));
  const results = await session.run({ image });
  await session.close();
  return { logits: results.logits!.data, inputGradient: results.gradient!.data };
}

/** Every explanation that is expected, of the first item alone, as `explain` makes it. */
async function explanations(
  spec: NetworkSpec,
  weights: WeightMap,
  image: FloatTensor,
  expected: NetworkCase["expect"]["explain"],
): Promise<Deviation[]> {
  const [batch, stains, height, width] = image.shape as [number, number, number, number];
  const device = cpuDevice();
  const asItIs = { offset: Array<number>(stains).fill(0), scale: Array<number>(stains).fill(1) };
  const explainer = openFieldExplainer(
    explainedNetwork(spec, weights, asItIs),
    { width, height },
    { open: (graph) => openGraphSession(device, graph) },
    { methods: ["gradcam", "guided"], class: 1, window: width, profile: device.profile },
  );
  const { maps } = await explainer.explain(image.data.slice(0, image.data.length / batch));
  await explainer.close();
  return Object.entries(expected).flatMap(([key, value]) => {
    if (!isExplained(key)) return [];
    const numbers = mapCalled(key, maps);
    return "at" in value ? probeDeviation(key, numbers, value) : deviationOf(key, grid(numbers, value.value), value);
  });
}

/** The numbers of one explanation by its name in the file. Branches are explained at their last stage. */
function mapCalled(key: string, maps: readonly RawMap[]): Float32Array {
  const [, place, which] = gradCam.exec(key) ?? [];
  const branch = place && /^branch\.(\d+)$/.exec(place);
  const wanted = (map: RawMap) =>
    place === undefined
      ? map.method === "guided"
      : map.method === "gradcam" &&
        map.class === Number(which) &&
        (branch ? map.stage !== lastButOne(maps) && map.stain === Number(branch[1]) : map.stage === place);
  const found = maps.filter(wanted).map(({ values }) => values);
  if (found.length === 0) throw new Error(`no map for ${key}`);
  return Float32Array.from(found.flatMap((values) => [...values]));
}

function lastButOne(maps: readonly RawMap[]): string | null {
  return maps.find(({ method }) => method === "gradcam")!.stage;
}

function column(g: GraphBuilder, logits: Value, which: number): Value {
  const sliced = g.one("Slice", [logits], { axes: [1], starts: [which], ends: [which + 1], steps: [1] });
  return g.one("Reshape", [sliced], { shape: [-1] });
}

/** Numbers in the rows that the reference has them in. */
function grid(numbers: Float32Array, like: Nested): Nested {
  if (typeof like === "number" || typeof like[0] === "number") return [...numbers];
  const width = numbers.length / like.length;
  return like.map((_, i) => [...numbers.subarray(i * width, (i + 1) * width)]);
}
