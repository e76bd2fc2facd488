/**
 * Networks: how the stains of a field meet, and the layer that decides.
 *
 * `single` reads one stain; `stacked` reads all stains as the channels of one image; `sum` adds the normalised stains
 * into one channel; `rgb` takes the first three stains for red, green and blue and spreads each further one over them;
 * `separate` gives each stain a backbone of its own and puts the pooled features side by side before one linear layer.
 */

import type { GraphBuilder } from "../graph/builder.ts";
import { openGraph } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { type Backbone, type Trunk, trunk, widened } from "./backbones.ts";
import { linear, relu, type Weights } from "./layers.ts";

/** The ways in which stains can come together. */
export const fusions = ["single", "stacked", "separate", "sum", "rgb"] as const;
/** How a network brings the stains together. */
export type Fusion = (typeof fusions)[number];

/** All that is needed to write a network down, apart from its weights. */
export interface NetworkSpec {
  readonly fusion: Fusion;
  readonly backbone: Backbone;
  /** Multiplies every number of channels. */
  readonly width: number;
  /** How many stains a field has. */
  readonly stains: number;
  readonly classes: number;
  /** Of `rgb`: how much of each further stain is added to the first, second and third; {@link evenSpread} if left out. */
  readonly spread?: readonly [number, number, number] | undefined;
}

/** A stain beyond the third brightens the three colours alike, as white light would. */
const evenSpread = [1 / 3, 1 / 3, 1 / 3] as const;

/** What {@link writeNetwork} gives. */
export interface NetworkOutputs {
  /** [n, classes]. */
  readonly logits: Value;
  /** What the last linear layer reads: [n, k]. */
  readonly features: Value;
  /** Feature maps by name (`layer4`, `branch.0.layer4`), for those who explain. */
  readonly stages: Readonly<Record<string, Value>>;
}

/** Writes the network over a normalised image [n, stains, h, w]: its trunks, and the head over what they give side by side. */
export function writeNetwork(g: GraphBuilder, weights: Weights, image: Value, spec: NetworkSpec): NetworkOutputs {
  const trunks = trunksOf(spec);
  const written = trunks.map((trunk) => {
    const own = trunks.length === 1 ? image : stainsOf(g, image, trunk.stains);
    return { prefix: trunk.prefix, ...writeTrunk(g, weights, own, spec, trunk) };
  });
  const pooled = written.map(({ features }) => features);
  const joined = pooled.length === 1 ? pooled[0]! : g.one("Concat", pooled, { axis: 1 });
  const stages = written.flatMap((trunk) =>
    Object.entries(trunk.stages).map(([name, maps]) => [`${trunk.prefix}${name}`, maps] as const),
  );
  return { ...writeHead(g, weights, joined, spec), stages: Object.fromEntries(stages) };
}

/** One backbone of a network, and the stains that it reads. */
export interface TrunkSpec {
  /** By their places in the field, one behind the other. */
  readonly stains: readonly number[];
  /** Stands before its parameters' names: `branch.0.`, or nothing where there is one trunk. */
  readonly prefix: string;
}

/** The trunks of a network: one a stain where stains are kept apart, else one over all of them. */
export function trunksOf({ fusion, stains }: NetworkSpec): TrunkSpec[] {
  const places = Array.from({ length: stains }, (_, i) => i);
  return fusion === "separate"
    ? places.map((i) => ({ stains: [i], prefix: `branch.${i}.` }))
    : [{ stains: places, prefix: "" }];
}

/** Writes one trunk over its own stains, normalised [n, its stains, h, w]; stains that it adds or mixes are joined here. */
export function writeTrunk(
  g: GraphBuilder,
  weights: Weights,
  image: Value,
  spec: NetworkSpec,
  { prefix }: TrunkSpec,
): Trunk {
  return trunk(g, weights, joined(g, image, spec), { backbone: spec.backbone, width: spec.width, prefix });
}

/** Writes what decides, over the trunks' pooled features side by side [n, Σk]: VGG's one trunk has two hidden layers more. */
export function writeHead(
  g: GraphBuilder,
  weights: Weights,
  pooled: Value,
  { fusion, backbone, width, classes }: NetworkSpec,
): Pick<NetworkOutputs, "logits" | "features"> {
  if (fusion === "separate" || backbone !== "vgg19") {
    return { logits: linear(g, weights, "fc", pooled, classes), features: pooled };
  }
  const hidden = relu(g, linear(g, weights, "head.0", pooled, widened(2048, width)));
  const features = relu(g, linear(g, weights, "head.2", hidden, widened(2048, width)));
  return { logits: linear(g, weights, "head.4", features, classes), features };
}

function stainsOf(g: GraphBuilder, image: Value, stains: readonly number[]): Value {
  return g.one("Slice", [image], { axes: [1], starts: [stains[0]!], ends: [stains.at(-1)! + 1], steps: [1] });
}

/** The one image that the one backbone reads: [n, stains, h, w] → [n, c, h, w], c being the stains, 1 or 3. */
function joined(g: GraphBuilder, image: Value, { fusion, stains, spread = evenSpread }: NetworkSpec): Value {
  if (fusion === "sum") return g.one("ReduceSum", [image], { axes: [1], keepdims: true });
  if (fusion !== "rgb") return image;
  if (stains < 3) throw new Error(`unreachable: rgb of ${stains} stains`);
  // A convolution of one pixel that learns nothing: a row a colour, a column a stain.
  const mixing = spread.flatMap((share, colour) =>
    Array.from({ length: stains }, (_, stain) => (stain < 3 ? Number(stain === colour) : share)),
  );
  const weight = g.constant(Float32Array.from(mixing), [3, stains, 1, 1]);
  return g.one("Conv", [image, weight], { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], group: 1 });
}

/** A tensor that a network owns: learnt, or running beside. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: "parameter" | "running";
}

/** Every tensor of the network, in the order in which the layers ask for them. */
export function weightSpecs(spec: NetworkSpec): WeightSpec[] {
  const specs: WeightSpec[] = [];
  const g = openGraph();
  const note = (kind: WeightSpec["kind"]) => (name: string, shape: readonly number[]) => {
    specs.push({ name, shape, kind });
    return g.input(name, "float32", shape);
  };
  const weights: Weights = {
    parameter: note("parameter"),
    running: note("running"),
    usesBatchStatistics: () => false,
    observe: () => {},
  };
  writeNetwork(g, weights, g.input("image", "float32", [1, spec.stains, 64, 64]), spec);
  return specs;
}
