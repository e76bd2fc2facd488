/**
 * Random views of a field for training: a crop, turned and mirrored, its brightness changed a little.
 *
 * A dish has no up and no left, so the eight symmetries of the square are free data. Brightness differs between
 * plates for reasons that are not biology; a little noise in it teaches a network not to rely on it.
 */
import type { Random } from "../base/random.ts";
import type { Plane } from "./grey.ts";
import type { Normalization } from "./normalize.ts";

export interface Augmentation {
  /** Mirrors half of the crops. */
  readonly flips: boolean;
  /** Turns each crop by 0, 90, 180 or 270 degrees. */
  readonly quarterTurns: boolean;
  /** Standard deviation of the logarithm of a stain's gain; 0 for none. The gain acts on grey values above the offset. */
  readonly intensityJitter: number;
  /** Standard deviation of what is added to a stain, in units of its scale; 0 for none. */
  readonly offsetJitter: number;
}

/** No augmentation at all. */
export const noAugmentation: Augmentation = { flips: false, quarterTurns: false, intensityJitter: 0, offsetJitter: 0 };

/**
 * Draws one training crop.
 *
 * The same numbers are drawn in the same order whatever is switched on, so that switching one thing changes nothing else.
 * All stains get the same crop, turn and mirror, and each its own jitter.
 *
 * @param planes the stains of one field, all of one size, at least `size` on both edges
 * @returns grey values, not yet normalised, `[stains, size, size]`
 */
export function drawCrop(
  planes: readonly Plane[],
  options: {
    readonly size: number;
    readonly augmentation: Augmentation;
    readonly normalization: Normalization;
    readonly random: Random;
  },
): Float32Array {
  const { size, augmentation, normalization, random } = options;
  const { width, height } = planes[0] ?? { width: 0, height: 0 };
  if (planes.length === 0 || size > width || size > height)
    throw new Error(`unreachable: no crop of ${size} pixels fits ${width} × ${height}`);
  const left = random.below(width - size + 1);
  const top = random.below(height - size + 1);
  const isFlipped = random.below(2) === 1;
  const turns = random.below(4);
  const crop = new Float32Array(planes.length * size * size);
  for (const [stain, plane] of planes.entries()) {
    const view = crop.subarray(stain * size * size, (stain + 1) * size * size);
    copyTurned(plane, view, {
      left,
      top,
      size,
      isFlipped: augmentation.flips && isFlipped,
      turns: augmentation.quarterTurns ? turns : 0,
    });
    const gain = Math.exp(augmentation.intensityJitter * random.normal());
    const shift = augmentation.offsetJitter * random.normal();
    const [offset, scale] = [normalization.offset[stain] ?? 0, normalization.scale[stain] ?? 1];
    if (gain === 1 && shift === 0) continue;
    const added = offset - gain * offset + shift * scale;
    for (let i = 0; i < view.length; i++) view[i] = gain * view[i]! + added;
  }
  return crop;
}

/**
 * Copies the square of `size` pixels at (`left`, `top`) of a plane into `view`, mirrored left to right if asked and then turned
 * `turns` times by 90 degrees, clockwise.
 */
export function copyTurned(
  { values, width }: Plane,
  view: Float32Array,
  square: {
    readonly left: number;
    readonly top: number;
    readonly size: number;
    readonly isFlipped: boolean;
    readonly turns: number;
  },
): void {
  const { left, top, size, isFlipped, turns } = square;
  const last = size - 1;
  // Where the view's first pixel comes from, and what one step right and one step down in the view is there.
  const corners = [
    { x: 0, y: 0, rightX: 1, rightY: 0, downX: 0, downY: 1 },
    { x: 0, y: last, rightX: 0, rightY: -1, downX: 1, downY: 0 },
    { x: last, y: last, rightX: -1, rightY: 0, downX: 0, downY: -1 },
    { x: last, y: 0, rightX: 0, rightY: 1, downX: -1, downY: 0 },
  ];
  const corner = corners[turns % 4]!;
  const mirror = isFlipped ? -1 : 1;
  const start = (top + corner.y) * width + left + (isFlipped ? last - corner.x : corner.x);
  const right = corner.rightY * width + mirror * corner.rightX;
  const down = corner.downY * width + mirror * corner.downX;
  for (let y = 0, at = 0; y < size; y++) {
    let from = start + y * down;
    for (let x = 0; x < size; x++, from += right) view[at++] = values[from]!;
  }
}
