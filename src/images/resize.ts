/**
 * Making images smaller by averaging areas, so that every photon counted once stays counted once.
 *
 * Ours and not a library's, because the result is part of what a network was trained on: it is the mean of the
 * grey values under each new pixel, without gamma, rounding or ringing.
 */
import type { GreyImage, Plane } from "./grey.ts";

/**
 * Averages an image down to `width × height`.
 *
 * Each new pixel is the mean of the old ones under it, those cut by its edge weighted by the area inside: for any size a sum of
 * whole numbers, exact, divided once. So the result is the same on every machine, and the mean of the image is kept. At
 * its own size an image is only copied.
 *
 * @param width of the result, in pixels: a whole number from 1 to the image's width; `height` likewise
 */
export function averageArea(image: GreyImage, width: number, height: number): Plane {
  const isWhole = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (!isWhole || width > image.width || height > image.height)
    throw new Error(`unreachable: ${image.width} × ${image.height} pixels cannot be averaged to ${width} × ${height}`);
  if (width === image.width && height === image.height)
    return { width, height, values: Float32Array.from(image.pixels) };
  return image.width % width === 0 && image.height % height === 0
    ? averageBlocks(image, width, height)
    : averageWeighted(image, width, height);
}

/** The size whose longer edge is `size`, of the same shape; the image's own size where it is no larger. */
export function scaledSize(
  { width, height }: { readonly width: number; readonly height: number },
  size: number,
): { readonly width: number; readonly height: number } {
  const factor = Math.min(1, size / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

function averageBlocks({ width: wide, height: tall, pixels }: GreyImage, width: number, height: number): Plane {
  const [acrossFactor, downFactor] = [wide / width, tall / height];
  const area = acrossFactor * downFactor;
  const values = new Float32Array(width * height);
  // One row of sums at a time, in float64: 65,535 fits more than 10^11 times before a sum loses a digit.
  const sums = new Float64Array(width);
  for (let y = 0, at = 0; y < height; y++) {
    sums.fill(0);
    for (let dy = 0; dy < downFactor; dy++) {
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let dx = 0; dx < acrossFactor; dx++) sum += pixels[at++]!;
        sums[x]! += sum;
      }
    }
    for (let x = 0; x < width; x++) values[y * width + x] = sums[x]! / area;
  }
  return { width, height, values };
}

function averageWeighted({ width: wide, height: tall, pixels }: GreyImage, width: number, height: number): Plane {
  const across = overlaps(wide, width);
  const down = overlaps(tall, height);
  // The weights are a product, so each row is summed first and then the rows. They are whole numbers that add up to the old
  // image's area: the sums stay under 2^53, and so exact, up to 10^11 pixels. Plain loops: this is each pixel of a plate.
  const narrow = new Float64Array(tall * width);
  for (let y = 0; y < tall; y++) {
    for (let x = 0; x < width; x++) {
      const { first, weights } = across[x]!;
      let sum = 0;
      for (let i = 0, at = y * wide + first; i < weights.length; i++) sum += weights[i]! * pixels[at++]!;
      narrow[y * width + x] = sum;
    }
  }
  const values = new Float32Array(width * height);
  const sums = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    const { first, weights } = down[y]!;
    sums.fill(0);
    for (const [i, weight] of weights.entries()) {
      for (let x = 0, at = (first + i) * width; x < width; x++) sums[x]! += weight * narrow[at++]!;
    }
    for (let x = 0; x < width; x++) values[y * width + x] = sums[x]! / (wide * tall);
  }
  return { width, height, values };
}

/**
 * For each of `count` new pixels along an edge of `length` old ones: the old ones under it and how much of each, in units of
 * 1/`count` of an old pixel, in which every border is a whole number. Each new pixel's weights add up to `length`.
 */
function overlaps(length: number, count: number): { readonly first: number; readonly weights: Float64Array }[] {
  return Array.from({ length: count }, (_, index) => {
    const [start, end] = [index * length, (index + 1) * length];
    const first = Math.floor(start / count);
    const last = Math.ceil(end / count);
    const weights = Float64Array.from(
      { length: last - first },
      (_, i) => Math.min(end, (first + i + 1) * count) - Math.max(start, (first + i) * count),
    );
    return { first, weights };
  });
}
