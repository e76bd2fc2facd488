import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Role } from "../../src/plates/roles.ts";
import { screenWells } from "../../src/screening/screen.ts";
import { screenInput, type TestWell } from "./plate.ts";

const lines = readFileSync(new URL("../fixtures/screening/bbbc013-ratio.csv", import.meta.url), "utf8")
  .trim()
  .split("\n");
const wells = lines.slice(1).map((line): TestWell => {
  const [well, role, compound, micromolar, score] = line.split(",") as [string, Role, string, string, string];
  return { well, role, ...(compound && { compound }), micromolar: Number(micromolar), logits: [Number(score)] };
});
const { doses, compounds, quality, warnings } = screenWells({ ...screenInput(wells), score: "logit" });

describe("A real plate, BBBC013, by a classical score", () => {
  test("has the Z′ and the robust Z′ that NumPy finds", () => {
    expect(quality[0]!.all).toMatchObject({
      nNegative: 16,
      nPositive: 8,
      zPrime: expect.closeTo(0.7489, 4),
      robustZPrime: expect.closeTo(0.798, 3),
    });
    expect(warnings).toEqual([]);
  });

  // SciPy's interval is ±1.96 standard errors; Student's t with 32 degrees of freedom is 2.037.
  test.each([
    ["Wortmannin", 8.9852e-3, [8.4531e-3, 9.5508e-3], 3.1044],
    ["LY294002", 3.7243, [3.4841, 3.981], 2.7595],
  ] as const)("has SciPy's EC50 of %s", (name, ec50, [low, high], hill) => {
    const record = compounds.find(({ compound }) => compound === name)!;
    expect(record).toMatchObject({ nPlates: 1, nWells: 36, nDoses: 9, note: null });
    expect(record.ec50Micromolar! / ec50).toBeCloseTo(1, 3);
    expect(record.curve!.hill).toBeCloseTo(hill, 2);
    const factor = 2.0369 / 1.96;
    expect(Math.log(ec50 / record.ec50LowMicromolar!) / Math.log(ec50 / low) / factor).toBeCloseTo(1, 1);
    expect(Math.log(record.ec50HighMicromolar! / ec50) / Math.log(high / ec50) / factor).toBeCloseTo(1, 1);
  });

  test("has a row a dose of four wells, rising to the top", () => {
    const rows = doses.filter(({ compound, roles }) => compound === "Wortmannin" && roles[0] === "sample");
    expect(rows.map(({ nWells }) => nWells)).toEqual(Array(9).fill(4));
    const means = rows.map(({ mean }) => mean!);
    expect(means[0]).toBeLessThan(10);
    expect(means.at(-1)).toBeGreaterThan(90);
    for (const { low, mean, high } of rows) expect(low! < mean! && mean! < high!).toBe(true);
  });
});
