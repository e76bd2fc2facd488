import { describe, expect, test } from "vitest";
import { fieldFeatures, measureWells, predictions } from "../../src/screening/wells.ts";
import { screenInput } from "./plate.ts";

describe("The predictions", () => {
  test("are a row a usable field, with the well's facts and the probability beside the logit", () => {
    const rows = predictions(
      screenInput([
        { well: "B03", role: "sample", compound: "A", micromolar: 0.98, logits: [Math.log(3), Number.NaN, -1] },
      ]),
    );
    expect(rows.map(({ site }) => site)).toEqual([1, 3]);
    expect(rows[0]).toMatchObject({
      plate: "P1",
      well: "B03",
      compound: "A",
      concentrationMicromolar: 0.98,
      part: "unused",
      logit: Math.log(3),
      probability: expect.closeTo(0.75, 12),
      projection: Math.log(3) / 10,
    });
  });

  test("leave out fields of wells that are on no map", () => {
    const input = screenInput([{ well: "B03", role: "sample", logits: [1] }]);
    expect(predictions({ ...input, wells: [] })).toEqual([]);
  });
});

describe("The features", () => {
  test("are a row a usable field, a list a model", () => {
    const input = screenInput([{ well: "B03", role: "sample", logits: [2, Number.NaN, 4] }]);
    const scores = input.scores.map((score) => ({ ...score, features: [...score.features, Float32Array.of(7, 8)] }));
    const rows = fieldFeatures({ ...input, scores });
    expect(rows.map(({ site, features }) => [site, ...features.map((list) => [...list])])).toEqual([
      [1, [2], [7, 8]],
      [3, [4], [7, 8]],
    ]);
    expect(rows[0]).toMatchObject({ plate: "P1", well: "B03", role: "sample", part: "unused" });
  });
});

describe("The part of a well", () => {
  test("is the split's; a control well that no split names, or names as none, is a test well", () => {
    const input = screenInput([
      { well: "A01", role: "negative", part: "train", logits: [0] },
      { well: "A02", role: "negative", part: "unused", logits: [0] },
      { well: "A03", role: "positive", logits: [0] },
      { well: "A04", role: "sample", logits: [0] },
      { well: "A05", role: "reference", logits: [0] },
    ]);
    const partsOf = (parts: typeof input.parts) => measureWells({ ...input, parts }).map(({ part }) => part);
    expect(partsOf(input.parts)).toEqual(["train", "test", "test", "unused", "unused"]);
    expect(partsOf(new Map())).toEqual(["test", "test", "test", "unused", "unused"]);
  });
});
