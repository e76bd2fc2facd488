import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { crossvalidate } from "../../dist/runs/crossvalidate.js";
import { explain } from "../../dist/runs/explain.js";
import { info } from "../../dist/runs/info.js";
import { report } from "../../dist/runs/report.js";
import { screen } from "../../dist/runs/screen.js";
import { openRandom } from "../../src/base/random.ts";
import type { Crossvalidation } from "../../src/records/crossvalidation.ts";
import {
  filesOf,
  followed,
  height,
  interruptedAt,
  namesIn,
  neuroscreen,
  temporaryFolder,
  tiny,
  tinyWords,
  width,
  writeMasks,
  writeStudy,
} from "./tiny-study.ts";

const folder = temporaryFolder();
const out = (name: string) => join(folder, name);
const options = { ...tiny, fusion: "stacked", epochs: 1 } as const;
/** The files that study and options decide. */
const decided = [
  ...["config.json", "crossvalidation.json", "wells.csv", "wells.parquet"],
  ...[1, 2, 3].flatMap((i) => ["config.json", "model.onnx", "evaluation.json"].map((name) => `fold-${i}/${name}`)),
];
const json = (path: string) => JSON.parse(readFileSync(path, "utf8"));
const figuresOf = (name: string): Crossvalidation => json(join(out(name), "crossvalidation.json"));

/** Overwrites an image with noise of no class. */
async function noise(path: string, seed: number): Promise<void> {
  const random = openRandom(seed, path.slice(-14));
  const pixels = Uint8Array.from({ length: width * height }, () => 60 + random.below(60));
  const image = sharp(pixels, { raw: { width, height, channels: 1 } }).toColourspace("b-w");
  writeFileSync(path, await image.png().toBuffer());
}

/** The tiny study with three plates of different noise: networks that learned from the same pictures would be one network. */
let study = "";
beforeAll(async () => {
  const one = await writeStudy(folder, { name: "one" });
  study = join(folder, "three", "study.yaml");
  for (const seed of [1, 2, 3]) await writeStudy(join(folder, "three"), { name: `P${seed}`, seed });
  const text = readFileSync(one, "utf8")
    .replace("images: images", "images: .")
    .replace("plate: P1", "plateFrom: '(?<plate>P\\d)/images'")
    .replace("map.csv", "P1/map.csv");
  writeFileSync(study, text);
  await followed(crossvalidate({ study, ...options, out: out("whole"), permuted: true }));
}, 240_000);

