import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Field } from "../../src/images/fields.ts";
import { joinFields } from "../../src/images/join.ts";
import { parsePlateMap } from "../../src/plates/platemap.ts";
import { wellKey } from "../../src/plates/split.ts";

const mapOf = (lines: string) => parsePlateMap(`plate,well,role\n${lines}`, { path: "map.csv", plates: [] });
const field = (plate: string, well: string, site = 1): Field => ({ plate, well, site, paths: [] });

describe("joining the plate map and the fields", () => {
  test("keeps what both have, and tells what only one has", () => {
    const map = mapOf("P1,A1,negative\nP1,A2,positive\nP1,A3,empty\nP2,A1,negative\nplate-3,A1,sample\n");
    const fields = [
      field("P1", "A01"),
      field("P1", "A01", 2),
      field("P1", "B01"),
      field("P1", "B01", 2),
      field("P4", "A01"),
    ];
    const { fields: joined, problems } = joinFields(map, fields, ["P1", "P4", "plate_3"]);
    expect(joined).toEqual([field("P1", "A01"), field("P1", "A01", 2)]);
    expect(problems.map(({ code, subject, message }) => `${code} ${subject}: ${message}`)).toEqual([
      "plate-without-images P2: left out: a plate of the plate map without images (is it `P1`?)",
      "plate-without-images plate-3: left out: a plate of the plate map without images (is it `plate_3`?)",
      "plate-not-in-map P4: left out: a plate that the plate map does not have (is it `P1`?)",
      "plate-not-in-map plate_3: left out: a plate that the plate map does not have (is it `plate-3`?)",
      "well-without-images P1/A02: left out: a positive well of the plate map without a complete field",
      "well-not-in-map P1/B01: left out: 2 fields of a well that the plate map does not have",
    ]);
  });

  test("lets nothing vanish: what is on one side only is named once, by its plate or its well", () => {
    const wells = fc.uniqueArray(fc.constantFrom("P/A01", "P/A02", "P/B01", "Q/A01", "Q/A02", "R/A01"));
    fc.assert(
      fc.property(wells, wells, (mapped, imaged) => {
        const map = mapped.length === 0 ? [] : mapOf(mapped.map((key) => `${key.replace("/", ",")},sample`).join("\n"));
        const fields = imaged.map((key) => field(key.slice(0, 1), key.slice(2)));
        const plates = [...new Set(fields.map(({ plate }) => plate))];
        const { fields: joined, problems } = joinFields(map, fields, plates);
        expect(joined.map(wellKey)).toEqual(imaged.filter((key) => mapped.includes(key)));
        const subjects = problems.map(({ subject }) => subject);
        expect(new Set(subjects).size).toBe(subjects.length);
        for (const key of [...mapped, ...imaged]) {
          const isOnBoth = mapped.includes(key) && imaged.includes(key);
          const named = subjects.filter((subject) => subject === key || subject === key.slice(0, 1));
          expect(named.length).toBe(isOnBoth ? 0 : 1);
        }
      }),
    );
  });

  test("takes a plate of the images that has no complete field for imaged", () => {
    const { problems } = joinFields(mapOf("P1,A1,negative\n"), [], ["P1"]);
    expect(problems.map(({ code, subject }) => `${code} ${subject}`)).toEqual(["well-without-images P1/A01"]);
  });
});
