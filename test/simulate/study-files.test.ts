import { describe, expect, test } from "vitest";
import { imageReader } from "../../src/images/names.ts";
import { parseStudy } from "../../src/plates/study.ts";
import { formatWell, parseWell } from "../../src/plates/wells.ts";
import { imageName, maskName, maskNames, studyText } from "../../src/simulate/study-files.ts";

const text = studyText({
  ...{ name: 'a "simulated" screen: one', pixelSizeMicrometres: 0.1625, seed: 7 },
  split: { unit: "plate", test: ["P01"], validate: ["P02"] },
});
const study = parseStudy(text, { path: "/s/study.yaml" });

describe("the names of images", () => {
  test("are those that an IN Cell Analyzer gives, stain by stain", () => {
    expect([0, 1, 2, 3].map((stain) => imageName({ well: "B04", site: 1 }, stain))).toEqual([
      "B - 4(fld 1 wv Red - Cy5).tif",
      "B - 4(fld 1 wv UV - DAPI).tif",
      "B - 4(fld 1 wv Green - dsRed).tif",
      "B - 4(fld 1 wv Blue - FITC).tif",
    ]);
  });

  test("are read back by the study as what they are, in every well of a plate of 384", () => {
    const read = imageReader(study);
    for (let row = 0; row < 16; row++)
      for (let column = 0; column < 24; column++)
        for (const [channel, site] of [0, 1, 2, 3].map((stain) => [stain, 11 * stain + 1] as const)) {
          const well = formatWell({ row, column });
          expect(read(`P07/${imageName({ well, site }, channel)}`)).toMatchObject({
            kind: "image",
            image: { plate: "P07", well: parseWell(well), site, channel },
          });
        }
  });

  test("are not those of masks, which no study takes for images", () => {
    const read = imageReader(study);
    const names = maskNames.map((mask) => maskName({ well: "B04", site: 1 }, mask));
    expect(names[0]).toBe("B - 4(fld 1 somata).tif");
    expect(names.map((name) => read(`P07/${name}`).kind)).toEqual(maskNames.map(() => "stranger"));
  });
});

describe("the study file", () => {
  test("says what is assumed, and reads back whole", () => {
    expect(text).toContain("Assumed here: dsRed is PSD-95.");
    expect(study).toMatchObject({
      ...{ name: 'a "simulated" screen: one', images: "images", format: "incell", pixelSizeMicrometres: 0.1625 },
      split: { unit: "plate", test: { plates: ["P01"] }, validate: { plates: ["P02"] } },
    });
  });

  test("holds out wells where plates are too few", () => {
    const split = { unit: "well", test: ["A01", "B24"], validate: 0.15 } as const;
    const few = parseStudy(studyText({ name: "few", pixelSizeMicrometres: 1, seed: 7, split }), {
      path: "/s/study.yaml",
    });
    expect(few.split).toMatchObject({ unit: "well", test: { wells: ["A01", "B24"] }, validate: 0.15 });
  });
});
