import { readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NeuroscreenError } from "../../src/base/errors.ts";
import { type Guess, guessStudy } from "../../src/images/guess.ts";
import { imageReader } from "../../src/images/names.ts";
import { formatWell } from "../../src/plates/wells.ts";

const wells = ["B02", "B03", "C02", "C03", "D02", "D03"];

/** The names of two sites and two channels of six wells. */
function namesOf(write: (well: string, site: number, channel: number) => string): string[] {
  return wells.flatMap((well) => [1, 2].flatMap((site) => [1, 2].map((channel) => write(well, site, channel))));
}

function guess(paths: readonly string[], folder = "/data/pilot"): Guess {
  return guessStudy(paths, { folder });
}

/** What a proposal comes to, in short. */
function found({ keys, plates, fields, read }: Guess) {
  return {
    plates: plates.map(({ name, wells }) => `${name}: ${wells.map(({ well }) => well).join(" ")}`),
    channels: keys.channels.map(({ name, match }) => `${name}=${match}`),
    fields: fields.length,
    read,
  };
}

const dye = ["", "DAPI", "Cy5"];
const guid = "D5F8F51A-3E85-4358-AE51-A465AF87386F";
const short = (well: string) => well.replace("0", "");
const all = wells.join(" ");
const whole = { fields: 12, read: 24 };

