/**
 * Backbones: from an image to one vector of features.
 *
 * ResNets are He, Zhang, Ren & Sun (2015, arXiv:1512.03385) as torchvision builds them (a bottleneck's stride stands
 * on its 3×3 convolution); resnet10 has one basic block a stage. VGG19 is Simonyan & Zisserman (2014,
 * arXiv:1409.1556). Parameter names are torchvision's, so its weights fit.
 */
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import {
  averageOverPixels,
  batchNormalization,
  channelsOf,
  conv,
  largestOfPixels,
  maxPool,
  relu,
  type Weights,
} from "./layers.ts";

/** The backbones that can be built. */
export const backbones = ["resnet10", "resnet18", "resnet34", "resnet50", "vgg19"] as const;
/** The name of a backbone. */
export type Backbone = (typeof backbones)[number];

/** What a backbone gives: the last feature maps [n, k, h, w], by stage, and their pooled features [n, k]. */
export interface Trunk {
  readonly features: Value;
  /** Outputs of the stages by name (`layer1` … `layer4`; `features.26` and `features` for VGG), for those who explain. */
  readonly stages: Readonly<Record<string, Value>>;
}

const stageDepths = {
  resnet10: [1, 1, 1, 1],
  resnet18: [2, 2, 2, 2],
  resnet34: [3, 4, 6, 3],
  resnet50: [3, 4, 6, 3],
} as const;

/**
 * Writes the backbone over `image` [n, stains, h, w].
 *
 * @param width multiplies every number of channels; 1 is the published network
 * @param prefix stands before every parameter's name, such as `branch.0.`
 */
export function trunk(
  g: GraphBuilder,
  weights: Weights,
  image: Value,
  { backbone, width, prefix = "" }: { backbone: Backbone; width: number; prefix?: string },
): Trunk {
  return backbone === "vgg19"
    ? vgg19(g, weights, image, width, prefix)
    : resnet(g, weights, image, { backbone, width, prefix });
}

/** Names of the last two stages, the last one behind. VGG's stages are the maps before its last two poolings. */
export function lastStages(backbone: Backbone): readonly [string, string] {
  return backbone === "vgg19" ? ["features.26", "features"] : ["layer3", "layer4"];
}

/** What the backbone makes of its last stage's map, whatever its size: [n, k, h, w] → [n, k]. VGG takes two pixels a side at least. */
export function pooled(g: GraphBuilder, map: Value, backbone: Backbone): Value {
  if (backbone !== "vgg19") return averageOverPixels(g, map);
  return largestOfPixels(g, maxPool(g, map, vggPooling));
}

/** The published number of channels times the width, at least 1. */
export function widened(channels: number, width: number): number {
  return Math.max(1, Math.round(channels * width));
}

function resnet(
  g: GraphBuilder,
  weights: Weights,
  image: Value,
  { backbone, width, prefix }: { backbone: keyof typeof stageDepths; width: number; prefix: string },
): Trunk {
  const stem = conv(g, weights, `${prefix}conv1`, image, { out: widened(64, width), kernel: 7, stride: 2 });
  let x = relu(g, batchNormalization(g, weights, `${prefix}bn1`, stem));
  x = maxPool(g, x, { kernel: 3, stride: 2, pad: 1 });
  const block = backbone === "resnet50" ? bottleneck : basicBlock;
  const stages: Record<string, Value> = {};
  stageDepths[backbone].forEach((depth, stage) => {
    const out = widened(64 * 2 ** stage, width);
    for (let i = 0; i < depth; i++) {
      const stride = i === 0 && stage > 0 ? 2 : 1;
      x = block(g, weights, `${prefix}layer${stage + 1}.${i}`, x, { out, stride });
    }
    stages[`layer${stage + 1}`] = x;
  });
  return { features: pooled(g, x, backbone), stages };
}

interface BlockOptions {
  readonly out: number;
  readonly stride: number;
}

function basicBlock(g: GraphBuilder, weights: Weights, name: string, x: Value, { out, stride }: BlockOptions): Value {
  let y = conv(g, weights, `${name}.conv1`, x, { out, kernel: 3, stride });
  y = relu(g, batchNormalization(g, weights, `${name}.bn1`, y));
  y = conv(g, weights, `${name}.conv2`, y, { out, kernel: 3 });
  y = batchNormalization(g, weights, `${name}.bn2`, y);
  return relu(g, g.one("Add", [y, shortcut(g, weights, name, x, { out, stride })]));
}

function bottleneck(g: GraphBuilder, weights: Weights, name: string, x: Value, { out, stride }: BlockOptions): Value {
  let y = conv(g, weights, `${name}.conv1`, x, { out, kernel: 1 });
  y = relu(g, batchNormalization(g, weights, `${name}.bn1`, y));
  y = conv(g, weights, `${name}.conv2`, y, { out, kernel: 3, stride });
  y = relu(g, batchNormalization(g, weights, `${name}.bn2`, y));
  y = conv(g, weights, `${name}.conv3`, y, { out: 4 * out, kernel: 1 });
  y = batchNormalization(g, weights, `${name}.bn3`, y);
  return relu(g, g.one("Add", [y, shortcut(g, weights, name, x, { out: 4 * out, stride })]));
}

/** The block's input itself, or a 1×1 convolution of it where the block changes the shape. */
function shortcut(g: GraphBuilder, weights: Weights, name: string, x: Value, { out, stride }: BlockOptions): Value {
  if (stride === 1 && channelsOf(x) === out) return x;
  const y = conv(g, weights, `${name}.downsample.0`, x, { out, kernel: 1, stride });
  return batchNormalization(g, weights, `${name}.downsample.1`, y);
}

/** Channels of VGG19's convolutions; a pooling stands after each group. Numbers in names count torchvision's modules. */
const vggGroups = [
  [64, 64],
  [128, 128],
  [256, 256, 256, 256],
  [512, 512, 512, 512],
  [512, 512, 512, 512],
] as const;

const vggPooling = { kernel: 2, stride: 2, pad: 0 };

function vgg19(g: GraphBuilder, weights: Weights, image: Value, width: number, prefix: string): Trunk {
  let x = image;
  let module = 0;
  const maps = vggGroups.map((group, i) => {
    if (i > 0) {
      x = maxPool(g, x, vggPooling);
      module += 1;
    }
    for (const channels of group) {
      const out = widened(channels, width);
      x = relu(g, conv(g, weights, `${prefix}features.${module}`, x, { out, kernel: 3, hasBias: true }));
      module += 2;
    }
    return x;
  });
  const [before, last] = maps.slice(-2) as [Value, Value];
  return { features: pooled(g, last, "vgg19"), stages: { "features.26": before, features: last } };
}
