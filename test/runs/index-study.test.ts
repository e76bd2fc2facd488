import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { index as indexing, indexStudy } from "../../dist/index.js";
import { splitWells } from "../../src/plates/split.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "neuroscreen-index-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const studyText = `name: pilot
images: images
format: incell
channels: [{ name: MAP2, match: Cy5 }, { name: nuclei, match: DAPI }]
plateMap: map.csv
`;
const mapText = "well,role\nA1,negative\nA2,positive\nA3,sample\n";

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

async function grey(width: number, bitDepth: 8 | 16 = 8): Promise<Uint8Array> {
  const pixels = bitDepth === 8 ? new Uint8Array(width * width) : new Uint16Array(width * width);
  const image = sharp(pixels.fill(width), { raw: { width, height: width, channels: 1 } });
  return image
    .toColourspace(bitDepth === 8 ? "b-w" : "grey16")
    .tiff({ compression: "none" })
    .toBuffer();
}

/** Writes a pilot study of three wells, one field each, on plate P. */
async function writePilot({ study = studyText, map = mapText }: { study?: string; map?: string } = {}): Promise<void> {
  write("study.yaml", study);
  write("map.csv", map);
  const image = await grey(8);
  for (const column of [1, 2, 3]) {
    write(`images/P/A - ${column}(fld 1 wv Red - Cy5).tif`, image);
    write(`images/P/A - ${column}(fld 1 wv UV - DAPI).tif`, image);
  }
}

/** Writes `count` more fields of well A03. */
async function writeMore(count: number): Promise<void> {
  const image = await grey(8);
  for (let site = 2; site < count + 2; site++)
    for (const channel of ["Red - Cy5", "UV - DAPI"]) write(`images/P/A - 3(fld ${site} wv ${channel}).tif`, image);
}

const index = (options?: { check?: boolean }) => indexStudy(join(folder, "study.yaml"), options);

/** The whole message of a refusal, with the folder's name taken out. */
async function refusal(): Promise<string> {
  const error: unknown = await index().catch((error: unknown) => error);
  return String(error).replace("NeuroscreenError: ", "").replaceAll(folder, "FOLDER");
}

const problems = async (options?: { check?: boolean }) =>
  (await index(options)).problems.map(({ code, subject, message }) =>
    `${code} ${subject}: ${message}`.replaceAll(folder, "FOLDER"),
  );

