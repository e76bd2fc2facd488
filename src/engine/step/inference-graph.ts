/**
 * A network at work: the graph that is exported, and the one that validation runs on.
 *
 * Both read `image` [n, stains, h, w] in raw grey values at the model's scale, with n, h and w free, and give `logits`
 * [n, classes] and `features` [n, k]. Batch normalisation uses its running statistics, always.
 */
import { type GraphBuilder, openGraph } from "../graph/builder.ts";
import { floatTensor, type Graph, type Value, type WeightMap } from "../graph/graph.ts";
import { type NetworkSpec, writeNetwork } from "../nn/networks.ts";
import type { Normalization } from "./normalization.ts";

/**
 * The exported network. Weights are constants; `offset` and `scale` [stains] are constants too, but also inputs, so
 * that a caller may put others in their place.
 */
export function exportGraph(
  network: NetworkSpec,
  {
    weights,
    normalization,
    metadata,
  }: { weights: WeightMap; normalization: Normalization; metadata: Readonly<Record<string, string>> },
): Graph {
  const g = openGraph();
  const image = imageInput(g, network);
  const column = (name: string, numbers: readonly number[]) => {
    const value = g.input(name, "float32", [network.stains]);
    g.initializer(name, floatTensor([network.stains], Float32Array.from(numbers)));
    return g.one("Reshape", [value], { shape: [1, network.stains, 1, 1] });
  };
  const offset = column("offset", normalization.offset);
  const scale = column("scale", normalization.scale);
  const grey = g.one("Div", [g.one("Sub", [image, offset]), scale]);
  const constant = (name: string) => {
    const tensor = weights.get(name);
    if (!tensor) throw new Error(`unreachable: no weights for ${name}`);
    return g.initializer(name, tensor);
  };
  const { logits, features } = writeNetwork(
    g,
    { parameter: constant, running: constant, usesBatchStatistics: () => false, observe: () => {} },
    grey,
    network,
  );
  return g.finish("neuroscreen", { logits, features }, metadata);
}

function imageInput(g: GraphBuilder, network: NetworkSpec): Value {
  return g.input("image", "float32", ["n", network.stains, "height", "width"]);
}
