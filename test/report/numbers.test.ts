import { describe, expect, test } from "vitest";
import { count, decimals, dose, doseRange, doseWithInterval, percent } from "../../src/report/numbers.ts";

describe("Numbers on the page", () => {
  test("have a true minus sign, no minus zero, and a dash where there is none", () => {
    expect([decimals(-1.25, 1), decimals(-0.001, 2), decimals(null, 2)]).toEqual(["−1.3", "0.00", "–"]);
    expect([percent(0.975), percent(1), percent(0.7575), percent(null)]).toEqual(["97.5 %", "100 %", "75.8 %", "–"]);
    expect([count(1, "well"), count(2, "well"), count(51840, "field")]).toEqual(["1 well", "2 wells", "51,840 fields"]);
  });

  test("of concentrations take the unit that suits them, once where both ends share it", () => {
    expect(dose(0.0091)).toBe("9.1 nM");
    expect(dose(0)).toBe("0");
    expect(doseRange(3.41, 3.92)).toBe("3.41 to 3.92 µM");
    expect(doseRange(0.5, 2)).toBe("500 nM to 2 µM");
    expect(doseWithInterval(0.0091, 0.0085, 0.0097)).toBe("9.1 nM (8.5 to 9.7 nM)");
    expect(doseWithInterval(null, null, null)).toBe("–");
  });
});
