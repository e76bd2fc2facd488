import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PredictionRecord } from "../../src/records/screen.ts";
import { chooseExamples } from "../../src/report/examples.ts";
import { screenBothScores } from "../../src/screening/screen.ts";
import { predictions } from "../../src/screening/wells.ts";
import { controls, screenInput, type TestWell } from "../screening/plate.ts";
import { amyloidPlates, libraryPlate, story } from "./synthetic.ts";

describe("The examples", () => {
  test("show of each control the median field and the one most like the other control", () => {
    const chosen = choose([
      ...controls("negative", "test", 1, [-5, -3, -1]),
      ...controls("negative", "train", 3, [-9, 4]),
      ...controls("positive", "test", 2, [2, 5, 9]),
      ...controls("positive", "train", 4, [-2]),
    ]);
    expect(chosen.map(({ role, choice, logit, part }) => [role, choice, logit, part])).toEqual([
      ["negative", "typical", -3, "test"],
      ["negative", "surprise", 4, "train"],
      ["positive", "typical", 5, "test"],
      ["positive", "surprise", -2, "train"],
    ]);
  });

  test("show the median field of each treatment, by compound as the map has them, challenge and dose, and the fields least like theirs", () => {
    const wells: TestWell[] = [
      { well: "A03", role: "sample", compound: "B", micromolar: 1, logits: [1, 2, 3, 9] },
      { well: "A04", role: "sample", compound: "A", micromolar: 10, challenge: "Aβ", logits: [7] },
      { well: "A05", role: "sample", compound: "A", micromolar: 10, logits: [5] },
      { well: "A06", role: "sample", compound: "A", micromolar: 3, logits: [4] },
    ];
    expect(choose(wells).map(({ compound, challenge, logit, choice }) => [compound, challenge, logit, choice])).toEqual(
      [
        ["B", null, 2, "typical"],
        ["A", null, 4, "typical"],
        ["A", null, 5, "typical"],
        ["A", "Aβ", 7, "typical"],
        ["B", null, 9, "surprise"],
        ["B", null, 1, "surprise"],
      ],
    );
  });

  test("carry their well's percent effect, and pictures numbered in their order", () => {
    const chosen = choose([
      ...controls("negative", "test", 1, [0, 0, 3]),
      ...controls("positive", "test", 2, [9, 11, 10]),
    ]);
    expect(chosen.map(({ image }) => image)).toEqual([1, 2, 3, 4].map((i) => `examples/0${i}.jpg`));
    // 0 % lies at a logit of 1, 100 % at 10.
    expect(chosen[2]!.percentEffect).toBeCloseTo(100, 9);
  });

  test("are at most 24, the highest doses of each series first, spread over the compounds", () => {
    const plates = chooseFrom(story(amyloidPlates(["1 A", "2 B", "3 C", "4 D"]), 3));
    expect(plates).toHaveLength(22);
    const doses = plates.filter(({ role, choice }) => role === "sample" && choice === "typical");
    expect(new Set(doses.map(({ compound, challenge }) => `${compound} ${challenge}`)).size).toBe(8);
    expect(new Set(doses.map(({ concentrationMicromolar }) => concentrationMicromolar))).toEqual(new Set([3, 10]));

    const library = chooseFrom(story(libraryPlate(), 3));
    expect(library).toHaveLength(24);
    const columns = new Set(library.filter(({ role }) => role === "sample").map(({ well }) => well.slice(0, 1)));
    expect(columns.size).toBeGreaterThan(10);
  });

  test("are none of no field, and leave out empty wells", () => {
    expect(choose([])).toEqual([]);
    expect(choose([{ well: "A01", role: "empty", logits: [1, 2, 3] }])).toEqual([]);
  });

  test("do not depend on the order of the records, and no field is shown twice", () => {
    const input = story(amyloidPlates(["1 A", "2 B"]), 4);
    const fields = predictions(input);
    const { wells } = screenBothScores(input).recommended;
    const expected = chooseExamples(fields, wells);
    const names = expected.map(({ plate, well, site }) => `${plate} ${well} ${site}`);
    expect(new Set(names).size).toBe(names.length);
    fc.assert(
      fc.property(shuffled(fields), (mixed) => {
        expect(chooseExamples(mixed, wells)).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });
});

function choose(wells: readonly TestWell[]) {
  return chooseFrom(screenInput(wells));
}

function chooseFrom(input: Parameters<typeof predictions>[0]) {
  return chooseExamples(predictions(input), screenBothScores(input).recommended.wells);
}

function shuffled(fields: readonly PredictionRecord[]): fc.Arbitrary<PredictionRecord[]> {
  return fc.shuffledSubarray([...fields], { minLength: fields.length, maxLength: fields.length });
}
