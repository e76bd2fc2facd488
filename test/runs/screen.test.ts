import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { type Accepted, info, report, type StudyIndex, screen, train } from "../../dist/index.js";
import { fitStudy, type Model } from "../../dist/runs/screen-models.js";
import {
  filesOf,
  followed,
  height,
  interruptedAt,
  killedAt,
  namesIn,
  neuroscreen,
  root,
  temporaryFolder,
  tiny,
  width,
  writeStudy,
} from "./tiny-study.ts";

const folder = temporaryFolder();
const model = join(folder, "model");
const screens = join(folder, "screens");
const tables = ["predictions", "wells", "doses", "compounds"].flatMap((name) => [`${name}.csv`, `${name}.parquet`]);
/** The files that study, models and batch decide. */
const decided = [...tables, "features.parquet", "quality.json", "evaluation.json", "config.json"];
const allNames = [".neuroscreen", ...decided, "examples", "model", "report.html", "report.json", "run.json"].sort();
const run = (out: string, more: object = {}) =>
  followed(screen({ study, models: [model], out: join(screens, out), ...more }));

let study = "";
let uninterrupted: Awaited<ReturnType<typeof run>>;
beforeAll(async () => {
  study = await writeStudy(folder);
  await followed(train({ study, ...tiny, epochs: 3, out: model }));
  uninterrupted = await run("whole", { workers: 1 });
});

/** The rows of a table of a screen, by column. */
function rowsOf(out: string, table = "predictions"): Record<string, string>[] {
  const [header, ...lines] = readFileSync(join(screens, out, `${table}.csv`), "utf8")
    .trim()
    .split("\n");
  const names = header!.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((value, i) => [names[i]!, value])));
}

const logitsOf = (out: string) => rowsOf(out).map(({ Logit }) => Number(Logit));
function expectSameScreen(out: string): void {
  expect(filesOf(join(screens, out), decided)).toEqual(filesOf(join(screens, "whole"), decided));
  // How many models the test wells have judged by now is another number later.
  const page = (of: string) => JSON.parse(readFileSync(join(screens, of, "report.json"), "utf8"));
  expect({ ...page(out), opened: null }).toEqual({ ...page("whole"), opened: null });
}

describe("a screen", () => {
  test("leaves a folder with these files and nothing beside it", () => {
    expect(namesIn(join(screens, "whole"))).toEqual(allNames);
    expect(namesIn(screens)).toEqual(["whole"]);
  });

  test("scores every field once and tells how far it is", () => {
    const { events, summary } = uninterrupted;
    const told = events.flatMap((event) => (event.kind === "scored" ? [event.done] : []));
    expect(told).toEqual([4, 8, 12, 16, 20, 24, 28, 32]);
    expect(summary).toMatchObject({ fields: 32, wells: 16, compounds: 1, plates: [{ plate: "P1" }] });
    expect(new Set(logitsOf("whole")).size).toBe(32);
    expect(rowsOf("whole", "wells").length).toBe(16);
  });

  test("writes neither times nor paths except into run.json", () => {
    for (const [name, text] of Object.entries(
      filesOf(join(screens, "whole"), [...decided, "report.json", "report.html"]),
    )) {
      expect(text, name).not.toContain(folder);
    }
    const { study: path, models } = JSON.parse(readFileSync(join(screens, "whole", "run.json"), "utf8"));
    expect([path, models]).toEqual([study, [model]]);
  });

  test("says the same whatever the number of threads", async () => {
    await run("three", { workers: 3 });
    expectSameScreen("three");
  });

  test("says of a field what it says beside other fields: evaluation uses running statistics", async () => {
    await run("alone", { batch: 1 });
    const alone = logitsOf("alone");
    for (const [i, logit] of logitsOf("whole").entries()) expect(Math.abs(logit - alone[i]!)).toBeLessThan(1e-4);
  });

  test("with two models gives the mean of what each says on its own scale", async () => {
    const second = join(folder, "second");
    await followed(train({ study, ...tiny, seed: 8, epochs: 3, out: second }));
    await run("second", { models: [second] });
    await run("both", { models: [model, second] });
    const [one, two] = [logitsOf("whole"), logitsOf("second")];
    // By hand: 0 and 1 are the means of the held-out controls, and the mean scale puts them back.
    const rows = rowsOf("whole");
    const end = (logits: readonly number[], columns: string) => {
      const own = logits.filter((_, i) => new RegExp(`^B0[${columns}]$`).test(rows[i]!.Metadata_Well!));
      return own.reduce((sum, logit) => sum + logit, 0) / own.length;
    };
    const scales = [one, two].map((logits) => ({ at0: end(logits, "1-3"), at1: end(logits, "4-6") }));
    const [at0, at1] = [(scales[0]!.at0 + scales[1]!.at0) / 2, (scales[0]!.at1 + scales[1]!.at1) / 2];
    const both = logitsOf("both");
    for (const [i, logit] of both.entries()) {
      const own = [one, two].map((logits, k) => (logits[i]! - scales[k]!.at0) / (scales[k]!.at1 - scales[k]!.at0));
      expect(logit).toBeCloseTo(at0 + ((own[0]! + own[1]!) / 2) * (at1 - at0), 4);
    }
    expect(Math.max(...both.map((logit, i) => Math.abs(logit - (one[i]! + two[i]!) / 2)))).toBeGreaterThan(0.01);
    const { models } = JSON.parse(readFileSync(join(screens, "both", "config.json"), "utf8"));
    expect(models.map(({ ownScale }: { ownScale: { wells: string } }) => ownScale.wells)).toEqual(["test", "test"]);
    // A well that either has trained on is no longer untouched.
    const split = (out: string) => JSON.parse(readFileSync(join(screens, out, "config.json"), "utf8")).split;
    const trained = (out: string) =>
      Object.entries(split(out)).flatMap(([well, part]) => (part === "train" ? well : []));
    expect(trained("both").sort()).toEqual([...new Set([...trained("whole"), ...trained("second")])].sort());
  });
});