describe("a crossvalidation", () => {
  test("tests every control well by the network that has not seen its plate: told from its files alone", () => {
    const rows = readFileSync(join(out("whole"), "wells.csv"), "utf8")
      .trim()
      .split("\r\n")
      .slice(1);
    expect(rows.length).toBe(36);
    for (const row of rows) {
      const [plate, , well, , fold] = row.split(",");
      const { split } = json(join(out("whole"), fold!, "config.json"));
      expect(split[`${plate}/${well}`]).toBe("test");
      const trained = Object.keys(split).filter((key) => split[key] !== "test");
      expect(trained.some((key) => key.startsWith(`${plate}/`))).toBe(false);
    }
  });

  test("says what its folds say, what needs no network, and what chance reaches", () => {
    const { networks, shortcuts, permuted, unit } = figuresOf("whole");
    expect(unit).toBe("plate");
    for (const { name, correct, nWells, auc } of networks.folds) {
      const { wells } = json(join(out("whole"), name, "evaluation.json")).test;
      expect([correct, nWells, auc]).toEqual([wells.correct, wells.n, wells.auc]);
    }
    expect(networks.accuracy).toBeCloseTo(networks.folds.reduce((sum, fold) => sum + fold.accuracy, 0) / 3, 12);
    expect(shortcuts.map(({ name }) => name)).toEqual(["position", "brightness", "focus and nuclei"]);
    expect(shortcuts[1]!.figures.correct).toBe(36);
    // The layout is the same on each plate, so the place alone tells the classes.
    expect(shortcuts[0]!.figures.correct).toBe(36);
    const { labels } = json(join(out("whole"), "permuted", "fold-1", "config.json"));
    expect(Object.values(labels).filter((label) => label === 1).length).toBe(18);
    expect(permuted!.comparison.accuracySecond).toBeCloseTo(permuted!.figures.correct / 36, 12);
  });

  test("stopped and taken up again, it comes to the same bytes", async () => {
    const words = ["crossvalidate", study, "--out", out("stopped"), "--permuted", ...tinyWords, "--epochs", "1"];
    const { code } = await interruptedAt("epoch", ...words, "--fusion", "stacked");
    expect(code).toBe(130);
    expect(neuroscreen("crossvalidate", study, "--out", out("stopped"))).toMatchObject({ code: 2 });
    expect(neuroscreen("train", study, "--out", out("stopped"), "--resume").err).toContain("not a model folder");
    const branch = ["--fusion", "separate", "--init-from", out("stopped")];
    expect(neuroscreen("train", study, "--out", out("none"), ...tinyWords, ...branch).err).toContain(
      "found a crossvalidation that was cut short.",
    );
    expect(neuroscreen("screen", study, "--model", out("stopped"), "--out", out("none")).err).toContain("cut short");
    expect(neuroscreen("crossvalidate", study, "--out", out("stopped"), "--resume", "--folds", "4").err).toContain(
      "3 plates",
    );
    expect(neuroscreen("crossvalidate", study, "--out", out("stopped"), "--resume", "--epochs", "2").err).toContain(
      "found epochs 2, begun with 1.",
    );
    expect(neuroscreen("crossvalidate", study, "--out", out("stopped"), "--resume", "--seed", "8").err).toContain(
      "seed 8, begun with 7",
    );
    expect(neuroscreen("crossvalidate", study, "--out", out("stopped"), "--resume")).toMatchObject({ code: 0 });
    expect(filesOf(out("stopped"), decided)).toEqual(filesOf(out("whole"), decided));
  }, 240_000);

  test("is not gone on with where images of its finished folds were changed", async () => {
    const other = join(folder, "changed");
    cpSync(join(folder, "three"), other, { recursive: true });
    const words = ["crossvalidate", join(other, "study.yaml"), "--out", out("changed-out")];
    const begun = await interruptedAt("saved", ...words, ...tinyWords, "--epochs", "1", "--fusion", "stacked");
    expect(begun.code).toBe(130);
    expect(existsSync(join(out("changed-out"), "fold-1", "model.onnx"))).toBe(true);
    const image = join(other, "P1", "images", "A01_s1_w1.png");
    const before = readFileSync(image);
    await noise(image, 5);
    const { code, err } = neuroscreen(...words, "--resume");
    expect(code).toBe(2);
    expect(err).toContain("expected those that it was begun with, found other images of the control wells.");
    writeFileSync(image, before);
    // An image of a sample was part of no network.
    await noise(join(other, "P1", "images", "A08_s1_w1.png"), 6);
    expect(neuroscreen(...words, "--resume")).toMatchObject({ code: 0 });
    expect(filesOf(out("changed-out"), ["wells.csv"])).toEqual(filesOf(out("whole"), ["wells.csv"]));
  }, 240_000);

  test("lets a shortcut see the stains that the networks see, and no other", async () => {
    const other = join(folder, "one-stain");
    cpSync(join(folder, "three"), other, { recursive: true });
    for (const [i, plate] of ["P1", "P2", "P3"].entries()) {
      const images = join(other, plate, "images");
      for (const name of namesIn(images).filter((name) => name.endsWith("w1.png"))) await noise(join(images, name), i);
    }
    const one = { ...options, study: join(other, "study.yaml"), fusion: "single" } as const;
    const brightness = async (stain: string) => {
      await followed(crossvalidate({ ...one, stains: [stain], out: out(`only-${stain}`) }));
      return figuresOf(`only-${stain}`).shortcuts[1]!.figures.correct;
    };
    expect(await brightness("FKHR")).toBeLessThan(29);
    expect(await brightness("DNA")).toBe(36);
  }, 240_000);

  test("the order of the plate map's rows changes no byte of networks, figures and wells", async () => {
    const other = join(folder, "turned");
    cpSync(join(folder, "three"), other, { recursive: true });
    const map = join(other, "P1", "map.csv");
    const [header, ...rows] = readFileSync(map, "utf8").trim().split("\n");
    writeFileSync(map, `${[header, ...rows.reverse()].join("\n")}\n`);
    await followed(
      crossvalidate({ study: join(other, "study.yaml"), ...options, out: out("turned-out"), permuted: true }),
    );
    const same = decided.filter((name) => !/config/.test(name));
    expect(filesOf(out("turned-out"), same)).toEqual(filesOf(out("whole"), same));
  }, 240_000);

  test("makes its own folds: a split of the study that names what is not there does not matter, to train it does", async () => {
    const broken = join(folder, "three", "broken.yaml");
    const text = readFileSync(study, "utf8");
    const split = "split: { unit: plate, test: { plates: [P9] }, validate: { plates: [P2] } }";
    writeFileSync(broken, text.replace(/^split: .*$/m, split));
    await followed(crossvalidate({ study: broken, ...options, out: out("broken") }));
    expect(figuresOf("broken").networks).toEqual(figuresOf("whole").networks);
    await followed(screen({ study: broken, models: [out("broken")], out: out("broken-screen") }));
    const trained = neuroscreen("train", broken, "--out", out("none"), ...tinyWords);
    expect(trained).toMatchObject({ code: 2 });
    expect(trained.err).toContain("P9");
    // This one names wells that are there, and leaves none to train on.
    writeFileSync(broken, text.replace(/^split: .*$/m, "split: { unit: well, test: { rows: [A, B] }, validate: 0 }"));
    const { code, err } = neuroscreen("crossvalidate", broken, "--out", out("none"), ...tinyWords, "--folds", "9");
    expect([code, err]).toEqual([2, expect.stringContaining("Making 9 folds")]);
    expect(neuroscreen("train", broken, "--out", out("none"), ...tinyWords).err).toContain("control well to train on");
  });

  test("refuses a pattern that names no parameter before the folder is begun", async () => {
    const config = join(folder, "slip.yaml");
    writeFileSync(config, "phases:\n  - { learns: [fcc.*], epochs: 1, learningRate: 0.001 }\n");
    const { code, err } = neuroscreen("crossvalidate", study, "--out", out("slip"), "--config", config, "--crop", "32");
    expect(code).toBe(2);
    expect(err).toContain("found no parameter called fcc.*");
    expect(existsSync(out("slip"))).toBe(false);
  });

  test("refuses a field that lies on two plates, before anything is trained", async () => {
    const other = join(folder, "copied");
    cpSync(join(folder, "three"), other, { recursive: true });
    for (const w of [1, 2])
      cpSync(join(other, "P1", "images", `A01_s1_w${w}.png`), join(other, "P2", "images", `A01_s1_w${w}.png`));
    const run = followed(crossvalidate({ study: join(other, "study.yaml"), ...options, out: out("copied-out") }));
    await expect(run).rejects.toThrow(/P2\/A01\/1 .* has the same images as P1\/A01\/1/);
  });

  test("refuses a field whose copied stain is the only one that the networks see", async () => {
    const other = join(folder, "copied-stain");
    cpSync(join(folder, "three"), other, { recursive: true });
    cpSync(join(other, "P1", "images", "A01_s1_w2.png"), join(other, "P2", "images", "A01_s1_w2.png"));
    const one = { ...options, fusion: "single", stains: ["DNA"] } as const;
    const run = followed(crossvalidate({ study: join(other, "study.yaml"), ...one, out: out("copied-stain-out") }));
    await expect(run).rejects.toThrow(/P2\/A01\/1 .* has the same images as P1\/A01\/1/);
  });
});

