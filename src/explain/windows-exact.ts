/** Window by window, as the pioneer did: each cut out of the field and scored by the whole network, which sees nothing around it. */
import { type FloatTensor, floatTensor } from "../engine/graph/graph.ts";
import { spearman } from "../statistics/rank-correlation.ts";
import type { RawMap } from "./explained.ts";
import type { Windows } from "./windows.ts";

/** Windows that are cut out of a field. */
export interface CutWindows {
  /** Side in pixels. */
  readonly size: number;
  /** In pixels: a multiple of the dense windows' step, about half a window. */
  readonly step: number;
  readonly across: number;
  readonly down: number;
}

/** Those of the dense windows that are cut out: every one would take the network hundreds of times over the field. */
export function cutWindows(
  { size, step }: Windows,
  { width, height }: { readonly width: number; readonly height: number },
): CutWindows {
  const stride = Math.max(1, Math.floor(size / (2 * step))) * step;
  const count = (length: number) => Math.floor((length - size) / stride) + 1;
  return { size, step: stride, across: count(width), down: count(height) };
}

/** The windows of the `row`-th row of windows: [across, stains, size, size] of a field [1, stains, height, width]. */
export function cutRow(image: FloatTensor, row: number, { size, step, across }: CutWindows): FloatTensor {
  const [, stains, height, width] = image.shape as [number, number, number, number];
  const cut = floatTensor([across, stains, size, size]);
  let to = 0;
  for (let i = 0; i < across; i++) {
    for (let stain = 0; stain < stains; stain++) {
      for (let y = 0; y < size; y++, to += size) {
        const from = (stain * height + row * step + y) * width + i * step;
        cut.data.set(image.data.subarray(from, from + size), to);
      }
    }
  }
  return cut;
}

/**
 * Spearman's rank correlation of the two over the places that both have.
 *
 * @returns null with fewer than two places, or where either says the same everywhere
 */
export function windowsAgreement(dense: RawMap, exact: RawMap): number | null {
  const every = exact.place.step / dense.place.step;
  const pairs: [number, number][] = [];
  for (let y = 0; y < exact.height && y * every < dense.height; y++) {
    for (let x = 0; x < exact.width && x * every < dense.width; x++) {
      pairs.push([dense.values[y * every * dense.width + x * every]!, exact.values[y * exact.width + x]!]);
    }
  }
  return pairs.length < 2 ? null : spearman(pairs);
}
