import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatConcentration, type Molar, parseConcentration } from "../../src/plates/concentrations.ts";

describe("a concentration", () => {
  test("is kept in moles per litre, to the nearest double", () => {
    expect(parseConcentration("0.98", "nM")).toBe(0.98e-9);
    expect(parseConcentration("30", "uM")).toBe(30e-6);
    expect(parseConcentration("1e-3", " M ")).toBe(1e-3);
    expect(parseConcentration("5", "pM")).toBe(5e-12);
    expect(parseConcentration("0", "mM")).toBe(0);
  });

  test("is the same with either micro sign", () => {
    expect(parseConcentration("10", "\u00b5M")).toBe(parseConcentration("10", "\u03bcM"));
  });

  test("tells mM from nM only by its unit's case and letters, so MM is refused", () => {
    expect(() => parseConcentration("10", "MM")).toThrow(
      'Reading a concentration: expected one of the units M, mM, µM, uM, nM, pM, found the unit "MM".\n' +
        "A bare number cannot be told from one a thousand times larger.",
    );
  });

  test("is refused without a unit", () => {
    expect(() => parseConcentration("10", "")).toThrow("found 10 without a unit.");
  });

  test.each(["-1", "ten", "1,5", "Infinity", ""])("is refused when the number is %j", (value) => {
    expect(() => parseConcentration(value, "nM")).toThrow(expect.objectContaining({ code: "bad-concentration" }));
  });

  test("is written in the unit that suits it", () => {
    const written = [0, 0.98e-9, 31.25e-9, 999.6e-9, 1e-6, 30e-6, 2, 4e-14].map((x) => formatConcentration(x as Molar));
    expect(written).toEqual(["0 M", "980 pM", "31.3 nM", "1 µM", "1 µM", "30 µM", "2 M", "0.04 pM"]);
  });

  test("keeps three digits through text and back", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 10, noNaN: true }), (value) => {
        const [number, unit] = formatConcentration(value as Molar).split(" ");
        const back = parseConcentration(number!, unit!);
        expect(Math.abs(back / value - 1)).toBeLessThan(0.006);
      }),
    );
  });
});
