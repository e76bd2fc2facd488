/** A trained network as explanations need it: trunks and a head that write themselves, their weights as constants. */
import type { GraphBuilder } from "../engine/graph/builder.ts";
import type { WeightMap } from "../engine/graph/graph.ts";
import { lastStages, pooled } from "../engine/nn/backbones.ts";
import type { Weights } from "../engine/nn/layers.ts";
import { type NetworkSpec, trunksOf, writeHead, writeTrunk } from "../engine/nn/networks.ts";
import type { Normalization } from "../engine/step/normalization.ts";
import type { ExplainedNetwork } from "./explained.ts";

/**
 * The parts of a network, written by the same functions that write it whole, with its running statistics, always.
 *
 * @param weights every tensor of the network by its name, as in the initialisers of `model.onnx`; others are not looked at
 */
export function explainedNetwork(
  spec: NetworkSpec,
  weights: WeightMap,
  normalization: Normalization,
): ExplainedNetwork {
  return {
    stains: spec.stains,
    normalization,
    trunks: trunksOf(spec).map((trunk) => ({
      stains: trunk.stains,
      stages: lastStages(spec.backbone),
      write(g, image) {
        const { features, stages } = writeTrunk(g, constants(g, weights), image, spec, trunk);
        return { pooled: features, stages };
      },
      pool: (g, map) => pooled(g, map, spec.backbone),
    })),
    writeHead: (g, features) => writeHead(g, constants(g, weights), features, spec).logits,
  };
}

function constants(g: GraphBuilder, weights: WeightMap): Weights {
  const constant = (name: string) => {
    const tensor = weights.get(name);
    if (!tensor) throw new Error(`unreachable: no weights for ${name}`);
    return g.initializer(name, tensor);
  };
  return { parameter: constant, running: constant, usesBatchStatistics: () => false, observe: () => {} };
}
