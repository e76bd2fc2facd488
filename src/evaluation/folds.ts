/**
 * Folds of a study: each control well is tested once, by a network that neither learned from it nor was chosen by it.
 *
 * What was prepared together looks alike, so batches are kept together where there are enough of them, else plates, else nothing.
 * Which of these it is depends on the study alone and never on how many folds are asked for: else asking for more folds would quietly
 * ask for an easier test.
 */
import { NeuroscreenError } from "../base/errors.ts";
import { openRandom } from "../base/random.ts";
import type { PlateMapWell } from "../plates/platemap.ts";
import { isControl } from "../plates/roles.ts";
import { wellKey } from "../plates/split.ts";
import type { Fold, Folds, FoldUnit } from "../records/folds.ts";

/** One part to train on, one to choose by, one to be tested by. */
const fewestFolds = 3;
const defaultFolds = 4;
const controlRoles = ["negative", "positive"] as const;

/**
 * Deals the control wells of a study into folds. Validation is the next fold, of the last one the first.
 *
 * The deal depends on `seed` and on which wells there are, not on their order.
 *
 * @param wells the plate map's that have images; only controls count
 * @param options.count how many folds; 4 unless told, or 3 where there are no more groups
 * @param options.study the study's name, for errors
 * @throws {NeuroscreenError} `too-few-folds` below 3; `too-many-folds` if there are fewer groups than folds; `fold-without-role` if a
 *   part of a fold has no well of a control role
 */
export function makeFolds(
  wells: readonly PlateMapWell[],
  options: { readonly count?: number; readonly seed: number; readonly study: string },
): Folds {
  const controls = wells.filter(({ role }) => isControl(role));
  const unit = unitOf(controls);
  const groups = groupsOf(controls, unit);
  const most = Math.min(...countedRoles(groups));
  const count = options.count ?? Math.max(fewestFolds, Math.min(defaultFolds, most));
  refuseCount(count, { unit, groups, most, study: options.study });
  const dealt = deal(groups, count, openRandom(options.seed, "folds", unit));
  const folds = dealt.map((test, i): Fold => {
    const validate = dealt[(i + 1) % count]!;
    const parts = controls.map((well) => {
      const group = groupOf(well, unit);
      return [wellKey(well), test.includes(group) ? "test" : validate.includes(group) ? "validate" : "train"] as const;
    });
    // Sorted, so that the order of the plate map's rows changes no byte of what is written down.
    const sorted = parts.sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      name: `fold-${i + 1}`,
      testGroups: test,
      validateGroups: validate,
      parts: Object.fromEntries(sorted),
    };
  });
  refuseWithoutRole(folds, controls, options.study);
  return { unit, folds };
}

/** The name of the group that a well belongs to. */
export function groupOf(well: PlateMapWell, unit: FoldUnit): string {
  return unit === "well" ? wellKey(well) : well[unit];
}

/** Wells that stay together. */
interface Group {
  readonly name: string;
  readonly roles: ReadonlySet<string>;
  /** Groups that are dealt one after the other, so that every fold gets its share of them. */
  readonly stratum: string;
}

function unitOf(controls: readonly PlateMapWell[]): FoldUnit {
  const plates = new Set(controls.map(({ plate }) => plate)).size;
  const batches = new Set(controls.map(({ batch }) => batch)).size;
  // A plate of two batches would be on two sides.
  const isNested = new Set(controls.map(({ plate, batch }) => JSON.stringify([plate, batch]))).size === plates;
  if (isNested && batches >= fewestFolds && batches < plates) return "batch";
  return plates >= fewestFolds ? "plate" : "well";
}

function groupsOf(controls: readonly PlateMapWell[], unit: FoldUnit): Group[] {
  const names = [...new Set(controls.map((well) => groupOf(well, unit)))].sort();
  const wellsOf = new Map<string, PlateMapWell[]>(names.map((name) => [name, []]));
  for (const well of controls) wellsOf.get(groupOf(well, unit))!.push(well);
  return names.map((name) => {
    const own = wellsOf.get(name)!;
    const roles = new Set<string>(own.map(({ role }) => role));
    const plate = unit === "well" ? own[0]!.plate : "";
    return { name, roles, stratum: JSON.stringify([...[...roles].sort(), plate]) };
  });
}

/** How many groups have a well of each role. */
function countedRoles(groups: readonly Group[]): number[] {
  return controlRoles.map((role) => groups.filter(({ roles }) => roles.has(role)).length);
}

/** The groups' names of each fold: the groups of a stratum in random order, one fold after the other. */
function deal(groups: readonly Group[], count: number, random: ReturnType<typeof openRandom>): string[][] {
  const strata = [...new Set(groups.map(({ stratum }) => stratum))].sort();
  const order = strata.flatMap((stratum) => random.shuffled(groups.filter((group) => group.stratum === stratum)));
  return Array.from({ length: count }, (_, fold) =>
    order
      .filter((_, i) => i % count === fold)
      .map(({ name }) => name)
      .sort(),
  );
}

const plurals = { batch: "batches", plate: "plates", well: "wells" } as const;

function refuseCount(
  count: number,
  { unit, groups, most, study }: { unit: FoldUnit; groups: readonly Group[]; most: number; study: string },
): void {
  if (count < fewestFolds) {
    throw new NeuroscreenError({
      code: "too-few-folds",
      what: `Making folds of ${study}`,
      found: `${count}`,
      expected: `at least ${fewestFolds}: one to train on, one to choose the epoch by, one to test`,
      remedy: `Give --folds ${fewestFolds} or more.`,
    });
  }
  if (count <= most) return;
  const things = plurals[unit];
  const named = groups.slice(0, 8).map(({ name }) => name);
  const list = `${named.join(", ")}${groups.length > named.length ? ", …" : ""}`;
  throw new NeuroscreenError({
    code: "too-many-folds",
    what: `Making ${count} folds of ${study} by ${unit}`,
    found:
      most === groups.length
        ? `${groups.length} ${groups.length === 1 ? unit : things} with controls (${list})`
        : `${groups.length} ${things} with controls (${list}), of which ${countedRoles(groups).join(" with negative and ")} with positive ones`,
    expected: `at least ${count} ${things} with either control`,
    remedy:
      most >= fewestFolds
        ? `Give --folds ${most} or fewer.`
        : "Mark more control wells in the plate map, or image more plates: a network needs some to learn from, some to be chosen by and some to be tested by.",
  });
}

function refuseWithoutRole(folds: readonly Fold[], controls: readonly PlateMapWell[], study: string): void {
  for (const { name, parts, testGroups } of folds) {
    for (const part of ["train", "validate", "test"] as const) {
      for (const role of controlRoles) {
        if (controls.some((well) => well.role === role && parts[wellKey(well)] === part)) continue;
        throw new NeuroscreenError({
          code: "fold-without-role",
          what: `Making ${folds.length} folds of ${study}`,
          found: `${name} (${testGroups.join(", ")}) without a ${role} well to ${part}${part === "train" ? " on" : ""}`,
          expected: "each control in each part of each fold",
          remedy: "Give fewer --folds, or mark more control wells in the plate map.",
        });
      }
    }
  }
}
