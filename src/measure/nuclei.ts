/**
 * How many nuclei a field of the nuclear stain shows.
 */
import type { Plane } from "../images/grey.ts";
import { blur } from "./blur.ts";
import { connectedComponents } from "./components.ts";
import { otsuThreshold } from "./threshold.ts";

/** What counts as a nucleus; sizes in µm and µm². */
export interface NucleusRule {
  /** σ of the blur before the threshold, which keeps noise from breaking a nucleus in two. */
  readonly blurMicrometres: number;
  readonly leastArea: number;
  readonly greatestArea: number;
}

// Neuronal nuclei in culture are about 8–12 µm across (50–110 µm²), condensed ones about half as wide; what is smaller is debris,
// and what is larger than several nuclei is a clump or uneven light.
const nucleusRule: NucleusRule = { blurMicrometres: 0.65, leastArea: 12, greatestArea: 600 };

/** Counts the components of what is brighter than Otsu's threshold after a blur, by area; nuclei that touch count as one. */
export function countNuclei(plane: Plane, pixelSizeMicrometres: number, rule: NucleusRule = nucleusRule): number {
  const smooth = blur(plane, rule.blurMicrometres / pixelSizeMicrometres);
  const threshold = otsuThreshold(smooth);
  const inside = new Uint8Array(smooth.values.length);
  for (let i = 0; i < inside.length; i++) if (smooth.values[i]! > threshold) inside[i] = 1;
  const { areas } = connectedComponents({ ...plane, inside });
  return areas.filter((pixels) => {
    const area = pixels * pixelSizeMicrometres ** 2;
    return area >= rule.leastArea && area <= rule.greatestArea;
  }).length;
}