describe("a screen that is killed", () => {
  test("goes on where its journal ends, to the same bytes", async () => {
    killedAt("scored", "screen", { study, models: [model], out: join(screens, "killed") });
    expect(namesIn(screens)).toContain(".killed.scores.jsonl");
    expect(namesIn(screens)).not.toContain("killed");
    const { events } = await run("killed", { resume: true });
    expect(events.flatMap((event) => (event.kind === "scored" ? [event.done] : []))[0]).toBe(8);
    expectSameScreen("killed");
    expect(namesIn(screens).filter((name) => name.includes("killed"))).toEqual(["killed"]);
  });

  test("scores again what another model said", async () => {
    killedAt("scored", "screen", { study, models: [join(folder, "second")], out: join(screens, "other") });
    const { events } = await run("other", { resume: true });
    expect(events.filter(({ kind }) => kind === "scored").length).toBe(8);
    expectSameScreen("other");
  });
});

describe("Ctrl-C in a screen", () => {
  test("ends it with exit code 130, and --resume goes on", async () => {
    const words = ["screen", study, "--model", model, "--out", join(screens, "stopped"), "--batch", "1"];
    const { code, err } = await interruptedAt("scored", ...words);
    expect(code).toBe(130);
    expect(err).toContain("the same command with --resume goes on from there");
    expect(err).not.toMatch(/ at .*\.js:\d/);
    expect(namesIn(screens)).not.toContain("stopped");
    expect(neuroscreen(...words, "--resume")).toMatchObject({ code: 0 });
    expect(rowsOf("stopped")).toEqual(rowsOf("alone"));
    expect(namesIn(screens).filter((name) => name.includes("stopped"))).toEqual(["stopped"]);
  });
});

