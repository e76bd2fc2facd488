import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openRandom } from "../../src/base/random.ts";
import { bootstrapInterval } from "../../src/statistics/bootstrap.ts";
import { mean } from "../../src/statistics/descriptive.ts";
import { numbers } from "./arbitraries.ts";
import { scipy } from "./scipy-fixture.ts";

describe("The bootstrap interval", () => {
  // SciPy drew 400,000 times, we 40,000: a value of these few counts may win or lose an end by chance, the next one lies within 0.02.
  test.each(scipy.bootstraps)("is SciPy's for $name", ({ correct, n, interval }) => {
    const plates = correct.map((right, i) => ({ right, n: n[i]! }));
    const ours = bootstrapInterval(
      plates,
      (drawn) => drawn.reduce((sum, { right }) => sum + right, 0) / drawn.reduce((sum, plate) => sum + plate.n, 0),
      { random: openRandom(1), draws: 40_000 },
    );
    expect(Math.abs(ours.low - interval[0])).toBeLessThanOrEqual(0.01);
    expect(Math.abs(ours.high - interval[1])).toBeLessThanOrEqual(0.01);
  });

  test("lies among the items for a mean, is wider at a higher level, and has no width where all are alike", () => {
    fc.assert(
      fc.property(numbers(2), fc.integer(), (values, seed) => {
        const at = (level: number) => bootstrapInterval(values, mean, { random: openRandom(seed), draws: 200, level });
        const [narrow, wide] = [at(0.5), at(0.95)];
        expect(wide.low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(wide.high).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
        expect(wide.low).toBeLessThanOrEqual(narrow.low);
        expect(wide.high).toBeGreaterThanOrEqual(narrow.high);
        const alike = bootstrapInterval([values[0]!, values[0]!], ([first]) => first!, { random: openRandom(seed) });
        expect(alike).toEqual({ low: values[0], high: values[0] });
      }),
    );
  });

  test("is the same for the same stream of random numbers", () => {
    const once = () => bootstrapInterval([1, 5, 2, 9], mean, { random: openRandom(3, "plates"), draws: 99 });
    expect(once()).toEqual(once());
  });

  test("refuses a single item", () => {
    expect(() => bootstrapInterval([1], mean, { random: openRandom(1) })).toThrow(
      "Computing a bootstrap interval: expected at least 2 items to draw from, found 1.\n" +
        "A figure from one plate or well has no spread to learn from.",
    );
  });
});
