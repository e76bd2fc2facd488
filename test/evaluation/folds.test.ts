import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NeuroscreenError } from "../../src/base/errors.ts";
import { groupOf, makeFolds } from "../../src/evaluation/folds.ts";
import { permuteLabels } from "../../src/evaluation/permuted.ts";
import type { PlateMapWell } from "../../src/plates/platemap.ts";
import type { Role } from "../../src/plates/roles.ts";
import { wellKey } from "../../src/plates/split.ts";
import type { Folds } from "../../src/records/folds.ts";

function wellsOf(plates: number, { perRole = 3, platesPerBatch = 1, roles = ["negative", "positive", "sample"] } = {}) {
  return Array.from({ length: plates }, (_, p) =>
    (roles as Role[]).flatMap((role, r) =>
      Array.from({ length: perRole }, (_, i) => ({
        ...{ plate: `P${p + 1}`, well: `${"ABC"[r]}0${i + 1}`, role, batch: `b${Math.floor(p / platesPerBatch)}` },
        ...{ compound: null, concentration: null, challenge: null, challengeConcentration: null, metadata: {} },
      })),
    ),
  ).flat() as PlateMapWell[];
}

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof NeuroscreenError) return `${error.code}: ${error.facts.found}`;
  }
  return "nothing";
};
const make = (wells: readonly PlateMapWell[], count?: number) =>
  makeFolds(wells, { seed: 3, study: "pilot", ...(count === undefined ? {} : { count }) });

/** What every set of folds must be, told from its parts alone. */
function expectHonest(wells: readonly PlateMapWell[], { unit, folds }: Folds): void {
  const controls = wells.filter(({ role }) => role !== "sample");
  for (const well of controls) {
    const parts = folds.map((fold) => fold.parts[wellKey(well)]);
    expect(parts.filter((part) => part === "test").length).toBe(1);
    expect(parts.filter((part) => part === "validate").length).toBe(1);
    // Validation is the next fold: what fold i is chosen by, fold i + 1 is tested by.
    expect(parts[(parts.indexOf("validate") + 1) % folds.length]).toBe("test");
  }
  for (const { parts } of folds) {
    expect(Object.keys(parts).length).toBe(controls.length);
    const sides = new Map<string, Set<string>>();
    for (const well of controls) {
      const group = groupOf(well, unit);
      sides.set(group, (sides.get(group) ?? new Set()).add(parts[wellKey(well)]!));
    }
    for (const side of sides.values()) expect(side.size).toBe(1);
    for (const part of ["train", "validate", "test"])
      for (const role of ["negative", "positive"])
        expect(controls.some((well) => well.role === role && parts[wellKey(well)] === part)).toBe(true);
  }
}

describe("folds", () => {
  test("keep batches together where there are three, else plates, else nothing", () => {
    expect(make(wellsOf(6, { platesPerBatch: 2 }))).toMatchObject({ unit: "batch", folds: { length: 3 } });
    expect(make(wellsOf(4, { platesPerBatch: 2 }))).toMatchObject({ unit: "plate", folds: { length: 4 } });
    expect(make(wellsOf(2, { perRole: 4 }))).toMatchObject({ unit: "well", folds: { length: 4 } });
    expect(make(wellsOf(1))).toMatchObject({ unit: "well", folds: { length: 3 } });
    // Where the map says nothing of batches, each plate is its own.
    expect(make(wellsOf(5))).toMatchObject({ unit: "plate", folds: { length: 4 } });
  });

  test("keep plates together, not batches, where a plate has wells of two batches", () => {
    const wells = wellsOf(6, { platesPerBatch: 2 }).map(
      (well): PlateMapWell => (well.plate === "P1" && well.well === "A01" ? { ...well, batch: "b1" } : well),
    );
    expect(make(wells)).toMatchObject({ unit: "plate", folds: { length: 4 } });
  });

  test("test each control well once, in parts that have both roles, groups kept together", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 3, max: 6 }),
        fc.integer({ min: 1, max: 3 }),
        (plates, perRole, platesPerBatch) => {
          const wells = wellsOf(plates, { perRole, platesPerBatch });
          expectHonest(wells, make(wells));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("do not depend on the order of the plate map's rows, byte for byte", () => {
    const wells = wellsOf(7, { platesPerBatch: 2 });
    const expected = JSON.stringify(make(wells));
    fc.assert(
      fc.property(fc.shuffledSubarray(wells, { minLength: wells.length }), (shuffled) => {
        expect(JSON.stringify(make(shuffled))).toBe(expected);
      }),
      { numRuns: 30 },
    );
  });

  test("differ in size by one group at most", () => {
    const sizes = make(wellsOf(11), 4).folds.map(({ testGroups }) => testGroups.length);
    expect(sizes).toEqual([3, 3, 3, 2]);
  });

  test("more of them than groups are refused, the groups named", () => {
    expect(codeOf(() => make(wellsOf(3), 4))).toBe("too-many-folds: 3 plates with controls (P1, P2, P3)");
    expect(codeOf(() => make(wellsOf(6, { platesPerBatch: 2 }), 4))).toContain("3 batches with controls (b0, b1, b2)");
    expect(codeOf(() => make(wellsOf(1, { perRole: 2 })))).toContain("4 wells with controls");
    expect(codeOf(() => make(wellsOf(4), 2))).toBe("too-few-folds: 2");
  });

  test("a fold that would lack a role is refused", () => {
    const wells = wellsOf(4).map((well): PlateMapWell => (well.plate === "P2" ? { ...well, role: "negative" } : well));
    expect(codeOf(() => make(wells, 4))).toContain("of which 4 with negative and 3 with positive ones");
    expectHonest(wells, make(wells, 3));
  });
});

describe("permuted labels", () => {
  const wells = wellsOf(4, { perRole: 6 });
  const folds = make(wells);
  const labels = permuteLabels(wells, folds, 3);
  const controls = wells.filter(({ role }) => role !== "sample");

  test("are those of the plate, shuffled", () => {
    for (const plate of ["P1", "P2", "P3", "P4"]) {
      const own = controls.filter((well) => well.plate === plate);
      expect(own.filter((well) => labels.get(wellKey(well)) === 1).length).toBe(6);
    }
    const moved = controls.filter((well) => labels.get(wellKey(well)) !== Number(well.role === "positive"));
    expect(moved.length).toBeGreaterThan(10);
    expect(permuteLabels([...wells].reverse(), folds, 3)).toEqual(labels);
  });

  test("stay on their plate where several plates are tested together", () => {
    const many = wellsOf(9, { perRole: 2 }).filter(({ plate, well }) => plate !== "P1" || well !== "B02");
    const three = make(many, 3);
    const shuffled = permuteLabels(many, three, 5);
    for (const plate of new Set(many.map((well) => well.plate))) {
      const own = many.filter((well) => well.plate === plate && well.role !== "sample");
      const positives = own.filter(({ role }) => role === "positive").length;
      expect(own.filter((well) => shuffled.get(wellKey(well)) === 1).length).toBe(positives);
    }
  });

  test("of folds by well leave every part both classes", () => {
    const few = wellsOf(1, { perRole: 4 });
    const byWell = make(few);
    const shuffled = permuteLabels(few, byWell, 1);
    for (const { parts } of byWell.folds)
      for (const part of ["train", "validate", "test"]) {
        const own = Object.keys(parts).filter((key) => parts[key] === part);
        expect(new Set(own.map((key) => shuffled.get(key)))).toEqual(new Set([0, 1]));
      }
  });
});
