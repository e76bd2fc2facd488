import { describe, expect, test } from "vitest";
import { predictions } from "../../src/screening/wells.ts";
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
