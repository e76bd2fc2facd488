/** From light to 16-bit grey values: shot noise, read noise, offset. */
import { fnv1a, unit } from "../base/random.ts";
import { camera } from "./instrument.ts";

/**
 * Exposes an image of grey values above the offset.
 *
 * Shot and read noise are one normal number a pixel: at the hundred and more photoelectrons of the faintest
 * background, Poisson's skew is below the rounding to whole grey values.
 *
 * @param path names the noise: another path is other noise, independent pixel by pixel
 * @param noise scales the noise's standard deviation; 1 is the camera's own
 */
export function expose(
  light: Float32Array,
  seed: number,
  path: readonly (string | number)[],
  noise: number,
): Uint16Array {
  const key = fnv1a([seed, ...path].join("\u0000"));
  const readVariance = camera.readNoise ** 2;
  const grey = new Uint16Array(light.length);
  for (let i = 0; i < light.length; i++) {
    const signal = light[i]!;
    const sd = noise * Math.sqrt(camera.conversion * Math.max(0, signal) + readVariance);
    const value = camera.offset + signal + sd * normals[(unit(key, i) * 65536) | 0]! + 0.5;
    grey[i] = value <= 0 ? 0 : Math.min(value, camera.white);
  }
  return grey;
}

/** The normal distribution in 65,536 equal shares: far quicker to look up than to compute, and true to ±4.2 sd. */
const normals = normalTable(65536);

function normalTable(count: number): Float32Array {
  const table = new Float32Array(count);
  const step = 1e-4;
  let z = -6;
  let below = 0;
  for (let i = 0; i < count / 2; i++) {
    const share = (i + 0.5) / count;
    while (below < share) {
      below += (step * Math.exp(-((z + step / 2) ** 2) / 2)) / Math.sqrt(2 * Math.PI);
      z += step;
    }
    table[i] = z;
    table[count - 1 - i] = -z;
  }
  return table;
}
