/**
 * Whether the pixels that a map calls important are: what becomes of a field without them.
 */
import type { Random } from "../base/random.ts";

/**
 * The pixels of most weight, a share of all: 1 for those, else 0. Ties go to the first ones in the field.
 *
 * @returns null where all weigh the same, so that none is more important
 */
export function topPixels(weights: Float32Array, share: number): Uint8Array | null {
  const first = weights[0]!;
  if (weights.every((weight) => weight === first)) return null;
  const count = Math.round(share * weights.length);
  const limit = Float32Array.from(weights).sort()[weights.length - count]!;
  const top = new Uint8Array(weights.length);
  let left = count;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i]! <= limit) continue;
    top[i] = 1;
    left -= 1;
  }
  for (let i = 0; i < weights.length && left > 0; i++) {
    if (weights[i] !== limit) continue;
    top[i] = 1;
    left -= 1;
  }
  return top;
}

/** The same shape elsewhere: moved at random, and what leaves the field on one side comes back on the other. */
export function rolled(pixels: Uint8Array, width: number, random: Random): Uint8Array {
  const height = pixels.length / width;
  const [right, down] = [random.below(width), random.below(height)];
  return pixels.map((_, i) => {
    const x = (i + width - right) % width;
    const y = (Math.floor(i / width) + height - down) % height;
    return pixels[y * width + x]!;
  });
}

/** As many pixels, drawn singly. */
export function scattered(pixels: Uint8Array, random: Random): Uint8Array {
  return Uint8Array.from(random.shuffled([...pixels]));
}

/** The field [stains, height, width] with these pixels of every stain at the stain's own grey value. */
export function without(image: Float32Array, pixels: Uint8Array, greys: readonly number[]): Float32Array {
  return image.map((value, i) => (pixels[i % pixels.length] === 0 ? value : greys[Math.floor(i / pixels.length)]!));
}
