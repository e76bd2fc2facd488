/**
 * Networks: how the stains of a field meet, and the layer that decides.
 *
 * `single` reads one stain; `stacked` reads all stains as the channels of one image; `separate` gives each stain a
 * backbone of its own and puts the pooled features side by side before one linear layer.
 */

import type { GraphBuilder } from "../graph/builder.ts";
import { openGraph } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { type Backbone, trunk, widened } from "./backbones.ts";
import { linear, relu, type Weights } from "./layers.ts";

/** The ways in which stains can come together. */
export const fusions = ["single", "stacked", "separate"] as const;
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
}

/** What {@link writeNetwork} gives. */
export interface NetworkOutputs {
  /** [n, classes]. */
  readonly logits: Value;
  /** What the last linear layer reads: [n, k]. */
  readonly features: Value;
  /** Feature maps by name (`layer4`, `branch.0.layer4`), for those who explain. */
  readonly stages: Readonly<Record<string, Value>>;
}

/** Writes the network over a normalised image [n, stains, h, w]. */
export function writeNetwork(g: GraphBuilder, weights: Weights, image: Value, spec: NetworkSpec): NetworkOutputs {
  const { backbone, width, classes } = spec;
  if (spec.fusion === "separate") return writeSeparate(g, weights, image, spec);
  const { features: pooled, stages } = trunk(g, weights, image, { backbone, width });
  if (backbone !== "vgg19") return { logits: linear(g, weights, "fc", pooled, classes), features: pooled, stages };
  const hidden = relu(g, linear(g, weights, "head.0", pooled, widened(2048, width)));
  const features = relu(g, linear(g, weights, "head.2", hidden, widened(2048, width)));
  return { logits: linear(g, weights, "head.4", features, classes), features, stages };
}

function writeSeparate(
  g: GraphBuilder,
  weights: Weights,
  image: Value,
  { backbone, width, stains, classes }: NetworkSpec,
): NetworkOutputs {
  const branches = Array.from({ length: stains }, (_, i) => {
    const stain = g.one("Slice", [image], { axes: [1], starts: [i], ends: [i + 1], steps: [1] });
    return trunk(g, weights, stain, { backbone, width, prefix: `branch.${i}.` });
  });
  const features = g.one(
    "Concat",
    branches.map((branch) => branch.features),
    { axis: 1 },
  );
  const stages = branches.flatMap((branch, i) =>
    Object.entries(branch.stages).map(([name, maps]) => [`branch.${i}.${name}`, maps] as const),
  );
  return { logits: linear(g, weights, "fc", features, classes), features, stages: Object.fromEntries(stages) };
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
