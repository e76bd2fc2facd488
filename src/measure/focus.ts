/**
 * How sharp one stain is. Both numbers have no unit and do not change when brightness is scaled or light is added.
 */
import type { Plane } from "../images/grey.ts";

/** Two measures of sharpness; larger is sharper. Both are 0 of an even image. */
export interface Focus {
  /**
   * Mean square of the Laplacian (the sum of the four neighbours less four times the pixel) over the variance of the pixels: 0 to 64.
   * Noise raises it. After Pech-Pacheco et al. (2000), doi:10.1109/ICPR.2000.903548, who do not divide.
   */
  readonly laplacian: number;
  /**
   * How much sooner pixels cease to be alike: their autocorrelation one pixel apart less that two pixels apart, the mean of across and
   * down. Noise lowers it but slightly. Vollath's F4 (1987), doi:10.1111/j.1365-2818.1987.tb02839.x, over the variance.
   */
  readonly vollath: number;
}

/** Measures the pixels at least two away from the border. */
export function measureFocus({ width, height, values }: Plane): Focus {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let [variance, laplacian, near, far] = [0, 0, 0, 0];
  for (let y = 2; y < height - 2; y++) {
    for (let x = 2, at = y * width + 2; x < width - 2; x++, at++) {
      const here = values[at]! - mean;
      const [left, right] = [values[at - 1]! - mean, values[at + 1]! - mean];
      const [above, below] = [values[at - width]! - mean, values[at + width]! - mean];
      variance += here * here;
      laplacian += (left + right + above + below - 4 * here) ** 2;
      near += here * (right + below);
      far += here * (values[at + 2]! + values[at + 2 * width]! - 2 * mean);
    }
  }
  return variance > 0
    ? { laplacian: laplacian / variance, vollath: (near - far) / (2 * variance) }
    : { laplacian: 0, vollath: 0 };
}