describe("a study that is not quite the model's", () => {
  const logits = (out: string) => rowsOf(out).map(({ Logit }) => Number(Logit));

  test("may have the stains in another order, and more of them", async () => {
    const turned = await writeStudy(folder, { name: "turned", stains: ["DNA", "actin", "FKHR"] });
    const images = join(folder, "turned", "images");
    // The same pictures under the numbers of their stains here.
    for (const name of namesIn(images).filter((own) => own.endsWith("_w1.png"))) {
      const other = (n: number) => join(images, name.replace("_w1", `_w${n}`));
      const whole = (n: number) => join(folder, "tiny", "images", name.replace("_w1", `_w${n}`));
      copyFileSync(whole(2), other(1));
      copyFileSync(whole(1), other(3));
    }
    await run("turned", { study: turned });
    expect(logits("turned")).toEqual(logits("whole"));
  });

  test("may be of another bit depth where that is accepted: the same pictures are told the same", async () => {
    const deep = await writeStudy(folder, { name: "full-range", bitDepth: 16 });
    const images = join(folder, "full-range", "images");
    for (const name of namesIn(images)) {
      const { data, info } = await sharp(join(folder, "tiny", "images", name))
        .toColourspace("b-w")
        .raw()
        .toBuffer({ resolveWithObject: true });
      const pixels = Uint16Array.from(data, (value) => 257 * value);
      const raw = { width: info.width, height: info.height, channels: 1 } as const;
      writeFileSync(join(images, name), await sharp(pixels, { raw }).toColourspace("grey16").png().toBuffer());
    }
    await run("full-range", { study: deep, accept: ["bit-depth"] });
    for (const [i, logit] of logits("full-range").entries()) expect(logit).toBeCloseTo(logits("whole")[i]!, 3);
  });
});

describe("what a model is held against", () => {
  const config = { stains: ["FKHR", "DNA"], bitDepth: 8, pixelBinning: 2, fieldSize: { width: 32, height: 24 } };
  const held = (model: object, study: object, accept: Accepted[] = []) =>
    fitStudy(
      { path: "m", config: { ...config, ...model } } as unknown as Model,
      {
        ...{ study: { name: "s", channels: [{ name: "FKHR" }, { name: "DNA" }] }, bitDepth: 8, width: 64, height: 48 },
        ...{ pixelSizeMicrometres: null, ...study },
      } as unknown as StudyIndex,
      accept,
    );
  const sized = (size: number | null) => ({ pixelSizeMicrometres: size });

  test("is the pixel's size to five percent, and images of another size then keep the scale", () => {
    expect(held(sized(0.325), { ...sized(0.341), width: 128, height: 96 }).size).toBe(64);
    expect(() => held(sized(0.325), sized(0.342))).toThrow(
      "expected pixels of 0.325 µm, to 5 %, found pixels of 0.342 µm.\nScreen images of the same magnification and camera, or, where you know that these will do, add `--accept pixel-size`.",
    );
    expect(held(sized(0.325), sized(0.65), ["pixel-size"]).size).toBe(32);
  });

  test("is the number of pixels where a size is not known", () => {
    expect(held(sized(null), sized(0.3)).size).toBe(32);
    expect(() => held(sized(0.325), { ...sized(null), width: 128 })).toThrow(
      "expected images of 64 × 48 pixels, found images of 128 × 48 pixels, of unknown pixel size (`pixelSizeMicrometres` in the study).",
    );
  });

  test("tells all differences at once", () => {
    const wrong = { bitDepth: 16, width: 65, study: { name: "s", channels: [{ name: "DNA" }] } };
    expect(() => held({}, wrong)).toThrow(/the stains DNA, without FKHR; images of 16 bits; images of 65 × 48 pixels/);
  });

  test("and another depth that is accepted is put on the model's full range", () => {
    expect([held({}, { bitDepth: 16 }, ["bit-depth"]).gain, held({ bitDepth: 16 }, {}, ["bit-depth"]).gain]).toEqual([
      255 / 65_535,
      257,
    ]);
  });
});

describe("the size of a pixel", () => {
  test("that only the study states is the model's too, and another one is refused", async () => {
    const sized = async (name: string, size: number) => {
      const path = await writeStudy(folder, { name });
      writeFileSync(path, `${readFileSync(path, "utf8")}pixelSizeMicrometres: ${size}\n`);
      return path;
    };
    const out = join(folder, "sized-model");
    await followed(train({ study: await sized("sized", 0.325), ...tiny, epochs: 1, out }));
    expect(JSON.parse(readFileSync(join(out, "config.json"), "utf8")).pixelSizeMicrometres).toBe(0.325);
    const other = await sized("coarse", 0.35);
    await expect(run("coarse", { study: other, models: [out] })).rejects.toMatchObject({ code: "other-study" });
    await run("coarse", { study: other, models: [out], accept: ["pixel-size"] });
  });
});

