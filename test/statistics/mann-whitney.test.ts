import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mannWhitney } from "../../src/statistics/mann-whitney.ts";
import { numbers, tied } from "./arbitraries.ts";

describe("The Mann–Whitney test", () => {
  test("of 3 values all above 2 others wins all 6 pairs, which chance does in 1 of 10 orders, twice for two sides", () => {
    expect(mannWhitney([5, 6, 7], [1, 2])).toEqual({ u: 6, p: expect.closeTo(0.2, 12) });
  });

  test("counts a tie as half a pair", () => {
    expect(mannWhitney([1, 2], [2, 3]).u).toBe(0.5);
  });

  test("agrees with counting every order of small groups", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.integer(), (m, n, seed) => {
        const ranks = Array.from({ length: m + n }, (_, i) => i);
        const chosen = subsets(ranks, m);
        const mine = chosen[Math.abs(seed) % chosen.length]!;
        const u = (own: readonly number[]) => own.reduce((sum, rank) => sum + rank, 0) - (m * (m - 1)) / 2;
        const farther = (own: readonly number[]) => Math.max(u(own), m * n - u(own));
        const asFar = chosen.filter((own) => u(own) >= farther(mine)).length;
        const rest = ranks.filter((rank) => !mine.includes(rank));
        expect(mannWhitney(mine, rest)).toEqual({
          u: u(mine),
          p: expect.closeTo(Math.min(1, (2 * asFar) / chosen.length), 10),
        });
      }),
    );
  });

  test("divides the pairs between the two groups", () => {
    fc.assert(
      fc.property(tied(1), tied(1), (x, y) => {
        expect(mannWhitney(x, y).u + mannWhitney(y, x).u).toBe(x.length * y.length);
      }),
    );
  });

  test("looks at ranks only: any rising change of scale leaves it as it is", () => {
    fc.assert(
      fc.property(numbers(1), numbers(1), (x, y) => {
        const risen = (values: number[]) => values.map((value) => value ** 3 + value);
        expect(mannWhitney(risen(x), risen(y))).toEqual(mannWhitney(x, y));
      }),
    );
  });

  test("refuses an empty group", () => {
    expect(() => mannWhitney([], [1])).toThrow(
      "Comparing two groups by rank: expected at least 1 value in each group, found 0 and 1.\n" +
        "Check that the wells meant here were imaged and scored.",
    );
  });
});

function subsets(items: readonly number[], size: number): number[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => subsets(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]));
}
