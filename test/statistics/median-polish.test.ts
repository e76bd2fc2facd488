import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bScore, medianPolish } from "../../src/statistics/median-polish.ts";

const effects = (length: number) =>
  fc.array(fc.integer({ min: -50, max: 50 }), { minLength: length, maxLength: length });

describe("The median polish", () => {
  test("takes out row and column effects whole", () => {
    fc.assert(
      fc.property(effects(4), effects(6), (rows, columns) => {
        const plate = rows.map((row) => columns.map((column) => 100 + row + column));
        for (const value of medianPolish(plate).flat()) expect(Math.abs(value!)).toBeLessThan(1e-9);
      }),
    );
  });

  test("leaves a lone hit standing", () => {
    const plate = [
      [1, 2, 3],
      [2, 3 + 40, 4],
      [3, 4, 5],
    ];
    expect(medianPolish(plate)).toEqual([
      [0, 0, 0],
      [0, 40, 0],
      [0, 0, 0],
    ]);
  });

  test("begins with the rows", () => {
    // Rows lose 0 and 2, then columns −0.5, 1.5 and 3; columns first would end with −2 in the middle.
    const plate = [
      [0, 0, 6],
      [1, 5, 2],
    ];
    expect(medianPolish(plate, 1)).toEqual([
      [0.5, -1.5, 3],
      [-0.5, 1.5, -3],
    ]);
  });

  test("passes over wells without a value", () => {
    expect(
      medianPolish([
        [1, null, 3],
        [null, null, null],
      ]),
    ).toEqual([
      [0, null, 0],
      [null, null, null],
    ]);
  });
});

describe("The B-score", () => {
  test("is the residual over 1.4826 times their median absolute deviation", () => {
    const plate = [
      [0, 5],
      [1, 3],
    ];
    expect(bScore(plate, 1).flat()).toEqual([-1, 1, 1, -1].map((sign) => expect.closeTo(sign / 1.4826, 12)));
  });

  test("refuses a plate without spread", () => {
    expect(() =>
      bScore([
        [1, 1],
        [1, 1],
      ]),
    ).toThrow(
      "Computing B-scores: expected residuals that vary, found a median absolute deviation of 0.\n" +
        "A plate on which most wells have the same value has no B-score; look at the values themselves.",
    );
  });
});
