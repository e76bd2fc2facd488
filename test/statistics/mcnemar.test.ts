import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mcnemarExact } from "../../src/statistics/mcnemar.ts";
import { comparisons } from "./comparison-fixture.ts";

describe("McNemar's exact test", () => {
  test.each(comparisons.mcnemar)("is statsmodels' of $first against $second", ({ first, second, p }) => {
    expect(mcnemarExact(first, second) / p).toBeCloseTo(1, 9);
  });

  test("is by hand: of three coins all the same side, 2 of 8", () => {
    expect(mcnemarExact(3, 0)).toBeCloseTo(0.25, 12);
  });

  test("lies in (0, 1], is the same for both judges, and falls as one count grows beyond the other", () => {
    const count = fc.nat(600);
    fc.assert(
      fc.property(count, count, (one, other) => {
        const p = mcnemarExact(one, other);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(mcnemarExact(other, one)).toBe(p);
        if (one >= other) expect(mcnemarExact(one + 1, other)).toBeLessThanOrEqual(p * (1 + 1e-9));
      }),
    );
  });
});
