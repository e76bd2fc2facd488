/**
 * How long it takes to know what a screen has: `npm run bench -- listing [PLATES]`.
 *
 * Writes a screen of 36 plates, 48 wells, 30 fields and four stains as an IN Cell Analyzer names them (207,360 files, tiny
 * ones), and indexes it three times: with nothing known, which looks at names, lengths, times and a sample of headers;
 * with `--check`, which reads them all; and with the table that this left.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { indexStudy } from "../src/runs/index-study.ts";
import { mapParallel } from "../src/store/files.ts";

const plates = Number(process.argv[2] ?? 36);
const stains = ["Red - Cy5", "UV - DAPI", "Green - dsRed", "Blue - FITC"];
const rows = ["B", "C", "D", "E", "F", "G"];
const columns = [3, 4, 5, 6, 7, 8, 9, 10];

const folder = await mkdtemp(join(tmpdir(), "neuroscreen-listing-"));
try {
  const image = await sharp(new Uint8Array(64), { raw: { width: 8, height: 8, channels: 1 } })
    .toColourspace("b-w")
    .tiff({ compression: "none" })
    .toBuffer();
  const paths: string[] = [];
  for (let plate = 1; plate <= plates; plate++) {
    await mkdir(join(folder, "images", `plate ${plate}`), { recursive: true });
    for (const row of rows)
      for (const column of columns)
        for (let site = 1; site <= 30; site++)
          for (const stain of stains)
            paths.push(`images/plate ${plate}/${row} - ${column}(fld ${site} wv ${stain}).tif`);
  }
  await mapParallel(paths, (path) => writeFile(join(folder, path), image));
  const wells = rows.flatMap((row) =>
    columns.map((column) => `${row}${column},${column < 5 ? "negative" : column < 7 ? "positive" : "sample"}`),
  );
  await writeFile(join(folder, "platemap.csv"), ["well,role", ...wells].join("\n"));
  await writeFile(
    join(folder, "study.yaml"),
    "name: listing\nimages: images\nformat: incell\nplateMap: platemap.csv\n" +
      "channels: [{ name: MAP2, match: Cy5 }, { name: DNA, match: DAPI }, { name: PSD95, match: dsRed }, { name: SYP, match: FITC }]\n",
  );
  console.log(`${paths.length} files`);
  for (const [what, check] of [
    ["nothing known", false],
    ["index --check, every file read", true],
    ["everything known", false],
  ] as const) {
    const begun = performance.now();
    const { fields } = await indexStudy(join(folder, "study.yaml"), { check });
    const seconds = (performance.now() - begun) / 1000;
    const memory = process.memoryUsage.rss() / 2 ** 20;
    console.log(`${what}: ${fields.length} fields in ${seconds.toFixed(1)} s; ${memory.toFixed(0)} MB`);
  }
} finally {
  await rm(folder, { recursive: true });
}
