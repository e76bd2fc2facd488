import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cohenD, robustZPrime, ssmd, zPrime } from "../../src/statistics/assay-quality.ts";
import { numbers } from "./arbitraries.ts";

const readings = numbers(2);

describe("Z′", () => {
  test("is 1 where neither control varies, and −∞ where their means are equal", () => {
    expect(zPrime({ positive: [9, 9], negative: [1, 1] })).toBe(1);
    expect(zPrime({ positive: [0, 2], negative: [1, 1] })).toBe(Number.NEGATIVE_INFINITY);
  });

  test("is 1 − 3 (√2 + 0) / 8 for 9 ± 1 against 1", () => {
    expect(zPrime({ positive: [8, 10], negative: [1, 1] })).toBeCloseTo(1 - (3 * Math.SQRT2) / 8, 12);
  });

  test("does not change when both controls are scaled and shifted", () => {
    fc.assert(
      fc.property(readings, readings, (positive, negative) => {
        const moved = (values: number[]) => values.map((value) => 4 * value + 128);
        const before = zPrime({ positive, negative });
        fc.pre(Number.isFinite(before) && Math.abs(before) < 1e6);
        expect(zPrime({ positive: moved(positive), negative: moved(negative) }) / before).toBeCloseTo(1, 4);
      }),
    );
  });

  test("does not care which control is called positive, and is at most 1", () => {
    fc.assert(
      fc.property(readings, readings, (positive, negative) => {
        expect(zPrime({ positive, negative })).toBe(zPrime({ positive: negative, negative: positive }));
        expect(zPrime({ positive, negative })).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("needs two wells of each control, and counts those it has", () => {
    expect(() => zPrime({ positive: [1], negative: [] })).toThrow(
      "Computing Z′: expected at least 2 wells of each control, found 1 positive control well and 0 negative control wells.\n" +
        "Mark more wells as controls in the plate map; a spread needs two values.",
    );
  });
});

describe("The robust Z′", () => {
  test("is that of the wells without the one outlier", () => {
    const negative = [1, 2, 3, 4, 5];
    const positive = [21, 22, 23, 24, 25];
    expect(robustZPrime({ positive, negative })).toBeCloseTo(1 - (3 * 2 * 1.4826) / 20, 12);
    expect(robustZPrime({ positive: [21, 22, 23, 24, 2500], negative })).toBe(robustZPrime({ positive, negative }));
  });
});

describe("SSMD and Cohen's d", () => {
  test("are (9 − 1) over √(2 + 2) and over √2 for 9 ± 1 against 1 ± 1", () => {
    const controls = { positive: [8, 10], negative: [0, 2] };
    expect(ssmd(controls)).toBeCloseTo(4, 12);
    expect(cohenD(controls)).toBeCloseTo(8 / Math.SQRT2, 12);
  });

  test("weigh the spread of the larger group more in d", () => {
    // Variances 2 (n = 2) and 0 (n = 3): pooled (1·2 + 2·0) / 3.
    expect(cohenD({ positive: [8, 10], negative: [1, 1, 1] })).toBeCloseTo(8 / Math.sqrt(2 / 3), 12);
  });

  test("change sign when the controls are exchanged", () => {
    fc.assert(
      fc.property(readings, readings, (positive, negative) => {
        expect(ssmd({ positive, negative }) + ssmd({ positive: negative, negative: positive })).toBe(0);
      }),
    );
  });

  test("are 0 where nothing differs and infinite where nothing varies", () => {
    expect(ssmd({ positive: [1, 1], negative: [1, 1] })).toBe(0);
    expect(cohenD({ positive: [2, 2], negative: [1, 1] })).toBe(Number.POSITIVE_INFINITY);
  });
});
