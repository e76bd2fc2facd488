import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePlateMap } from "../../src/plates/platemap.ts";
import { checkSplit, splitWells } from "../../src/plates/split.ts";
import type { PlateSplit, Study, WellSplit } from "../../src/plates/study.ts";
import { formatWell } from "../../src/plates/wells.ts";

const studyWith = (split: WellSplit | PlateSplit): Study => ({
  name: "pilot",
  folder: "/data",
  images: "images",
  format: "incell",
  channels: [{ name: "DNA", match: "DAPI" }],
  plateMap: "map.csv",
  classes: { negative: "healthy", positive: "harmed" },
  split,
});

const wellsOf = (plates: readonly string[], lines: string) =>
  parsePlateMap(`well,role\n${lines.trim().replaceAll(" ", "\n")}`, { path: "map.csv", plates });

const oddRows: WellSplit = { unit: "well", test: { rows: ["B"] }, validate: 0.25 };

describe("a split by wells", () => {
  test("tests the rows, columns and wells that the study names, and leaves wells without a class unused", () => {
    const wells = wellsOf(
      ["P"],
      "A1,negative A2,positive A3,sample B1,negative C2,positive D3,negative D4,negative E1,empty",
    );
    const split: WellSplit = { unit: "well", test: { rows: ["B"], columns: [4], wells: ["C02"] }, validate: 0 };
    expect([...splitWells(studyWith(split), wells, 1)]).toEqual([
      ["P/A01", "train"],
      ["P/A02", "train"],
      ["P/A03", "unused"],
      ["P/B01", "test"],
      ["P/C02", "test"],
      ["P/D03", "train"],
      ["P/D04", "test"],
      ["P/E01", "unused"],
    ]);
  });

  test("draws the share role by role, in whole wells, the same for any order of the map", () => {
    const row = fc.integer({ min: 2, max: 12 });
    fc.assert(
      fc.property(
        row,
        row,
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        fc.nat(),
        (negatives, positives, validate, seed) => {
          const name = (row: number, column: number) => formatWell({ row, column });
          const lines = [
            "B1,negative B2,positive",
            ...Array.from({ length: negatives }, (_, i) => `${name(0, i)},negative`),
            ...Array.from({ length: positives }, (_, i) => `${name(2, i)},positive`),
          ].join(" ");
          const wells = wellsOf(["P"], lines);
          const study = studyWith({ ...oddRows, validate });
          const parts = splitWells(study, wells, seed);
          for (const [role, count] of [
            ["negative", negatives],
            ["positive", positives],
          ] as const) {
            const drawn = wells.filter(
              (well) => well.role === role && parts.get(`P/${well.well}`) === "validate",
            ).length;
            const wanted = validate === 0 ? 0 : Math.max(1, Math.round(validate * count));
            expect(drawn).toBe(Math.min(wanted, count - 1));
          }
          const reversed = splitWells(study, [...wells].reverse(), seed);
          expect([...reversed].sort()).toEqual([...parts].sort());
        },
      ),
    );
  });

  test("draws other wells for another seed", () => {
    const wells = wellsOf(
      ["P", "Q"],
      "A1,negative A2,negative A3,negative A4,negative A5,positive A6,positive B1,negative B5,positive",
    );
    const drawn = (seed: number) =>
      [...splitWells(studyWith(oddRows), wells, seed)].filter(([, part]) => part === "validate");
    const draws = new Set([1, 2, 3, 4, 5].map((seed) => String(drawn(seed))));
    expect(draws.size).toBeGreaterThan(1);
    expect(drawn(1)).toEqual(drawn(1));
  });

  test("is refused where a role has no well left to test", () => {
    const wells = wellsOf(["P"], "A1,negative A3,negative A2,positive A4,positive B1,negative");
    expect(() => splitWells(studyWith(oddRows), wells, 1)).toThrow(
      `Splitting the wells of pilot: expected at least one positive control well to test, found none among 2 positive wells.
Hold out other wells or plates (\`split\` in the study), or mark more control wells in the plate map.`,
    );
  });

  test("is refused where a role has no well left to validate, unless none shall be", () => {
    const wells = wellsOf(["P"], "A1,negative A2,negative A3,positive B1,negative B2,positive");
    expect(() => splitWells(studyWith(oddRows), wells, 1)).toThrow(
      "expected at least one positive control well to validate, found none among 2 positive wells.",
    );
    expect(splitWells(studyWith({ ...oddRows, validate: 0 }), wells, 1).get("P/A03")).toBe("train");
  });

  test("is refused where a role has no well left to train on", () => {
    const wells = wellsOf(["P"], "B1,negative A2,positive B2,positive");
    expect(() => splitWells(studyWith(oddRows), wells, 1)).toThrow(
      "expected at least one negative control well to train on, found none among 1 negative well.",
    );
  });
});

