import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { auc, youden } from "../../src/statistics/roc.ts";

const labelled = fc
  .array(fc.record({ label: fc.integer({ min: 0, max: 1 }), score: fc.integer({ min: -5, max: 5 }) }), {
    minLength: 2,
    maxLength: 25,
  })
  .map((items) => ({ labels: items.map(({ label }) => label), scores: items.map(({ score }) => score) }))
  .filter(({ labels }) => labels.includes(0) && labels.includes(1));

describe("The AUC", () => {
  test("is 1 where every positive outscores every negative, and 3 of 4 pairs are 0.75", () => {
    expect(auc({ labels: [0, 0, 1, 1], scores: [1, 2, 3, 4] })).toBe(1);
    expect(auc({ labels: [0, 1, 0, 1], scores: [1, 2, 3, 4] })).toBe(0.75);
    expect(auc({ labels: [0, 1], scores: [1, 1] })).toBe(0.5);
  });

  test("counts the pairs in the right order, a tie as half", () => {
    fc.assert(
      fc.property(labelled, ({ labels, scores }) => {
        const positive = scores.filter((_, i) => labels[i] === 1);
        const negative = scores.filter((_, i) => labels[i] === 0);
        const won = positive.flatMap((p) => negative.map((n) => (p > n ? 1 : p === n ? 0.5 : 0)));
        expect(auc({ labels, scores })).toBeCloseTo(won.reduce<number>((sum, pair) => sum + pair, 0) / won.length, 12);
      }),
    );
  });

  test("turns to 1 − AUC when the labels are exchanged", () => {
    fc.assert(
      fc.property(labelled, ({ labels, scores }) => {
        const exchanged = labels.map((label) => 1 - label);
        expect(auc({ labels: exchanged, scores })).toBeCloseTo(1 - auc({ labels, scores }), 12);
      }),
    );
  });

  test("needs both classes", () => {
    expect(() => auc({ labels: [1, 1], scores: [1, 2] })).toThrow(
      "Computing an AUC: expected scores of both classes, found 2 positive and 0 negative.\nMark wells of both controls in the plate map.",
    );
  });
});

describe("Youden's J", () => {
  test("finds the highest of the best thresholds", () => {
    expect(youden({ labels: [0, 0, 1, 1], scores: [1, 2, 3, 4] })).toEqual({ j: 1, threshold: 3 });
    // Both 4 and 2 catch one more positive than the chance they take: the higher counts.
    expect(youden({ labels: [1, 0, 1, 0], scores: [4, 3, 2, 1] })).toEqual({ j: 0.5, threshold: 4 });
  });

  test("is 0, at no threshold, where positives never outscore", () => {
    expect(youden({ labels: [1, 0], scores: [1, 2] })).toEqual({ j: 0, threshold: Number.POSITIVE_INFINITY });
  });

  test("is what its threshold gives, and no threshold gives more", () => {
    fc.assert(
      fc.property(labelled, ({ labels, scores }) => {
        const share = (label: number, threshold: number) => {
          const own = scores.filter((_, i) => labels[i] === label);
          return own.filter((score) => score >= threshold).length / own.length;
        };
        const at = (threshold: number) => share(1, threshold) - share(0, threshold);
        const { j, threshold } = youden({ labels, scores });
        expect(at(threshold)).toBeCloseTo(j, 12);
        for (const score of scores) expect(at(score)).toBeLessThanOrEqual(j + 1e-12);
      }),
    );
  });
});
