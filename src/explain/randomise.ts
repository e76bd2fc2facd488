/**
 * Whether a map depends on what was learned: parameters drawn anew, from the head down.
 *
 * After Adebayo et al. (2018), Sanity Checks for Saliency Maps, arXiv:1810.03292.
 */
import type { WeightMap } from "../engine/graph/graph.ts";

/** Layers of a network by name, the head first and the stem last. Branches of one depth go together. */
export function layersFromHead(weights: WeightMap): string[] {
  return [...new Set([...weights.keys()].map(layerOf))].reverse();
}

/** The weights with those of some layers taken from others of the same network. */
export function withLayers(weights: WeightMap, fresh: WeightMap, layers: ReadonlySet<string>): WeightMap {
  return new Map([...weights].map(([name, own]) => [name, layers.has(layerOf(name)) ? fresh.get(name)! : own]));
}

/** `layer4`, `head`, `stem`; of VGG, whose convolutions are numbered: `features.28`. */
function layerOf(name: string): string {
  const own = name.replace(/^branch\.\d+\./, "");
  const stage = /^(layer\d+|features\.\d+)\./.exec(own)?.[1];
  if (stage !== undefined) return stage;
  return /^(conv1|bn1)\./.test(own) ? "stem" : "head";
}