describe("indexing a study", () => {
  test("joins names, map and headers", async () => {
    await writePilot();
    const { fields, wells, problems, width, height, bitDepth, path } = await index();
    expect(fields[1]).toEqual({
      plate: "P",
      well: "A02",
      site: 1,
      paths: ["images/P/A - 2(fld 1 wv Red - Cy5).tif", "images/P/A - 2(fld 1 wv UV - DAPI).tif"],
    });
    expect(wells.map(({ plate, well, role }) => `${plate} ${well} ${role}`)).toEqual([
      "P A01 negative",
      "P A02 positive",
      "P A03 sample",
    ]);
    expect({ fields: fields.length, problems, width, height, bitDepth, path }).toEqual({
      fields: 3,
      problems: [],
      width: 8,
      height: 8,
      bitDepth: 8,
      path: join(folder, "study.yaml"),
    });
  });

  test("names every misfit, and leaves out no more than it must", async () => {
    await writePilot({ map: `${mapText}A4,sample\nA5,empty\nA6,sample\nA7,sample\n` });
    for (let site = 3; site <= 40; site++) {
      write(`images/P/A - 2(fld ${site} wv Red - Cy5).tif`, await grey(8));
      write(`images/P/A - 2(fld ${site} wv UV - DAPI).tif`, await grey(8));
    }
    write("images/P/B - 1(fld 1 wv Red - Cy5).tif", await grey(8)); // a channel short, and not in the map
    write("images/P/B - 2(fld 1 wv Red - Cy5).tif", await grey(8)); // complete, and not in the map
    write("images/P/B - 2(fld 1 wv UV - DAPI).tif", await grey(8));
    for (const channel of ["Red - Cy5", "UV - DAPI"]) {
      write(`images/P/A - 1(fld 2 wv ${channel}).tif`, await grey(9)); // another size
      write(`images/P/A - 3(fld 2 wv ${channel}).tif`, await grey(8, 16)); // another depth
      write(`images/P/A - 7(fld 1 wv ${channel}).tif`, "no image");
    }
    write("images/P/A - 1(fld 1 wv Green - dsRed).tif", await grey(8));
    write("images/P/overview.tif", await grey(8));
    write("images/P/Thumbs.db", "");
    write("images/P/._A - 1(fld 1 wv Red - Cy5).tif", "a file system's own");
    expect(await problems()).toEqual([
      "images-aside thumbnails and previews: left aside: one image, such as images/P/overview.tif",
      'channel-unused Green - dsRed: 1 image is of the channel "Green - dsRed", which no channel of the study matches',
      "channel-missing P/B01/1: left out: no image of nuclei",
      "well-without-images P/A04: left out: a sample well of the plate map without a complete field",
      "well-without-images P/A06: left out: a sample well of the plate map without a complete field",
      "well-not-in-map P/B02: left out: 1 field of a well that the plate map does not have",
      "image-odd P/A01/2: left out: images/P/A - 1(fld 2 wv Red - Cy5).tif is 9 × 9, 8 bits, most images are 8 × 8, 8 bits",
      "image-odd P/A03/2: left out: images/P/A - 3(fld 2 wv Red - Cy5).tif is 8 × 8, 16 bits, most images are 8 × 8, 8 bits",
      "bad-image P/A07/1: left out: images/P/A - 7(fld 1 wv Red - Cy5).tif: expected a PNG or TIFF file, found something else",
      "well-lost P/A07: left out: none of its fields could be used",
    ]);
    const { fields, wells, missingWells } = await index();
    expect(missingWells.map(({ well }) => well)).toEqual(["A04", "A06", "A07"]);
    const kept = fields.map(({ well, site }) => `${well}/${site}`);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([41, "A01/1", "A03/1"]);
    expect(wells.map(({ well }) => well)).toEqual(["A01", "A02", "A03", "A04", "A06", "A07"]);
  });

  test("finds images that are cut short when it is asked to check", async () => {
    await writePilot();
    await writeMore(3);
    const noise = Uint8Array.from({ length: 64 }, (_, i) => (i * 97) % 251);
    const raw = { width: 8, height: 8, channels: 1 } as const;
    const png = await sharp(noise, { raw }).toColourspace("b-w").png().toBuffer();
    png[png.length - 20]! ^= 1; // among the packed pixels
    write("images/P/A - 3(fld 2 wv Red - Cy5).tif", png);
    expect(await problems()).toEqual([]);
    const told = [
      expect.stringMatching(/^bad-image P\/A03\/2: left out: images\/P\/.*fld 2 wv Red - Cy5\)\.tif: expected/),
    ];
    expect(await problems({ check: true })).toEqual(told);
    // What was found once is known: no need to look again.
    expect(await problems()).toEqual(told);
    write("images/P/A - 3(fld 2 wv Red - Cy5).tif", await grey(8));
    expect(await problems()).toEqual([]);
  });

  test("reads each file once, and remembers it until it changes", async () => {
    await writePilot();
    const checked = async (options: object = {}) => {
      const run = indexing({ study: join(folder, "study.yaml"), check: true, ...options });
      const counts: number[] = [];
      for (;;) {
        const told = await run.next();
        if (told.done) return { counts, index: told.value };
        if (told.value.kind === "checked") counts.push(told.value.total);
      }
    };
    expect((await index()).dataHash).toBeNull();
    const first = await checked();
    expect(first.counts).toEqual([6]);
    expect(first.index.dataHash).toMatch(/^[0-9a-f]{64}$/);
    expect((await checked()).counts).toEqual([]);
    expect(await index()).toEqual(first.index);
    utimesSync(join(folder, "images/P/A - 2(fld 1 wv UV - DAPI).tif"), 1, 1);
    expect((await checked()).counts).toEqual([2]);
    expect(existsSync(join(folder, "study.fields.parquet"))).toBe(true);
    expect((await checked({ cache: join(folder, "elsewhere") })).counts).toEqual([6]);
    expect(readdirSync(join(folder, "elsewhere"))).toEqual([expect.stringMatching(/^study-.*\.fields\.parquet$/)]);
  });

  test("looks at a sample of many images only, and says so", async () => {
    await writePilot();
    expect((await index()).looked).toBe("all");
    await writeMore(140);
    expect(await index()).toMatchObject({ looked: "sample", width: 8, bitDepth: 8, problems: [] });
  });

  test("says whether position alone gives the controls away", async () => {
    const wells = [1, 2, 3, 4, 5, 6].flatMap((column) => [`A${column},negative`, `B${column},positive`]);
    await writePilot({ map: ["well,role", ...wells].join("\n") });
    const image = await grey(8);
    for (const row of ["A", "B"])
      for (const column of [1, 2, 3, 4, 5, 6])
        for (const channel of ["Red - Cy5", "UV - DAPI"])
          write(`images/P/${row} - ${column}(fld 1 wv ${channel}).tif`, image);
    const { position } = await index();
    expect(position).toMatchObject({ wells: 12, heldOut: "well", explains: false });
    write("study.yaml", `${studyText}split: { unit: well, test: { columns: [1, 3, 5, 6] }, validate: 0 }\n`);
    expect((await index()).position).toEqual({ wells: 8, right: 8, heldOut: "split", explains: true });
  });

  test("gives a hash that follows the data, not the place", async () => {
    await writePilot();
    const { dataHash, mapHash } = await index({ check: true });
    const moved = join(folder, "moved");
    for (const part of ["images", "map.csv", "study.yaml"])
      cpSync(join(folder, part), join(moved, part), { recursive: true });
    expect((await indexStudy(join(moved, "study.yaml"), { check: true })).dataHash).toBe(dataHash);
    write("images/P/notes.txt", "not data");
    expect((await index()).dataHash).toBe(dataHash);
    write("map.csv", mapText.replace("A3,sample", "A3,reference"));
    const otherRole = await index();
    expect([otherRole.dataHash === dataHash, otherRole.mapHash === mapHash]).toEqual([true, false]);
    write("map.csv", mapText);
    const changed = await grey(8);
    changed[changed.length - 1]! ^= 1;
    write("images/P/A - 3(fld 1 wv UV - DAPI).tif", changed);
    expect((await index({ check: true })).dataHash).not.toBe(dataHash);
  });
});

