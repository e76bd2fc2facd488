import { describe, expect, test } from "vitest";
import { qualityFigures } from "../../src/screening/quality.ts";
import { screenWells } from "../../src/screening/screen.ts";
import { controls, screenInput } from "./plate.ts";

describe("Plate quality", () => {
  test("is given twice: from untouched controls, and from all", () => {
    const wells = [
      ...controls("negative", "test", 1, [0, 2]),
      ...controls("positive", "test", 2, [20, 22]),
      ...controls("negative", "train", 3, [1, 1]),
      ...controls("positive", "validate", 4, [21, 21]),
    ];
    const [quality] = screenWells({ ...screenInput(wells), score: "logit" }).quality;
    expect(quality).toMatchObject({ plate: "P1", score: "logit" });
    // sd √2 on both sides, 20 apart.
    expect(quality!.untouched).toMatchObject({
      nNegative: 2,
      nPositive: 2,
      zPrime: expect.closeTo(1 - (6 * Math.SQRT2) / 20, 12),
    });
    // Four wells: variance 2 / 3.
    expect(quality!.all).toMatchObject({
      nNegative: 4,
      nPositive: 4,
      zPrime: expect.closeTo(1 - (6 * Math.sqrt(2 / 3)) / 20, 12),
      note: "includes wells that the network was trained on",
    });
  });

  test("is the same twice, without that note, on a plate that the network never saw", () => {
    const wells = [...controls("negative", "unused", 1, [0, 2, 1]), ...controls("positive", "test", 2, [20, 22])];
    const [quality] = screenWells({ ...screenInput(wells), score: "logit" }).quality;
    expect(quality!.all).toEqual(quality!.untouched);
    expect(quality!.all).toMatchObject({ nNegative: 3, nPositive: 2, note: null });
    expect(quality!.scale).toEqual({ at0: 1, at100: 21, nNegative: 3, nPositive: 2, note: "few-anchors" });
  });

  test("warns of a perfect Z′ that comes from wells without spread", () => {
    expect(qualityFigures({ negative: [0, 0], positive: [1, 1] })).toEqual({
      nNegative: 2,
      nPositive: 2,
      zPrime: 1,
      robustZPrime: 1,
      ssmd: null,
      note: "a control does not vary at all: look for a saturated score before trusting this Z′",
    });
  });

  test("is missing, with the counts, where a control has fewer than two wells", () => {
    expect(qualityFigures({ negative: [0, 1, 2], positive: [9] })).toEqual({
      nNegative: 3,
      nPositive: 1,
      zPrime: null,
      robustZPrime: null,
      ssmd: null,
      note: "fewer than 2 scored wells of a control",
    });
  });
});
