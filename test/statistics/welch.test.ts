import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { welch } from "../../src/statistics/welch.ts";
import { numbers } from "./arbitraries.ts";

describe("Welch's test", () => {
  test("of 2 ± 1 against 0 ± 1 has t = 2 / √(1 + 1) and 2 degrees of freedom", () => {
    const { t, degreesOfFreedom, p } = welch([1, 3], [-1, 1]);
    expect(t).toBeCloseTo(Math.SQRT2, 12);
    expect(degreesOfFreedom).toBeCloseTo(2, 12);
    // With two degrees of freedom the tail is 1 − t / √(2 + t²).
    expect(p).toBeCloseTo(1 - Math.SQRT2 / 2, 12);
  });

  test("takes the degrees of freedom from the spreads where these differ", () => {
    // Variances of the means 1 and 0: all freedom is the first group's.
    expect(welch([1, 3], [0, 0, 0, 0]).degreesOfFreedom).toBeCloseTo(1, 12);
  });

  test("gives the same p and the opposite t when the groups are exchanged", () => {
    fc.assert(
      fc.property(numbers(2), numbers(2), (x, y) => {
        const [there, back] = [welch(x, y), welch(y, x)];
        expect(back.p).toBeCloseTo(there.p, 12);
        expect(back.t === -there.t || (there.t === 0 && back.t === 0)).toBe(true);
        expect(there.p).toBeGreaterThanOrEqual(0);
        expect(there.p).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("answers without NaN where nothing varies", () => {
    expect(welch([1, 1], [1, 1])).toMatchObject({ t: 0, p: 1 });
    expect(welch([2, 2], [1, 1])).toMatchObject({ t: Number.POSITIVE_INFINITY, p: 0 });
  });

  test("needs two values in each group", () => {
    expect(() => welch([1], [1, 2])).toThrow(expect.objectContaining({ code: "too-few-values" }));
  });
});
