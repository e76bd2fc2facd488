/**
 * From light in the field to light on the camera: point spread, defocus, haze, uneven lamp.
 */
import type { PerStain } from "./conditions.ts";
import { optics } from "./instrument.ts";

/** σ of the blur of a stain in µm, in focus and out of it. */
export function blurSigma(
  stain: keyof PerStain & number,
  pixelSizeMicrometres: number,
  defocusMicrometres: number,
): number {
  const { aperture } = optics.apertures.find(({ from }) => pixelSizeMicrometres >= from)!;
  const spot = (optics.spot * optics.wavelength[stain]!) / aperture;
  const away = Math.abs(defocusMicrometres + optics.focusShift[stain]!);
  // Geometric optics: a point out of focus is a disc; a Gaussian of half its radius has nearly its spread.
  const disc = away * Math.tan(Math.asin(aperture));
  return Math.hypot(spot, disc / 2);
}

/** Blurs a square image in place by a Gaussian with this σ in pixels; beyond its edge an image goes on as it ends. */
export function blur(image: Float32Array, size: number, sigma: number): void {
  if (sigma < 0.1) return;
  // Nothing fine is left of an image far out of focus: a coarser one is blurred, so that the cost stays bounded.
  if (sigma > 6) addHaze(image, size, 1, sigma);
  else blurFinely(image, size, sigma);
}

function blurFinely(image: Float32Array, size: number, sigma: number): void {
  const kernel = gaussian(sigma);
  const reach = kernel.length - 1;
  const padded = new Float32Array(size + 2 * reach);
  for (let row = 0; row < size; row++) {
    const start = row * size;
    padded.fill(image[start]!, 0, reach);
    padded.set(image.subarray(start, start + size), reach);
    padded.fill(image[start + size - 1]!, reach + size);
    for (let column = 0; column < size; column++) {
      const at = column + reach;
      let sum = kernel[0]! * padded[at]!;
      for (let k = 1; k <= reach; k++) sum += kernel[k]! * (padded[at - k]! + padded[at + k]!);
      image[start + column] = sum;
    }
  }
  blurColumns(image, size, kernel);
}

// Down the columns a row at a time, so that memory is read in order; the rows above are kept as they were.
function blurColumns(image: Float32Array, size: number, kernel: Float32Array): void {
  const reach = kernel.length - 1;
  const source = image.slice();
  const rowAt = (row: number) => Math.min(size - 1, Math.max(0, row)) * size;
  for (let row = 0; row < size; row++) {
    const target = row * size;
    const middle = kernel[0]!;
    for (let column = 0; column < size; column++) image[target + column] = middle * source[target + column]!;
    for (let k = 1; k <= reach; k++) {
      const weight = kernel[k]!;
      const above = rowAt(row - k);
      const below = rowAt(row + k);
      for (let column = 0; column < size; column++) {
        image[target + column]! += weight * (source[above + column]! + source[below + column]!);
      }
    }
  }
}

// The middle and one side of a Gaussian kernel whose whole sums to 1.
function gaussian(sigma: number): Float32Array {
  const reach = Math.max(1, Math.ceil(3 * sigma));
  const kernel = Float32Array.from({ length: reach + 1 }, (_, k) => Math.exp(-(k * k) / (2 * sigma * sigma)));
  const sum = kernel.reduce((total, weight, k) => total + (k === 0 ? weight : 2 * weight), 0);
  return kernel.map((weight) => weight / sum);
}

/** Replaces a share of the light by the same light blurred widely: what lies above and below the focus. */
export function addHaze(image: Float32Array, size: number, share: number, sigma: number): void {
  // A wide blur has no detail: it is made on cells about half its σ wide and read back smoothly.
  const cell = Math.max(1, Math.floor(sigma / 2));
  const across = Math.ceil(size / cell) + 1;
  const coarse = shrink(image, size, cell, across);
  // Cells and reading between them blur too: by a twelfth and a sixth of a cell's square.
  blurFinely(coarse, across, Math.sqrt(sigma ** 2 / cell ** 2 - (cell > 1 ? 0.25 : 0)));
  for (let row = 0; row < size; row++) {
    const y = (row + 0.5) / cell - 0.5;
    const top = Math.max(0, Math.floor(y));
    const v = Math.max(0, y - top);
    const bottom = Math.min(across - 1, top + 1);
    for (let column = 0; column < size; column++) {
      const x = (column + 0.5) / cell - 0.5;
      const left = Math.max(0, Math.floor(x));
      const u = Math.max(0, x - left);
      const right = Math.min(across - 1, left + 1);
      const upper = coarse[top * across + left]! * (1 - u) + coarse[top * across + right]! * u;
      const lower = coarse[bottom * across + left]! * (1 - u) + coarse[bottom * across + right]! * u;
      const at = row * size + column;
      image[at] = (1 - share) * image[at]! + share * (upper * (1 - v) + lower * v);
    }
  }
}

// Means of cells; the cell beyond the last repeats it.
function shrink(image: Float32Array, size: number, cell: number, across: number): Float32Array {
  const coarse = new Float32Array(across * across);
  for (let row = 0; row < across; row++) {
    for (let column = 0; column < across; column++) {
      const top = Math.min(row * cell, size - 1);
      const left = Math.min(column * cell, size - 1);
      const bottom = Math.min(size, top + cell);
      const right = Math.min(size, left + cell);
      let sum = 0;
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += image[y * size + x]!;
      coarse[row * across + column] = sum / ((bottom - top) * (right - left));
    }
  }
  return coarse;
}

/** Dims light away from the middle of the lamp and tilts it across the view. */
export function illuminate(
  image: Float32Array,
  size: number,
  vignetting: number,
  tilt: readonly [number, number],
): void {
  for (let row = 0; row < size; row++) {
    const y = (2 * (row + 0.5)) / size - 1;
    for (let column = 0; column < size; column++) {
      const x = (2 * (column + 0.5)) / size - 1;
      const lamp = (1 - (vignetting * (x * x + y * y)) / 2) * (1 + (tilt[0] * x + tilt[1] * y) / 2);
      image[row * size + column]! *= Math.max(0, lamp);
    }
  }
}