describe("a study that cannot be used is refused", () => {
  test("without its file", async () => {
    expect(await refusal()).toBe(
      `Reading the study: expected a file that can be read, found FOLDER/study.yaml, which is not there.
Check the path; in a study file it is relative to that file.`,
    );
  });

  test("without its folder of images", async () => {
    await writePilot({ study: studyText.replace("images: images", "images: imges") });
    expect(await refusal()).toBe(
      `Looking for the images of pilot: expected a folder that can be read, found FOLDER/imges.
Set \`images\` in the study to the images' folder, relative to the study file.`,
    );
  });

  test("without its plate map", async () => {
    await writePilot({ study: studyText.replace("map.csv", "plates.csv") });
    expect(await refusal()).toContain(
      "Reading the plate map: expected a file that can be read, found FOLDER/plates.csv, which is not there.",
    );
  });

  test("when no name fits, with three of the names", async () => {
    await writePilot({
      study: studyText.replace("format: incell", "format: pattern\npattern: '(?<well>X\\d\\d)_w(?<channel>\\d)'"),
    });
    expect(await refusal()).toBe(
      `Looking for the images of pilot in FOLDER/images: expected names that fit (?<well>X\\d\\d)_w(?<channel>\\d), found 6 other files, such as P/A - 1(fld 1 wv Red - Cy5).tif, P/A - 1(fld 1 wv UV - DAPI).tif, P/A - 2(fld 1 wv Red - Cy5).tif.
Set \`images\`, \`format\` and \`pattern\` in the study to where the images are and how they are named.`,
    );
  });

  test("when the folder of images is empty", async () => {
    await writePilot();
    rmSync(join(folder, "images/P"), { recursive: true });
    expect(await refusal()).toContain("expected names such as `B - 4(fld 1 wv Red - Cy5).tif`, found no file at all.");
  });

  test("when no image is of its channels", async () => {
    await writePilot({ study: studyText.replace("Cy5", "w1").replace("DAPI", "w2") });
    expect(await refusal()).toBe(
      `Looking for the channels of pilot: expected any of "w1", "w2", found the channels "Red - Cy5", "UV - DAPI".
Set \`match\` of each of the study's channels to what the file names have.`,
    );
  });

  test("when a control role has no well, in the map or in the images", async () => {
    await writePilot({ map: mapText.replace("positive", "sample") });
    expect(await refusal()).toBe(
      `Indexing pilot: expected at least one positive control well with images, found no positive well in FOLDER/map.csv.
Mark the positive control wells in the column \`role\` of the plate map, and see that the plates' names there are those of the images.`,
    );
    write("map.csv", mapText.replace("A2,positive", "B2,positive"));
    expect(await refusal()).toContain("found 1 positive wells in the plate map, none of them with images.");
  });

  test("when more than a fifth of its fields cannot be used", async () => {
    await writePilot();
    await writeMore(2);
    rmSync(join(folder, "images/P/A - 3(fld 2 wv UV - DAPI).tif"));
    expect((await index()).fields.length).toBe(4);
    rmSync(join(folder, "images/P/A - 3(fld 3 wv UV - DAPI).tif"));
    expect(await refusal()).toBe(
      `Indexing pilot: expected at most 20 % of the fields to be lost, found 2 of 5 fields that cannot be used:
  P/A03/2: left out: no image of nuclei
  P/A03/3: left out: no image of nuclei.
Copy or export what is damaged or missing again; wells that are meant to be left out are left out of the plate map.`,
    );
  });

  test("when its images are of many sizes", async () => {
    await writePilot();
    for (const [i, channel] of ["Red - Cy5", "UV - DAPI"].entries())
      for (const column of [2, 3])
        write(`images/P/A - ${column}(fld 1 wv ${channel}).tif`, await grey(8 + 2 * column + i));
    expect(await refusal()).toBe(
      `Indexing pilot: expected most images to be of one size and bit depth, found images of many kinds: the commonest, 8 × 8, 8 bits, are 2 of 6.
Keep images of different cameras, objectives or exports in studies of their own.`,
    );
  });

  test("when the plate map and the images have no plate in common", async () => {
    await writePilot({
      map: "plate,well,role\nplate-l,A1,negative\nplate-l,A2,positive\n",
      study: `${studyText}plate: plate-1\n`,
    });
    expect(await refusal()).toBe(
      `Indexing pilot: expected plates to be called the same in both, found \`plate-1\` of the images, \`plate-l\` of the plate map.
Write the plates in the plate map as their folders or names are written, to the letter.`,
    );
  });
});

