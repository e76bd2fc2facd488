/**
 * Where neurites already run and in which direction, so that later ones can follow them: fasciculation.
 *
 * A grid of 4 µm cells over the world; each keeps the direction of the last neurite through it.
 */
import type { World } from "./scene.ts";

const cell = 4;

export interface Guide {
  readonly low: number;
  readonly across: number;
  /** Direction in radians; NaN where nothing runs. */
  readonly direction: Float32Array;
}

export function createGuide({ side, margin }: World): Guide {
  const across = Math.ceil((side + 2 * margin) / cell);
  return { low: -margin, across, direction: new Float32Array(across * across).fill(Number.NaN) };
}

/** The turn that would bring `heading` in line with what runs at the point, either way; 0 where nothing does. */
export function turnToFollow(guide: Guide, x: number, y: number, heading: number): number {
  const at = cellAt(guide, x, y);
  const direction = at < 0 ? Number.NaN : guide.direction[at]!;
  if (Number.isNaN(direction)) return 0;
  const turn = direction - heading;
  const nearest = turn - Math.PI * Math.round(turn / Math.PI);
  // Neurites that meet at a steep angle cross.
  return Math.abs(nearest) < 1 ? nearest : 0;
}

/** Enters a finished neurite. */
export function enterNeurite(guide: Guide, xs: Float32Array, ys: Float32Array): void {
  for (let i = 1; i < xs.length; i++) {
    const at = cellAt(guide, xs[i]!, ys[i]!);
    if (at >= 0) guide.direction[at] = Math.atan2(ys[i]! - ys[i - 1]!, xs[i]! - xs[i - 1]!);
  }
}

function cellAt({ low, across }: Guide, x: number, y: number): number {
  const column = Math.floor((x - low) / cell);
  const row = Math.floor((y - low) / cell);
  return column < 0 || row < 0 || column >= across || row >= across ? -1 : row * across + column;
}
