import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nameReader } from "../../src/images/names.ts";
import type { Study } from "../../src/plates/study.ts";
import { formatWell } from "../../src/plates/wells.ts";

const study = (more: Partial<Study>): Study => ({
  name: "pilot",
  folder: "/data",
  images: "raw/plates",
  format: "incell",
  channels: [
    { name: "MAP2", match: "Cy5" },
    { name: "nuclei", match: "UV - DAPI" },
  ],
  plateMap: "map.csv",
  classes: { negative: "healthy", positive: "harmed" },
  ...more,
});

const read = (path: string, more: Partial<Study> = {}) => nameReader(study(more))(path);

describe("an IN Cell name", () => {
  test("has the row as a letter and the column as a number; the folder is the plate", () => {
    expect(read("DANAZOL/B - 4(fld 12 wv Red - Cy5).tif")).toEqual({
      plate: "DANAZOL",
      well: { row: 1, column: 3 },
      site: 12,
      channel: 0,
      channelText: "Red - Cy5",
    });
  });

  test("is known in lower case and behind joined folders too", () => {
    const name = "x_assay plate 0_3_2018.04.06.20.10.49_d - 4(fld 28 wv red - cy5).tif";
    expect(read(name, { plate: "P1" })).toMatchObject({
      plate: "P1",
      well: { row: 3, column: 3 },
      site: 28,
      channel: 0,
    });
  });

  test("gives channels by the whole text or its last word, and −1 for one that the study does not use", () => {
    expect(read("B - 4(fld 1 wv UV - DAPI).tif")?.channel).toBe(1);
    expect(read("B - 4(fld 1 wv Cy5 - Cy5).tif")?.channel).toBe(0);
    expect(read("B - 4(fld 1 wv DAPI - FITC).tif")?.channel).toBe(-1);
    const both = [
      { name: "nuclei", match: "DAPI" },
      { name: "synapses", match: "FITC" },
    ];
    expect(read("B - 4(fld 1 wv DAPI - FITC).tif", { channels: both })?.channel).toBe(1);
  });

  test("of a file right below the images' folder has that folder as its plate", () => {
    expect(read("B - 4(fld 1 wv Red - Cy5).tif")?.plate).toBe("plates");
    expect(read("B - 4(fld 1 wv Red - Cy5).tif", { images: "." })?.plate).toBe("data");
  });

  test.each([
    "B - 4(fld 1 wv Red - Cy5 z 3).tif",
    "B - 4(fld 1 wv Red - Cy5).jpg",
    "B - 49(fld 1 wv Red - Cy5).tif",
    "B4.tif",
  ])("is not %s", (name) => expect(read(name)).toBeNull());
});

describe("a pattern", () => {
  const pattern = "_(?<well>[A-Z]\\d\\d)_s(?<site>\\d+)_w(?<channel>\\d)";
  const channels = [{ name: "DNA", match: "1" }];

  test("is sought in the file name, and the plate in the path", () => {
    const more: Partial<Study> = { format: "pattern", pattern, channels, plateFrom: "Plate_(\\d+)" };
    expect(read("x_Z99_s9_w1/Plate_3420/9987_B02_s1_w1.TIF", more)).toEqual({
      plate: "3420",
      well: { row: 1, column: 1 },
      site: 1,
      channel: 0,
      channelText: "1",
    });
    expect(read("elsewhere/9987_B02_s1_w1.TIF", more)).toBeNull();
  });

  test("with a slash is sought in the whole path, and may find the plate there", () => {
    const whole = "(?<plate>[^/]+)/[^/]*(?<well>[A-H]\\d\\d)\\.png";
    expect(read("run1/P7/A01.png", { format: "pattern", pattern: whole, channels })).toMatchObject({
      plate: "P7",
      site: 1,
      channel: 0,
    });
  });

  test("takes rows as numbers from 1", () => {
    const numbers = "r(?<row>\\d+)c(?<column>\\d+)f(?<site>\\d+)";
    expect(read("P/r03c12f05.tiff", { format: "pattern", pattern: numbers, channels })).toMatchObject({
      well: { row: 2, column: 11 },
      site: 5,
    });
    expect(read("P/r00c12f05.tiff", { format: "pattern", pattern: numbers, channels })).toBeNull();
    expect(read("P/r27c01f05.tiff", { format: "pattern", pattern: numbers, channels })?.well).toEqual({
      row: 26,
      column: 0,
    });
  });

  test("finds again what a name was made of", () => {
    const wells = fc.record({ row: fc.nat(31), column: fc.nat(47) });
    const more: Partial<Study> = {
      format: "pattern",
      pattern: "(?<row>[A-Z]+)(?<column>\\d+)-(?<site>\\d+)\\.png$",
      channels,
    };
    fc.assert(
      fc.property(wells, fc.nat(999), (well, site) => {
        expect(read(`P/${formatWell(well)}-${site}.png`, more)).toMatchObject({ well, site, plate: "P" });
      }),
    );
  });
});
