/**
 * The graphs of one trunk: forward to its pooled features, and back from a gradient of them to maps.
 *
 * Every graph reads `image` [count, its stains, height, width], raw grey on the model's scale.
 */
import { writeGradients } from "../engine/grad/gradients.ts";
import { type GraphBuilder, openGraph } from "../engine/graph/builder.ts";
import type { Graph, Value } from "../engine/graph/graph.ts";
import type { DeviceProfile } from "../engine/graph/profile.ts";
import { normalized } from "../engine/step/normalization.ts";
import { type Cells, cellsOf } from "./cells.ts";
import type { ExplainedNetwork, ExplainedTrunk } from "./explained.ts";
import { writeGradCam } from "./gradcam.ts";
import { guidedRelu } from "./guided.ts";

/** Images that a graph is written for. */
export interface ImageShape {
  readonly count: number;
  readonly width: number;
  readonly height: number;
}

/** What {@link forwardGraph} gives beside the graph. */
export interface Forward {
  /** Gives `pooled` [count, k] and `map` [count, c, y, x], the last stage's. */
  readonly graph: Graph;
  /** Lengths of `map`. */
  readonly map: { readonly channels: number; readonly height: number; readonly width: number };
  /** How many pooled features there are. */
  readonly features: number;
}

/** Writes a trunk as it scores. */
export function forwardGraph(network: ExplainedNetwork, trunk: ExplainedTrunk, shape: ImageShape): Forward {
  const { g, pooled, stages } = written(network, trunk, shape);
  const map = stages[trunk.stages.at(-1)!]!;
  const [, channels, height, width] = map.shape as [number, number, number, number];
  return {
    graph: g.finish("forward", { pooled, map }),
    map: { channels, height, width },
    features: pooled.shape[1] as number,
  };
}

/** Where the cells of a trunk's stage lie in its image. */
export function stageCells(network: ExplainedNetwork, trunk: ExplainedTrunk, stage: string, shape: ImageShape): Cells {
  const { g, grey, stages } = written(network, trunk, shape);
  return cellsOf(g, grey, stages[stage]!);
}

/** What is asked of {@link backwardGraph}. */
export interface Backward {
  readonly isWanted: (method: "gradcam" | "gradient" | "guided") => boolean;
  /** Of gradients and guided backpropagation. */
  readonly class: 0 | 1;
  readonly profile: DeviceProfile;
}

/**
 * Writes a trunk with its gradients.
 *
 * Inputs: `image` of one field; `gradient/0` and `gradient/1` [1, k], the gradients of the two logits by its pooled features; `guided` [1, k],
 * the same as guided backpropagation has it. Outputs, as they are wanted: `gradcam/<stage>/<class>` [1, y, x] of both classes, and
 * `map/gradient` and `map/guided` [1, stains, h, w] by the normalised grey values.
 */
export function backwardGraph(
  network: ExplainedNetwork,
  trunk: ExplainedTrunk,
  size: Omit<ImageShape, "count">,
  { isWanted, class: chosen, profile }: Backward,
): Graph {
  const { g, grey, pooled, stages } = written(network, trunk, { ...size, count: 1 });
  const seed = (name: string) => g.input(name, "float32", pooled.shape);
  const outputs: Record<string, Value> = {};
  for (const which of [0, 1] as const) {
    const seen = isWanted("gradcam") ? trunk.stages : [];
    // One walk serves the stages and the image.
    const isToImage = which === chosen && isWanted("gradient");
    if (seen.length === 0 && !isToImage) continue;
    const by = [...seen.map((stage) => stages[stage]!), ...(isToImage ? [grey] : [])];
    const gradients = writeGradients(g, { of: pooled, by, seed: seed(`gradient/${which}`), profile });
    seen.forEach((stage, i) => {
      outputs[`gradcam/${stage}/${which}`] = writeGradCam(g, stages[stage]!, gradients[i]!);
    });
    if (isToImage) outputs["map/gradient"] = gradients.at(-1)!;
  }
  if (isWanted("guided")) {
    const rules = { of: pooled, by: [grey], seed: seed("guided"), profile, instead: { Relu: guidedRelu } };
    outputs["map/guided"] = writeGradients(g, rules)[0]!;
  }
  return g.finish("backward", outputs);
}

interface WrittenTrunk {
  readonly g: GraphBuilder;
  /** The normalised stains. */
  readonly grey: Value;
  readonly pooled: Value;
  readonly stages: Readonly<Record<string, Value>>;
}

function written(
  { normalization }: ExplainedNetwork,
  trunk: ExplainedTrunk,
  { count, height, width }: ImageShape,
): WrittenTrunk {
  const g = openGraph();
  const image = g.input("image", "float32", [count, trunk.stains.length, height, width]);
  const own = (numbers: readonly number[]) => trunk.stains.map((stain) => numbers[stain]!);
  const grey = normalized(g, image, { offset: own(normalization.offset), scale: own(normalization.scale) });
  return { g, grey, ...trunk.write(g, grey) };
}
