/** Labels to write into, and where damage changed a field. */
import type { FieldMasks, FieldRequest } from "./conditions.ts";
import { scenery } from "./instrument.ts";

/** The labels that painting writes; `changed` is made later, from light. */
export type Labels = Omit<FieldMasks, "changed">;

/** A pixel has changed if its light differs by more than this share of the stain's typical signal in the field. */
export const changedFrom = 0.04;

/** Labels of a field of `size`² pixels, all 0. */
export function emptyLabels(size: number): Labels {
  const empty = () => new Uint16Array(size * size);
  return { somata: empty(), neurites: empty(), nuclei: empty(), prePuncta: empty(), postPuncta: empty() };
}

/** 1 where the noise-free field and the same field at damage 0 differ by more than `changedFrom` in any stain. */
export function whereChanged(
  light: readonly Float32Array[],
  healthy: readonly Float32Array[],
  { conditions }: FieldRequest,
): Uint8Array {
  const changed = new Uint8Array(light[0]!.length);
  light.forEach((image, stain) => {
    const typical = scenery.typical[stain]! * conditions.staining[stain]! * conditions.gain[stain]!;
    const before = healthy[stain]!;
    for (let i = 0; i < image.length; i++) if (Math.abs(image[i]! - before[i]!) > changedFrom * typical) changed[i] = 1;
  });
  return changed;
}
