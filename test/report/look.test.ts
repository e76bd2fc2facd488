import { writeFileSync } from "node:fs";
import sharp from "sharp";
import { test } from "vitest";
import type { ReportInput } from "../../src/report/input.ts";
import { renderReport } from "../../src/report/report.ts";
import { amyloidPlates, libraryPlate, reportOf, story, translocationPlate } from "./synthetic.ts";

const blobs = async (stains: number, seed: number, w = 256) => {
  const width = stains * w + (stains - 1) * 4;
  const px = new Uint8Array(width * w).fill(255);
  let s = seed * 7919 + 13;
  const rnd = () => (s = (s * 1103515245 + 12345) % 2147483648) / 2147483648;
  for (let k = 0; k < stains; k++) {
    const cells = Array.from({ length: 25 }, () => [rnd() * w, rnd() * w, 6 + rnd() * 14, 60 + rnd() * 180] as const);
    for (let y = 0; y < w; y++)
      for (let x = 0; x < w; x++) {
        let v = 12 + rnd() * 14;
        for (const [cx, cy, r, a] of cells) v += a * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (r * r));
        px[y * width + k * (w + 4) + x] = Math.min(255, v);
      }
  }
  return `data:image/jpeg;base64,${(
    await sharp(px, { raw: { width, height: w, channels: 1 } })
      .toColourspace("b-w")
      .jpeg({ quality: 75 })
      .toBuffer()
  ).toString("base64")}`;
};
const cases: [string, () => ReportInput][] = [
  [
    "bbbc013",
    () =>
      reportOf(story(translocationPlate(), 1), {
        study: {
          name: "BBBC013",
          classes: { negative: "untreated", positive: "inhibited" },
          channels: ["FKHR-EGFP", "DRAQ5"],
        },
        position: { wells: 12, right: 11, heldOut: "split", explains: true },
        opened: { models: 7 },
      }),
  ],
  [
    "abeta",
    () => {
      const i = reportOf(
        story(amyloidPlates(["21 DANAZOL", "22 FULVESTRANT", "23 PRES_857_LEVOBUNOLOL_PLUS", "24 ETIDRONIC ACID"]), 30),
        {
          study: {
            name: "Aβ on rodent neurons, screen of June",
            classes: { negative: "vehicle", positive: "Aβ" },
            channels: ["MAP2", "Hoechst", "PSD-95", "Synaptophysin"],
          },
          position: { wells: 12, right: 6, heldOut: "split", explains: false },
          problems: [
            {
              subject: "images/21 DANAZOL/B - 4(fld 3 wv Red - Cy5).tif",
              message: "2047 × 2048, 16 bits; most files are 2048 × 2048, 16 bits",
            },
          ],
        },
      );
      return { ...i, wells: i.wells.map((w, k) => (k === 3 ? { ...w, nFieldsMissing: 1 } : w)) };
    },
  ],
  [
    "nothing",
    () =>
      reportOf(story([{ well: { plate: "P", well: "A01", role: "sample" }, harm: 0.4 }], 1), {
        training: [],
        opened: null,
        commands: [],
        provenance: [],
      }),
  ],
  [
    "library",
    () =>
      reportOf(story(libraryPlate(), 4), {
        study: {
          name: "Library plate, 384 wells",
          classes: { negative: "DMSO", positive: "staurosporine" },
          channels: ["nuclei"],
        },
      }),
  ],
  [
    "many",
    () =>
      reportOf(story(amyloidPlates(Array.from({ length: 36 }, (_, i) => `${i + 1} COMPOUND_${i + 1}`)), 30), {
        study: {
          name: "36 plates",
          classes: { negative: "vehicle", positive: "Aβ" },
          channels: ["MAP2", "Hoechst", "PSD-95", "Synaptophysin"],
        },
      }),
  ],
];
test.each(cases)(
  "%s",
  async (name, make) => {
    const t0 = performance.now();
    const input = make();
    const t1 = performance.now();
    const images = new Map<string, string>();
    for (const [i, e] of input.examples.entries())
      if (i !== 2) images.set(e.image, await blobs(input.study.channels.length, i + 1));
    const t2 = performance.now();
    const page = renderReport(input, images);
    const t3 = performance.now();
    const pics = [...images.values()].reduce((n, v) => n + v.length, 0);
    writeFileSync(`/tmp/look/${name}.html`, page);
    console.log(
      name,
      "input ms",
      Math.round(t1 - t0),
      "render ms",
      Math.round(t3 - t2),
      "bytes",
      page.length,
      "pictures",
      pics,
      "json",
      JSON.stringify(input).length,
    );
  },
  60000,
);

import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { checkPosition } from "../../src/evaluation/position.ts";
import { predictions } from "../../src/screening/wells.ts";
import { readThumbnails, writeThumbnails } from "../../src/store/thumbnails.ts";
test("real", async () => {
  const rows = parse(readFileSync("demo/screen/predictions.csv", "utf8"), { columns: true }) as Record<string, string>[];
  const num = (v: string) => (v === "" ? null : (Number(v) / 1e6) as never);
  const wells = rows.map((r) => ({ plate: r.Metadata_Plate!, batch: r.Metadata_Batch!, well: r.Metadata_Well!, role: r.Metadata_Role as never, compound: r.Metadata_Compound || null, concentration: num(r.Metadata_Concentration_uM!), challenge: null, challengeConcentration: null, metadata: {} }));
  const parts = new Map(rows.map((r) => [`${r.Metadata_Plate}/${r.Metadata_Well}`, r.Metadata_Split as never]));
  const input = { wells, parts, scores: rows.map((r) => ({ plate: r.Metadata_Plate!, well: r.Metadata_Well!, site: Number(r.Metadata_Site), logits: [0, Number(r.Logit)] as const, projection: Number(r.Projection), features: [] })) };
  const metrics = readFileSync("demo/model/metrics.jsonl", "utf8").trim().split("\n").map((l) => JSON.parse(l));
  const report = reportOf(input, { study: { name: "bbbc013", classes: { negative: "untreated", positive: "inhibited" }, channels: ["FKHR", "DNA"] }, position: checkPosition(wells, parts), opened: { models: 3 }, training: [{ name: "training", epochs: metrics }] });
  rmSync("/tmp/look/real", { recursive: true, force: true }); mkdirSync("/tmp/look/real");
  const names = readFileSync("/tmp/look/names.txt", "utf8").trim().split("\n");
  const pathsOf = (well: string) => [1, 2].map((c) => names.find((n) => new RegExp(`Channel${c}-\\d+-${well[0]}-${well.slice(1)}\\.`).test(n))!);
  const t0 = performance.now();
  await writeThumbnails("/tmp/look/real", { studyFolder: "/work/shared/data/bbbc013/images", examples: report.examples.map((e) => ({ image: e.image, role: e.role, field: { plate: e.plate, well: e.well, site: e.site, paths: pathsOf(e.well) } })) });
  const t1 = performance.now();
  const images = await readThumbnails("/tmp/look/real", report.examples.map(({ image }) => image));
  const page = renderReport(report, images);
  writeFileSync("/tmp/look/real.html", page);
  console.log("real thumbs ms", Math.round(t1 - t0), "bytes", page.length, "n", images.size, predictions(input).length);
}, 60000);
