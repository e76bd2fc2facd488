import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Role } from "../../src/plates/roles.ts";
import type { Part } from "../../src/plates/split.ts";
import { screenBothScores, screenWells } from "../../src/screening/screen.ts";
import { controls, screenInput, type TestWell } from "./plate.ts";

const untouched = [...controls("negative", "test", 1, [-2, -1, 0]), ...controls("positive", "test", 2, [9, 10, 11])];

describe("A screen", () => {
  test("puts 0 % at the mean of the untouched negative wells and 100 % at that of the positive ones", () => {
    const { wells } = screenWells({
      ...screenInput([
        ...untouched,
        ...controls("negative", "train", 5, [-40]),
        ...controls("negative", "validate", 6, [-50]),
        { well: "C03", role: "sample", logits: [1, 3, 2] },
      ]),
      score: "logit",
    });
    expect(wells.map(({ well, percentEffect }) => [well, percentEffect])).toEqual([
      ["A01", expect.closeTo((-100 * 1) / 11, 10)],
      ["B01", 0],
      ["C01", expect.closeTo((100 * 1) / 11, 10)],
      ["A02", expect.closeTo((100 * 10) / 11, 10)],
      ["B02", 100],
      ["C02", expect.closeTo((100 * 12) / 11, 10)],
      ["A05", expect.closeTo((-100 * 39) / 11, 10)],
      ["A06", expect.closeTo((-100 * 49) / 11, 10)],
      ["C03", expect.closeTo((100 * 3) / 11, 10)],
    ]);
    expect(wells.at(-1)).toMatchObject({
      nFields: 3,
      logit: 2,
      logitSd: 1,
      projection: expect.closeTo(0.2, 12),
      projectionSd: expect.closeTo(0.1, 12),
      percentEffectSd: expect.closeTo(100 / 11, 10),
      note: null,
    });
  });

  test("gives each plate its own scale, and keeps the map's order", () => {
    const second = untouched.map((well) => ({ ...well, plate: "P2", logits: well.logits.map((logit) => logit + 100) }));
    const mixed = untouched.flatMap((well, i) => [well, second[i]!]);
    const { wells } = screenWells({ ...screenInput(mixed), score: "logit" });
    expect(wells.map(({ plate, well }) => `${plate} ${well}`).slice(0, 3)).toEqual(["P1 A01", "P2 A01", "P1 B01"]);
    for (let i = 0; i < wells.length; i += 2)
      expect(wells[i + 1]!.percentEffect).toBeCloseTo(wells[i]!.percentEffect!, 9);
  });

  test("takes all controls where fewer than 3 of a role are untouched, and says so", () => {
    const { wells, warnings, quality } = screenWells({
      ...screenInput([
        ...controls("negative", "train", 1, [0, 0]),
        ...controls("negative", "test", 3, [3, 3]),
        ...controls("positive", "test", 2, [11.5, 11.5, 11.5]),
        { well: "C05", role: "sample", logits: [6.5] },
      ]),
      score: "logit",
    });
    // 0 % at the mean of 0, 0, 3 and 3.
    expect(wells.at(-1)).toMatchObject({ percentEffect: 50, note: "anchors-trained-on" });
    expect(warnings).toEqual([
      "Plate P1: too few control wells were kept from training, so 0 and 100 % effect are set by wells that the network learned from.",
    ]);
    expect(quality[0]).toMatchObject({
      untouched: { nNegative: 2, nPositive: 3 },
      all: { nNegative: 4, nPositive: 3 },
    });
  });

  test("does not call controls trained on where there are few and the network saw none of them", () => {
    const few = [...controls("negative", "test", 1, [0, 2]), ...controls("positive", "unused", 2, [10, 11, 12, 11])];
    const { wells, warnings } = screenWells({ ...screenInput(few), score: "logit" });
    expect(wells.map(({ note, part }) => [note, part])).toEqual(few.map(() => ["few-anchors", "test"]));
    expect(wells[0]!.percentEffect).toBeCloseTo(-10, 12);
    expect(warnings).toEqual([
      "Plate P1: only 2 wells set an end of the scale, so one bad well moves every percent effect of the plate.",
    ]);
  });

  test("finds the ends as the rules say, whatever the plate", () => {
    const count = fc.integer({ min: 0, max: 5 });
    const counts = fc.record({ negative: count, positive: count, seenNegative: count, seenPositive: count });
    fc.assert(
      fc.property(counts, ({ negative, positive, seenNegative, seenPositive }) => {
        const wells = [
          ...controls("negative", "test", 1, Array(negative).fill(0)),
          ...controls("positive", "test", 2, Array(positive).fill(10)),
          ...controls("negative", "train", 3, Array(seenNegative).fill(-10)),
          ...controls("positive", "validate", 4, Array(seenPositive).fill(20)),
          { well: "H12", role: "sample" as const, logits: [5] },
        ];
        const sample = screenWells({ ...screenInput(wells), score: "logit" }).wells.at(-1)!;
        if (negative >= 3 && positive >= 3) expect(sample).toMatchObject({ percentEffect: 50, note: null });
        else if (Math.min(negative + seenNegative, positive + seenPositive) < 2)
          expect(sample).toMatchObject({ percentEffect: null, note: "too-few-anchors" });
        else expect(sample.note).toBe(seenNegative + seenPositive === 0 ? "few-anchors" : "anchors-trained-on");
      }),
    );
  });

  test("reports rescue for challenged wells only: what is left of the harm to 100 %", () => {
    const { wells } = screenWells({
      ...screenInput([
        ...untouched,
        { well: "C03", role: "sample", challenge: "Aβ", logits: [-1] },
        { well: "C04", role: "sample", logits: [-1] },
      ]),
      score: "logit",
    });
    expect(wells.slice(-2).map(({ percentRescue }) => percentRescue)).toEqual([100, null]);
  });

  test("keeps a well without a usable field as a row, and counts what is missing", () => {
    const input = screenInput([
      ...untouched,
      { well: "C03", role: "sample", logits: [Number.NaN] },
      { well: "C04", role: "sample", logits: [] },
    ]);
    const { wells } = screenWells({ ...input, fieldsMissing: new Map([["P1/C04", 2]]), score: "projection" });
    const nothing = { logit: null, logitSd: null, projection: null, percentEffect: null, note: "no-field", nFields: 0 };
    expect(wells.slice(-2)).toMatchObject([
      { ...nothing, nFieldsMissing: 1 },
      { ...nothing, nFieldsMissing: 2 },
    ]);
  });

  test("leaves wells without effect on a plate whose controls are missing, or equal but for rounding", () => {
    const lone = screenWells({ ...screenInput(controls("negative", "test", 1, [1])), score: "logit" });
    expect(lone.wells[0]).toMatchObject({ logit: 1, percentEffect: null, note: "too-few-anchors" });
    expect(lone.warnings).toEqual([
      "Plate P1: fewer than 2 scored wells of a control, so there are scores but no percent effect.",
    ]);
    const equal = screenWells({
      ...screenInput([
        ...controls("negative", "test", 1, [0.1, 0.1, 0.1]),
        ...controls("positive", "test", 2, [0.1, 0.1]),
      ]),
      score: "logit",
    });
    expect(equal.wells[0]).toMatchObject({ percentEffect: null, note: "equal-anchors" });
    expect(equal.quality[0]!.all).toMatchObject({ zPrime: null, note: "both controls have the same mean" });
  });

  test("says once what holds for many plates, naming the first five", () => {
    const plates = Array.from({ length: 8 }, (_, i) =>
      untouched.map((well) => ({ ...well, plate: `P${i + 1}`, part: "train" as const })),
    );
    const { warnings } = screenWells({ ...screenInput(plates.flat()), score: "logit" });
    expect(warnings).toEqual([
      "Plates P1, P2, P3, P4, P5 and 3 more: too few control wells were kept from training, so 0 and 100 % effect are set by wells that the network learned from.",
    ]);
  });

  test("says where the positive controls score lower, and which scored wells no map knows", () => {
    const input = screenInput([
      ...controls("negative", "test", 1, [5, 6, 7]),
      ...controls("positive", "test", 2, [0, 1, 2]),
    ]);
    const { warnings } = screenWells({
      ...input,
      wells: input.wells.filter(({ well }) => well !== "B02").concat(),
      score: "logit",
    });
    expect(warnings[0]).toBe("Scored but on no plate map, and left out: 1 well (P1/B02).");
    expect(screenWells({ ...input, score: "logit" }).warnings).toEqual([
      "Plate P1: the positive controls score below the negative ones. The network has them the wrong way round here.",
    ]);
  });

  test("holds no NaN and no infinity, whatever the wells are", () => {
    fc.assert(
      fc.property(plates, (wells) => {
        const screen = screenBothScores(screenInput(wells));
        expect(oddNumbers(screen)).toEqual([]);
        expect(screen.recommended.wells).toHaveLength(wells.length);
        // The anchors' own mean effects are 0 and 100.
        for (const { wells: records } of [screen.logit, screen.projection])
          for (const { percentEffect, note } of records)
            expect(percentEffect === null).toBe(
              note !== null && note !== "anchors-trained-on" && note !== "few-anchors",
            );
      }),
    );
  });

  test("does not change when a score is scaled and shifted", () => {
    fc.assert(
      fc.property(plates, (wells) => {
        const moved = wells.map((well) => ({ ...well, logits: well.logits.map((logit) => 4 * logit + 8) }));
        const effects = (list: readonly TestWell[]) =>
          screenWells({ ...screenInput(list), score: "logit" }).wells.map(({ percentEffect }) => percentEffect);
        effects(wells).forEach((effect, i) => {
          if (effect !== null) expect(effects(moved)[i]! / 100).toBeCloseTo(effect / 100, 6);
        });
      }),
      { numRuns: 50 },
    );
  });
});

const plates: fc.Arbitrary<TestWell[]> = fc.uniqueArray(
  fc.record({
    well: fc.integer({ min: 1, max: 99 }).map((column) => `A${String(column).padStart(2, "0")}`),
    plate: fc.constantFrom("P1", "P2"),
    role: fc.constantFrom<Role>("negative", "positive", "sample", "reference", "empty"),
    part: fc.constantFrom<Part>("train", "validate", "test"),
    compound: fc.constantFrom("a", "b"),
    micromolar: fc.constantFrom(0, 0.1, 0.3, 1, 3, 10),
    logits: fc.array(
      fc.oneof(fc.integer({ min: -20, max: 20 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY)),
      { maxLength: 3 },
    ),
  }),
  { selector: ({ well, plate }) => plate + well, maxLength: 40 },
);

function oddNumbers(value: unknown, path = ""): string[] {
  if (typeof value === "number") return Number.isFinite(value) ? [] : [`${path} is ${value}`];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => oddNumbers(inner, `${path}/${key}`));
}