describe("a screen with a crossvalidation", () => {
  test("scores each plate by the network that has not seen it, and says which", async () => {
    await followed(screen({ study, models: [out("whole")], out: out("screen") }));
    const { scoredBy, split } = json(join(out("screen"), "config.json"));
    const { folds } = figuresOf("whole").networks;
    expect(scoredBy).toEqual(
      Object.fromEntries(
        folds.map(({ name, testGroups }) => [testGroups[0]!, [name]]).sort(([a], [b]) => (a! < b! ? -1 : 1)),
      ),
    );
    expect(new Set(Object.values(split))).toEqual(new Set(["test"]));
    const logits = (file: string, column: string) => {
      const [header, ...rows] = readFileSync(file, "utf8")
        .trim()
        .split("\r\n")
        .map((row) => row.split(","));
      const at = (name: string) => header!.indexOf(name);
      return new Map(
        rows.map((row) => [`${row[at("Metadata_Plate")]}/${row[at("Metadata_Well")]}`, Number(row[at(column)])]),
      );
    };
    const screened = logits(join(out("screen"), "wells.csv"), "Logit");
    for (const [well, logit] of logits(join(out("whole"), "wells.csv"), "Logit"))
      expect(screened.get(well)).toBeCloseTo(logit, 4);
    const { correct, auc } = json(join(out("screen"), "evaluation.json")).test.wells;
    expect([correct, auc]).toEqual([figuresOf("whole").networks.correct, figuresOf("whole").networks.auc]);
  });

  test("takes what a shortcut would reach into its report, and a report without it is drawn as before", async () => {
    const page = () => readFileSync(join(out("screen"), "report.html"), "utf8");
    const path = join(out("screen"), "report.json");
    const whole = json(path);
    expect(whole.crossvalidation).toEqual(figuresOf("whole"));
    expect(page()).toContain("What a shortcut would reach");
    expect(page()).toMatch(/The best shortcut is position\. The network (and|is|beats)/);
    const { crossvalidation: _, ...old } = whole;
    writeFileSync(path, JSON.stringify(old));
    await report(out("screen"));
    expect(page()).not.toContain("shortcut");
    writeFileSync(path, JSON.stringify(whole));
    await report(out("screen"));
    expect(page()).toContain("What a shortcut would reach");
    await followed(screen({ study, models: [join(out("whole"), "fold-1")], out: out("one-fold") }));
    expect(json(join(out("one-fold"), "report.json")).crossvalidation).toBeUndefined();
  });

  test("scores plates that no network knows by all of them", async () => {
    const one = await writeStudy(folder, { name: "stranger", seed: 4 });
    writeFileSync(
      one,
      readFileSync(one, "utf8").replace("name: tiny", "name: stranger").replace("plate: P1", "plate: Q1"),
    );
    const map = join(folder, "stranger", "map.csv");
    writeFileSync(map, readFileSync(map, "utf8").replace("X,10", "Y,10"));
    await followed(screen({ study: one, models: [out("whole")], out: out("stranger-screen") }));
    expect(json(join(out("stranger-screen"), "config.json")).scoredBy).toEqual({ Q1: ["fold-1", "fold-2", "fold-3"] });
  });
});

