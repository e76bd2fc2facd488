/**
 * What an explanation is made of: a network in parts that can be written into any graph, somewhere to run graphs, and the maps.
 */
import type { GraphBuilder } from "../engine/graph/builder.ts";
import type { FloatTensor, Graph, Value } from "../engine/graph/graph.ts";
import type { Normalization } from "../engine/step/normalization.ts";
import type { ExplainMethod } from "../records/explain.ts";

/** What reads stains: one trunk a stain where they are kept apart, else one over all of them. */
export interface ExplainedTrunk {
  /** The stains that it reads, by their places in the network's order. */
  readonly stains: readonly number[];
  /** Stages whose maps are drawn, by name: the last but one, then the last. A network of one stage names it alone. */
  readonly stages: readonly string[];
  /** Writes it over normalised stains [n, stains.length, h, w]: its pooled features [n, k] and the stages' maps [n, c, y, x]. */
  write(g: GraphBuilder, image: Value): { readonly pooled: Value; readonly stages: Readonly<Record<string, Value>> };
  /** Writes the pooling alone, over the last stage's map [n, c, y, x], whatever its size: [n, k]. */
  pool(g: GraphBuilder, map: Value): Value;
}

/** A network as explanations need it. */
export interface ExplainedNetwork {
  /** How many stains a field has. */
  readonly stains: number;
  readonly normalization: Normalization;
  readonly trunks: readonly ExplainedTrunk[];
  /** Writes what decides, over the trunks' pooled features side by side [n, Σk]: logits [n, 2]. */
  writeHead(g: GraphBuilder, pooled: Value): Value;
}

/** Where graphs are run: a thread of ONNX Runtime, or a device at hand. */
export interface GraphRunner {
  open(graph: Graph): Promise<OpenedGraph>;
}

/** A graph of known shapes, ready to run. To be closed. */
export interface OpenedGraph {
  /** Gives every output of the graph, by name. */
  run(inputs: Readonly<Record<string, FloatTensor>>): Promise<Readonly<Record<string, FloatTensor>>>;
  close(): Promise<void>;
}

/** One map as it was computed, at the resolution at which it was computed. */
export interface RawMap {
  readonly method: ExplainMethod;
  /** Place of the stain; null: all together. */
  readonly stain: number | null;
  readonly class: 0 | 1 | null;
  readonly stage: string | null;
  readonly width: number;
  readonly height: number;
  /** Row by row. Gradients: logit per standard deviation of the stain's grey; windows: log-odds, positive minus negative. */
  readonly values: Float32Array;
  /**
   * Where the first value's centre lies in the field and how far the next one's is, in pixels of the network's image: how a map is laid
   * over the field.
   */
  readonly place: { readonly left: number; readonly top: number; readonly step: number };
}
