/**
 * Puncta of a synaptic stain: spots about as wide as the microscope's blur, brighter than their surroundings.
 */
import type { Plane } from "../images/grey.ts";
import { blur, gaussianKernel } from "./blur.ts";
import { noiseSd } from "./threshold.ts";

/** A spot: its brightest pixel, and how far it stands out after the band-pass, in grey values. */
export interface Punctum {
  /** Pixels from the left; `y` from the top. */
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** What counts as a punctum. */
export interface PunctumRule {
  /** σ in µm of the finer of the band-pass's two Gaussians; the coarser is twice as wide. A spot of this σ is found best. */
  readonly sigmaMicrometres: number;
  /** A punctum stands out by more than so many standard deviations of the noise after the band-pass. */
  readonly noiseMultiple: number;
}

// 0.3 µm: a synapse is smaller than what a 20× objective resolves, so its image is the blur itself. Five: one false spot in
// 3 million independent pixels of even ground.
const punctumRule: PunctumRule = { sigmaMicrometres: 0.3, noiseMultiple: 5 };

/**
 * Finds the local maxima of the band-passed image (the blur by σ less the blur by 2 σ) above a multiple of its noise, row by row.
 *
 * The noise is taken from the image itself (`noiseSd`) and carried through the band-pass by its weights, so that the rule does
 * not depend on exposure or gain. A maximum is larger than its eight neighbours; of equal ones the first counts.
 */
export function findPuncta(plane: Plane, pixelSizeMicrometres: number, rule: PunctumRule = punctumRule): Punctum[] {
  const sigma = rule.sigmaMicrometres / pixelSizeMicrometres;
  const { width, height, values } = bandPass(plane, sigma);
  const threshold = rule.noiseMultiple * noiseSd(plane) * noiseGain(sigma);
  const found: Punctum[] = [];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, at = y * width + 1; x < width - 1; x++, at++) {
      const value = values[at]!;
      if (value > threshold && isPeak(values, at, width)) found.push({ x, y, height: value });
    }
  }
  return found;
}

/** The share of `puncta` that have one of `others` within `distance` pixels; 0 where there are none. */
export function colocalisedShare(puncta: readonly Punctum[], others: readonly Punctum[], distance: number): number {
  if (puncta.length === 0) return 0;
  // Others by cell of a grid as wide as the distance: a near one lies in the same cell or next to it.
  const side = Math.max(1, distance);
  const key = (column: number, row: number) => column * 65536 + row;
  const cells = new Map<number, Punctum[]>();
  for (const other of others) {
    const cell = key(Math.floor(other.x / side), Math.floor(other.y / side));
    const list = cells.get(cell);
    if (list === undefined) cells.set(cell, [other]);
    else list.push(other);
  }
  const hasNear = ({ x, y }: Punctum) => {
    const [column, row] = [Math.floor(x / side), Math.floor(y / side)];
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++)
        for (const other of cells.get(key(column + dx, row + dy)) ?? [])
          if ((other.x - x) ** 2 + (other.y - y) ** 2 <= distance ** 2) return true;
    return false;
  };
  return puncta.filter(hasNear).length / puncta.length;
}

function bandPass(plane: Plane, sigma: number): Plane {
  const [fine, coarse] = [blur(plane, sigma), blur(plane, 2 * sigma)];
  for (let i = 0; i < fine.values.length; i++) fine.values[i]! -= coarse.values[i]!;
  return fine;
}

/** The standard deviation that white noise of standard deviation 1 has after the band-pass. */
function noiseGain(sigma: number): number {
  const [fine, coarse] = [gaussianKernel(sigma), gaussianKernel(2 * sigma)];
  const product = (a: Float64Array, b: Float64Array) => {
    let sum = a[0]! * b[0]!;
    for (let d = 1; d < Math.min(a.length, b.length); d++) sum += 2 * a[d]! * b[d]!;
    return sum;
  };
  return Math.sqrt(product(fine, fine) ** 2 - 2 * product(fine, coarse) ** 2 + product(coarse, coarse) ** 2);
}

function isPeak(values: Float32Array, at: number, width: number): boolean {
  const value = values[at]!;
  return (
    value > values[at - width - 1]! &&
    value > values[at - width]! &&
    value > values[at - width + 1]! &&
    value > values[at - 1]! &&
    value >= values[at + 1]! &&
    value >= values[at + width - 1]! &&
    value >= values[at + width]! &&
    value >= values[at + width + 1]!
  );
}
