import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { imageReader } from "../../src/images/names.ts";
import { parseStudy, type Study } from "../../src/plates/study.ts";
import { formatLine, formatWell, geometryOf, plateSizes } from "../../src/plates/wells.ts";

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

const reading = (path: string, more: Partial<Study> = {}) => imageReader(study(more))(path);

/** What the name of an image says; null for a file that is none of the study's images. */
const read = (path: string, more: Partial<Study> = {}) => {
  const one = reading(path, more);
  return one.kind === "image" ? one.image : null;
};

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

  test("says again what it was made of, in any notation", () => {
    const notations = fc.record({
      plate: fc.constantFrom(...plateSizes),
      letters: fc.constantFrom("rows", "columns"),
      skip: fc.constantFrom<readonly string[]>([], ["I"], ["I", "O"]),
    });
    const written = notations.chain((wells) => {
      const { rows, columns } = geometryOf(wells);
      return fc.record({
        wells: fc.constant(wells),
        well: fc.record({ row: fc.nat(rows - 1), column: fc.nat(columns - 1) }),
        site: fc.nat(2000),
        channel: fc.nat(1),
        select: fc.record({ z: fc.nat(20), time: fc.nat(20) }),
        isLower: fc.boolean(),
      });
    });
    fc.assert(
      fc.property(written, ({ wells, well, site, channel, select, isLower }) => {
        const row = formatLine(well.row, "rows", wells);
        const column = formatLine(well.column, "columns", wells);
        const place = wells.letters === "rows" ? `${row} - ${column}` : `${column} - ${row}`;
        const filters = ["Red - Cy5", "UV - DAPI"][channel];
        const name = `${place}(fld ${site} wv ${filters} z ${select.z} time ${select.time} - 600 ms).tif`;
        const said = read(`P/${isLower ? `folder_${name.toLowerCase()}` : name}`, { wells, select });
        expect(said).toMatchObject({ plate: "P", well, site, channel });
      }),
    );
  });

  test.each(["B - 4(fld 1 wv Red - Cy5).jpg", "B - 49(fld 1 wv Red - Cy5).tif", "B4.tif"])("is not %s", (name) =>
    expect(read(name)).toBeNull(),
  );
});

describe("a well in an IN Cell name", () => {
  const wells = { plate: 96, letters: "columns", skip: ["I"] } as const;

  test("is what the study says of letters: B - 4 is our D02 where they count columns", () => {
    expect(read("P/B - 4(fld 1 wv Red - Cy5).tif", { wells })?.well).toEqual({ row: 3, column: 1 });
    expect(read("P/J - 5(fld 1 wv Red - Cy5).tif", { wells })?.well).toEqual({ row: 4, column: 8 });
  });

  test("off the plate is refused, with the reason", () => {
    expect(reading("P/B - 9(fld 1 wv Red - Cy5).tif", { wells })).toEqual({
      kind: "stranger",
      reason: 'its well "B9" should be letters for the column and a number for the row, from `A01` to `M08` without I',
    });
  });
});

describe("a stack or a series", () => {
  const name = (planes: string) => `P/B - 4(fld 1 wv DAPI - DAPI${planes}).tif`;
  const channels = [{ name: "nuclei", match: "DAPI" }];

  test.each([
    [" z 3", "its name carries z 3, and the study does not say which to take, as `select: { z: 3 }` would"],
    [
      " time 2 - 6000 ms",
      "its name carries time 2, and the study does not say which to take, as `select: { time: 2 }` would",
    ],
  ])("is refused by name unless the study selects: %s", (planes, reason) => {
    expect(reading(name(planes), { channels })).toEqual({ kind: "stranger", reason });
  });

  test("gives the plane that is selected, and passes over the others", () => {
    const select = { z: 3 };
    const taken = read(name(" z 3"), { channels, select });
    expect(taken).toMatchObject({ site: 1, channel: 0, channelText: "DAPI - DAPI" });
    expect(reading(name(" z 4"), { channels, select })).toEqual({ kind: "other-plane", plane: "z 4" });
    expect(reading(name(" z 33"), { channels, select })).toEqual({ kind: "other-plane", plane: "z 33" });
    expect(read(name(""), { channels, select })).toEqual(taken);
  });

  test("of both wants both selected, in whatever order the name has them", () => {
    for (const planes of [" z 3 time 2 - 6000 ms", " time 2 - 6000.5 ms z 3"]) {
      expect(reading(name(planes), { channels, select: { z: 3 } }).kind).toBe("stranger");
      expect(reading(name(planes), { channels, select: { z: 3, time: 1 } }).kind).toBe("other-plane");
      expect(reading(name(planes), { channels, select: { z: 3, time: 2 } }).kind).toBe("image");
    }
  });

  test("of a pattern is in its groups z and time", () => {
    const more: Partial<Study> = {
      format: "pattern",
      pattern: "(?<well>[A-Z]\\d+)_z(?<z>\\d+)(?:_t(?<time>\\d+))?",
      channels,
    };
    expect(reading("P/A1_z001.tif", more)).toMatchObject({
      reason: "its name carries z 001, and the study does not say which to take, as `select: { z: 1 }` would",
    });
    expect(reading("P/A1_z001.tif", { ...more, select: { z: 1 } }).kind).toBe("image");
    expect(reading("P/A1_z002.tif", { ...more, select: { z: 1 } }).kind).toBe("other-plane");
    expect(reading("P/A1_z001_t0.tif", { ...more, select: { z: 1, time: 0 } }).kind).toBe("image");
  });
});

