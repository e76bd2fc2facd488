import { describe, expect, test } from "vitest";
import { compoundColumns, predictionColumns, wellColumns } from "../../src/records/screen.ts";
import type { Column } from "../../src/records/table.ts";
import { screenWells } from "../../src/screening/screen.ts";
import { predictions } from "../../src/screening/wells.ts";
import { controls, screenInput, series } from "./plate.ts";

const input = screenInput([
  ...controls("negative", "test", 1, [0, 0]),
  ...controls("positive", "test", 2, [10, 10]),
  ...series("A", 0, [[0.00098, 4]]),
]);

describe("The columns of a screen's tables", () => {
  test("begin with the map's facts, under the field's names", () => {
    const columns = wellColumns(screenWells({ ...input, score: "logit" }).wells);
    expect(lastRow(columns)).toEqual({
      Metadata_Plate: "P1",
      Metadata_Batch: "P1",
      Metadata_Well: "A03",
      Metadata_Role: "sample",
      Metadata_Compound: "A",
      Metadata_Concentration_uM: 0.00098,
      Metadata_Challenge: null,
      Metadata_Challenge_Concentration_uM: null,
      Metadata_Split: "unused",
      n_fields: 1,
      n_fields_missing: 0,
      Logit: 4,
      Logit_sd: null,
      Projection: 0.4,
      Percent_Effect: 40,
      Percent_Rescue: null,
      Effect_Score: "logit",
      Note: null,
    });
    expect(columns.map(({ values }) => values.length)).toEqual(columns.map(() => 5));
  });

  test("of predictions carry the site after the well", () => {
    const names = predictionColumns(predictions(input)).map(({ name }) => name);
    expect(names.slice(0, 5)).toEqual([
      "Metadata_Plate",
      "Metadata_Batch",
      "Metadata_Well",
      "Metadata_Site",
      "Metadata_Role",
    ]);
    expect(names.slice(-3)).toEqual(["Logit", "Probability", "Projection"]);
  });

  test("carry the map's own columns along, none hiding one of ours", () => {
    const wells = input.wells.map((well, i) => ({ ...well, metadata: i === 4 ? { donor: "7", Split: "mine" } : {} }));
    const columns = wellColumns(screenWells({ ...input, wells, score: "logit" }).wells);
    expect(lastRow(columns)).toMatchObject({ Metadata_donor: "7", Metadata_Split: "unused", Metadata_Split_2: "mine" });
    expect(columns.find(({ name }) => name === "Metadata_donor")!.values.slice(0, 2)).toEqual([null, null]);
    expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length);
  });

  test("of compounds lend no slope to an EC50 that may not be reported", () => {
    const wells = screenInput([
      ...controls("negative", "test", 1, [0, 0]),
      ...controls("positive", "test", 2, [100, 100]),
      ...series(
        "A",
        0,
        [0.01, 0.1, 1, 10].map((dose, i) => [dose, [5, 8, 20, 60][i]!] as const),
      ),
    ]);
    const row = lastRow(compoundColumns(screenWells({ ...wells, score: "logit" }).compounds));
    expect(row).toMatchObject({
      Metadata_Compound: "A",
      n_wells: 4,
      n_doses: 4,
      EC50_uM: null,
      hill: null,
      top: null,
      bottom: null,
    });
    expect(row.note).toMatch(/^no EC50: /);
  });
});

function lastRow(columns: readonly Column[]): Record<string, unknown> {
  return Object.fromEntries(columns.map(({ name, values }) => [name, values.at(-1)]));
}
