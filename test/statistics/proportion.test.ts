import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalQuantile } from "../../src/statistics/normal.ts";
import { wilson } from "../../src/statistics/proportion.ts";

const counts = fc
  .integer({ min: 1, max: 500 })
  .chain((n) => fc.record({ n: fc.constant(n), k: fc.integer({ min: 0, max: n }) }));

describe("Wilson's interval", () => {
  test("of nothing in n is 0 to z² / (n + z²)", () => {
    const z2 = 1.959963984540054 ** 2;
    const { low, high } = wilson(0, 4);
    expect(low).toBe(0);
    expect(high).toBeCloseTo(z2 / (4 + z2), 12);
  });

  test("holds the share, stays within 0 and 1, and has a width", () => {
    fc.assert(
      fc.property(counts, ({ n, k }) => {
        const { low, high } = wilson(k, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(k / n);
        expect(high).toBeGreaterThanOrEqual(k / n);
        expect(high - low).toBeGreaterThan(0);
      }),
    );
  });

  test("of the failures mirrors that of the successes", () => {
    fc.assert(
      fc.property(counts, ({ n, k }) => {
        expect(wilson(n - k, n).low).toBeCloseTo(1 - wilson(k, n).high, 12);
      }),
    );
  });

  test("is wider at a higher level", () => {
    expect(wilson(9, 10, 0.99).low).toBeLessThan(wilson(9, 10).low);
  });

  test("refuses more successes than trials", () => {
    expect(() => wilson(3, 2)).toThrow(
      "Computing the interval of a proportion: expected between 0 and n successes of at least 1, found 3 of 2.\nA share needs something that was counted.",
    );
    expect(() => wilson(0, 0)).toThrow(expect.objectContaining({ code: "bad-proportion" }));
  });
});

describe("The normal quantile", () => {
  test("has the values of the tables, far into the tails", () => {
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
    expect(normalQuantile(0.8413447460685429)).toBeCloseTo(1, 13);
    // The last two solved with mpmath at 40 digits.
    expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 12);
    expect(normalQuantile(1e-300)).toBeCloseTo(-37.0470962993612, 10);
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
  });

  test("is antisymmetric and rises", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.499, noNaN: true }), (p) => {
        expect(normalQuantile(p)).toBeCloseTo(-normalQuantile(1 - p), 9);
        expect(normalQuantile(p)).toBeLessThan(normalQuantile(p + 0.001));
      }),
    );
  });
});
