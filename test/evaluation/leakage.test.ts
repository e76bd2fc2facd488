import { describe, expect, test } from "vitest";
import { checkLeakage, findLeaks, type HashedField } from "../../src/evaluation/leakage.ts";
import type { PlateMapWell } from "../../src/plates/platemap.ts";
import { type Part, wellKey } from "../../src/plates/split.ts";

const well = (plate: string, name: string, batch = plate, role: PlateMapWell["role"] = "negative"): PlateMapWell => ({
  ...{ plate, well: name, role, batch, compound: null, concentration: null },
  ...{ challenge: null, challengeConcentration: null, metadata: {} },
});
const field = (plate: string, name: string, ...hashes: (string | undefined)[]): HashedField => ({
  ...{ plate, well: name, site: 1, hashes },
});
const wells = ["P1", "P2", "P3"].flatMap((plate) => [well(plate, "A01"), well(plate, "A02")]);
const byPlate = { P1: "train", P2: "validate", P3: "test" } as const;
const parts: Record<string, Part> = Object.fromEntries(
  wells.map((own) => [wellKey(own), byPlate[own.plate as keyof typeof byPlate]]),
);
const none = { wells, parts, unit: "plate" as const, fields: [] };

describe("leakage", () => {
  test("is none where plates are apart and images differ", () => {
    const fields = wells.map(({ plate, well: name }) => field(plate, name, `${plate}${name}a`, `${plate}${name}b`));
    expect(findLeaks({ ...none, fields })).toEqual([]);
  });

  test("the same images under two names on two sides are refused, both named", () => {
    const fields = [field("P3", "A02", "x", "y"), field("P1", "A01", "y", "x")];
    expect(() => checkLeakage("pilot", { ...none, fields })).toThrow(
      /P3\/A02\/1 \(test\) has the same images as P1\/A01\/1 \(training\)/,
    );
    // The order in which files are listed changes nothing.
    expect(findLeaks({ ...none, fields: [...fields].reverse() })).toEqual(findLeaks({ ...none, fields }));
  });

  test("one image of two, or a copy on the same side, is told", () => {
    const some = checkLeakage("pilot", {
      ...none,
      fields: [field("P1", "A01", "x", "y"), field("P3", "A01", "x", "z")],
    });
    expect(some).toMatchObject([{ code: "leak-images", subject: "P3/A01/1" }]);
    expect(some[0]!.message).toContain("1 of 2 images the same");
    const same = [field("P1", "A01", "x", "y"), field("P1", "A02", "x", "y")];
    expect(checkLeakage("pilot", { ...none, fields: same })).toMatchObject([{ subject: "P1/A02/1" }]);
  });

  test("a field whose own two images are the same is no copy of another", () => {
    expect(findLeaks({ ...none, fields: [field("P1", "A01", "x", "x"), field("P3", "A01", "y", "z")] })).toEqual([]);
  });

  test("files that were never read say nothing, nor do wells that are no controls", () => {
    expect(findLeaks({ ...none, fields: [field("P1", "A01", undefined), field("P3", "A01", undefined)] })).toEqual([]);
    const samples = [...wells, well("P1", "H01", "P1", "sample")];
    const fields = [field("P1", "H01", "x"), field("P3", "A01", "x")];
    expect(findLeaks({ ...none, wells: samples, fields })).toEqual([]);
  });

  test("a plate on two sides is refused where plates are kept together, told where wells are", () => {
    const torn = { ...parts, "P1/A01": "test" as const };
    expect(() => checkLeakage("pilot", { ...none, parts: torn })).toThrow(/P1 on two sides \(training, test\)/);
    const told = checkLeakage("pilot", { ...none, parts: torn, unit: "well" });
    expect(told).toMatchObject([{ code: "leak-plate", subject: "P1" }]);
    const two = { ...none, wells: wells.filter(({ plate }) => plate !== "P3"), parts: torn, unit: "well" as const };
    expect(findLeaks(two)).toEqual([]);
  });

  test("a batch on two sides is told by name", () => {
    const batches = wells.map((own) => ({ ...own, batch: own.plate === "P2" ? "May" : "June" }));
    expect(checkLeakage("pilot", { ...none, wells: batches, parts: new Map(Object.entries(parts)) })).toMatchObject([
      { code: "leak-batch", subject: "batch June" },
    ]);
  });
});
