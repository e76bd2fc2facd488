import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DoseRecord } from "../../src/records/screen.ts";
import { screenWells } from "../../src/screening/screen.ts";
import { scipy } from "../statistics/scipy-fixture.ts";
import { controls, screenInput, type TestWell } from "./plate.ts";

// 0 and 100 % are logits 0 and 100, so a logit is a percent effect.
const scale = [...controls("negative", "test", 1, [-1, 0, 1]), ...controls("positive", "test", 2, [99, 100, 101])];

describe("The screening table", () => {
  test("has a row for each plate and treatment, controls among them, in the order of the wells", () => {
    const wells: TestWell[] = [
      ...scale,
      { well: "A03", role: "sample", compound: "A", micromolar: 1, challenge: "Aβ", logits: [40] },
      { well: "B03", role: "sample", compound: "A", micromolar: 1, challenge: "Aβ", logits: [60] },
      { well: "C03", role: "sample", compound: "A", micromolar: 1, logits: [5] },
      { well: "D03", role: "sample", compound: "A", micromolar: 3, challenge: "Aβ", logits: [20] },
      { well: "E03", role: "empty", logits: [0] },
      { well: "A03", role: "sample", compound: "A", micromolar: 1, challenge: "Aβ", logits: [7], plate: "P2" },
    ];
    const rows = dosesOf(wells);
    expect(
      rows.map(({ plate, compound, concentrationMicromolar, challenge, wells }) => [
        plate,
        compound,
        concentrationMicromolar,
        challenge,
        wells.map(({ well }) => well).join(),
      ]),
    ).toEqual([
      // This plate's map names nothing in its controls, so nothing but their role tells them apart.
      ["P1", null, null, null, "A01,B01,C01"],
      ["P1", null, null, null, "A02,B02,C02"],
      ["P1", "A", 1, "Aβ", "A03,B03"],
      ["P1", "A", 1, null, "C03"],
      ["P1", "A", 3, "Aβ", "D03"],
      ["P2", "A", 1, "Aβ", "A03"],
    ]);
  });

  test("gives the spread between wells, within wells, and the t interval of the mean", () => {
    const [, , row] = dosesOf([
      ...scale,
      { well: "A03", role: "sample", compound: "A", micromolar: 1, challenge: "Aβ", logits: [39, 41] },
      { well: "B03", role: "sample", compound: "A", micromolar: 1, challenge: "Aβ", logits: [50, 50, 50] },
      { well: "C03", role: "sample", compound: "A", micromolar: 1, challenge: "Aβ", logits: [60] },
      { well: "D03", role: "sample", compound: "A", micromolar: 1, challenge: "Aβ", logits: [] },
    ]);
    expect(row).toMatchObject({
      nWells: 3,
      mean: 50,
      sdBetween: 10,
      // Variance 2 with one degree of freedom, 0 with two.
      sdWithin: expect.closeTo(Math.sqrt(2 / 3), 10),
      percentRescue: 50,
      logit: { mean: 50, sdBetween: 10, sdWithin: expect.closeTo(Math.sqrt(2 / 3), 10) },
      roles: ["sample"],
      parts: ["unused"],
      note: null,
    });
    // t is 4.3027 with two degrees of freedom.
    expect(row!.high! - row!.mean!).toBeCloseTo((4.302653 * 10) / Math.sqrt(3), 5);
    expect(row!.wells.map(({ percentEffect }) => percentEffect)).toEqual([40, 50, 60, null]);
  });

  test.each(scipy.means)("has SciPy's interval for wells of $values", ({ values, interval: [low, high] }) => {
    const wells = values.map(
      (logit, i): TestWell => ({ well: `A${i + 10}`, role: "sample", compound: "A", micromolar: 1, logits: [logit] }),
    );
    expect(dosesOf([...scale, ...wells])[2]).toMatchObject({
      low: expect.closeTo(low, 8),
      high: expect.closeTo(high, 8),
      logit: { low: expect.closeTo(low, 8), high: expect.closeTo(high, 8) },
    });
  });

  test("has no spread for a lone well, and only its note where no well has a field", () => {
    const rows = dosesOf([
      ...scale,
      { well: "A03", role: "sample", compound: "A", micromolar: 1, logits: [5] },
      { well: "B03", role: "sample", compound: "A", micromolar: 3, logits: [] },
    ]);
    const nothing = { sdBetween: null, sdWithin: null, low: null, high: null };
    expect(rows.slice(2)).toMatchObject([
      { ...nothing, nWells: 1, mean: 5, percentRescue: null, note: null },
      { ...nothing, nWells: 0, mean: null, note: "no-field", logit: { mean: null, ...nothing } },
    ]);
  });

  test("keeps the log-odds where the plate has no scale", () => {
    const rows = dosesOf([
      { well: "A03", role: "sample", compound: "A", micromolar: 1, logits: [2] },
      { well: "B03", role: "sample", compound: "A", micromolar: 1, logits: [4] },
    ]);
    expect(rows).toMatchObject([{ nWells: 2, mean: null, note: "too-few-anchors", logit: { mean: 3 } }]);
  });

  test("lists roles, parts and batches, and keeps the map's columns in which the wells agree", () => {
    const input = screenInput([
      { well: "A01", role: "positive", part: "train", logits: [9] },
      { well: "A02", role: "positive", part: "test", logits: [9] },
      { well: "A03", role: "reference", logits: [9] },
      { well: "A04", role: "sample", logits: [9] },
    ]);
    const wells = input.wells.map((well, i) => ({
      ...well,
      batch: i === 0 ? "Monday" : "Tuesday",
      metadata: { donor: "7", seeded: String(i) },
    }));
    expect(screenWells({ ...input, wells, score: "logit" }).doses).toMatchObject([
      { roles: ["positive"], parts: ["train", "test"], batch: "Monday|Tuesday", metadata: { donor: "7" } },
      { roles: ["reference", "sample"], parts: ["unused"], batch: "Tuesday", metadata: { donor: "7" } },
    ]);
  });

  test("holds every well once but the empty ones, and means between the wells' ends", () => {
    const wells = fc.uniqueArray(
      fc.record({
        well: fc.integer({ min: 1, max: 99 }).map((column) => `H${String(column).padStart(2, "0")}`),
        role: fc.constantFrom("sample" as const, "reference" as const, "empty" as const),
        compound: fc.constantFrom("a", "b"),
        micromolar: fc.constantFrom(0, 1, 3),
        logits: fc.array(fc.integer({ min: -50, max: 150 }), { maxLength: 3 }),
      }),
      { selector: ({ well }) => well, maxLength: 30 },
    );
    fc.assert(
      fc.property(wells, (own) => {
        const rows = dosesOf([...scale, ...own]);
        const named = rows.flatMap((row) => row.wells.map(({ well }) => well)).sort();
        const placed = [...scale, ...own].filter(({ role }) => role !== "empty").map(({ well }) => well);
        expect(named).toEqual(placed.sort());
        for (const { wells: inRow, mean, low, high, nWells } of rows) {
          const effects = inRow.map(({ percentEffect }) => percentEffect).filter((effect) => effect !== null);
          expect(nWells).toBe(effects.length);
          if (mean === null) continue;
          expect(mean).toBeGreaterThanOrEqual(Math.min(...effects) - 1e-9);
          expect(mean).toBeLessThanOrEqual(Math.max(...effects) + 1e-9);
          if (low !== null && high !== null) expect((low + high) / 2).toBeCloseTo(mean, 8);
        }
      }),
    );
  });
});

function dosesOf(wells: readonly TestWell[]): readonly DoseRecord[] {
  return screenWells({ ...screenInput(wells), score: "logit" }).doses;
}
