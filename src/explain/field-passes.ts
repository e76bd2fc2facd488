/** The ways of a field through its graphs: forward, back to the maps, and window by window. */
import { type FloatTensor, floatTensor } from "../engine/graph/graph.ts";
import type { RawMap } from "./explained.ts";
import type { FieldPlan, PlannedTrunk } from "./field-graphs.ts";
import type { Logits } from "./head.ts";
import type { GraphsInTurn } from "./in-turn.ts";
import { rowsOf, type Windows } from "./windows.ts";
import { type CutWindows, cutRow } from "./windows-exact.ts";

/** What a trunk gives. */
export interface Passed {
  /** [1, k]. */
  readonly pooled: FloatTensor;
  /** The last stage's, [1, c, y, x]. */
  readonly map: FloatTensor;
}

type Decide = (rows: readonly Float32Array[]) => Promise<Logits[]>;

/** Each trunk over its stains of `field` [1, stains, height, width]. */
export async function goForward({ trunks }: FieldPlan, turns: GraphsInTurn, field: FloatTensor): Promise<Passed[]> {
  const passed: Passed[] = [];
  for (const [i, { stains }] of trunks.entries()) {
    const { pooled, map } = await turns.run(`forward/${i}`, { image: planesOf(field, stains) });
    passed.push({ pooled: pooled!, map: map! });
  }
  return passed;
}

/** Grad-CAM, gradient and guided backpropagation, those that are wanted: method by method, then trunk by trunk. */
export async function goBack(
  plan: FieldPlan,
  turns: GraphsInTurn,
  field: FloatTensor,
  pooled: readonly Float32Array[],
): Promise<RawMap[]> {
  if (!plan.graphs.has("head gradient")) return [];
  const all = sideBySide(pooled);
  const gradients = await turns.run("head gradient", { pooled: floatTensor([1, all.length], all) });
  const maps: RawMap[] = [];
  let start = 0;
  for (const [i, trunk] of plan.trunks.entries()) {
    const end = start + trunk.features;
    const seeds = Object.entries(gradients).map(([name, { data }]): [string, FloatTensor] => [
      name,
      floatTensor([1, trunk.features], data.slice(start, end)),
    ]);
    start = end;
    const image = planesOf(field, trunk.stains);
    const outputs = await turns.run(`backward/${i}`, { image, ...Object.fromEntries(seeds) });
    maps.push(...gradCamMaps(trunk, outputs), ...imageMaps(plan, trunk, outputs));
  }
  return (["gradcam", "gradient", "guided"] as const).flatMap((method) => maps.filter((map) => map.method === method));
}

/** What the network would say of each window, from the maps that each trunk gave of the whole. */
export async function lookThrough(
  { trunks }: FieldPlan,
  windows: Windows,
  turns: GraphsInTurn,
  decide: Decide,
  forward: readonly Passed[],
): Promise<RawMap> {
  const { across, down, left, top, step } = windows;
  const byTrunk = await eachRow(trunks, down, async (i, row) => {
    const { pooled } = await turns.run(`windows/${i}`, { rows: rowsOf(forward[i]!.map, row, windows) });
    return pooled!;
  });
  return {
    ...{ method: "windows", stain: null, class: null, stage: null, width: across, height: down },
    values: logOdds(await decide(byTrunk)),
    place: { left, top, step },
  };
}

/** What the network says of windows that are cut out of the field. */
export async function cutOut(
  { trunks }: FieldPlan,
  cut: CutWindows,
  turns: GraphsInTurn,
  decide: Decide,
  field: FloatTensor,
): Promise<RawMap> {
  const { size, step, across, down } = cut;
  const byTrunk = await eachRow(trunks, down, async (i, row) => {
    const { pooled } = await turns.run(`cut/${i}`, { image: cutRow(planesOf(field, trunks[i]!.stains), row, cut) });
    return pooled!;
  });
  const middle = (size - 1) / 2;
  return {
    ...{ method: "windows-exact", stain: null, class: null, stage: null, width: across, height: down },
    values: logOdds(await decide(byTrunk)),
    place: { left: middle, top: middle, step },
  };
}

/** All trunks' vectors as one. */
export function sideBySide(vectors: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(vectors.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const vector of vectors) {
    all.set(vector, start);
    start += vector.length;
  }
  return all;
}

/** The pooled features of every window, all trunks' side by side, row of windows by row; each trunk goes through all rows before the next. */
async function eachRow(
  trunks: readonly PlannedTrunk[],
  rowCount: number,
  pool: (trunk: number, row: number) => Promise<FloatTensor>,
): Promise<Float32Array[]> {
  const byTrunk: Float32Array[][] = [];
  for (const [i, { features }] of trunks.entries()) {
    const windows: Float32Array[] = [];
    for (let row = 0; row < rowCount; row++) {
      const { data } = await pool(i, row);
      for (let start = 0; start < data.length; start += features) windows.push(data.subarray(start, start + features));
    }
    byTrunk.push(windows);
  }
  return byTrunk[0]!.map((_, window) => sideBySide(byTrunk.map((windows) => windows[window]!)));
}

function gradCamMaps({ stain, stages }: PlannedTrunk, outputs: Readonly<Record<string, FloatTensor>>): RawMap[] {
  return stages.flatMap(({ name, cells }) =>
    ([0, 1] as const).flatMap((which) => {
      const map = outputs[`gradcam/${name}/${which}`];
      if (!map) return [];
      const [, height, width] = map.shape as [number, number, number];
      const values = map.data;
      return [{ method: "gradcam" as const, stain, class: which, stage: name, width, height, values, place: cells }];
    }),
  );
}

function imageMaps(
  { class: chosen, size }: FieldPlan,
  { stains }: PlannedTrunk,
  outputs: Readonly<Record<string, FloatTensor>>,
): RawMap[] {
  const pixels = size.width * size.height;
  return (["gradient", "guided"] as const).flatMap((method) => {
    const planes = outputs[`map/${method}`]?.data;
    if (!planes) return [];
    return stains.map((stain, i) => ({
      ...{ method, stain, class: chosen, stage: null, ...size },
      values: planes.slice(i * pixels, (i + 1) * pixels),
      place: { left: 0, top: 0, step: 1 },
    }));
  });
}

/** Some stains of a field [1, stains, height, width], in their order. */
function planesOf(field: FloatTensor, stains: readonly number[]): FloatTensor {
  const [, all, height, width] = field.shape as [number, number, number, number];
  if (stains.length === all) return field;
  const pixels = height * width;
  const planes = floatTensor([1, stains.length, height, width]);
  stains.forEach((stain, i) => {
    planes.data.set(field.data.subarray(stain * pixels, (stain + 1) * pixels), i * pixels);
  });
  return planes;
}

function logOdds(logits: readonly Logits[]): Float32Array {
  return Float32Array.from(logits, ([negative, positive]) => positive - negative);
}
