/**
 * How long the neurites of a field are, all together: the skeleton of what looks like a bright line.
 */
import type { Plane } from "../images/grey.ts";
import { blur } from "./blur.ts";
import { connectedComponents, type Mask } from "./components.ts";
import { skeletonize, skeletonLength } from "./skeleton.ts";
import { noiseSd } from "./threshold.ts";

/** What counts as a neurite. */
export interface NeuriteRule {
  /** σ of the blur in µm: about half the width of the neurites sought. */
  readonly sigmaMicrometres: number;
  /** A ridge is more curved across than so many standard deviations of the noise after the blur. */
  readonly noiseMultiple: number;
  /** Skeletons with fewer µm of pixels are left out: specks. */
  readonly leastLengthMicrometres: number;
}

// Dendrites are 1 to 3 µm wide.
const neuriteRule: NeuriteRule = { sigmaMicrometres: 0.7, noiseMultiple: 6, leastLengthMicrometres: 5 };

/** The length of the neurites that a stain such as MAP2 shows, in µm. */
export function measureNeuriteLength(
  plane: Plane,
  pixelSizeMicrometres: number,
  rule: NeuriteRule = neuriteRule,
): number {
  return skeletonLength(findNeurites(plane, pixelSizeMicrometres, rule)) * pixelSizeMicrometres;
}

/** The skeleton of the neurites, one pixel wide. */
function findNeurites(plane: Plane, pixelSizeMicrometres: number, rule: NeuriteRule = neuriteRule): Mask {
  const ridges = ridgeMask(plane, rule.sigmaMicrometres / pixelSizeMicrometres, rule.noiseMultiple * noiseSd(plane));
  const skeleton = skeletonize(ridges);
  const { labels, areas } = connectedComponents(skeleton);
  const inside = skeleton.inside.map((value, i) =>
    value === 1 && areas[labels[i]! - 1]! * pixelSizeMicrometres >= rule.leastLengthMicrometres ? 1 : 0,
  );
  return { ...skeleton, inside };
}

/**
 * Where the blurred image curves down across a line: the smaller eigenvalue of its Hessian is below −`noise` times what white noise of
 * standard deviation 1 has there.
 */
function ridgeMask(plane: Plane, sigma: number, noise: number): Mask {
  const { width, height, values } = blur(plane, sigma);
  const inside = new Uint8Array(values.length);
  // The second derivative of a Gaussian of width σ has the norm √(3 / 16π) / σ³.
  const threshold = -noise * (Math.sqrt(3 / (16 * Math.PI)) / sigma ** 3);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, at = y * width + 1; x < width - 1; x++, at++) {
      const here = 2 * values[at]!;
      const xx = values[at - 1]! + values[at + 1]! - here;
      const yy = values[at - width]! + values[at + width]! - here;
      const xy =
        (values[at - width - 1]! + values[at + width + 1]! - values[at - width + 1]! - values[at + width - 1]!) / 4;
      const eigenvalue = (xx + yy) / 2 - Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy);
      if (eigenvalue < threshold) inside[at] = 1;
    }
  }
  return { width, height, inside };
}
