import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { parsePlateMap } from "../../src/plates/platemap.ts";
import { parseStudy } from "../../src/plates/study.ts";
import { indexStudy } from "../../src/runs/index-study.ts";
import { init } from "../../src/runs/init.ts";
import { temporaryFolder } from "./tiny-study.ts";

const wells = ["A01", "A02", "B01", "B02", "C01", "C02"];

/** A folder of images below a new one: a folder a plate, six wells of two sites and two stains. */
async function imagesFolder({ plates = ["P1"], name = "pilot", side = 16 } = {}): Promise<string> {
  const folder = join(temporaryFolder(), name);
  const pixels = new Uint16Array(side * 12).fill(700);
  const image = sharp(pixels, { raw: { width: side, height: 12, channels: 1 } }).toColourspace("grey16");
  const bytes = await image.tiff({ compression: "lzw" }).toBuffer();
  for (const plate of plates) {
    mkdirSync(join(folder, plate), { recursive: true });
    for (const well of wells)
      for (const site of [1, 2])
        for (const stain of ["DAPI", "Cy5"])
          writeFileSync(join(folder, plate, `${well}_site${site}_${stain}.tif`), bytes);
  }
  return folder;
}

const refusalOf = async (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
  );

describe("init", () => {
  test("writes two files that the product reads, and says what it found", async () => {
    const images = await imagesFolder();
    const out = temporaryFolder();
    const summary = await init({ images, out });
    expect(summary).toMatchObject({
      ...{ study: join(out, "study.yaml"), plateMap: join(out, "platemap.csv"), naming: "no known microscope" },
      plates: [{ name: "P1", wells: 6, fields: 12 }],
      ...{ fields: 12, images: 24, imagesUsed: 24, leftOut: [], warnings: [] },
      pixels: { width: 16, height: 12, bitDepth: 16 },
    });
    const study = parseStudy(readFileSync(summary.study, "utf8"), { path: summary.study });
    expect(study).toMatchObject({
      ...{ name: "pilot", plate: "P1", format: "pattern", plateMap: "platemap.csv" },
      channels: [
        { name: "Cy5", match: "Cy5" },
        { name: "DAPI", match: "DAPI" },
      ],
    });
    expect(study).not.toHaveProperty("split");
    expect(readFileSync(summary.plateMap, "utf8")).toBe(
      "well,role,compound,concentration,unit,challenge,challenge_concentration,challenge_unit\n" +
        wells.map((well) => `${well},,,,,,,\n`).join(""),
    );
  });

  test("guesses no role: the index asks for them in one sentence, and works once they are there", async () => {
    const out = temporaryFolder();
    const { study, plateMap } = await init({ images: await imagesFolder(), out });
    const refusal = await refusalOf(indexStudy(study));
    expect(refusal).toContain("found no role in any of its 6 lines");
    expect(refusal).toContain("Fill in the column `role`");
    const map = readFileSync(plateMap, "utf8");
    const filled = map.replaceAll(
      /^(.)(\d\d),/gm,
      (_, row, column) => `${row}${column},${column === "01" ? "negative" : "positive"}`,
    );
    writeFileSync(plateMap, filled);
    const index = await indexStudy(study);
    expect(index.fields).toHaveLength(12);
    expect(index.problems).toEqual([]);
  });

  test.each([
    ["wells of a plate", ["P1"], { unit: "well", test: { rows: ["B"] }, validate: 0.25 }],
    ["plates", ["P1", "P2", "P3"], { unit: "plate", test: { plates: ["P3"] }, validate: { plates: ["P2"] } }],
  ])("proposes to hold out %s, in lines that are right once their # is gone", async (_, plates, split) => {
    const { study } = await init({ images: await imagesFolder({ plates }), out: temporaryFolder() });
    const [before, after] = readFileSync(study, "utf8").split("# split:");
    const text = `${before}split:${after!.replaceAll("\n# ", "\n")}`;
    expect(parseStudy(text, { path: study }).split).toEqual(split);
  });

  test("writes a line for each well of each plate, names with commas and accents too", async () => {
    const plates = ["Plätte, 1", 'P "2"'];
    const { plateMap } = await init({ images: await imagesFolder({ plates }), out: temporaryFolder() });
    const text = readFileSync(plateMap, "utf8");
    // The mark by which Excel knows UTF-8.
    expect(text.startsWith("\ufeffplate,well,role,")).toBe(true);
    const filled = text.replaceAll(/,([A-C]0\d),/g, ",$1,sample");
    const map = parsePlateMap(filled, { path: plateMap, plates });
    expect(map.map(({ plate, well }) => `${plate}/${well}`).sort()).toEqual(
      plates.flatMap((plate) => wells.map((well) => `${plate}/${well}`)).sort(),
    );
  });

  test("writes beside the images only if asked to, and finds them again", async () => {
    const images = await imagesFolder({ name: "spa ce: é" });
    const { study } = await init({ images, out: images });
    expect(parseStudy(readFileSync(study, "utf8"), { path: study })).toMatchObject({ images: ".", name: "spa ce: é" });
    const away = await init({ images, out: join(temporaryFolder(), "a", "b", "c", "d") });
    expect(parseStudy(readFileSync(away.study, "utf8"), { path: away.study }).images).toBe(images);
  });

  test("overwrites nothing, and writes both files or none", async () => {
    const images = await imagesFolder();
    const out = temporaryFolder();
    writeFileSync(join(out, "platemap.csv"), "mine");
    expect(await refusalOf(init({ images, out }))).toBe(
      `file-taken: Writing ${join(out, "platemap.csv")}: expected a free name, since nothing is overwritten, found a file that is there already.\n` +
        "Move or rename it, or name another folder with `--out`. A plate map of yours goes in by the study's key `plateMap`.",
    );
    expect(readdirSync(out)).toEqual(["platemap.csv"]);
    expect(readFileSync(join(out, "platemap.csv"), "utf8")).toBe("mine");
  });

  test("names the folder that was meant, and what else stands in its place", async () => {
    const images = await imagesFolder();
    expect(await refusalOf(init({ images: images.replace(/pilot$/, "pliot") }))).toBe(
      `no-such-folder: Looking for images: expected a folder that can be read, found ${images.replace(/pilot$/, "pliot")}, which is not there (did you mean \`${images}\`?).\n` +
        "Name the folder that the microscope exported to; the folders of several plates may lie in it.",
    );
    const file = join(images, "P1", "A01_site1_Cy5.tif");
    expect(await refusalOf(init({ images: file }))).toContain(
      `found the file ${file}.\nName the folder that holds it: ${join(images, "P1")}`,
    );
    expect(await refusalOf(init({ images: file.replace(/tif$/, "tif/x") }))).toContain("which is not there");
  });

  test("refuses a folder to write into that is a file", async () => {
    const images = await imagesFolder();
    const out = join(images, "P1", "A01_site1_Cy5.tif");
    const refusal = await refusalOf(init({ images, out }));
    expect(refusal).toContain("cannot-write");
    expect(refusal).toContain("Name a folder of yours with `--out DIR`");
  });

  test("takes channels' names and the pixel's size from what the microscope wrote beside the images", async () => {
    const images = await imagesFolder();
    for (const name of readdirSync(join(images, "P1"))) {
      const [well, site, stain] = name.replace(".tif", "").split("_");
      const wave = stain === "DAPI" ? 1 : 2;
      renameSync(join(images, "P1", name), join(images, "P1", `x_${well}_${site!.replace("site", "s")}_w${wave}.tif`));
    }
    const unnamed = await init({ images, out: temporaryFolder() });
    expect(unnamed.channels.map(({ name }) => name)).toEqual(["w1", "w2"]);
    expect(unnamed.warnings).toEqual(["names tell the channels by numbers: write the stains' names into the study"]);

    writeFileSync(join(images, "x.HTD"), '"WaveName1", "DAPI"\n"WaveName2", "Cy5"\n');
    writeFileSync(join(images, "x.mrf"), 'bts:HorizontalPixelDimension="0.325"');
    const { channels, pixels, warnings, study } = await init({ images, out: temporaryFolder() });
    expect(channels).toEqual([
      { name: "DAPI", match: "1" },
      { name: "Cy5", match: "2" },
    ]);
    expect({ size: pixels?.pixelSizeMicrometres, warnings }).toEqual({ size: 0.325, warnings: [] });
    expect(parseStudy(readFileSync(study, "utf8"), { path: study }).pixelSizeMicrometres).toBe(0.325);
  });

  test("warns of images that cannot be used, or differ", async () => {
    const images = await imagesFolder();
    writeFileSync(join(images, "P1", "A01_site1_Cy5.tif"), "");
    const odd = await sharp(new Uint8Array(100), { raw: { width: 10, height: 10, channels: 1 } })
      .toColourspace("b-w")
      .tiff({ compression: "none" })
      .toBuffer();
    writeFileSync(join(images, "P1", "A01_site1_DAPI.tif"), odd);
    const { warnings } = await init({ images, out: temporaryFolder() });
    expect(warnings[0]).toMatch(
      /^1 of 12 images looked at cannot be used, such as P1\/A01_site1_Cy5\.tif: expected a whole image file, found a damaged or cut one \(an empty file/,
    );
    expect(warnings[1]).toContain("images differ: P1/A01_site1_DAPI.tif is 10 × 10, 8 bits, ");
  });
});
