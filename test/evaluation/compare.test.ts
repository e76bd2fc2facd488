import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pairedComparison } from "../../src/evaluation/compare.ts";
import type { JudgedWell } from "../../src/records/comparison.ts";
import { comparisons } from "../statistics/comparison-fixture.ts";

/** Wells of one plate, by who is right: `1` the first alone, `2` the second alone, `b` both, `-` neither. */
function plate(name: string, right: string): { first: JudgedWell[]; second: JudgedWell[] } {
  const judge = (own: string) =>
    [...right].map((who, i): JudgedWell => {
      const label = i % 2 === 0 ? 0 : 1;
      const isRight = who === own || who === "b";
      const well = `A${String(i + 1).padStart(2, "0")}`;
      return { plate: name, well, fold: "fold-1", label, logit: isRight === (label === 1) ? 2 : -2 };
    });
  return { first: judge("1"), second: judge("2") };
}

function plates(...rights: readonly string[]) {
  const all = rights.map((right, i) => plate(`P${i + 1}`, right));
  return { first: all.flatMap(({ first }) => first), second: all.flatMap(({ second }) => second) };
}

describe("A paired comparison", () => {
  test("counts by hand who was right", () => {
    const { first, second } = plates("11b-", "b2bb");
    expect(pairedComparison(first, second, { seed: 1 })).toEqual({
      nWells: 8,
      nPlates: 2,
      accuracyFirst: 6 / 8,
      accuracySecond: 5 / 8,
      difference: 1 / 8,
      low: null,
      high: null,
      onlyFirstRight: 2,
      onlySecondRight: 1,
      mcnemarP: 1,
    });
  });

  test("has SciPy's bootstrap interval over plates", () => {
    const { wells, onlyFirst, onlySecond, interval } = comparisons.bootstrap;
    const { first, second } = plates(
      ...wells.map((n, i) => "1".repeat(onlyFirst[i]!).concat("2".repeat(onlySecond[i]!)).padEnd(n, "b")),
    );
    const { low, high } = pairedComparison(first, second, { seed: 3 });
    // SciPy drew 400,000 times, we 9,999.
    expect(Math.abs(low! - interval[0])).toBeLessThan(0.01);
    expect(Math.abs(high! - interval[1])).toBeLessThan(0.01);
  });

  test("has an interval from eight plates on, and only then", () => {
    const seven = plates(...Array.from({ length: 7 }, () => "1b2b"));
    const eight = plates(...Array.from({ length: 8 }, () => "1b2b"));
    expect(pairedComparison(seven.first, seven.second, { seed: 1 }).low).toBeNull();
    expect(pairedComparison(eight.first, eight.second, { seed: 1 })).toMatchObject({ low: 0, high: 0 });
  });

  test("turns round when the judges change places, and does not know the wells' order", () => {
    const right = fc.array(fc.constantFrom("1", "2", "b", "-"), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(right, { minLength: 1, maxLength: 10 }), fc.integer(), (rights, seed) => {
        const { first, second } = plates(...rights.map((own) => own.join("")));
        const forth = pairedComparison(first, second, { seed });
        const back = pairedComparison(second, first, { seed });
        expect(back.difference).toBeCloseTo(-forth.difference, 12);
        expect(back.mcnemarP).toBe(forth.mcnemarP);
        if (forth.low !== null && back.high !== null) expect(back.high).toBeCloseTo(-forth.low, 12);
        expect(pairedComparison([...first].reverse(), [...second].reverse(), { seed })).toEqual(forth);
      }),
      { numRuns: 25 },
    );
  });

  test("looks at the wells that both have judged, each held to its own labels, and refuses to find none", () => {
    const { first, second } = plates("1b2-");
    expect(pairedComparison(first, second.slice(0, 2), { seed: 1 })).toMatchObject({ nWells: 2, onlyFirstRight: 1 });
    expect(() => pairedComparison(first, [], { seed: 1 })).toThrow(
      "Comparing two judgements of the control wells: expected wells that both have judged, found 4 wells in one, 0 in the other, and none in both.\n" +
        "Compare results on the same study.",
    );
    // Held to other labels, the second is right where it was wrong.
    const turned = second.map((well): JudgedWell => ({ ...well, label: well.label === 1 ? 0 : 1 }));
    expect(pairedComparison(first, turned, { seed: 1 }).accuracySecond).toBe(0.5);
  });
});
