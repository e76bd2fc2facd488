/** Images made by hand for the tests of this folder. */
import { openRandom } from "../../src/base/random.ts";
import type { Plane } from "../../src/images/grey.ts";

/** An image whose pixel at (x, y) is `value(x, y)`. */
export function plane(width: number, height: number, value: (x: number, y: number) => number): Plane {
  return {
    width,
    height,
    values: Float32Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width))),
  };
}

/** The image with normal noise of a standard deviation added. */
export function noisy({ width, height, values }: Plane, sd: number, seed = 1): Plane {
  const random = openRandom(seed, "noise");
  return { width, height, values: values.map((value) => value + sd * random.normal()) };
}

/** Gaussian spots of a σ in pixels on even ground of 100 grey values. */
export function spots(
  size: number,
  places: readonly { readonly x: number; readonly y: number }[],
  { height, sigma }: { readonly height: number; readonly sigma: number },
): Plane {
  const values = new Float32Array(size * size).fill(100);
  const reach = Math.ceil(4 * sigma);
  for (const { x, y } of places)
    for (let py = Math.max(0, Math.round(y) - reach); py <= Math.min(size - 1, Math.round(y) + reach); py++)
      for (let px = Math.max(0, Math.round(x) - reach); px <= Math.min(size - 1, Math.round(x) + reach); px++)
        values[py * size + px]! += height * Math.exp(-((px - x) ** 2 + (py - y) ** 2) / (2 * sigma ** 2));
  return { width: size, height: size, values };
}

/** The mask that a picture in words shows: `#` is inside. */
export function drawn(...rows: readonly string[]) {
  const inside = Uint8Array.from(rows.join(""), (sign) => (sign === "#" ? 1 : 0));
  return { width: rows[0]!.length, height: rows.length, inside };
}