describe("a plate of another study", () => {
  test("that has a known plate's name is none that the model has seen", async () => {
    const foreign = await writeStudy(folder, { name: "foreign" });
    writeFileSync(foreign, readFileSync(foreign, "utf8").replace("name: tiny", "name: foreign"));
    const map = join(folder, "foreign", "map.csv");
    writeFileSync(map, readFileSync(map, "utf8").replace("sample,X", "sample,Y"));
    const images = join(folder, "foreign", "images");
    const parts = async (out: string) => {
      await run(out, { study: foreign });
      return new Set(rowsOf(out, "wells").map(({ Metadata_Split }) => Metadata_Split));
    };
    // The same images under another name are the same plate.
    expect(await parts("foreign-same")).toContain("train");
    for (const name of namesIn(images)) {
      const { data, info } = await sharp(join(images, name))
        .toColourspace("b-w")
        .raw()
        .toBuffer({ resolveWithObject: true });
      const raw = { width: info.width, height: info.height, channels: 1 } as const;
      const turned = Buffer.from(data.map((value) => value + 1));
      writeFileSync(join(images, name), await sharp(turned, { raw }).toColourspace("b-w").png().toBuffer());
    }
    expect(await parts("foreign-other")).toEqual(new Set(["test", "unused"]));
  });
});

describe("what runs here", () => {
  test("tells nobody: no file and no word of ONNX Runtime's own", () => {
    const home = join(folder, "home");
    mkdirSync(home);
    const words = ["screen", study, "--model", model, "--out", join(screens, "quiet")];
    const { status } = spawnSync(process.execPath, [join(root, "dist", "cli", "node.js"), ...words], {
      env: { PATH: process.env.PATH, HOME: home, XDG_CACHE_HOME: join(home, ".cache") },
    });
    expect(status).toBe(0);
    expect(namesIn(home)).toEqual([]);
  });
});

describe("each plate on its own scale", () => {
  test("needs no other for another bit depth", async () => {
    const own = join(folder, "plate-model");
    await followed(train({ study, ...tiny, epochs: 3, out: own, normalize: "plate" }));
    await run("plate", { models: [own] });
    await run("plate-deep", { models: [own], study: join(folder, "full-range", "study.yaml"), accept: ["bit-depth"] });
    const [plain, deep] = [logitsOf("plate"), logitsOf("plate-deep")];
    for (const [i, logit] of plain.entries()) expect(deep[i]).toBeCloseTo(logit, 3);
  });

  test("a plate that is twice as bright is told the same", async () => {
    const own = join(folder, "plate-model");
    const bright = await writeStudy(folder, { name: "bright" });
    for (const name of namesIn(join(folder, "bright", "images"))) {
      const path = join(folder, "bright", "images", name);
      const { data, info } = await sharp(join(folder, "tiny", "images", name))
        .toColourspace("b-w")
        .raw()
        .toBuffer({ resolveWithObject: true });
      const raw = { width: info.width, height: info.height, channels: 1 } as const;
      const doubled = data.map((value) => Math.floor(value / 2) + 20);
      writeFileSync(path, await sharp(doubled, { raw }).toColourspace("b-w").png().toBuffer());
    }
    await run("bright", { study: bright, models: [own] });
    const [plain, other] = [logitsOf("plate"), logitsOf("bright")];
    for (const [i, logit] of plain.entries())
      expect(Math.abs(logit - other[i]!)).toBeLessThan(0.1 + 0.05 * Math.abs(logit));
    // Without it, the network is lost on such a plate.
    await run("bright-lost", { study: bright });
    const lost = logitsOf("bright-lost").map((logit, i) => Math.abs(logit - logitsOf("whole")[i]!));
    expect(Math.max(...lost)).toBeGreaterThan(1);
    const { models } = JSON.parse(readFileSync(join(screens, "bright", "config.json"), "utf8"));
    expect(models[0].plateScales.P1.offset.length).toBe(2);
  });
});

