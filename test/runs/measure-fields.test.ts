import { readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { openStudy } from "../../dist/runs/index-study.js";
import { measureControls } from "../../dist/runs/measure-fields.js";
import { followed, temporaryFolder, writeStudy } from "./tiny-study.ts";

const folder = temporaryFolder();

async function measured(study: string, cacheFile: string, workers = 2) {
  const open = (await followed(openStudy({ study }))).summary;
  const { events, summary } = await followed(measureControls(open, { workers, cacheFile: join(folder, cacheFile) }));
  const read = events.flatMap((event) => (event.kind === "checked" ? [event.done] : [])).at(-1) ?? 0;
  return { fields: summary, events, imagesRead: read };
}

describe("Measuring the control wells", () => {
  test("gives each control field its place, its class and its pixels' numbers", async () => {
    const study = await writeStudy(folder, { name: "plain", bitDepth: 16 });
    const { fields, imagesRead } = await measured(study, "plain.jsonl");
    expect(fields).toHaveLength(24);
    expect(imagesRead).toBe(48);
    expect(fields.map(({ well, site }) => `${well}/${site}`).slice(0, 3)).toEqual(["A01/1", "A01/2", "A02/1"]);
    expect(new Set(fields.map(({ well, label }) => `${well[2]}${label}`))).toEqual(
      new Set(["10", "20", "30", "41", "51", "61"]),
    );
    const [field] = fields;
    expect(field).toMatchObject({ plate: "P1", batch: "P1", edgeDistance: 0 });
    const file = join(dirname(study), "images", "A01_s1_w2.png");
    const image = await sharp(file).toColourspace("grey16").raw({ depth: "ushort" }).toBuffer();
    const pixels = new Uint16Array(image.buffer, image.byteOffset, image.byteLength / 2);
    expect(field!.measures.brightness[1]!.mean).toBeCloseTo(pixels.reduce((sum, x) => sum + x, 0) / pixels.length, 6);
    // The study says nothing of its pixels' size.
    expect(field!.measures.nuclei).toBe("no-pixel-size");
  });

  test("is the same on any number of threads, and measures nothing twice", async () => {
    const study = await writeStudy(folder, { name: "twice" });
    const once = await measured(study, "twice.jsonl", 1);
    const again = await measured(study, "twice.jsonl", 3);
    const afresh = await measured(study, "afresh.jsonl", 3);
    expect(again.imagesRead).toBe(0);
    expect(afresh.imagesRead).toBe(48);
    expect(again.fields).toEqual(once.fields);
    expect(afresh.fields).toEqual(once.fields);
  });

  test("goes on where a run was cut off, in the middle of a line", async () => {
    const study = await writeStudy(folder, { name: "cut" });
    const whole = await measured(study, "cut.jsonl");
    const text = readFileSync(join(folder, "cut.jsonl"), "utf8");
    const lines = text.split("\n").slice(0, 11).join("\n");
    writeFileSync(join(folder, "cut.jsonl"), lines.slice(0, -40));
    const rest = await measured(study, "cut.jsonl");
    expect(rest.imagesRead).toBe(2 * (24 - 9));
    expect(rest.fields).toEqual(whole.fields);
    expect((await measured(study, "cut.jsonl")).imagesRead).toBe(0);
  });

  test("measures anew where the study says something else of the pixels", async () => {
    const study = await writeStudy(folder, { name: "resized" });
    await measured(study, "resized.jsonl");
    writeFileSync(study, `${readFileSync(study, "utf8").trimEnd()}\npixelSizeMicrometres: 0.65\n`);
    const { fields, imagesRead } = await measured(study, "resized.jsonl");
    expect(imagesRead).toBe(48);
    // One of its stains is called DNA.
    expect(fields[0]!.measures.nuclei).toEqual(expect.any(Number));
  });

  test("keeps what was measured when it is stopped", async () => {
    const study = await writeStudy(folder, { name: "stopped" });
    const { summary } = await followed(openStudy({ study }));
    const stop = new AbortController();
    const cacheFile = join(folder, "stopped.jsonl");
    const run = measureControls(summary, { workers: 2, cacheFile }, stop.signal);
    expect((await run.next()).value).toMatchObject({ kind: "checked", done: 32 });
    stop.abort(new Error("enough"));
    await expect(run.next()).rejects.toThrow("enough");
    expect((await measured(study, "stopped.jsonl")).imagesRead).toBe(16);
  });

  test("measures an image anew that was changed, and tells one that cannot be read", async () => {
    const study = await writeStudy(folder, { name: "changed" });
    const before = await measured(study, "changed.jsonl");
    const image = (name: string) => join(dirname(study), "images", name);
    writeFileSync(image("A02_s1_w1.png"), readFileSync(image("A05_s1_w1.png")));
    utimesSync(image("A02_s1_w1.png"), new Date(), new Date());
    const whole = readFileSync(image("B04_s2_w2.png"));
    writeFileSync(image("B04_s2_w2.png"), whole.subarray(0, whole.length / 2));
    const after = await measured(study, "changed.jsonl");
    expect(after.imagesRead).toBe(4);
    expect(after.events.filter(({ kind }) => kind === "problem")).toMatchObject([
      { subject: "P1/B04/2", message: expect.stringContaining("images/B04_s2_w2.png") },
    ]);
    expect(after.fields).toHaveLength(23);
    const [old, young] = [before, after].map(({ fields }) =>
      fields.find(({ well, site }) => well === "A02" && site === 1),
    );
    expect(young!.measures.brightness[0]!.mean).toBeGreaterThan(old!.measures.brightness[0]!.mean + 20);
    expect(young!.measures.brightness[1]).toEqual(old!.measures.brightness[1]);
  });
});
