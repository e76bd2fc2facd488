import { describe, expect, test } from "vitest";
import {
  compoundColumns,
  doseColumns,
  featureColumns,
  predictionColumns,
  wellColumns,
} from "../../src/records/screen-columns.ts";
import type { Column } from "../../src/records/table.ts";
import { screenWells } from "../../src/screening/screen.ts";
import { fieldFeatures, predictions } from "../../src/screening/wells.ts";
import { controls, screenInput, series } from "./plate.ts";

const input = screenInput([
  ...controls("negative", "test", 1, [0, 0, 0]),
  ...controls("positive", "test", 2, [10, 10, 10]),
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
      Projection_sd: null,
      Probability_calibrated: null,
      Unsure: null,
      Distance_negative: null,
      Distance_positive: null,
      Unlikeness: null,
      Percent_Effect: 40,
      Percent_Effect_sd: null,
      Percent_Rescue: null,
      Effect_Score: "logit",
      Note: null,
    });
    expect(columns.map(({ values }) => values.length)).toEqual(columns.map(() => 7));
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

  test("of features say which network they are of, and which model where there are several", () => {
    const scores = input.scores.map((score) => ({ ...score, features: [Float32Array.of(1, 2), Float32Array.of(3)] }));
    const two = featureColumns(fieldFeatures({ ...input, scores }), ["resnet18", "resnet18"]);
    expect(two.filter(({ type }) => type === "float").map(({ name, values }) => [name, values[0]])).toEqual([
      ["model1_resnet18_0", 1],
      ["model1_resnet18_1", 2],
      ["model2_resnet18_0", 3],
    ]);
    const one = featureColumns(fieldFeatures(input), ["vgg19"]);
    expect(lastRow(one)).toMatchObject({ Metadata_Well: "A03", Metadata_Site: 1, vgg19_0: 4 });
    expect(featureColumns([], ["vgg19"]).some(({ type }) => type === "float")).toBe(false);
  });

  test("of doses name the wells and give each its effect, in as many columns as the largest row needs", () => {
    const columns = doseColumns(screenWells({ ...input, score: "logit" }).doses);
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
      n_wells: 1,
      n_wells_missing: 0,
      Percent_Effect: 40,
      Percent_Effect_sd: null,
      Percent_Effect_sd_within: null,
      Percent_Effect_low: null,
      Percent_Effect_high: null,
      Percent_Rescue: null,
      Logit: 4,
      Logit_sd: null,
      Logit_sd_within: null,
      Logit_low: null,
      Logit_high: null,
      Effect_Score: "logit",
      Note: null,
      Percent_Effect_well_1: 40,
      Percent_Effect_well_2: null,
      Percent_Effect_well_3: null,
    });
    const wells = columns.find(({ name }) => name === "Metadata_Well")!.values;
    expect(wells).toEqual(["A01|B01|C01", "A02|B02|C02", "A03"]);
  });

  test("carry the map's own columns along, none hiding one of ours", () => {
    const wells = input.wells.map((well, i) => ({ ...well, metadata: i === 6 ? { donor: "7", Split: "mine" } : {} }));
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
