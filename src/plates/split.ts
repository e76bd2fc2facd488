/**
 * Which control wells train, which validate, which are held out.
 *
 * Test wells are named in the study and never drawn. Validation wells are named too where whole plates are held
 * out; else they are drawn from the other control wells, role by role.
 */
import { NeuroscreenError, nearest } from "../base/errors.ts";
import { openRandom } from "../base/random.ts";
import type { PlateMapWell } from "./platemap.ts";
import { isControl } from "./roles.ts";
import type { PlateSplit, Study, WellSplit } from "./study.ts";
import { parseWell } from "./wells.ts";

/** What a well is for; `unused` are the wells without a class: samples, references, empty ones. */
export type Part = "train" | "validate" | "test" | "unused";

/**
 * Gives each well its part.
 *
 * Only control wells are split. With unit `well`, the share `validate` of the control wells outside the test
 * is drawn from them, rounded to whole wells for each role: at least one and never all, where a role has two or more; none
 * for a share of 0. The draw depends on `seed` and on which wells there are, not on their order.
 *
 * @returns the part of each well, by `plate/well` (`BBBC013/A01`)
 * @throws {NeuroscreenError} `no-split` if the study has none; `unknown-plate` if it names a plate that the wells do not have;
 *   `too-few-controls` if a role is left without a well to train on or to test
 */
export function splitWells(study: Study, wells: readonly PlateMapWell[], seed: number): ReadonlyMap<string, Part> {
  const { split } = study;
  if (split === undefined) {
    throw new NeuroscreenError({
      code: "no-split",
      what: `Splitting the wells of ${study.name}`,
      found: "none",
      expected: "the key `split` in the study",
      remedy:
        "Name the wells or plates to hold out, such as `split: { unit: well, test: { rows: [B, D] }, validate: 0.25 }`.",
    });
  }
  const drawn = split.unit === "well" ? splitByWell(split, wells, seed) : splitByPlate(study.name, split, wells);
  const parts = new Map<string, Part>(wells.map((well) => [wellKey(well), drawn.get(wellKey(well)) ?? "unused"]));
  for (const role of ["negative", "positive"] as const) {
    for (const part of ["train", "test"] as const) {
      if (wells.some((well) => well.role === role && parts.get(wellKey(well)) === part)) continue;
      throw new NeuroscreenError({
        code: "too-few-controls",
        what: `Splitting the wells of ${study.name}`,
        found: `none among ${wells.filter((well) => well.role === role).length} ${role} wells`,
        expected: `at least one ${role} control well to ${part}${part === "train" ? " on" : ""}`,
        remedy: "Hold out other wells or plates (`split` in the study), or mark more control wells in the plate map.",
      });
    }
  }
  return parts;
}

/** How a well is named across plates: `BBBC013/A01`. */
export function wellKey({ plate, well }: { readonly plate: string; readonly well: string }): string {
  return `${plate}/${well}`;
}

function splitByWell({ test, validate }: WellSplit, wells: readonly PlateMapWell[], seed: number): Map<string, Part> {
  const isTest = (name: string) => {
    const { column } = parseWell(name);
    const row = name.replace(/\d+$/, "");
    return test.rows?.includes(row) || test.columns?.includes(column + 1) || test.wells?.includes(name);
  };
  const parts = new Map<string, Part>();
  for (const role of ["negative", "positive"] as const) {
    const controls = wells.filter((well) => well.role === role);
    for (const well of controls) if (isTest(well.well)) parts.set(wellKey(well), "test");
    // Sorted first, so that the draw does not depend on the order of the plate map's lines.
    const others = controls
      .map(wellKey)
      .filter((key) => !parts.has(key))
      .sort();
    const count = validate === 0 ? 0 : Math.min(Math.max(1, Math.round(validate * others.length)), others.length - 1);
    for (const [index, key] of openRandom(seed, "split", role).shuffled(others).entries())
      parts.set(key, index < count ? "validate" : "train");
  }
  return parts;
}

function splitByPlate(
  study: string,
  { test, validate }: PlateSplit,
  wells: readonly PlateMapWell[],
): Map<string, Part> {
  const plates = [...new Set(wells.map(({ plate }) => plate))];
  // A name that matches nothing would quietly put a held-out plate among those trained on.
  const strangers = [...test.plates, ...validate.plates].filter((plate) => !plates.includes(plate));
  if (strangers.length > 0) {
    const named = strangers.map((plate) => {
      const near = nearest(plate, plates);
      return `\`${plate}\`${near === undefined ? "" : ` (did you mean \`${near}\`?)`}`;
    });
    throw new NeuroscreenError({
      code: "unknown-plate",
      what: `Splitting the wells of ${study}`,
      found: named.join(", "),
      expected: `plates of the study (${plates.join(", ")})`,
      remedy: "Write the plates of `split` as the images' names or folders do.",
    });
  }
  const partOf = (plate: string): Part =>
    test.plates.includes(plate) ? "test" : validate.plates.includes(plate) ? "validate" : "train";
  return new Map(wells.filter(({ role }) => isControl(role)).map((well) => [wellKey(well), partOf(well.plate)]));
}
