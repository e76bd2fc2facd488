/**
 * Where structure ends and ground begins: by the histogram, and by the noise.
 */
import type { Plane } from "../images/grey.ts";
import { pixelQuantiles } from "./brightness.ts";

/**
 * Otsu's threshold: of 256 even steps between the smallest and the largest value the one that parts the pixels into two classes with the
 * greatest variance between their means. Pixels above it are inside. The only value of an even image.
 *
 * @see Otsu (1979), doi:10.1109/TSMC.1979.4310076
 */
export function otsuThreshold({ values }: Plane): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  if (!(high > low)) return low;
  const width = (high - low) / 256;
  const counts = new Float64Array(256);
  for (let i = 0; i < values.length; i++) counts[Math.min(255, Math.floor((values[i]! - low) / width))]!++;
  let [below, sumBelow, sum] = [0, 0, 0];
  for (let bin = 0; bin < 256; bin++) sum += bin * counts[bin]!;
  let best = { between: -1, bin: 0 };
  for (let bin = 0; bin < 255; bin++) {
    below += counts[bin]!;
    sumBelow += bin * counts[bin]!;
    const above = values.length - below;
    if (below === 0 || above === 0) continue;
    const between = below * above * (sumBelow / below - (sum - sumBelow) / above) ** 2;
    if (between > best.between) best = { between, bin };
  }
  return low + (best.bin + 1) * width;
}

/**
 * The standard deviation of the noise, from pixels set against their neighbours: structure wider than a pixel hardly counts, and
 * the median over the image leaves out what does.
 *
 * @returns in grey values; exact for even ground under normal noise that is independent from pixel to pixel
 * @see Immerkær (1996), doi:10.1006/cviu.1996.0060, with his mask; the median in place of his mean is ours
 */
export function noiseSd({ width, height, values }: Plane): number {
  const residuals = new Float32Array(Math.max(0, (width - 2) * (height - 2)));
  for (let y = 1, i = 0; y < height - 1; y++) {
    for (let x = 1, at = y * width + 1; x < width - 1; x++, at++) {
      const edges = values[at - 1]! + values[at + 1]! + values[at - width]! + values[at + width]!;
      const corners =
        values[at - width - 1]! + values[at - width + 1]! + values[at + width - 1]! + values[at + width + 1]!;
      residuals[i++] = Math.abs(corners - 2 * edges + 4 * values[at]!);
    }
  }
  // The mask's squared weights add up to 36; 1.4826 turns a median of absolute values into a standard deviation.
  return residuals.length === 0 ? 0 : (1.4826 * pixelQuantiles(residuals, [0.5])[0]!) / 6;
}
