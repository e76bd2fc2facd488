/**
 * Saliency: where a field matters, whichever stain it is by and whichever way.
 */
import type { RawMap } from "./explained.ts";

/**
 * The sizes of the gradients by all stains, added and smoothed by [1, 4, 6, 4, 1] / 16 along and across: single pixels of a gradient are noise.
 *
 * @param gradients of one field, a stain each, all of one size
 * @see Simonyan, Vedaldi & Zisserman (2013), arXiv:1312.6034
 */
export function saliency(gradients: readonly RawMap[]): RawMap {
  const [first] = gradients;
  if (!first) throw new Error("unreachable: saliency of no gradient");
  const { width, height, place } = first;
  const sum = new Float32Array(width * height);
  for (const { values } of gradients) for (const [i, value] of values.entries()) sum[i]! += Math.abs(value);
  const across = smoothed(sum, { length: width, stride: 1, lines: height, between: width });
  const values = smoothed(across, { length: height, stride: width, lines: width, between: 1 });
  return { method: "coloured", stain: null, class: null, stage: null, width, height, values, place };
}

const kernel = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16];

/** Lines of so many values, `stride` apart; beyond an end its value is held. */
function smoothed(
  values: Float32Array,
  { length, stride, lines, between }: Readonly<Record<"length" | "stride" | "lines" | "between", number>>,
): Float32Array {
  const result = new Float32Array(values.length);
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (const [k, weight] of kernel.entries()) {
        const from = Math.min(length - 1, Math.max(0, i + k - 2));
        sum += weight * values[line * between + from * stride]!;
      }
      result[line * between + i * stride] = sum;
    }
  }
  return result;
}