test("a screen with a network that was taught shuffled labels says so first", async () => {
  await followed(screen({ study, models: [join(out("whole"), "permuted", "fold-1")], out: out("shuffled") }));
  expect(json(join(out("shuffled"), "report.json")).warnings[0]).toMatch(/shuffled among the control wells/);
  expect(json(join(out("screen"), "report.json")).warnings.join()).not.toMatch(/shuffled/);
});

describe("info", () => {
  test("says of a crossvalidation what its figures are", async () => {
    const { kind, facts } = await info(out("whole"));
    const { networks, shortcuts } = figuresOf("whole");
    expect(kind).toBe("crossvalidation");
    expect(facts).toMatchObject({
      state: "complete",
      folds: networks.folds.length,
      "wells right": `${networks.correct} of ${networks.nWells}`,
      "AUC within a fold": networks.auc,
    });
    expect(Object.keys(facts["shortcuts' wells right"] as object)).toEqual(
      shortcuts.map(({ name }: { name: string }) => name),
    );
  });
});

describe("an explanation by a crossvalidation", () => {
  test("holds each plate's maps against those of the network taught shuffled labels that has not seen it either", async () => {
    await writeMasks(join(folder, "three"), ["P1", "P2", "P3"]);
    const asked = { pick: ["best"], count: 1, methods: ["gradient"], checks: ["enrichment"], stains: "none" } as const;
    const model = out("whole");
    await followed(explain({ study, model, ...asked, out: out("why") }));
    const { checks, models, fields } = json(join(out("why"), "explain.json"));
    expect(models.map(({ name }: { name: string }) => name)).toEqual(["fold-1", "fold-2", "fold-3"]);
    for (const { plate, model: judge } of fields) {
      const { split } = json(join(model, `fold-${judge + 1}`, "config.json"));
      expect(split[`${plate}/A04`]).toBe("test");
    }
    const of = (network: string) =>
      checks.enrichment.find((own: { network: string; inside: string; stain: string | null }) => {
        return own.network === network && own.inside === "changed" && own.stain === null;
      });
    expect([of("trained").nFields, of("permuted").nFields]).toEqual([36, 36]);
    expect(of("permuted").enrichment.mean).not.toBe(of("trained").enrichment.mean);
    // Named beside, they are the same networks.
    await followed(explain({ study, model, ...asked, beside: model, out: out("beside") }));
    expect(json(join(out("beside"), "explain.json")).checks).toEqual(checks);
  }, 60_000);
});
