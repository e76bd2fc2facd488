import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatLine,
  formatWell,
  geometryOf,
  parseLine,
  parseWell,
  plateSizes,
  smallestPlate,
  type WellNotation,
} from "../../src/plates/wells.ts";

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

describe("a notation", () => {
  const longSide: WellNotation = { plate: 96, letters: "columns", skip: ["I"] };
  const notations: fc.Arbitrary<WellNotation> = fc.record({
    plate: fc.constantFrom(...plateSizes),
    letters: fc.constantFrom("rows", "columns"),
    skip: fc.uniqueArray(fc.constantFrom("A", "I", "J", "O", "Z"), { maxLength: 3 }),
  });
  const notationAndWell = notations.chain((notation) => {
    const { rows, columns } = geometryOf(notation);
    return fc.tuple(fc.constant(notation), fc.record({ row: fc.nat(rows - 1), column: fc.nat(columns - 1) }));
  });

  test("whose letters count columns reads B4 as our D02", () => {
    expect(formatWell(parseWell("B4", longSide))).toBe("D02");
    expect(formatWell({ row: 3, column: 1 }, longSide)).toBe("B04");
  });

  test("that skips I has J for the ninth, and has no I", () => {
    expect(parseWell("J5", longSide)).toEqual({ row: 4, column: 8 });
    expect(parseWell("H5", longSide)).toEqual({ row: 4, column: 7 });
    expect(() => parseWell("I5", longSide)).toThrow(
      'expected letters for the column and a number for the row, from `A01` to `M08` without I, found "I5".',
    );
  });

  test("of skipped letters goes on after Z with AA", () => {
    const large: WellNotation = { plate: 1536, letters: "rows", skip: ["I", "O"] };
    expect(parseWell("Z1", large).row).toBe(23);
    expect(parseWell("AA1", large).row).toBe(24);
    expect(parseWell("AH1", large).row).toBe(31);
    expect(parseWell("AH1", large)).toEqual(parseWell("AF1"));
  });

  test.each([
    ["H12", { plate: 96, letters: "rows", skip: [] }, true],
    ["I12", { plate: 96, letters: "rows", skip: [] }, false],
    ["H13", { plate: 96, letters: "rows", skip: [] }, false],
    ["L8", { plate: 96, letters: "columns", skip: [] }, true],
    ["L9", { plate: 96, letters: "columns", skip: [] }, false],
    ["M8", { plate: 96, letters: "columns", skip: [] }, false],
    ["B3", { plate: 6, letters: "rows", skip: [] }, true],
    ["C1", { plate: 6, letters: "rows", skip: [] }, false],
  ] as const)("has the plate's wells and no more: %s in %o", (name, notation, isThere) => {
    const read = () => parseWell(name, notation);
    if (isThere) expect(formatWell(read(), notation)).toBe(name.replace(/^([A-Z])(\d)$/, "$10$2"));
    else expect(read).toThrow(expect.objectContaining({ code: "bad-well" }));
  });

  test("survives the round trip, for every well of every plate", () => {
    fc.assert(
      fc.property(notationAndWell, ([notation, well]) => {
        expect(parseWell(formatWell(well, notation), notation)).toEqual(well);
        expect(parseWell(formatWell(well, notation).toLowerCase(), notation)).toEqual(well);
      }),
    );
  });

  test("names rows and columns as it names wells", () => {
    expect(parseLine("3", "rows", longSide)).toBe(2);
    expect(parseLine("j", "columns", longSide)).toBe(8);
    expect(parseLine("9", "rows", longSide)).toBeUndefined();
    expect(parseLine("N", "columns", longSide)).toBeUndefined();
    expect(["", "0", "I", "1a", "-1"].map((name) => parseLine(name, "columns", longSide))).toEqual(
      Array(5).fill(undefined),
    );
    fc.assert(
      fc.property(notationAndWell, ([notation, well]) => {
        expect(parseLine(formatLine(well.row, "rows", notation), "rows", notation)).toBe(well.row);
        expect(parseLine(formatLine(well.column, "columns", notation), "columns", notation)).toBe(well.column);
        const name = formatWell(well, notation);
        expect(name).toContain(formatLine(well.row, "rows", notation));
        expect(name).toContain(formatLine(well.column, "columns", notation));
      }),
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
