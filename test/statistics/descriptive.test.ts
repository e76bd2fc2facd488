import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ascending, mad, mean, median, sd, variance } from "../../src/statistics/descriptive.ts";
import { numbers } from "./arbitraries.ts";

describe("The mean and the variance", () => {
  test("are 5 and 10 of 1, 5 and 9, but for n − 1 below the line", () => {
    expect(mean([1, 5, 9])).toBe(5);
    expect(variance([1, 5, 9])).toBe(16);
    expect(sd([1, 5, 9])).toBe(4);
  });

  test("keep their digits where the mean is large beside the spread", () => {
    expect(variance([1e9 + 1, 1e9 + 2, 1e9 + 3])).toBe(1);
  });

  test("move with the values, and the spread does not", () => {
    fc.assert(
      fc.property(numbers(2), (values) => {
        const moved = values.map((value) => value + 64);
        expect(mean(moved)).toBeCloseTo(mean(values) + 64, 6);
        expect(sd(moved)).toBeCloseTo(sd(values), 6);
      }),
    );
  });

  test("need one value and two values", () => {
    expect(() => mean([])).toThrow(
      "Computing a mean: expected at least 1 value, found 0.\nCheck that the wells meant here were imaged and scored.",
    );
    expect(() => variance([1])).toThrow(expect.objectContaining({ code: "too-few-values" }));
  });
});

describe("The median", () => {
  test("is the middle value, or halfway between the two middle ones", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 9, 1, 5])).toBe(7);
  });

  test("sorts numbers as numbers", () => {
    expect(ascending([10, 9, -1])).toEqual([-1, 9, 10]);
  });

  test("has as many values on one side as on the other", () => {
    fc.assert(
      fc.property(numbers(1), (values) => {
        const middle = median(values);
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });
});

describe("The scaled median absolute deviation", () => {
  test("is 1.4826 where half of the values lie within 1 of the median", () => {
    expect(mad([1, 2, 3, 4, 5])).toBeCloseTo(1.4826, 12);
  });

  test("does not move when one value becomes an outlier", () => {
    expect(mad([1, 2, 3, 4, 5000])).toBe(mad([1, 2, 3, 4, 5]));
  });
});