describe("the published file names", () => {
  const names = readFileSync(new URL("../fixtures/abeta-published/filenames.txt", import.meta.url), "utf8")
    .trim()
    .split("\n");
  const channels = ["Cy5", "DAPI", "dsRed", "FITC"].map((match) => ({ name: match, match }));
  const [long = ""] = names.filter((name) => name.startsWith("user_"));

  test("of plain exports say row B, column 4, and each its stain", () => {
    const plain = names.filter((name) => name.startsWith("B - 4"));
    expect(plain.length).toBe(6);
    const said = plain.map((name) => read(`AMPROLIUM/${name}`, { channels }));
    expect(said.map((one) => `${one?.plate} ${formatWell(one!.well)}/${one?.site} ${one?.channel}`)).toEqual([
      ...["AMPROLIUM B04/1 0", "AMPROLIUM B04/2 0", "AMPROLIUM B04/5 0"],
      ...["AMPROLIUM B04/1 1", "AMPROLIUM B04/1 2", "AMPROLIUM B04/1 3"],
    ]);
  });

  test("with all of their folders in the name are read too, the plate being found in it", () => {
    expect(read(long, { channels, plateFrom: " - (?<plate>[^_]+)_\\d+x_" })).toEqual({
      plate: "doxylamine",
      well: { row: 3, column: 3 },
      site: 28,
      channel: 0,
      channelText: "red - cy5",
    });
  });

  test("that are bare numbers are no IN Cell names, and no pattern finds a well in them", () => {
    for (const name of ["f03.tif", "f22.tif"]) {
      expect(names).toContain(name);
      expect(reading(name, { channels })).toEqual({
        kind: "stranger",
        reason: "its name does not fit the study's format",
      });
    }
    const text =
      "name: x\nimages: .\nformat: pattern\npattern: 'f(?<site>\\d+)'\nchannels: [{ name: a, match: b }]\nplateMap: m.csv\n";
    expect(() => parseStudy(text, { path: "/data/study.yaml" })).toThrow("`pattern`: no group that finds the well");
    // Where folders say what the names leave out, a pattern with `/` reads both.
    const folders = "(?<plate>[^/]+)/(?<well>[A-H]\\d+)/f(?<site>\\d+)\\.tif$";
    expect(read("P7/C05/f03.tif", { format: "pattern", pattern: folders, channels: [channels[0]!] })).toMatchObject({
      plate: "P7",
      well: { row: 2, column: 4 },
      site: 3,
    });
  });

  test("in class folders say their well as ever; the folder may be the plate, and the class belongs in the plate map", () => {
    const folders = names.filter((name) => name.endsWith("/*")).map((name) => name.slice(0, -1));
    expect(folders.length).toBe(4);
    const pattern =
      "Neuron Cy5 (?<plate>Train|Test) Data/(?:Treated|Untreated)/.*(?<row>[A-Za-z]) - (?<column>\\d+)\\(fld (?<site>\\d+)";
    const more: Partial<Study> = { format: "pattern", pattern, channels: [channels[0]!] };
    expect(folders.map((folder) => read(`${folder}${long}`, more)?.plate)).toEqual(["Train", "Train", "Test", "Test"]);
    expect(read(`${folders[0]}${long}`, more)).toMatchObject({ well: { row: 3, column: 3 }, site: 28 });
  });
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

  test("says itself whether rows are letters or numbers, and columns too", () => {
    const pattern = "R(?<row>\\w+)-C(?<column>\\w+)\\.";
    const wells = { plate: 96, letters: "columns", skip: ["I"] } as const;
    for (const name of ["R5-CJ.tif", "RE-C9.tif", "R05-C09.tif", "Re-Cj.tif"])
      expect(read(name, { format: "pattern", pattern, channels, wells })?.well).toEqual({ row: 4, column: 8 });
    expect(reading("R9-CA.tif", { format: "pattern", pattern, channels, wells })).toEqual({
      kind: "stranger",
      reason: 'row "9", column "A" is no well of a plate of 96',
    });
  });

  test("whose site is no number, or whose path has no plate, says so of the name", () => {
    const more: Partial<Study> = { format: "pattern", pattern: "(?<well>[A-H]\\d)_(?<site>\\w+)\\.png", channels };
    expect(reading("A1_x.png", more)).toMatchObject({ reason: 'its site "x" is no whole number' });
    expect(reading("A1_1.png", { ...more, plateFrom: "Plate_(\\d+)" })).toMatchObject({
      reason: "`plateFrom` finds no plate in its path",
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
