/**
 * ReLUs that rounding may put on either side.
 *
 * A pre-activation of 5e-7 has the sign of its rounding error, which in float32 is as large. PyTorch's three ways of
 * computing agreed on all signs for the seeds of a reference file; a fourth way, as exact as they are, may not. One
 * such flip moves gradients by about 1 %, and says nothing about a gradient rule. So where a case deviates, the ReLUs
 * next to 0 are put on their other side, one at a time, by a change of one bias as small as the pre-activation itself:
 * if everything then agrees, the flip was all there was.
 */
import { openGraph } from "../../src/engine/graph/builder.ts";
import {
  elementCount,
  type FloatTensor,
  floatTensor,
  type Node,
  type WeightMap,
} from "../../src/engine/graph/graph.ts";
import { type NetworkSpec, writeNetwork } from "../../src/engine/nn/networks.ts";
import { cpuDevice } from "../../src/engine/runtime/node.ts";

/** A ReLU's input next to 0, and the bias that moves it. */
export interface NearKink {
  readonly bias: string;
  readonly channel: number;
  readonly value: number;
}

/** Nearer to 0 than this, in units of the root mean square of its layer, a float32 pre-activation has no certain sign. */
const uncertain = 3e-6;

/** The uncertain ReLUs of a training step, the nearest to 0 first. */
export async function nearKinks(spec: NetworkSpec, weights: WeightMap, image: FloatTensor): Promise<NearKink[]> {
  const g = openGraph();
  // Inputs, as in a training step: ONNX Runtime computes with constants in another way, and rounds otherwise.
  const input = (name: string, shape: readonly number[]) => g.input(name, "float32", shape);
  const all = { parameter: input, running: input, usesBatchStatistics: () => true, observe: () => {} };
  writeNetwork(g, all, g.input("image", "float32", image.shape), spec);
  const writers = new Map(g.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const relus = g.nodes.filter(({ op }) => op === "Relu").map(({ inputs: [before] }) => before!);
  const graph = g.finish(
    "pre-activations",
    Object.fromEntries(relus.map((before, i) => [`relu_${i}`, g.value(before)])),
  );
  const outputs = Object.fromEntries(
    graph.outputs.map(({ name, shape }) => [name, floatTensor(shape as readonly number[])]),
  );
  const session = await cpuDevice().open(graph);
  const read = new Set(graph.inputs.map(({ name }) => name));
  await session.run({ image, ...Object.fromEntries([...weights].filter(([name]) => read.has(name))) }, outputs);
  await session.release();
  return relus
    .flatMap((before, i) => kinksOf(outputs[`relu_${i}`]!, biasOf(writers.get(before)!, writers)))
    .sort((a, b) => a.distance - b.distance);
}

/** The weights with one bias moved so that the ReLU's input changes its sign. */
export function putBack(weights: WeightMap, { bias, channel, value }: NearKink): WeightMap {
  const { shape, data } = weights.get(bias)!;
  const moved = data.slice();
  moved[channel]! -= 2 * value;
  return new Map([...weights, [bias, floatTensor(shape, moved)]]);
}

/** The bias behind a pre-activation: a normalisation's, a convolution's, or that of the branch which a shortcut joins. */
function biasOf(node: Node, writers: ReadonlyMap<string, Node>): string {
  return node.op === "Add" ? biasOf(writers.get(node.inputs[0]!)!, writers) : node.inputs[2]!;
}

function kinksOf({ shape, data }: FloatTensor, bias: string): (NearKink & { distance: number })[] {
  const size = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
  const found: (NearKink & { distance: number })[] = [];
  data.forEach((value, i) => {
    if (Math.abs(value) > uncertain * size || value === 0) return;
    const channel = Math.floor(i / elementCount(shape.slice(2))) % shape[1]!;
    found.push({ bias, channel, value, distance: Math.abs(value) / size });
  });
  return found;
}
