import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { median } from "../../src/statistics/descriptive.ts";
import { quantile } from "../../src/statistics/quantile.ts";
import { numbers } from "./arbitraries.ts";

describe("A quantile", () => {
  test("interpolates between order statistics", () => {
    expect(quantile([10, 20, 30, 40], 0.25)).toBe(17.5);
    expect(quantile([40, 10], 0.9)).toBeCloseTo(37, 12);
    expect(quantile([7], 0.3)).toBe(7);
  });

  test("is the smallest value at 0, the median at a half and the largest at 1", () => {
    fc.assert(
      fc.property(numbers(1), (values) => {
        expect(quantile(values, 0)).toBe(Math.min(...values));
        expect(quantile(values, 0.5)).toBeCloseTo(median(values), 9);
        expect(quantile(values, 1)).toBe(Math.max(...values));
      }),
    );
  });

  test("never falls as its share grows", () => {
    fc.assert(
      fc.property(
        numbers(1),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, p, q) => {
          expect(quantile(values, Math.min(p, q))).toBeLessThanOrEqual(quantile(values, Math.max(p, q)) + 1e-9);
        },
      ),
    );
  });

  test("takes shares, not percents", () => {
    expect(() => quantile([1, 2], 25)).toThrow(
      "Computing a quantile: expected a share between 0 and 1, found 25.\nWrite 0.25 for the first quartile, not 25.",
    );
    expect(() => quantile([], 0.5)).toThrow(expect.objectContaining({ code: "too-few-values" }));
  });
});
