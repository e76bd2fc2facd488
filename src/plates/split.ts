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
import { formatLine, formatWell, parseLine, parseWell, standardNotation, type WellNotation } from "./wells.ts";

/** What a well is for; `unused` are the wells without a class: samples, references, empty ones. */
export type Part = "train" | "validate" | "test" | "unused";

/**
 * Gives each well its part.
 *
 * Only control wells are split. With unit `well`, the share `validate` of the control wells outside the test
 * is drawn from them, rounded to whole wells for each role: at least one and never all; none for a share of 0.
 * The draw depends on `seed` and on which wells there are, not on their order.
 *
 * @returns the part of each well, by `plate/well` (`BBBC013/A01`)
 * @throws {NeuroscreenError} `no-split` if the study has none; `unknown-plate` if it names a plate that the wells do not have;
 *   `too-few-controls` if a role is left without a well to train on, to test or, where the split asks for that, to validate
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
    for (const part of sidesOf(split)) {
      const controls = wells.filter((well) => well.role === role);
      if (controls.some((well) => parts.get(wellKey(well)) === part)) continue;
      const count = controls.length;
      throw new NeuroscreenError({
        code: "too-few-controls",
        what: `Splitting the wells of ${study.name}`,
        found: `none among ${count} ${role} ${count === 1 ? "well" : "wells"}`,
        expected: `at least one ${role} control well to ${part}${part === "train" ? " on" : ""}`,
        remedy: "Hold out other wells or plates (`split` in the study), or mark more control wells in the plate map.",
      });
    }
  }
  return parts;
}

/**
 * Sees that a study's split names what there is: a well, row, column or plate that the plate map does not have holds
 * nothing out, and what was meant would quietly be trained on.
 *
 * @throws {NeuroscreenError} `unknown-plate` or `unknown-well`, naming each, and for a plate the nearest there is
 */
export function checkSplit({ name, split, wells }: Study, map: readonly PlateMapWell[]): void {
  if (split?.unit === "plate") refuseUnknownPlates(name, split, map);
  if (split?.unit === "well") refuseUnknownWells(name, split, { map, notation: wells ?? standardNotation });
}

/** How a well is named across plates: `BBBC013/A01`. */
export function wellKey({ plate, well }: { readonly plate: string; readonly well: string }): string {
  return `${plate}/${well}`;
}

/** The parts in which a split wants wells of either role. */
function sidesOf({ validate }: WellSplit | PlateSplit): Part[] {
  const validates = typeof validate === "number" ? validate > 0 : validate.plates.length > 0;
  return validates ? ["train", "test", "validate"] : ["train", "test"];
}

function splitByWell({ test, validate }: WellSplit, wells: readonly PlateMapWell[], seed: number): Map<string, Part> {
  const isTest = (name: string) => {
    const { row, column } = parseWell(name);
    return (
      test.rows?.includes(formatLine(row, "rows")) || test.columns?.includes(column + 1) || test.wells?.includes(name)
    );
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

function refuseUnknownWells(
  study: string,
  { test: { rows = [], columns = [], wells = [] } }: WellSplit,
  { map, notation }: { readonly map: readonly PlateMapWell[]; readonly notation: WellNotation },
): void {
  const present = new Set(map.map(({ well }) => well));
  const places = [...present].map((name) => parseWell(name));
  const strangers = [
    ...rows
      .map((name) => parseLine(name, "rows", standardNotation)!)
      .filter((row) => places.every((place) => place.row !== row))
      .map((row) => `row ${formatLine(row, "rows", notation)}`),
    ...columns
      .filter((column) => places.every((place) => place.column !== column - 1))
      .map((column) => `column ${formatLine(column - 1, "columns", notation)}`),
    ...wells.filter((name) => !present.has(name)).map((name) => `well ${formatWell(parseWell(name), notation)}`),
  ];
  if (strangers.length === 0) return;
  throw new NeuroscreenError({
    code: "unknown-well",
    what: `Splitting the wells of ${study}`,
    found: `${strangers.join(", ")}, where the plate map has no well`,
    expected: "rows, columns and wells of the plate map",
    remedy: "Name in `split.test` what the plate map has; what is not there cannot be held out.",
  });
}

function splitByPlate(study: string, split: PlateSplit, wells: readonly PlateMapWell[]): Map<string, Part> {
  refuseUnknownPlates(study, split, wells);
  const { test, validate } = split;
  const partOf = (plate: string): Part =>
    test.plates.includes(plate) ? "test" : validate.plates.includes(plate) ? "validate" : "train";
  return new Map(wells.filter(({ role }) => isControl(role)).map((well) => [wellKey(well), partOf(well.plate)]));
}

function refuseUnknownPlates(study: string, { test, validate }: PlateSplit, wells: readonly PlateMapWell[]): void {
  const plates = [...new Set(wells.map(({ plate }) => plate))];
  const strangers = [...test.plates, ...validate.plates].filter((plate) => !plates.includes(plate));
  if (strangers.length === 0) return;
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