describe("a guess from names", () => {
  test.each<[string, string, string[], string[], string[]]>([
    [
      "IN Cell Analyzer",
      "IN Cell Analyzer",
      namesOf(
        (w, s, c) => `DANAZOL/${w[0]} - ${Number(w.slice(1))}(fld ${s} wv ${["", "Red - Cy5", "UV - DAPI"][c]}).tif`,
      ),
      [`DANAZOL: ${all}`],
      ["Cy5=Cy5", "DAPI=DAPI"],
    ],
    [
      "ImageXpress",
      "ImageXpress (MetaXpress)",
      namesOf((w, s, c) => `9987_${w}_s${s}_w${c}.TIF`),
      [`pilot: ${all}`],
      ["w1=1", "w2=2"],
    ],
    [
      "ImageXpress with GUIDs, a folder a plate",
      "ImageXpress (MetaXpress)",
      namesOf((w, s, c) => `Week1_22123/Week1_150607_${w}_s${s}_w${c}${guid}.tif`),
      [`Week1_22123: ${all}`],
      ["w1=1", "w2=2"],
    ],
    [
      "Harmony",
      "Opera or Operetta (Harmony)",
      namesOf(
        (w, s, c) =>
          `BR00117035__2020-11-08T18_57_47-Measurement1/Images/r0${w.charCodeAt(0) - 64}c${w.slice(1)}f0${s}p01-ch${c}sk1fk1fl1.tiff`,
      ),
      [`BR00117035: ${all}`],
      ["ch1=1", "ch2=2"],
    ],
    [
      "CellVoyager",
      "Yokogawa CellVoyager",
      namesOf((w, s, c) => `my assay_${w}_T0001F00${s}L01A0${c}Z01C0${c}.tif`),
      [`pilot: ${all}`],
      ["C01=01", "C02=02"],
    ],
    [
      "CellInsight",
      "CellInsight or ArrayScan",
      namesOf((w, s, c) => `MFGTMP_140206180002_${w}f0${s}d${c}.TIF`),
      [`pilot: ${all}`],
      ["d1=1", "d2=2"],
    ],
    [
      "Cytation",
      "Cytation (Gen5)",
      namesOf((w, s, c) => `${short(w)}_01_${c}_${s}_${["", "DAPI 377,447", "GFP 469,525"][c]}_001.tif`),
      [`pilot: ${all}`],
      ["DAPI=DAPI 377,447", "GFP=GFP 469,525"],
    ],
    [
      "ScanR",
      "ScanR",
      namesOf((w, s, c) => `${short(w)}--W00061--P0000${s}--Z00000--T00000--${dye[c]}.tif`),
      [`pilot: ${all}`],
      ["Cy5=Cy5", "DAPI=DAPI"],
    ],
    [
      "Columbus",
      "Opera or Operetta (Columbus)",
      namesOf((w, s, c) => `00${w.charCodeAt(0) - 64}0${w.slice(1)}-${s}-00100100${c}.tif`),
      [`pilot: ${all}`],
      ["ch001=001", "ch002=002"],
    ],
    [
      "names of one's own",
      "no known microscope",
      namesOf((w, s, c) => `scan_${w}_site${s}_${dye[c]}.tif`),
      [`pilot: ${all}`],
      ["Cy5=Cy5", "DAPI=DAPI"],
    ],
    [
      "names of one's own with blanks in a stain's name",
      "no known microscope",
      namesOf((w, s, c) => `Well${w} ${["", "DAPI", "Alexa 488"][c]} f${s}.png`),
      [`pilot: ${all}`],
      ["Alexa 488=Alexa 488", "DAPI=DAPI"],
    ],
    [
      "folders of plates and wells",
      "no known microscope",
      namesOf((w, s, c) => `P1/${w}/${dye[c]}_${s}.tif`),
      [`pilot: ${all}`],
      ["Cy5=Cy5", "DAPI=DAPI"],
    ],
    [
      "folders of stains",
      "no known microscope",
      namesOf((w, s, c) => `${dye[c]}/${w}_${s}.tif`),
      [`pilot: ${all}`],
      ["Cy5=Cy5", "DAPI=DAPI"],
    ],
  ])("reads %s whole", (_, naming, names, plates, channels) => {
    const result = guess(names);
    expect(result.naming).toBe(naming);
    expect(found(result)).toEqual({ plates, channels, ...whole });
    expect(result.leftOut).toEqual([]);
  });

  test("reads the demo's names", () => {
    const images = readdirSync(new URL("../../examples/bbbc013/images", import.meta.url));
    const result = guess(images, "/x/bbbc013/images");
    expect(result).toMatchObject({ naming: "IN Cell 3000", name: "bbbc013", read: 192, plateSize: 96 });
    expect(result.plates[0]!.wells).toHaveLength(96);
  });

  test("says one image a well where names hold the well alone", () => {
    const result = guess(wells.map((well) => `${well}.tif`));
    expect(found(result)).toEqual({ plates: [`pilot: ${all}`], channels: ["stain=1"], fields: 6, read: 6 });
  });

  test("takes no running number for a site", () => {
    const names = wells.flatMap((well, i) =>
      [1, 2].map((c) => `img_${well}_${String(2 * i + c).padStart(4, "0")}_ch${c}.tif`),
    );
    const { fields, keys } = guess(names);
    expect(fields.map(({ site }) => site)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(keys.pattern).toContain("_\\d+_ch");
  });

  test("gives keys that read what it says, whatever the names are made of", () => {
    const word = fc
      .stringMatching(/^[a-z]{3,6}$/)
      .filter(
        (text) =>
          !/^(well|site|plate|stack|slice|plane|image|wave|time|tile|field|zstep|chan|channel|fld|fov|pos|img)/.test(
            text,
          ),
      );
    const shapes = fc.record({
      lead: word,
      separator: fc.constantFrom("_", "-", " ", "__"),
      site: fc.constantFrom("s", "f", "site", ""),
    });
    fc.assert(
      fc.property(shapes, ({ lead, separator, site }) => {
        const names = namesOf((w, s, c) => `${[lead, w, `${site}${s}`, dye[c]].join(separator)}.tif`);
        const { keys, read } = guess(names);
        expect(read).toBe(names.length);
        const reader = imageReader({
          ...{ ...keys, name: "x", folder: "/data", images: ".", plateMap: "m.csv" },
          classes: { negative: "n", positive: "p" },
        });
        const reading = reader(names[0]!);
        expect(reading.kind === "image" && formatWell(reading.image.well)).toBe("B02");
      }),
      { numRuns: 60 },
    );
  });
});

describe("planes", () => {
  test("are selected where names carry several: the middle one of a stack", () => {
    const names = namesOf((w, s, c) => w + s + c).flatMap((key) =>
      [1, 2, 3].map((z) => `x_${key.slice(0, 3)}_T0001F00${key[3]}L01A01Z0${z}C0${key[4]}.tif`),
    );
    const result = guess(names);
    expect(result.keys.select).toEqual({ z: 2 });
    expect(result.planes).toEqual({ z: [1, 2, 3], time: [] });
    expect(result).toMatchObject({ read: 24, leftOut: [{ what: "images of other planes or times" }] });
    expect(result.leftOut[0]!.paths).toHaveLength(48);
  });

  test("of folders are read from the path: the time point with most images", () => {
    const names = [1, 2].flatMap((time) =>
      namesOf((w, s, c) => `P7/TimePoint_${time}/9987_${w}_s${s}_w${c}.TIF`).slice(time === 1 ? 8 : 0),
    );
    const result = guess(names);
    expect(result.keys).toMatchObject({ select: { time: 2 }, plate: "P7" });
    expect(result.read).toBe(24);
  });

  test("of which there is one need no key", () => {
    const { keys } = guess(namesOf((w, s, c) => `P7/TimePoint_1/9987_${w}_s${s}_w${c}.TIF`));
    expect(keys).not.toHaveProperty("select");
    expect(keys.plate).toBe("P7");
  });

  test("of the format incell need the key even where all names carry the same", () => {
    const result = guess(namesOf((w, s, c) => `${w[0]} - ${w.slice(1)}(fld ${s} wv ${dye[c]} - ${dye[c]} z 4).tif`));
    expect(result.keys.select).toEqual({ z: 4 });
    expect(result.read).toBe(24);
  });
});

describe("plates", () => {
  const named = (folder: (plate: number) => string, lead: (plate: number) => string = () => "x") =>
    guess([1, 2].flatMap((plate) => namesOf((w, s, c) => `${folder(plate)}${lead(plate)}_${w}_s${s}_w${c}.tif`)));
  const names = ({ plates }: Guess) => plates.map(({ name }) => name);

  test("are the folders that images lie in, without a key", () => {
    const result = named((plate) => `Donor ${plate}/`);
    expect(names(result)).toEqual(["Donor 1", "Donor 2"]);
    expect(result.keys).not.toHaveProperty("plateFrom");
  });

  test("are the names' beginnings where one folder holds several", () => {
    expect(
      names(
        named(
          () => "",
          (plate) => `plate${plate}`,
        ),
      ),
    ).toEqual(["plate1", "plate2"]);
  });

  test("are the beginnings of IN Cell names into which the folders were joined", () => {
    const paths = ["3 - doxylamine_40x_assay plate 0", "4 - danazol_40x_assay plate 0"].flatMap((plate) =>
      namesOf((w, s, c) => `${plate}_${w[0]!.toLowerCase()} - ${Number(w[2])}(fld ${s} wv x - ${dye[c]}).tif`),
    );
    const result = guess(paths);
    expect(names(result)).toEqual(["3 - doxylamine_40x_assay plate 0", "4 - danazol_40x_assay plate 0"]);
    expect(result.read).toBe(paths.length);
  });

  test("are the folders above those that an export makes", () => {
    expect(names(named((plate) => `P${plate}/Images/`))).toEqual(["P1", "P2"]);
  });

  test("are the folders that differ, where batches have folders of one name", () => {
    expect(names(named((plate) => `batch${plate}/plate/`))).toEqual(["batch1", "batch2"]);
  });

  test("are two folders together, where neither alone tells plates apart", () => {
    const paths = ["a/P1", "a/P2", "b/P1", "b/P2"].flatMap((folder) =>
      namesOf((w, s, c) => `${folder}/Images/x_${w}_s${s}_w${c}.tif`),
    );
    expect(names(guess(paths))).toEqual(["a/P1", "a/P2", "b/P1", "b/P2"]);
    const uneven = ["P1", "b/P1"].flatMap((folder) => namesOf((w, s, c) => `${folder}/x_${w}_s${s}_w${c}.tif`));
    expect(names(guess(uneven))).toEqual(["b/P1", "P1"]);
  });

  test("are not folders that sort wells by what was done to them", () => {
    const result = guess(wells.map((well, i) => `${i < 3 ? "Treated" : "Untreated"}/${well}_s1_w1.tif`));
    expect(names(result)).toEqual(["pilot"]);
    expect(result.notes[0]).toContain("the folders Treated, Untreated look like kinds of wells, not plates");
  });
});

describe("what does not fit", () => {
  const good = namesOf((w, s, c) => `P_${w}_s${s}_w${c}.tif`);
  const leftOut = (extra: readonly string[]) =>
    guess([...good, ...extra]).leftOut.map(({ what, paths }) => [what, ...paths]);

  test("is told by what it is", () => {
    expect(leftOut(["P_B02_s1_w1_thumb.tif", "notes.txt"])).toEqual([
      ["thumbnails and previews", "P_B02_s1_w1_thumb.tif"],
    ]);
    expect(leftOut(["DC_DCAM#1_CAM3.tif", "SC_BP445-45_20x v2_M01_CH01.tif"])[0]![0]).toBe("correction images");
    expect(leftOut(["r01c01f01p01-ch1sk1fk1fl1.tif"])[0]![0]).toBe(
      "images named as those of Opera or Operetta (Harmony)",
    );
    expect(leftOut(["overlay.png"])[0]![0]).toBe("images whose names do not fit");
    expect(leftOut(["P_E05_s1_w1.tif"])[0]![0]).toContain("not whole");
  });

  test("adds up with what is read to all images", () => {
    const result = guess([...good, "P_E05_s1_w1.tif", "overlay.tif", "P_thumb.tif"]);
    const left = result.leftOut.reduce((sum, { paths }) => sum + paths.length, 0);
    expect(result.read + left).toBe(result.images);
  });

  test("may be a channel that few fields have", () => {
    const result = guess([...good, "P_B02_s1_w3.tif"]);
    expect(result.keys.channels.map(({ match }) => match)).toEqual(["1", "2"]);
    expect(result.notes).toEqual(["the channel 3 has 1 images, far fewer than the others, and is left out"]);
  });

  test("is all there is: refused with what was found and what to do", () => {
    const refusal = (paths: readonly string[]) => {
      try {
        guess(paths);
      } catch (error) {
        if (error instanceof NeuroscreenError) return `${error.code}\n${error.message}`;
      }
      throw new Error("not refused");
    };
    expect(refusal([])).toContain("no-images\nLooking for images in /data/pilot: expected TIFF or PNG files");
    expect(refusal(["a.bmp", "b.bmp", "c.txt"])).toContain("found 3 other files (2 of .bmp, 1 of .txt)");
    expect(refusal(["Treated/f03.tif", "Untreated/f22.tif"])).toContain(
      "no-wells\nReading the names of the images in /data/pilot: expected names that say the well, such as `B03_s1_w1.tif`, found 2 names without one, such as Treated/f03.tif",
    );
    const doubled = refusal(["Images", "data"].flatMap((folder) => wells.map((w) => `P1/${folder}/x_${w}_s1_w1.tif`)));
    expect(doubled).toContain(
      "no-fields\nReading the names of the images in /data/pilot: expected fields of one image",
    );
    expect(doubled).toContain("P1/B02/1: left out: 2 images of one channel");
  });
});

describe("letters that run along the long side, or leave out the I,", () => {
  test("are noticed and not guessed", () => {
    const names = [..."BCDEFGHJ"].flatMap((letter) => [2, 3, 7].map((n) => `${letter} - ${n}(fld 1 wv Red - Cy5).tif`));
    expect(guess(names).letters).toEqual({ areColumns: true, skipI: true });
    expect(guess(wells.map((well) => `${well}.tif`)).letters).toEqual({ areColumns: false, skipI: false });
  });
});
