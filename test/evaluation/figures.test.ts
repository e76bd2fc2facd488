import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { areaOf, judgeFigures, onOwnScale, ownScale } from "../../src/evaluation/figures.ts";
import type { JudgedWell } from "../../src/records/comparison.ts";

const judged = (fold: string, ...said: [label: 0 | 1, logit: number][]): JudgedWell[] =>
  said.map(([label, logit], i) => ({ plate: fold, well: `A0${i + 1}`, fold, label, logit }));

describe("figures of folds", () => {
  // fold-1 is right about 3 of 4 with 3 of 4 pairs in order; fold-2, far off to the right, about 1 of 2 with its pair in order.
  const wells = [...judged("fold-1", [0, -1], [0, 0.5], [1, 0.2], [1, 3]), ...judged("fold-2", [0, 10], [1, 12])];

  test("are means over the folds, by hand", () => {
    const { accuracy, auc, correct, nWells, folds, interval } = judgeFigures(wells, ["fold-1", "fold-2", "fold-3"]);
    expect(folds.map((fold) => [fold.name, fold.accuracy, fold.auc])).toEqual([
      ["fold-1", 0.75, 0.75],
      ["fold-2", 0.5, 1],
    ]);
    expect([accuracy, auc, correct, nWells]).toEqual([0.625, 0.875, 4, 6]);
    expect(judgeFigures([...wells, ...judged("fold-3", [1, 1], [1, 2])], ["fold-1"]).nCommoner).toBe(5);
    // Wilson's interval of 4 of 6: statsmodels 0.14 proportion_confint(4, 6, method="wilson").
    expect(interval.kind).toBe("wilson");
    expect(interval.low).toBeCloseTo(0.299993, 5);
    expect(interval.high).toBeCloseTo(0.90323, 4);
  });

  test("have the wider interval: over plates where these differ, and from eight plates on", () => {
    // Half of the plates are all right, half all wrong: 20 wells of a plate are no 20 witnesses.
    const screened = (plates: number) =>
      Array.from({ length: plates }, (_, p) =>
        Array.from({ length: 20 }, (_, i): JudgedWell => {
          const label = i % 2 === 0 ? 0 : 1;
          const isRight = p % 2 === 0;
          return {
            plate: `P${p}`,
            well: `A${i + 1}`,
            fold: "fold-1",
            label,
            logit: isRight === (label === 1) ? 1 : -1,
          };
        }),
      ).flat();
    const { interval } = judgeFigures(screened(8), ["fold-1"]);
    expect(interval.kind).toBe("bootstrap");
    // The plates' share of right ones is binomial(8, ½) / 8: of 0 or 1 of 8, 3.5 % lie at either end.
    expect([interval.low, interval.high]).toEqual([expect.closeTo(0.125, 1), expect.closeTo(0.875, 1)]);
    expect(judgeFigures(screened(6), ["fold-1"]).interval.kind).toBe("wilson");
    // Plates that are all alike say less of their spread than their wells do.
    const even = screened(8).map((well, i) => ({ ...well, plate: `P${i % 8}` }));
    expect(judgeFigures(even, ["fold-1"]).interval.kind).toBe("wilson");
  });

  test("are the same whatever the order of the wells", () => {
    const expected = judgeFigures(wells, ["fold-1", "fold-2"]);
    fc.assert(
      fc.property(fc.shuffledSubarray(wells, { minLength: wells.length }), (shuffled) => {
        expect(judgeFigures(shuffled, ["fold-1", "fold-2"])).toEqual(expected);
      }),
    );
  });

  test("an own scale takes away what differs between networks and nothing else", () => {
    // The same wells by a network that doubles and shifts every score.
    const scores = [-3, -1, 2, 6].map((score, i) => ({ label: i < 2 ? (0 as const) : (1 as const), score }));
    const other = scores.map(({ label, score }) => ({ label, score: 2 * score + 30 }));
    const on = (own: typeof scores) => own.map(({ score }) => onOwnScale(score, ownScale(own)));
    expect(on(other)).toEqual(on(scores));
    expect(on(scores)).toEqual([-1 / 6, 1 / 6, 4 / 6, 8 / 6].map((value) => expect.closeTo(value, 12)));
    expect(areaOf([...scores, ...other])).toBeLessThan(1);
    const pooled = [...scores, ...other].map(({ label }, i) => ({ label, score: [...on(scores), ...on(other)][i]! }));
    expect(areaOf(pooled)).toBe(1);
  });

  test("there is no scale between equal means, nor without a role", () => {
    const same = [0.1, 0.1, 0.1].flatMap((score) => [0, 1].map((label) => ({ label: label as 0 | 1, score })));
    expect(ownScale(same)).toBeNull();
    expect(ownScale([{ label: 1, score: 2 }])).toBeNull();
    expect(onOwnScale(3, null)).toBeNull();
    expect(areaOf([{ label: 1, score: 2 }])).toBeNull();
  });
});
