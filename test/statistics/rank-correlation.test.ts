import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ranks, spearman } from "../../src/statistics/rank-correlation.ts";

const pair = fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -20, max: 20 }));
const pairs = fc.array(pair, { minLength: 2, maxLength: 30 });

describe("ranks", () => {
  test("count from one, and equal values share the mean of theirs", () => {
    expect(ranks([30, 10, 20, 20])).toEqual([4, 1, 2.5, 2.5]);
    expect(ranks([])).toEqual([]);
  });
});

describe("Spearman's ρ", () => {
  test("is 1 for what rises together, however bent, −1 for what falls, null where nothing rises", () => {
    expect(spearman([1, 2, 3, 4].map((x) => [x, x ** 5] as const))).toBe(1);
    expect(spearman([1, 2, 3, 4].map((x) => [x, -Math.exp(x)] as const))).toBe(-1);
    expect(spearman([1, 2, 3].map((x) => [x, 7] as const))).toBeNull();
  });

  // scipy.stats.spearmanr, SciPy 1.17.1.
  test.each([
    { x: [-0.652, -0.175, 1.664, 0.659, -1.641], y: [-0.658, -0.923, 1.842, -1.271, -1.351], rho: 0.6 },
    {
      x: [0.0, 1.0, 0.0, 0.5, -1.0, 1.5, -1.5, 1.0, 0.0, -0.5, -0.5, -0.5],
      y: [1.0, 1.0, 2.0, -2.0, -1.0, 1.0, -1.0, -1.0, -1.0, -1.0, -2.0, 1.0],
      rho: 0.28031497417284496,
    },
    {
      x: [0.0, 1.0, 0.5, -0.5, -0.5, 0.0, 0.5, 0.5, -0.5],
      y: [-1.0, 0.0, 0.0, -1.0, -1.0, 2.0, 0.0, 1.0, 0.0],
      rho: 0.4793899460572344,
    },
    {
      x: [
        -0.953, -0.369, 0.013, 0.774, -1.316, 1.371, -0.352, 0.169, 0.847, 0.661, 1.059, 0.173, -0.02, 0.316, -0.996,
        1.214,
      ],
      y: [
        -1.884, -1.881, 2.481, 0.61, -2.731, 3.594, -0.748, 1.444, -0.148, 0.362, -0.967, -2.118, -1.191, 0.223, -0.038,
        4.126,
      ],
      rho: 0.6058823529411764,
    },
  ])("is SciPy's: %#", ({ x, y, rho }) => {
    expect(spearman(x.map((value, i) => [value, y[i]!] as const))).toBeCloseTo(rho, 12);
  });

  test("does not change when a quantity is bent without changing its order, and turns its sign when it is turned round", () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const before = spearman(given);
        expect(spearman(given.map(([x, y]) => [x ** 3, y] as const))).toBe(before);
        expect(spearman(given.map(([x, y]) => [y, x] as const))).toBe(before);
        const turned = spearman(given.map(([x, y]) => [-x, y] as const));
        if (before === null) expect(turned).toBeNull();
        else expect(turned).toBeCloseTo(-before, 12);
      }),
    );
  });

  test("asks for two pairs", () => {
    expect(() => spearman([[1, 2]])).toThrow(
      "Correlating two quantities by rank: expected at least 2 pairs, found 1.\nCheck that the wells meant here were imaged and scored.",
    );
  });
});
