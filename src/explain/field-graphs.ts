/** The graphs that explain fields of one size, by name, and what must be known of them to run them one after the other. */
import type { Graph } from "../engine/graph/graph.ts";
import type { Cells } from "./cells.ts";
import type { ExplainedNetwork, ExplainedTrunk } from "./explained.ts";
import { headGradientGraph, headGraph } from "./head.ts";
import { type Backward, backwardGraph, type Forward, forwardGraph, stageCells } from "./trunk-graphs.ts";
import { type Windows, windowRowGraph } from "./windows.ts";
import type { CutWindows } from "./windows-exact.ts";

/** Sides of a field in pixels, on the network's scale. */
export interface FieldSize {
  readonly width: number;
  readonly height: number;
}

/** What is wanted of a field. */
export interface FieldWishes extends Backward {
  readonly windows: Windows | null;
  readonly cut: CutWindows | null;
}

/** One trunk as it is explained. */
export interface PlannedTrunk extends Pick<Forward, "map" | "features"> {
  readonly stains: readonly number[];
  /** The stain that its maps are about; null: all that it reads. */
  readonly stain: number | null;
  readonly stages: readonly { readonly name: string; readonly cells: Cells }[];
}

/**
 * Of each trunk i: `forward/i`, and where they are wanted `backward/i`, `windows/i` and `cut/i`. Of the head: `head` and, where there is a way
 * back, `head gradient`.
 */
export interface FieldPlan extends FieldWishes {
  readonly size: FieldSize;
  readonly trunks: readonly PlannedTrunk[];
  readonly graphs: ReadonlyMap<string, Graph>;
}

export function planGraphs(network: ExplainedNetwork, size: FieldSize, wishes: FieldWishes): FieldPlan {
  const { windows, cut, isWanted } = wishes;
  const graphs = new Map<string, Graph>();
  const goesBack = isWanted("gradcam") || isWanted("gradient") || isWanted("guided");
  const trunks = network.trunks.map((trunk, i): PlannedTrunk => {
    const forward = forwardGraph(network, trunk, { ...size, count: 1 });
    graphs.set(`forward/${i}`, forward.graph);
    if (goesBack) graphs.set(`backward/${i}`, backwardGraph(network, trunk, size, wishes));
    if (windows) graphs.set(`windows/${i}`, windowRowGraph(trunk, forward, windows));
    if (cut) {
      const shape = { count: cut.across, width: cut.size, height: cut.size };
      graphs.set(`cut/${i}`, forwardGraph(network, trunk, shape).graph);
    }
    return planned(network, trunk, size, forward);
  });
  const features = trunks.reduce((sum, trunk) => sum + trunk.features, 0);
  graphs.set("head", headGraph(network, features));
  if (goesBack) graphs.set("head gradient", headGradientGraph(network, features, wishes));
  return { ...wishes, size, trunks, graphs };
}

function planned(
  network: ExplainedNetwork,
  trunk: ExplainedTrunk,
  size: FieldSize,
  { map, features }: Forward,
): PlannedTrunk {
  const { stains, stages } = trunk;
  return {
    stains,
    stain: stains.length === 1 ? stains[0]! : null,
    stages: stages.map((name) => ({ name, cells: stageCells(network, trunk, name, { ...size, count: 1 }) })),
    map,
    features,
  };
}
