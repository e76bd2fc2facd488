/**
 * Defects: what goes wrong with files and fields in every screen, a few of each kind, and listed in the truth.
 *
 * Three spoil a file, and `index --check` names each of them: a missing one, one that is there twice, one cut short. Three spoil a
 * picture and leave the file whole: saturated and blank ones in one stain, and whole fields out of focus.
 */
import { openRandom } from "../base/random.ts";
import { stains, type WellConditions } from "./conditions.ts";
import type { Design } from "./design.ts";

/** Every kind; of the first three, the index tells. */
export const defectKinds = ["missing", "doubled", "truncated", "saturated", "blank", "out-of-focus"] as const;
export type DefectKind = (typeof defectKinds)[number];

/** A defect of one field. */
export interface Defect {
  readonly kind: DefectKind;
  readonly plate: string;
  readonly well: string;
  readonly site: number;
  /** The stain whose file is spoilt; null where the whole field is. */
  readonly stain: number | null;
}

/** The share of all fields that each kind spoils, one at least. Assumed; the published screen lost 0.02 % of its files. */
export const defectShare = 0.005;

/**
 * Chooses the fields to be spoilt, no field twice.
 *
 * @param options.fields fields a well, numbered from 1
 * @returns by kind; none of a kind where there are fewer fields than kinds
 */
export function chooseDefects(
  { plates }: Design,
  { seed, fields }: { readonly seed: number; readonly fields: number },
): Defect[] {
  const places = plates.flatMap(({ name, wells }) =>
    wells.flatMap(({ well }) => Array.from({ length: fields }, (_, i) => ({ plate: name, well, site: i + 1 }))),
  );
  const random = openRandom(seed, "defects");
  const shuffled = random.shuffled(places);
  const count = Math.max(1, Math.round(defectShare * places.length));
  return defectKinds.flatMap((kind, i) =>
    shuffled.slice(i * count, (i + 1) * count).map((place) => ({
      kind,
      ...place,
      stain: kind === "out-of-focus" ? null : random.below(stains.length),
    })),
  );
}

/** So much light that most of the picture is at the camera's end. */
const saturatingGain = 400;

/** How far an autofocus that took a speck of dust for the cells stands off. Assumed. */
const lostFocusMicrometres = 20;

/** The conditions of a field whose picture a defect spoils; unchanged for the other kinds. */
export function spoilConditions(
  conditions: WellConditions,
  { kind, stain }: Pick<Defect, "kind" | "stain">,
): WellConditions {
  switch (kind) {
    case "saturated":
      return { ...conditions, gain: withStain(conditions.gain, stain, (gain) => gain * saturatingGain) };
    case "blank": // the shutter stayed closed
      return { ...conditions, gain: withStain(conditions.gain, stain, () => 0) };
    case "out-of-focus":
      return { ...conditions, defocusMicrometres: conditions.defocusMicrometres + lostFocusMicrometres };
    case "missing":
    case "doubled":
    case "truncated":
      return conditions;
  }
}

function withStain(
  [a, b, c, d]: WellConditions["gain"],
  stain: number | null,
  change: (value: number) => number,
): WellConditions["gain"] {
  const at = (value: number, index: number) => (index === stain ? change(value) : value);
  return [at(a, 0), at(b, 1), at(c, 2), at(d, 3)];
}

/** The name of the second copy of a file: the same image again, as an interrupted export leaves it. */
export function doubledName(name: string): string {
  return `${name}f`;
}

/** What is left of a file that was cut short. */
export function truncated(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, Math.floor(0.6 * bytes.length));
}