describe("the example bbbc013", () => {
  const example = fileURLToPath(new URL("../../examples/bbbc013/study.yaml", import.meta.url));

  test("is a whole plate, and its split holds out twelve control wells", async () => {
    const { study, fields, wells, problems, width, height, bitDepth } = await indexStudy(example, { check: true });
    expect({ fields: fields.length, problems, width, height, bitDepth }).toEqual({
      fields: 96,
      problems: [],
      width: 320,
      height: 320,
      bitDepth: 8,
    });
    const count = (role: string) => wells.filter((well) => well.role === role).length;
    expect(["negative", "positive", "sample"].map(count)).toEqual([16, 8, 72]);
    const parts = [...splitWells(study, wells, 1).values()];
    const sizes = ["train", "validate", "test", "unused"].map((part) => parts.filter((one) => one === part).length);
    expect(sizes).toEqual([9, 3, 12, 72]);
  });

  test("has nine doses of each compound four times, and no doubtful well in a curve", async () => {
    const { wells } = await indexStudy(example);
    const samples = wells.filter(({ role }) => role === "sample");
    for (const [compound, lowest, highest] of [
      ["Wortmannin", 0.98e-9, 250e-9],
      ["LY294002", 0.31e-6, 80e-6],
    ] as const) {
      const doses = samples.filter((well) => well.compound === compound).map(({ concentration }) => concentration!);
      expect(doses.length).toBe(36);
      expect(new Set(doses).size).toBe(9);
      expect([Math.min(...doses), Math.max(...doses)]).toEqual([lowest, highest]);
    }
    expect(wells.find(({ well }) => well === "E01")).toMatchObject({
      role: "positive",
      compound: null,
      concentration: null,
    });
  });
});

test("images may lie outside the study's folder, and paths still lead to them from there", async () => {
  await writePilot({ study: studyText.replace("images: images", "images: ../images") });
  for (const name of ["study.yaml", "map.csv"])
    cpSync(join(folder, name), join(folder, "study", name), { recursive: true });
  const { fields, dataHash } = await indexStudy(join(folder, "study", "study.yaml"), { check: true });
  expect(fields[0]?.paths[0]).toBe("../images/P/A - 1(fld 1 wv Red - Cy5).tif");
  write("study.yaml", studyText);
  expect(dataHash).toBe((await index({ check: true })).dataHash);
});

test("a plate map in the code page of Windows is read, its micro sign included", async () => {
  await writePilot();
  const map = "well,role,compound,concentration,unit\nA1,negative,,,\nA2,positive,,,\nA3,sample,X,10,µM\n";
  write(
    "map.csv",
    Uint8Array.from(map, (letter) => letter.charCodeAt(0)),
  );
  expect((await index()).wells[2]?.concentration).toBe(10e-6);
});
