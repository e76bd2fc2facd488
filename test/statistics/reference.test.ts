import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { statisticsChecks } from "./reference-checks.ts";

const reference: unknown = JSON.parse(
  readFileSync(new URL("../fixtures/reference/reference.json", import.meta.url), "utf8"),
);

describe("Statistics agree with SciPy, statsmodels and scikit-learn", () => {
  for (const { name, run } of statisticsChecks(reference)) test(name, run);
});

describe("The checks of a reference file", () => {
  test("cover every entry of the file that we ship", () => {
    const checks = statisticsChecks(reference);
    expect(checks).toHaveLength(9);
    expect(checks.filter(({ skipped }) => skipped)).toEqual([]);
  });

  test("name an entry that is not computed here as skipped", () => {
    const [check] = statisticsChecks({ statistics: { tetrachoric: { r: 1 } } });
    expect(check).toMatchObject({ name: "statistics › tetrachoric (skipped: not computed here)", skipped: true });
  });

  test("fail where a number differs by more than a hundred thousandth of its size", () => {
    const check = (high: number) =>
      statisticsChecks({ statistics: { wilson: [{ successes: 5, n: 5, interval: [0.5655175352, high] }] } })[0]!;
    expect(check(1 + 5e-6).run).not.toThrow();
    expect(check(1 + 5e-5).run).toThrow("5 of 5[1]: 1, expected 1.00005");
  });
});
