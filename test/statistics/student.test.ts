import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { incompleteBeta, logGamma, studentQuantile, studentTwoSided } from "../../src/statistics/student.ts";

describe("Student's t", () => {
  test("with one degree of freedom is Cauchy's: 1 − 2 atan(t) / π lies outside ±t", () => {
    for (const t of [0.1, 1, 5, 1000]) {
      const expected = (2 * Math.atan(1 / t)) / Math.PI;
      expect(studentTwoSided(t, 1) / expected).toBeCloseTo(1, 12);
    }
  });

  test("with two degrees of freedom is 1 − t / √(2 + t²)", () => {
    expect(studentTwoSided(3, 2)).toBeCloseTo(1 - 3 / Math.sqrt(11), 13);
  });

  test("keeps its digits far out (mpmath at 40 digits)", () => {
    expect(studentTwoSided(40, 30) / 1.3726045194406403e-27).toBeCloseTo(1, 8);
    expect(studentTwoSided(Number.POSITIVE_INFINITY, 3)).toBe(0);
  });

  test("has the 95 % quantiles of the tables", () => {
    expect(studentQuantile(0.95, 1)).toBeCloseTo(12.706204736432095, 9);
    expect(studentQuantile(0.95, 32)).toBeCloseTo(2.036933343460102, 10);
    expect(studentQuantile(0, 5)).toBeCloseTo(0, 12);
  });

  test("goes from tail to quantile and back", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 200 }),
        (level, degrees) => {
          expect(1 - studentTwoSided(studentQuantile(level, degrees), degrees)).toBeCloseTo(level, 10);
        },
      ),
    );
  });
});

describe("The incomplete beta function", () => {
  test("is x^a where b is 1", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        fc.double({ min: 0.5, max: 50, noNaN: true }),
        (x, a) => {
          expect(incompleteBeta(x, a, 1)).toBeCloseTo(x ** a, 11);
        },
      ),
    );
  });

  test("mirrors: I_x(a, b) + I_{1−x}(b, a) is 1, and runs from 0 to 1", () => {
    expect(incompleteBeta(0.3, 2.5, 7) + incompleteBeta(0.7, 7, 2.5)).toBeCloseTo(1, 13);
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
  });
});

describe("The logarithm of the gamma function", () => {
  test("is that of (n − 1)! at whole numbers and of √π at a half", () => {
    expect(logGamma(6)).toBeCloseTo(Math.log(120), 12);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
    expect(logGamma(0.25)).toBeCloseTo(Math.log(3.625609908221908), 12);
  });
});
