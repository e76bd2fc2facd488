/** Plain measurements of an image, written apart from the simulator: thresholds, pieces, skeletons, peaks. */
import { type FieldRequest, idealConditions, type WellConditions } from "../../src/simulate/conditions.ts";

/** A request for a small field under a perfect lamp, without nuisance or noise. */
export function plainField(
  site: number,
  conditions: Partial<WellConditions> = {},
  more: Partial<FieldRequest> = {},
): FieldRequest {
  return {
    seed: 5,
    plate: "P01",
    well: "B03",
    site,
    size: 256,
    pixelSizeMicrometres: 0.325,
    difficulty: 0,
    ...more,
    conditions: { ...idealConditions, ...conditions },
  };
}

/** Both kinds of damage at the same level. */
export function damaged(level: number): Partial<WellConditions> {
  return { damage: { neurites: level, synapses: level } };
}

/** Whether two images are the same, pixel by pixel; `toEqual` would write out a million differences. */
export function isSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.prototype.every.call(a, (value, i) => value === b[i]);
}

export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

export function mean(values: ArrayLike<number>): number {
  return sum(Array.from(values)) / values.length;
}

export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const meanA = mean(a);
  const meanB = mean(b);
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += (a[i]! - meanA) * (b[i]! - meanB);
    aa += (a[i]! - meanA) ** 2;
    bb += (b[i]! - meanB) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/**
 * Number of connected pieces above a threshold in an image with sides of `size`, of at least `fewest` pixels. Pieces
 * on the right and bottom edges are left out and those on the left and top kept: a count without edge bias.
 */
export function countPieces(image: ArrayLike<number>, size: number, threshold: number, fewest: number): number {
  const seen = new Uint8Array(size * size);
  let pieces = 0;
  for (let start = 0; start < size * size; start++) {
    if (seen[start] || image[start]! <= threshold) continue;
    const stack = [start];
    seen[start] = 1;
    let pixels = 0;
    let isCut = false;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      pixels++;
      const x = at % size;
      const y = Math.floor(at / size);
      if (x === size - 1 || y === size - 1) isCut = true;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const next = (y + dy) * size + x + dx;
          if (x + dx < 0 || y + dy < 0 || x + dx >= size || y + dy >= size) continue;
          if (seen[next] || image[next]! <= threshold) continue;
          seen[next] = 1;
          stack.push(next);
        }
      }
    }
    if (!isCut && pixels >= fewest) pieces++;
  }
  return pieces;
}

/** Pixels brighter than their eight neighbours and than the ring at distance 4 by `prominence`. */
export function countPeaks(image: ArrayLike<number>, size: number, prominence: number): number {
  const reach = 4;
  let peaks = 0;
  for (let y = reach; y < size - reach; y++) {
    for (let x = reach; x < size - reach; x++) {
      const value = image[y * size + x]!;
      let isPeak = true;
      for (let dy = -1; dy <= 1 && isPeak; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const other = image[(y + dy) * size + x + dx]!;
          if ((dx || dy) && (other > value || (other === value && dy * 3 + dx < 0))) isPeak = false;
        }
      }
      if (!isPeak) continue;
      const ring = [-reach, 0, reach].flatMap((dy) => [-reach, 0, reach].map((dx) => image[(y + dy) * size + x + dx]!));
      ring.splice(4, 1);
      ring.sort((a, b) => a - b);
      if (value - ring[3]! > prominence) peaks++;
    }
  }
  return peaks;
}

/** Length in pixels of the skeleton (Zhang & Suen 1984) of what exceeds a threshold, steps between neighbours added up. */
export function skeletonLength(image: ArrayLike<number>, size: number, threshold: number): number {
  const on = Uint8Array.from({ length: size * size }, (_, i) => (image[i]! > threshold ? 1 : 0));
  const around = [-size, -size + 1, 1, size + 1, size, size - 1, -1, -size - 1];
  const doomed: number[] = [];
  let isThinning = true;
  while (isThinning) {
    isThinning = false;
    for (const phase of [0, 1]) {
      doomed.length = 0;
      for (let y = 1; y < size - 1; y++) {
        for (let x = 1; x < size - 1; x++) {
          const at = y * size + x;
          if (!on[at]) continue;
          const p = around.map((step) => on[at + step]!);
          const neighbours = sum(p);
          if (neighbours < 2 || neighbours > 6) continue;
          let turns = 0;
          for (let k = 0; k < 8; k++) if (!p[k] && p[(k + 1) % 8]) turns++;
          if (turns !== 1) continue;
          const [n, , e, , s, , w] = p;
          const goes = phase === 0 ? !(n! * e! * s!) && !(e! * s! * w!) : !(n! * e! * w!) && !(n! * s! * w!);
          if (goes) doomed.push(at);
        }
      }
      for (const at of doomed) on[at] = 0;
      if (doomed.length > 0) isThinning = true;
    }
  }
  let length = 0;
  for (let y = 1; y < size - 1; y++) {
    for (let x = 1; x < size - 1; x++) {
      const at = y * size + x;
      if (!on[at]) continue;
      const right = on[at + 1]!;
      const down = on[at + size]!;
      length += right + down;
      // A diagonal step counts where no straight pair makes the same way.
      if (on[at + size + 1] && !right && !down) length += Math.SQRT2;
      if (on[at + size - 1] && !on[at - 1] && !down) length += Math.SQRT2;
    }
  }
  return length;
}