describe("a screen is refused", () => {
  test.each([
    [
      "of another bit depth",
      { name: "deep", bitDepth: 16 as const },
      "expected images of 8 bits, found images of 16 bits.\nTo score them all the same, each grey value put on the model's full range, add `--accept bit-depth`.",
    ],
    [
      "that lacks a stain",
      { name: "short", stains: ["FKHR"] },
      "expected the stains FKHR, DNA, found the stains FKHR, without DNA.\nWhere the study calls the same stains otherwise,",
    ],
  ])("%s", async (_, plate, words) => {
    const other = await writeStudy(folder, plate);
    const { code, err } = neuroscreen("screen", other, "--model", model, "--out", join(screens, "none"));
    expect(code).toBe(2);
    expect(err).toContain(words);
    expect(namesIn(screens).filter((name) => name.includes("none"))).toEqual([]);
  });

  test("with a model that is none, or half of one", async () => {
    await expect(run("none", { models: [join(folder, "gone")] })).rejects.toMatchObject({ code: "bad-model" });
    await expect(run("none", { models: [screens] })).rejects.toMatchObject({ code: "bad-model" });
    killedAt("epoch", "train", { study, ...tiny, epochs: 2, out: join(folder, "half") });
    await expect(run("none", { models: [join(folder, "half")] })).rejects.toMatchObject({
      code: "bad-model",
      message: expect.stringContaining("--resume"),
    });
  });

  test("into a folder that holds something else, before anything is scored", async () => {
    const mine = join(screens, "mine");
    mkdirSync(mine);
    writeFileSync(join(mine, "thesis.txt"), "");
    await expect(run("mine")).rejects.toMatchObject({ code: "folder-taken" });
    expect(namesIn(mine)).toEqual(["thesis.txt"]);
    expect(namesIn(screens).filter((name) => name.includes("mine"))).toEqual(["mine"]);
    rmSync(mine, { recursive: true });
  });
});

describe("an image that is cut short", () => {
  test("is left out by its name and counted, and ends a strict screen", async () => {
    const cut = await writeStudy(folder, { name: "cut" });
    truncateSync(join(folder, "cut", "images", "A07_s2_w1.png"), 1500);
    const words = ["screen", cut, "--model", model, "--out", join(screens, "cut")];
    const strict = neuroscreen(...words, "--strict");
    expect(strict.code).toBe(2);
    expect(strict.err).toContain("P1/A07/2: left out: images/A07_s2_w1.png: expected ");
    expect(namesIn(screens)).not.toContain("cut");

    const { code, err } = neuroscreen(...words);
    expect(code).toBe(0);
    expect(err).toContain("P1/A07/2: left out: images/A07_s2_w1.png: expected ");
    expect(rowsOf("cut").length).toBe(31);
    // The other fields of its batch keep their scores.
    const before = rowsOf("whole").filter(
      ({ Metadata_Well, Metadata_Site }) => !(Metadata_Well === "A07" && Metadata_Site === "2"),
    );
    for (const [i, { Logit }] of rowsOf("cut").entries())
      expect(Number(Logit)).toBeCloseTo(Number(before[i]!.Logit), 4);
    expect(readFileSync(join(screens, "cut", "report.html"), "utf8")).toContain("P1/A07/2");
    expect(rowsOf("cut", "wells").find(({ Metadata_Well }) => Metadata_Well === "A07")).toMatchObject({
      n_fields: "1",
      n_fields_missing: "1",
    });
    // Now the damage is known beforehand; the same screen comes out.
    expect(neuroscreen(...words, "--batch", "4").code).toBe(0);
    const again = join(screens, "cut-again");
    await run("cut-again", { study: cut, cache: join(folder, "empty-cache") });
    expect(filesOf(again, decided)).toEqual(filesOf(join(screens, "cut"), decided));
  });

  test("leaves a well without a field a row in its place, and the same tables when that is known beforehand", async () => {
    const bare = await writeStudy(folder, { name: "bare" });
    for (const site of [1, 2]) damage(join(folder, "bare", "images", `A07_s${site}_w1.png`));
    await run("bare", { study: bare });
    await run("bare-again", { study: bare });
    expect(filesOf(join(screens, "bare-again"), decided)).toEqual(filesOf(join(screens, "bare"), decided));
    const wells = rowsOf("bare", "wells");
    expect(wells.map(({ Metadata_Well }) => Metadata_Well)).toEqual(
      rowsOf("whole", "wells").map(({ Metadata_Well }) => Metadata_Well),
    );
    expect(wells[6]).toMatchObject({ Metadata_Well: "A07", n_fields: "0", n_fields_missing: "2" });
  });

  test("is too much where a fifth of the fields is lost on the way", async () => {
    const poor = await writeStudy(folder, { name: "poor" });
    for (const well of ["A01", "A02", "A03", "A04"])
      for (const site of [1, 2]) damage(join(folder, "poor", "images", `${well}_s${site}_w1.png`));
    await expect(run("poor", { study: poor })).rejects.toMatchObject({ code: "too-many-lost" });
    expect(namesIn(screens).filter((name) => name === "poor")).toEqual([]);
  });
});

