import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatWell, parseWell, smallestPlate } from "../../src/plates/wells.ts";

describe("a well's name", () => {
  test("is read in every spelling that people use", () => {
    expect(parseWell("B3")).toEqual({ row: 1, column: 2 });
    expect(parseWell(" b03 ")).toEqual({ row: 1, column: 2 });
    expect(parseWell("H012")).toEqual({ row: 7, column: 11 });
    expect(parseWell("AF48")).toEqual({ row: 31, column: 47 });
  });

  test("goes on after Z with AA", () => {
    expect(formatWell({ row: 25, column: 0 })).toBe("Z01");
    expect(formatWell({ row: 26, column: 0 })).toBe("AA01");
    expect(formatWell({ row: 31, column: 47 })).toBe("AF48");
  });

  test("survives the round trip, for every well of every plate", () => {
    fc.assert(
      fc.property(fc.record({ row: fc.nat(31), column: fc.nat(47) }), (well) => {
        expect(parseWell(formatWell(well))).toEqual(well);
      }),
    );
  });

  test.each(["", "3B", "B", "B0", "A00", "A49", "AG01", "B3x", "B-3"])("is refused when it is %j", (name) => {
    expect(() => parseWell(name)).toThrow(expect.objectContaining({ code: "bad-well" }));
  });

  test("is refused in words that help", () => {
    expect(() => parseWell("AG1")).toThrow(
      'Reading a well name: expected letters for the row and a number for the column, from `A01` to `AF48`, found "AG1".\n' +
        "Write the well as it is printed on the plate, such as `B03`.",
    );
  });
});

describe("the smallest plate", () => {
  test("has the last row and the last column", () => {
    expect(smallestPlate([parseWell("B02"), parseWell("G10")])).toEqual({ rows: 8, columns: 12 });
    expect(smallestPlate([parseWell("A13")])).toEqual({ rows: 16, columns: 24 });
    expect(smallestPlate([])).toEqual({ rows: 2, columns: 3 });
  });
});
