import { describe, expect, test } from "vitest";
import { readListing } from "../../src/images/listing.ts";
import type { Study } from "../../src/plates/study.ts";

const study = (more: Partial<Study> = {}): Study => ({
  name: "pilot",
  folder: "/data",
  images: "raw",
  format: "incell",
  channels: [
    { name: "MAP2", match: "Cy5" },
    { name: "nuclei", match: "DAPI" },
  ],
  plateMap: "map.csv",
  classes: { negative: "healthy", positive: "harmed" },
  ...more,
});

const list = (paths: readonly string[], more: Partial<Study> = {}) =>
  readListing(study(more), paths, { folder: "/data/raw", prefix: "raw/" });

const both = (name: string) => [`${name} wv Red - Cy5).tif`, `${name} wv UV - DAPI).tif`];

describe("a list of files", () => {
  test("becomes the study's images, and a problem for each other image, with its reason", () => {
    const paths = [...both("P/A - 1(fld 1"), "P/notes.txt", "P/overview.tif", "P/A - 49(fld 1 wv Red - Cy5).tif"];
    const { images, problems, otherPlanes } = list(paths);
    expect(images.map(({ path, channel }) => `${path} ${channel}`)).toEqual([
      "raw/P/A - 1(fld 1 wv Red - Cy5).tif 0",
      "raw/P/A - 1(fld 1 wv UV - DAPI).tif 1",
    ]);
    expect(problems).toEqual([
      {
        code: "name-unknown",
        subject: "raw/P/A - 49(fld 1 wv Red - Cy5).tif",
        message:
          'left out: its well "A49" should be letters for the row and a number for the column, from `A01` to `AF48`',
      },
      {
        code: "images-aside",
        subject: "thumbnails and previews",
        message: "left aside: one image, such as raw/P/overview.tif",
      },
    ]);
    expect(otherPlanes).toBe(0);
  });

  test("has what microscopes write beside the images told once a kind", () => {
    const thumbs = ["P/A01_Thumb.tif", "P/A02_Thumb.tif"];
    const { problems } = list([...both("P/A - 1(fld 1"), ...thumbs, "P/SC_BP445_M01_CH01.tif"]);
    expect(problems).toEqual([
      {
        code: "images-aside",
        subject: "thumbnails and previews",
        message: "left aside: 2 images, such as raw/P/A01_Thumb.tif",
      },
      {
        code: "images-aside",
        subject: "correction images",
        message: "left aside: one image, such as raw/P/SC_BP445_M01_CH01.tif",
      },
    ]);
  });

  test("has other planes than the selected one counted, not told one by one", () => {
    const channels = [{ name: "nuclei", match: "DAPI" }];
    const paths = [1, 2, 3].map((z) => `P/A - 1(fld 1 wv UV - DAPI z ${z}).tif`);
    const { images, problems, otherPlanes } = list(paths, { channels, select: { z: 2 } });
    expect(images.map(({ path }) => path)).toEqual(["raw/P/A - 1(fld 1 wv UV - DAPI z 2).tif"]);
    expect({ problems, otherPlanes }).toEqual({ problems: [], otherPlanes: 2 });
  });
});

describe("a list of files is refused", () => {
  test("when none is named as the study says, with three names and why", () => {
    expect(() => list([])).toThrow(
      `Looking for the images of pilot in /data/raw: expected names such as \`B - 4(fld 1 wv Red - Cy5).tif\`, found no file at all.
Set \`images\`, \`format\` and \`pattern\` in the study to where the images are and how they are named.`,
    );
    expect(() => list(["a.txt", "b.txt", "c.tif", "d.tif"])).toThrow(
      "found 4 other files, such as c.tif, d.tif, a.txt.",
    );
    expect(() => list(["P/A - 1(fld 1 wv UV - DAPI z 1).tif"])).toThrow(
      "found only P/A - 1(fld 1 wv UV - DAPI z 1).tif (of the first, its name carries z 1, and the study does not say which to take, as `select: { z: 1 }` would).",
    );
  });

  test("when the selected plane is in no name, with those that are", () => {
    const paths = [1, 2, 2].map((z, i) => `P/A - ${i + 1}(fld 1 wv UV - DAPI z ${z}).tif`);
    expect(() => list(paths, { select: { z: 9 } })).toThrow(
      `Looking for the images of pilot in /data/raw: expected images of z 9, found only images of other planes (1 of z 1, 2 of z 2).
Set \`select\` in the study to a plane and a time that the names have.`,
    );
  });

  test("when a channel has no image at all, with the nearest that there is", () => {
    const channels = [
      { name: "MAP2", match: "Cy3" },
      { name: "nuclei", match: "DAPI" },
    ];
    expect(() => list(both("P/A - 1(fld 1"), { channels })).toThrow(
      `Looking for the channels of pilot: expected images of "Cy3" (did you mean "Cy5"?), found the channels "Red - Cy5", "UV - DAPI".
Set \`match\` of each of the study's channels to what the file names have.`,
    );
  });

  test("when two folders give one plate its name", () => {
    const paths = [...both("day1/plate1/A - 1(fld 1"), ...both("day2/plate1/A - 2(fld 1")];
    expect(() => list(paths)).toThrow(
      `Looking for the plates of pilot: expected one folder a plate, each with a name of its own, found plate plate1 in raw/day1/plate1 and in raw/day2/plate1.
Rename a folder, or say in the study which part of the path is the plate's name: \`plateFrom: '(.+)/[^/]*$'\` takes all of the folders, \`plateFrom: '([^/]+)/[^/]+/[^/]*$'\` the one above.`,
    );
    const plates = (plateFrom: string) => [...new Set(list(paths, { plateFrom }).images.map(({ plate }) => plate))];
    expect(plates("(.+)/[^/]*$")).toEqual(["day1/plate1", "day2/plate1"]);
    expect(plates("([^/]+)/[^/]+/[^/]*$")).toEqual(["day1", "day2"]);
  });
});

describe("a plate in several folders", () => {
  const paths = [...both("P1/TimePoint_1/A - 1(fld 1"), ...both("P1/TimePoint_2/A - 2(fld 1")];

  test("is one plate where the study says what its name is", () => {
    const plates = (more: Partial<Study>) => list(paths, more).images.map(({ plate }) => plate);
    expect(plates({ plate: "P1" })).toEqual(Array(4).fill("P1"));
    expect(plates({ plateFrom: "^[^/]+" })).toEqual(Array(4).fill("P1"));
    const pattern = "(?<plate>[^/]+)/[^/]+/(?<row>\\w) - (?<column>\\d)\\(.* - (?<channel>\\w+)\\)";
    expect(plates({ format: "pattern", pattern })).toEqual(Array(4).fill("P1"));
  });

  test("is a plate a folder otherwise", () => {
    expect(new Set(list(paths).images.map(({ plate }) => plate))).toEqual(new Set(["TimePoint_1", "TimePoint_2"]));
    const two = [...paths, ...both("P2/TimePoint_1/A - 1(fld 1")];
    expect(() => list(two)).toThrow(expect.objectContaining({ code: "doubled-plate" }));
  });
});