describe("a split by plates", () => {
  const split: PlateSplit = { unit: "plate", test: { plates: ["P3"] }, validate: { plates: ["P2"] } };

  test("keeps each plate in one part", () => {
    const wells = wellsOf(["P1", "P2", "P3"], "A1,negative A2,positive A3,reference");
    expect(Object.fromEntries(splitWells(studyWith(split), wells, 1))).toEqual({
      "P1/A01": "train",
      "P1/A02": "train",
      "P1/A03": "unused",
      "P2/A01": "validate",
      "P2/A02": "validate",
      "P2/A03": "unused",
      "P3/A01": "test",
      "P3/A02": "test",
      "P3/A03": "unused",
    });
  });

  test("is refused if it names a plate that is not there, lest a held-out plate be trained on", () => {
    const wells = wellsOf(["plate-1", "plate-2", "plate-3"], "A1,negative A2,positive");
    const misspelt: PlateSplit = { ...split, test: { plates: ["plate_3"] }, validate: { plates: ["plate-2"] } };
    expect(() => splitWells(studyWith(misspelt), wells, 1)).toThrow(
      `Splitting the wells of pilot: expected plates of the study (plate-1, plate-2, plate-3), found \`plate_3\` (did you mean \`plate-3\`?).
Write the plates of \`split\` as the images' names or folders do.`,
    );
  });
});

describe("what a split names", () => {
  const map = wellsOf(["P1", "P2"], "B2,negative B3,positive C2,sample");
  const named = (test: WellSplit["test"], more: Partial<Study> = {}) =>
    checkSplit({ ...studyWith({ unit: "well", test, validate: 0 }), ...more }, map);

  test("is there", () => {
    named({ rows: ["B"], columns: [2], wells: ["C02", "C02"] });
    checkSplit(studyWith({ unit: "plate", test: { plates: ["P2", "P2"] }, validate: { plates: [] } }), map);
  });

  test("is refused if it is not, lest what was meant be trained on", () => {
    expect(() => named({ rows: ["B", "D"], columns: [3, 4], wells: ["C02", "C03"] })).toThrow(
      `Splitting the wells of pilot: expected rows, columns and wells of the plate map, found row D, column 4, well C03, where the plate map has no well.
Name in \`split.test\` what the plate map has; what is not there cannot be held out.`,
    );
    const plates: PlateSplit = { unit: "plate", test: { plates: ["P2"] }, validate: { plates: ["P11"] } };
    expect(() => checkSplit(studyWith(plates), map)).toThrow("found `P11` (did you mean `P1`?).");
  });

  test("is refused in the words of the study", () => {
    const wells = { letters: "columns", skip: ["I"] } as const;
    expect(() => named({ rows: ["D"], columns: [9], wells: ["C03"] }, { wells })).toThrow(
      "found row 4, column J, well C03, where",
    );
  });
});

test("a study without a split is refused, with one to start from", () => {
  const { split: _, ...study } = studyWith(oddRows);
  expect(() => splitWells(study, [], 1)).toThrow(
    `Splitting the wells of pilot: expected the key \`split\` in the study, found none.
Name the wells or plates to hold out, such as \`split: { unit: well, test: { rows: [B, D] }, validate: 0.25 }\`.`,
  );
});
