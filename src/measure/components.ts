/**
 * Connected pixels of a mask.
 */

/** A mask, row by row: 0 outside, anything else inside. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly inside: Uint8Array;
}

/** Which component each pixel belongs to, and how large each is. */
export interface Components {
  /** 0 outside; components count from 1 in the order in which their first pixels are met, row by row. */
  readonly labels: Int32Array;
  /** In pixels; `areas[0]` is component 1. */
  readonly areas: readonly number[];
}

/** The components of a mask; pixels that touch by an edge or a corner belong together, as with SciPy's `label` and a 3 × 3 structure. */
export function connectedComponents({ width, height, inside }: Mask): Components {
  const labels = new Int32Array(inside.length);
  const areas: number[] = [];
  const open: number[] = [];
  for (let start = 0; start < inside.length; start++) {
    if (inside[start] === 0 || labels[start] !== 0) continue;
    const label = areas.push(0);
    labels[start] = label;
    open.push(start);
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      areas[label - 1]!++;
      const [x, y] = [at % width, Math.floor(at / width)];
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const next = ny * width + nx;
          if (inside[next] === 0 || labels[next] !== 0) continue;
          labels[next] = label;
          open.push(next);
        }
      }
    }
  }
  return { labels, areas };
}