/** Spoils the packed pixels of a PNG, which its header does not show. */
function damage(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length - 40]! ^= 0xff;
  writeFileSync(path, bytes);
}

describe("report", () => {
  test("needs the screen's folder alone, on any machine", async () => {
    const carried = join(folder, "carried");
    cpSync(join(screens, "whole"), carried, { recursive: true });
    rmSync(join(carried, "report.html"));
    const { path } = await report(carried);
    expect(readFileSync(path, "utf8")).toBe(readFileSync(join(screens, "whole", "report.html"), "utf8"));
    expect(namesIn(join(carried, "model"))).toEqual(["config.json", "evaluation.json", "metrics.jsonl"]);
  });

  test("draws the page again, byte for byte", async () => {
    const path = join(screens, "whole", "report.html");
    const before = readFileSync(path, "utf8");
    rmSync(path);
    expect(await report(join(screens, "whole"))).toEqual({ path });
    expect(readFileSync(path, "utf8")).toBe(before);
    expect(namesIn(join(screens, "whole"))).toEqual(allNames);
  });

  test("refuses a folder that is no screen", async () => {
    await expect(report(model)).rejects.toMatchObject({ code: "bad-screen" });
    mkdirSync(join(folder, "altered"));
    writeFileSync(join(folder, "altered", "report.json"), "{}");
    await expect(report(join(folder, "altered"))).rejects.toMatchObject({ code: "bad-screen" });
  });
});

describe("info", () => {
  test("tells what a study, a model and a screen are", async () => {
    expect(await info(study)).toMatchObject({
      kind: "study",
      facts: {
        channels: ["FKHR", "DNA"],
        wells: { negative: 6, positive: 6, sample: 4 },
        fields: 32,
        image: `${width} × ${height}, 8 bits`,
      },
    });
    expect(await info(model)).toMatchObject({
      kind: "model",
      facts: {
        state: "complete",
        network: "separate resnet10, width 0.06",
        classes: { negative: "untreated", positive: "inhibited" },
        "control wells": { train: 4, validate: 2, test: 6 },
      },
    });
    expect(await info(join(screens, "whole"))).toMatchObject({ kind: "screen", facts: { study: "tiny", wells: 16 } });
  });

  test("refuses what is none of the three", async () => {
    await expect(info(join(folder, "gone"))).rejects.toMatchObject({ code: "no-such-file" });
    expect(neuroscreen("info", screens)).toMatchObject({ code: 2 });
  });
});

describe("the README's lines for the network elsewhere", () => {
  test("give the screen's logit of a raw field", () => {
    const text = readFileSync(join(root, "README.md"), "utf8");
    const [, lines] = /```js\n(\/\/ score-one-field\.mjs\n.*?)```/s.exec(text) ?? [];
    expect(lines).toBeDefined();
    // The lines as they are, but for this field's files, its size and the model's folder.
    const mine = lines!
      .replace(/\["Channel1.*?\]/, '["B04_s1_w1.png", "B04_s1_w2.png"]')
      .replace("examples/bbbc013/images", join(folder, "tiny", "images"))
      .replace("[1, 2, 320, 320]", `[1, 2, ${height}, ${width}]`)
      .replace("demo/model/model.onnx", join(model, "model.onnx"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "score-one-field.mjs"), mine);
    const { stdout, stderr } = spawnSync(process.execPath, [join(folder, "score-one-field.mjs")], { encoding: "utf8" });
    // ONNX Runtime warns that `offset` and `scale` may be overridden.
    expect(stderr).not.toContain("Error");
    const logit = Number(/logit (\S+),/.exec(stdout)?.[1]);
    const row = rowsOf("whole").find(
      ({ Metadata_Well, Metadata_Site }) => Metadata_Well === "B04" && Metadata_Site === "1",
    );
    expect(Math.abs(logit - Number(row!.Logit))).toBeLessThan(1e-4);
  });
});
