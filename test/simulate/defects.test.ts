import { describe, expect, test } from "vitest";
import { idealConditions } from "../../src/simulate/conditions.ts";
import { chooseDefects, defectKinds, defectShare, spoilConditions } from "../../src/simulate/defects.ts";
import { designScreen } from "../../src/simulate/design.ts";
import { defaultPanel } from "../../src/simulate/panel.ts";

const design = (plates: number) =>
  designScreen({ seed: 1, plates, replicates: 1, layout: "random", panel: defaultPanel });
const chosen = (plates: number, fields: number, seed = 1) => chooseDefects(design(plates), { seed, fields });

describe("defects", () => {
  test("are one of each kind in a small screen", () => {
    expect(chosen(1, 1).map(({ kind }) => kind)).toEqual(defectKinds);
  });

  test("are a two hundredth of the fields of a large one, kind by kind", () => {
    const all = chosen(12, 10);
    for (const kind of defectKinds)
      expect(all.filter((defect) => defect.kind === kind).length).toBe(Math.round(12 * 48 * 10 * defectShare));
  });

  test("spoil no field twice, and fields of the design only", () => {
    const all = chosen(4, 6);
    expect(new Set(all.map(({ plate, well, site }) => `${plate}/${well}/${site}`)).size).toBe(all.length);
    const { plates } = design(4);
    for (const { plate, well, site } of all) {
      expect(plates.find(({ name }) => name === plate)?.wells.some((own) => own.well === well)).toBe(true);
      expect(site >= 1 && site <= 6).toBe(true);
    }
  });

  test("come with the seed, in any stain, whole fields out of focus", () => {
    expect(chosen(4, 6)).toEqual(chosen(4, 6));
    expect(chosen(4, 6, 2)).not.toEqual(chosen(4, 6));
    const stains = chosen(12, 10)
      .filter(({ kind }) => kind !== "out-of-focus")
      .map(({ stain }) => stain);
    expect([...new Set(stains)].sort()).toEqual([0, 1, 2, 3]);
    expect(chosen(4, 6).find(({ kind }) => kind === "out-of-focus")?.stain).toBe(null);
  });

  test("change the conditions of what they spoil and of nothing else", () => {
    const spoilt = (kind: (typeof defectKinds)[number], stain: number | null) =>
      spoilConditions(idealConditions, { kind, stain });
    expect(spoilt("saturated", 2).gain).toEqual([1, 1, 400, 1]);
    expect(spoilt("blank", 0)).toEqual({ ...idealConditions, gain: [0, 1, 1, 1] });
    expect(spoilt("out-of-focus", null)).toEqual({ ...idealConditions, defocusMicrometres: 20 });
    for (const kind of ["missing", "doubled", "truncated"] as const) expect(spoilt(kind, 1)).toBe(idealConditions);
  });
});
