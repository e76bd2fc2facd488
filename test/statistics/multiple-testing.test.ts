import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { benjaminiHochberg } from "../../src/statistics/multiple-testing.ts";

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });

describe("Benjamini–Hochberg", () => {
  test("multiplies by n over rank and never lets a smaller p have a larger q", () => {
    // 0.04 · 4 / 3 = 0.0533 is lowered to the 0.05 of the largest: 0.05 · 4 / 4.
    expect(benjaminiHochberg([0.04, 0.01, 0.05, 0.02])).toEqual(
      [0.05, 0.04, 0.05, 0.04].map((q) => expect.closeTo(q, 12)),
    );
  });

  test("leaves one test as it is, and nothing as nothing", () => {
    expect(benjaminiHochberg([0.03])).toEqual([0.03]);
    expect(benjaminiHochberg([])).toEqual([]);
  });

  test("keeps the order of the p values, raises each, and stays at most 1", () => {
    fc.assert(
      fc.property(pValues, (p) => {
        const q = benjaminiHochberg(p);
        q.forEach((value, i) => {
          expect(value).toBeGreaterThanOrEqual(p[i]! * (1 - 1e-12));
          expect(value).toBeLessThanOrEqual(1);
          for (let j = 0; j < q.length; j++) if (p[j]! < p[i]!) expect(q[j]!).toBeLessThanOrEqual(value);
        });
      }),
    );
  });

  test("calls as many tests as the step-up rule does", () => {
    fc.assert(
      fc.property(pValues, (p) => {
        const sorted = [...p].sort((a, b) => a - b);
        const largest = sorted.findLastIndex((value, i) => value * p.length <= 0.05 * (i + 1) * (1 - 1e-12));
        const called = benjaminiHochberg(p).filter((q) => q <= 0.05).length;
        const ties = sorted.filter((value) => largest >= 0 && value <= sorted[largest]!).length;
        expect(called).toBeGreaterThanOrEqual(ties);
        expect(called - ties).toBeLessThanOrEqual(
          sorted.filter((value, i) => Math.abs(value * p.length - 0.05 * (i + 1)) < 1e-9).length,
        );
      }),
    );
  });
});
