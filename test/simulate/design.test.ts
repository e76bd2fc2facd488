import { describe, expect, test } from "vitest";
import { checkPosition } from "../../src/evaluation/position.ts";
import { type PlateMapWell, parsePlateMap } from "../../src/plates/platemap.ts";
import { splitWells, wellKey } from "../../src/plates/split.ts";
import { parseStudy } from "../../src/plates/study.ts";
import { type DesignOptions, designScreen } from "../../src/simulate/design.ts";
import { defaultPanel } from "../../src/simulate/panel.ts";
import { plateMapColumns, studyText } from "../../src/simulate/study-files.ts";
import { wellPlace } from "../../src/simulate/truth.ts";
import { formatCsv } from "../../src/store/tables.ts";

const design = (options: Partial<DesignOptions> = {}) =>
  designScreen({ seed: 1, plates: 4, replicates: 1, layout: "random", panel: defaultPanel, ...options });

/** The plate map and the study as the product reads them back. */
function study(options: Partial<DesignOptions>) {
  const screen = design(options);
  const places = screen.plates.flatMap((plate) => plate.wells.map((well) => wellPlace(plate, well)));
  const text = studyText({ name: "s", pixelSizeMicrometres: 0.325, split: screen.split, seed: 1 });
  return {
    wells: parsePlateMap(formatCsv(plateMapColumns(places)), { path: "platemap.csv", plates: [] }),
    study: parseStudy(text, { path: "/s/study.yaml" }),
  };
}

describe("a design", () => {
  test("has one compound a plate, in the panel's order", () => {
    const { plates } = design({ plates: 36 });
    expect(plates.map(({ name, compound }) => [name, compound.name])).toEqual(
      defaultPanel.map(({ name }, i) => [`P${String(i + 1).padStart(2, "0")}`, name]),
    );
  });

  test("puts the replicates of a compound into different batches, and every batch into one round", () => {
    const { plates } = design({ plates: 30, replicates: 3 });
    const byCompound = new Map<string, string[]>();
    for (const { compound, batch } of plates)
      byCompound.set(compound.name, [...(byCompound.get(compound.name) ?? []), batch]);
    expect(byCompound.size).toBe(10);
    for (const batches of byCompound.values()) expect(new Set(batches).size).toBe(3);
    const counts = new Map<string, number>();
    for (const { batch } of plates) counts.set(batch, (counts.get(batch) ?? 0) + 1);
    expect([...counts.values()]).toEqual([4, 4, 2, 4, 4, 2, 4, 4, 2]);
  });

  test("depends on the number of plates in names only: the first plates of a larger one are the same", () => {
    expect(design({ plates: 12 }).plates.slice(0, 4)).toEqual(design({ plates: 4 }).plates);
  });

  test.each([
    [3, 1],
    [11, 1],
    [12, 1],
    [24, 2],
    [36, 3],
  ])("of %i plates tests %i and validates on as many", (plates, held) => {
    const { split } = design({ plates });
    expect(split).toMatchObject({ unit: "plate" });
    expect([split.test.length, split.unit === "plate" ? split.validate.length : -1]).toEqual([held, held]);
    expect(split.unit === "plate" && split.test.some((plate) => split.validate.includes(plate))).toBe(false);
  });

  test.each([1, 2])("of %i plates has a split by wells with both controls on all sides", (plates) => {
    for (const layout of ["random", "recovered", "figure"] as const) {
      const read = study({ plates, layout });
      const parts = splitWells(read.study, read.wells, 1);
      for (const role of ["negative", "positive"] as const)
        for (const part of ["train", "validate", "test"] as const)
          expect(read.wells.some((well) => well.role === role && parts.get(wellKey(well)) === part)).toBe(true);
    }
  });

  test.each([
    [
      { plates: 0 },
      "Designing the plates: expected at least 1, found 0 plates.\nGive --plates a whole number from 1 up.",
    ],
    [{ plates: 1.5 }, "found 1.5 plates"],
    [{ replicates: 0 }, "found 0 plates a compound"],
    [{ plates: 5, replicates: 2 }, "found 5 plates with 2 a compound.\nTake --plates 6, which counts all plates."],
    [
      { plates: 37 },
      "expected one compound a plate, found 37 compounds on 37 plates, and a panel of 36.\nTake at most --plates 36",
    ],
  ])("of %j is refused", (options, message) => {
    expect(() => design(options)).toThrow(message);
  });
});

describe("the study of a design", () => {
  test("is read back, well by well", () => {
    const { wells, study: read } = study({ plates: 2, layout: "recovered" });
    expect(read.channels.map(({ name }) => name)).toEqual(["MAP2", "Hoechst", "PSD-95", "synaptophysin"]);
    const at = (well: string) => wells.find((one) => one.plate === "P02" && one.well === well);
    expect(at("B06")).toMatchObject({ role: "negative", compound: null, challenge: null, batch: "batch-01" });
    expect(at("B04")).toMatchObject({ role: "positive", compound: null, challenge: "Abeta" });
    expect(at("B04")!.challengeConcentration).toBeCloseTo(30e-6, 12);
    expect(at("B05")).toMatchObject({ role: "sample", compound: "cmp-02", challenge: "Abeta" });
    expect(at("B05")!.concentration).toBeCloseTo(10e-6, 12);
  });

  test("with a published layout is one whose controls are told apart by their places", () => {
    for (const layout of ["recovered", "figure"] as const)
      for (const plates of [2, 4, 12]) expect(position({ layout, plates })).toMatchObject({ explains: true });
  });

  test("with the random layout is not", () => {
    for (const plates of [2, 4, 12]) expect(position({ plates })).toMatchObject({ explains: false });
  });
});

function position(options: Partial<DesignOptions>) {
  const { wells, study: read } = study(options);
  return checkPosition(wells satisfies readonly PlateMapWell[], splitWells(read, wells, 1));
}
