/**
 * Gaussian blur, the only filter that the measures here are made of.
 */
import type { Plane } from "../images/grey.ts";

/**
 * Blurs with a Gaussian cut off at 4 σ; beyond the border the image goes on as its mirror image (d c b a | a b c d).
 *
 * @param sigma in pixels; 0 gives a copy
 * @returns what SciPy's `gaussian_filter` gives, in float32
 */
export function blur({ width, height, values }: Plane, sigma: number): Plane {
  const kernel = gaussianKernel(sigma);
  const across = blurredRows(values, width, height, kernel);
  return { width, height, values: blurredColumns(across, width, height, kernel) };
}

/** The weights of a Gaussian at distances 0, 1, 2, … pixels up to 4 σ, which add up to 1 when all but the first count twice. */
export function gaussianKernel(sigma: number): Float64Array {
  if (sigma === 0) return Float64Array.of(1);
  const kernel = Float64Array.from({ length: Math.round(4 * sigma) + 1 }, (_, x) =>
    Math.exp((-x * x) / (2 * sigma ** 2)),
  );
  const sum = kernel.reduce((total, weight, x) => total + (x === 0 ? weight : 2 * weight), 0);
  return kernel.map((weight) => weight / sum);
}

function blurredRows(values: Float32Array, width: number, height: number, kernel: Float64Array): Float32Array {
  const reach = kernel.length - 1;
  const row = new Float32Array(width + 2 * reach);
  const result = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    for (let x = -reach; x < width + reach; x++) row[x + reach] = values[y * width + mirrored(x, width)]!;
    for (let x = 0; x < width; x++) {
      let sum = kernel[0]! * row[x + reach]!;
      for (let d = 1; d <= reach; d++) sum += kernel[d]! * (row[x + reach - d]! + row[x + reach + d]!);
      result[y * width + x] = sum;
    }
  }
  return result;
}

function blurredColumns(values: Float32Array, width: number, height: number, kernel: Float64Array): Float32Array {
  const result = new Float32Array(values.length);
  const sums = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    // Whole rows are added up, so that memory is read in its order.
    for (let x = 0; x < width; x++) sums[x] = kernel[0]! * values[y * width + x]!;
    for (let d = 1; d < kernel.length; d++) {
      const [above, below] = [mirrored(y - d, height) * width, mirrored(y + d, height) * width];
      const weight = kernel[d]!;
      for (let x = 0; x < width; x++) sums[x]! += weight * (values[above + x]! + values[below + x]!);
    }
    result.set(sums, y * width);
  }
  return result;
}

function mirrored(place: number, length: number): number {
  const period = 2 * length;
  const inside = ((place % period) + period) % period;
  return inside < length ? inside : period - 1 - inside;
}
