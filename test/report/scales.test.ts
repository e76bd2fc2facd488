import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linearScale, logScale, logTicks, px, ticks } from "../../src/report/scales.ts";

describe("A scale", () => {
  test("maps the ends onto the ends and the middle onto the middle", () => {
    expect([0, 5, 10].map(linearScale([0, 10], [100, 0]))).toEqual([100, 50, 0]);
    expect([1, 10, 100].map(logScale([1, 100], [0, 50]))).toEqual([0, 25, 50]);
    expect(linearScale([3, 3], [0, 50])(3)).toBe(0);
    expect(px(12.345)).toBe("12.3");
  });
});

describe("Ticks", () => {
  test("are round numbers within the range", () => {
    expect(ticks([-14, 114], 6)).toEqual([0, 50, 100]);
    expect(ticks([0, 0.73], 4)).toEqual([0, 0.2, 0.4, 0.6]);
    expect(ticks([3, 3], 4)).toEqual([3]);
  });

  test("are at most one more than asked for, and never outside", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (low, span) => {
          const found = ticks([low, low + span], 6);
          expect(found.length).toBeLessThanOrEqual(7);
          for (const tick of found) {
            expect(tick).toBeGreaterThanOrEqual(low - span * 1e-6);
            expect(tick).toBeLessThanOrEqual(low + span * (1 + 1e-6));
          }
        },
      ),
    );
  });

  test("of doses are powers of ten, or finer where the doses span less than two", () => {
    expect(logTicks([0.0006, 0.4])).toEqual([0.001, 0.01, 0.1]);
    expect(logTicks([1.5, 60])).toEqual([2, 5, 10, 20, 50]);
  });
});
