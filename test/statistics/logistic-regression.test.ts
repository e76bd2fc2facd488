import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { openRandom } from "../../src/base/random.ts";
import { fitLogisticLine, type LabelledRows, logOdds } from "../../src/statistics/logistic-regression.ts";

const numbers = z.array(z.number());
const { fits } = z
  .object({
    fits: z.array(
      z.object({
        name: z.string(),
        rows: z.array(numbers),
        labels: numbers,
        penalty: z.number(),
        intercept: z.number(),
        weights: numbers,
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL("../fixtures/statistics/logistic-regression.json", import.meta.url), "utf8")));

describe("A logistic regression", () => {
  test.each(fits)("is scikit-learn's or statsmodels': $name", ({ rows, labels, penalty, intercept, weights }) => {
    const line = fitLogisticLine({ rows, labels }, { penalty });
    expect(line.weights).toHaveLength(weights.length);
    const size = Math.max(1, ...weights.map(Math.abs));
    for (const [j, weight] of weights.entries()) expect((line.weights[j]! - weight) / size).toBeCloseTo(0, 6);
    expect((line.intercept - intercept) / Math.max(1, Math.abs(intercept))).toBeCloseTo(0, 6);
  });

  test("without a telling column gives the log-odds of the classes as its intercept", () => {
    const line = fitLogisticLine({ rows: [[5], [5], [5], [5]], labels: [1, 1, 1, 0] });
    expect(line.weights).toEqual([0]);
    expect(line.intercept).toBeCloseTo(Math.log(3), 10);
  });

  test("stays finite on separable classes with hardly any penalty, and gets them all right", () => {
    const rows = [[-1], [-0.5], [0.5], [1]];
    const line = fitLogisticLine({ rows, labels: [0, 0, 1, 1] }, { penalty: 1e-12 });
    expect(line.weights.every(Number.isFinite)).toBe(true);
    expect(rows.map((row) => logOdds(line, row) > 0)).toEqual([false, false, true, true]);
  });

  test("has a slope of zero at its answer, for any rows and penalty", () => {
    fc.assert(
      fc.property(examples, fc.constantFrom(0.01, 1, 30), ({ rows, labels }, penalty) => {
        const line = fitLogisticLine({ rows, labels }, { penalty });
        const errors = rows.map((row, i) => 1 / (1 + Math.exp(-logOdds(line, row))) - labels[i]!);
        const slopes = line.weights.map((weight, j) =>
          errors.reduce((sum, error, i) => sum + error * rows[i]![j]!, penalty * weight),
        );
        for (const slope of [errors.reduce((sum, error) => sum + error, 0), ...slopes]) expect(slope).toBeCloseTo(0, 7);
      }),
    );
  });

  test("changes sign when the classes change places", () => {
    fc.assert(
      fc.property(examples, ({ rows, labels }) => {
        const line = fitLogisticLine({ rows, labels });
        const turned = fitLogisticLine({ rows, labels: labels.map((label) => 1 - label) });
        expect(turned.intercept).toBeCloseTo(-line.intercept, 7);
        for (const [j, weight] of line.weights.entries()) expect(turned.weights[j]!).toBeCloseTo(-weight, 7);
      }),
    );
  });

  test.each([
    [{ rows: [[1], [2]], labels: [1, 1] }, 1, "expected rows of both classes, found 2 of class 1 and 0 of class 0"],
    [{ rows: [[1], [2]], labels: [0, 1] }, 0, "expected a penalty above 0, found 0"],
    [{ rows: [[1], [Number.NaN]], labels: [0, 1] }, 1, "expected finite numbers, found NaN in row 2, column 1"],
  ])("refuses what has no answer: %j, penalty %s", (rows, penalty, message) => {
    expect(() => fitLogisticLine(rows, { penalty })).toThrow(`Fitting a logistic regression: ${message}`);
  });
});

/** 4 to 30 rows of 1 to 6 columns, both classes among them. */
const examples: fc.Arbitrary<LabelledRows> = fc
  .record({ seed: fc.integer(), count: fc.integer({ min: 4, max: 30 }), columns: fc.integer({ min: 1, max: 6 }) })
  .map(({ seed, count, columns }) => {
    const random = openRandom(seed, "rows");
    const rows = Array.from({ length: count }, () => Array.from({ length: columns }, () => random.normal()));
    return { rows, labels: rows.map((row, i) => (i < 2 ? i : row[0]! + random.normal() > 0 ? 1 : 0)) };
  });
