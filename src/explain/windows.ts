/**
 * What the network would say of each window of a field by itself, from one pass over the whole.
 *
 * The last feature map is pooled over each window of it by the network's own pooling, and the head decides on that. It differs from
 * cutting the windows out of the image and scoring each (`windows-exact.ts`) only by what padding does at their rims, and in that cells see beyond
 * the window.
 */
import { openGraph } from "../engine/graph/builder.ts";
import { type FloatTensor, floatTensor, type Graph } from "../engine/graph/graph.ts";
import type { ExplainedNetwork, ExplainedTrunk } from "./explained.ts";
import { type Forward, forwardGraph, stageCells } from "./trunk-graphs.ts";

/** Windows of a field and of the last map over it. */
export interface Windows {
  /** Side in pixels of the network's image. */
  readonly size: number;
  /** How far a window is from the next, in pixels: a cell. */
  readonly step: number;
  /** Side in cells. */
  readonly cells: number;
  readonly across: number;
  readonly down: number;
  /** Where the middle of the first window's cells lies, in pixels. */
  readonly left: number;
  readonly top: number;
}

/** Fewer cells see mostly padding, and VGG pools two by two. */
const leastCells = 3;

/**
 * The windows nearest to a wished side, not above it: a whole number of steps of the last map, at least three cells where the field has
 * them, at most the field.
 */
export function windowsOf(
  network: ExplainedNetwork,
  { width, height }: { readonly width: number; readonly height: number },
  wished: number,
): Windows {
  // All trunks of a network are of one kind, so one speaks for all.
  const trunk = network.trunks[0]!;
  const stage = trunk.stages.at(-1)!;
  const { left, top, step } = stageCells(network, trunk, stage, { count: 1, width, height });
  const map = (sides: { width: number; height: number }) => forwardGraph(network, trunk, { count: 1, ...sides }).map;
  const cellsAlong = (side: number) => map({ width: side, height: side }).width;
  const largest = Math.max(step, Math.floor(Math.min(width, height) / step) * step);
  let size = Math.min(largest, Math.max(1, Math.floor(wished / step)) * step);
  while (size < largest && cellsAlong(size) < leastCells) size += step;
  const whole = map({ width, height });
  const cells = Math.max(1, Math.min(cellsAlong(size), whole.width, whole.height));
  return {
    size: Math.min(size, width, height),
    step,
    cells,
    across: whole.width - cells + 1,
    down: whole.height - cells + 1,
    left: left + (step * (cells - 1)) / 2,
    top: top + (step * (cells - 1)) / 2,
  };
}

/** Pools each window of a row of windows: reads `rows` [1, c, cells, x], gives `pooled` [windows, k]. */
export function windowRowGraph(trunk: ExplainedTrunk, { map }: Forward, { cells, across }: Windows): Graph {
  const g = openGraph();
  const rows = g.input("rows", "float32", [1, map.channels, cells, map.width]);
  const cut = Array.from({ length: across }, (_, i) =>
    g.one("Slice", [rows], { axes: [3], starts: [i], ends: [i + cells], steps: [1] }),
  );
  const windows = cut.length === 1 ? cut[0]! : g.one("Concat", cut, { axis: 0 });
  return g.finish("windows", { pooled: trunk.pool(g, windows) });
}

/** The rows of a map [1, c, y, x] that a row of windows reads: [1, c, cells, x]. */
export function rowsOf(map: FloatTensor, start: number, { cells }: Windows): FloatTensor {
  const [, channels, height, width] = map.shape as [number, number, number, number];
  const rows = floatTensor([1, channels, cells, width]);
  for (let channel = 0; channel < channels; channel++) {
    const from = (channel * height + start) * width;
    rows.data.set(map.data.subarray(from, from + cells * width), channel * cells * width);
  }
  return rows;
}
