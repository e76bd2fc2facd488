import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { train } from "../../dist/index.js";
import { decodeOnnx } from "../../src/engine/graph/bytes.ts";
import { initialWeights } from "../../src/engine/nn/initial-weights.ts";
import { decodeSafetensors } from "../../src/engine/weights/safetensors.ts";
import { recipeSchema } from "../../src/training/recipe.ts";
import {
  filesOf,
  followed,
  interruptedAt,
  killedAt,
  namesIn,
  neuroscreen,
  temporaryFolder,
  tiny,
  tinyWords,
  writeStudy,
} from "./tiny-study.ts";

const folder = temporaryFolder();
const model = join(folder, "model");
/** Enough that Ctrl-C finds the training still at work. */
const epochs = 6;
/** The files that a seed decides. */
const decided = ["config.json", "weights.safetensors", "model.onnx", "metrics.jsonl", "evaluation.json"];
const folderNames = [...decided, "SHA256SUMS", "run.json", "state"].sort();
const json = (path: string) => JSON.parse(readFileSync(join(folder, path), "utf8"));
const run = (out: string, more: object = {}) =>
  followed(train({ study, ...tiny, epochs, out: join(folder, out), ...more }));

let study = "";
let uninterrupted: Awaited<ReturnType<typeof run>>;
beforeAll(async () => {
  study = await writeStudy(folder);
  uninterrupted = await run("model", { workers: 1 });
});

/** The training in `out` left what the uninterrupted one did, and nothing more. */
function expectSameModel(out: string): void {
  expect(filesOf(join(folder, out), decided)).toEqual(filesOf(model, decided));
  expect(namesIn(join(folder, out))).toEqual(folderNames);
  expect(namesIn(join(folder, out, "state"))).toEqual(namesIn(join(model, "state")));
}

const bytesOf = (weights: ReturnType<typeof initialWeights>, name: string) =>
  new Uint8Array(weights.get(name)!.data.buffer);

describe("training", () => {
  test("leaves a model folder with these files and no other", () => {
    expect(namesIn(model)).toEqual(folderNames);
    expect(namesIn(join(model, "state"))).toEqual(["best.safetensors", "checkpoint.safetensors"]);
  });

  test("tells its steps and epochs, and gives what evaluation.json holds", () => {
    const { events, summary } = uninterrupted;
    // 8 training fields, 4 crops of each, in batches of 4.
    const kinds = (kind: string) => events.filter((event) => event.kind === kind).length;
    expect([kinds("planned"), kinds("step"), kinds("epoch"), kinds("saved")]).toEqual([1, 8 * epochs, epochs, 1]);
    expect(events.find(({ kind }) => kind === "planned")).toMatchObject({
      text: expect.stringContaining("control wells: 4 to train on, 2 to validate, 6 held out"),
    });
    expect(summary).toEqual({
      out: model,
      epochs,
      keptEpoch: epochs,
      chosen: false,
      evaluation: json("model/evaluation.json"),
    });
    expect(summary.evaluation.test?.wells).toMatchObject({ n: 6, correct: 6 });
    expect(summary.evaluation.validation?.wells).toMatchObject({ n: 2, correct: 2 });
  });

  test("writes down the split well by well, every option of the recipe, and neither times nor paths", () => {
    const config = json("model/config.json");
    const parts = Object.values(config.split);
    expect(Object.keys(config.split).length).toBe(12);
    expect(["B01", "B02", "B03", "B04", "B05", "B06"].map((well) => config.split[`P1/${well}`])).toEqual(
      Array(6).fill("test"),
    );
    expect(["train", "validate", "test"].map((part) => parts.filter((one) => one === part).length)).toEqual([4, 2, 6]);
    const { learningRate, batch, seed, size, crop, ...network } = tiny;
    const given = recipeSchema.parse({ learningRate, batch, seed, epochs, fields: { size, crop }, network });
    expect(config.recipe).toEqual(given);
    expect(config).toMatchObject({
      stains: ["FKHR", "DNA"],
      classes: { negative: "untreated", positive: "inhibited" },
      bitDepth: 8,
      pixelBinning: 1,
      pixelSizeMicrometres: null,
      fieldSize: { width: 64, height: 48 },
    });
    const text = readFileSync(join(model, "config.json"), "utf8");
    expect(text).not.toContain(folder);
    expect(text).not.toMatch(/20\d\d-\d\d/);
    expect(json("model/run.json")).toMatchObject({ command: "train", study, workers: 1, seconds: expect.any(Number) });
  });

  test("keeps the weights by torchvision's names, the last ones where few wells validate", () => {
    const weights = decodeSafetensors(readFileSync(join(model, "weights.safetensors")), "weights");
    const checkpoint = decodeSafetensors(readFileSync(join(model, "state/checkpoint.safetensors")), "checkpoint");
    expect([...weights.tensors.keys()]).toContain("branch.1.layer1.0.conv1.weight");
    for (const [name, { data }] of weights.tensors) {
      expect(data, name).toEqual(checkpoint.tensors.get(`weights/${name}`)?.data);
    }
  });

  test("exports a network that says of itself how it is to be used", () => {
    const config = json("model/config.json");
    const { inputs, outputs, initializers, metadata } = decodeOnnx(readFileSync(join(model, "model.onnx")));
    expect(inputs.map(({ name }) => name)).toEqual(["image", "offset", "scale"]);
    expect(inputs[0]?.shape.map((size) => (size === 2 ? 2 : "free"))).toEqual(["free", 2, "free", "free"]);
    expect(outputs.map(({ name }) => name)).toEqual(["logits", "features"]);
    for (const name of ["offset", "scale"]) {
      expect(initializers.get(name)?.data).toEqual(Float32Array.from(config.normalization[name]));
    }
    const said = Object.fromEntries(Object.entries(metadata).map(([key, text]) => [key, JSON.parse(text)]));
    expect(said).toMatchObject({
      ...{ stains: ["FKHR", "DNA"], classes: ["untreated", "inhibited"], bitDepth: 8, pixelBinning: 1 },
      ...{ pixelSizeMicrometres: null, fieldSize: { width: 64, height: 48 } },
      versions: { neuroscreen: config.neuroscreen, onnxruntime: config.onnxruntime },
    });
  });

  test("follows its recipe file: what is frozen stays, and the best epoch is kept", async () => {
    const recipe = join(folder, "train.yaml");
    writeFileSync(recipe, "keep: best\nfreeze: [branch.0.*]\n");
    const { summary } = await run("recipe", { config: recipe, epochs: 3 });
    const weightsIn = (name: string) => decodeSafetensors(readFileSync(join(folder, "recipe", name)), name).tensors;
    const weights = weightsIn("weights.safetensors");
    expect(weights).toEqual(weightsIn("state/best.safetensors"));
    const lines = readFileSync(join(folder, "recipe", "metrics.jsonl"), "utf8")
      .trim()
      .split("\n");
    const losses = lines.map((line) => JSON.parse(line).validationLoss);
    expect(summary.keptEpoch).toBe(1 + losses.indexOf(Math.min(...losses)));

    const initial = initialWeights(json("recipe/config.json").network, tiny.seed);
    const moved = [...weights].filter(([name, { data }]) => !Buffer.from(data.buffer).equals(bytesOf(initial, name)));
    expect(moved.filter(([name]) => name.startsWith("branch.0."))).toEqual([]);
    expect(moved.length).toBeGreaterThan(10);
  });

  test("draws the same whatever the number of threads", async () => {
    await run("three", { workers: 3 });
    expectSameModel("three");
  });

  test("draws otherwise from another seed", async () => {
    await run("other", { seed: 8, epochs: 1 });
    const weightsOf = (out: string) => readFileSync(join(folder, out, "weights.safetensors"));
    expect(weightsOf("other").equals(weightsOf("model"))).toBe(false);
  });
});

describe("a training that is killed", () => {
  test("after a checkpoint goes on to the same bytes", async () => {
    const out = join(folder, "killed");
    killedAt("epoch", "train", { study, ...tiny, epochs, out });
    expect(readFileSync(join(out, "metrics.jsonl"), "utf8").split("\n").length - 1).toBe(1);

    // Without --resume it is left as it is; with another recipe too.
    const refused = neuroscreen("train", study, "--out", out, ...tinyWords);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("Add --resume to go on with it") });
    await expect(run("killed")).rejects.toMatchObject({ code: "unfinished-model" });
    const changed = run("killed", { resume: true, learningRate: 0.02 });
    await expect(changed).rejects.toMatchObject({
      code: "changed-recipe",
      message: expect.stringContaining("found another recipe than it was begun with"),
    });

    const { events } = await run("killed", { resume: true });
    expect(events.filter(({ kind }) => kind === "epoch").length).toBe(epochs - 1);
    expectSameModel("killed");
  });

  test("before the first checkpoint begins again", async () => {
    killedAt("step", "train", { study, ...tiny, epochs, out: join(folder, "early") });
    expect(namesIn(join(folder, "early"))).toEqual(["config.json"]);
    // The recipe is the folder's own where no option says otherwise.
    await followed(train({ study, out: join(folder, "early"), resume: true }));
    expectSameModel("early");
  });

  test("while it writes leaves nothing of that behind once it is finished", async () => {
    const out = join(folder, "writing");
    killedAt("epoch", "train", { study, ...tiny, epochs, out });
    // What a process leaves that dies inside writeAtomically.
    for (const name of [".metrics.jsonl.123-4", "state/.checkpoint.safetensors.123-5"])
      writeFileSync(join(out, name), "half");
    await run("writing", { resume: true });
    expectSameModel("writing");
  });
});

describe("Ctrl-C in a training", () => {
  test("ends it with exit code 130, says how to go on, and loses no byte", async () => {
    const out = join(folder, "stopped");
    const stopped = await interruptedAt("step", "train", study, "--out", out, "--epochs", String(epochs), ...tinyWords);
    expect(stopped.code).toBe(130);
    expect(stopped.err).toContain("the same command with --resume goes on from there");
    expect(stopped.err).not.toMatch(/ at .*\.js:\d/);
    expect(namesIn(out).filter((name) => name.startsWith("."))).toEqual([]);
    expect(namesIn(out)).not.toContain("model.onnx");
    const words = ["--out", out, "--epochs", String(epochs), ...tinyWords, "--resume"];
    expect(neuroscreen("train", study, ...words)).toMatchObject({ code: 0 });
    expectSameModel("stopped");
  });
});

describe("a folder that is taken", () => {
  test("is refused, a finished model as well as anything else", async () => {
    await expect(run("model")).rejects.toMatchObject({ code: "folder-taken" });
    await expect(run("model", { resume: true })).rejects.toMatchObject({ code: "folder-taken" });
    mkdirSync(join(folder, "mine"));
    writeFileSync(join(folder, "mine", "thesis.txt"), "");
    expect(neuroscreen("train", study, "--out", join(folder, "mine"))).toMatchObject({ code: 2 });
    expect(namesIn(join(folder, "mine"))).toEqual(["thesis.txt"]);
  });
});

describe("options that do not fit are refused", () => {
  test.each([
    [{ crop: 64 }, "bad-size", "crops of 64 pixels from fields of 64 × 48"],
    [{ fusion: "single" }, "bad-size", "2 stains (FKHR, DNA)"],
    [{ backbone: "resnet11" }, "bad-recipe", "network.backbone"],
    [{ config: "nowhere.yaml" }, "no-such-file", "nowhere.yaml"],
  ] as const)("%j", async (options, code, words) => {
    await expect(run("none", options as object)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
    expect(namesIn(folder)).not.toContain("none");
  });

  test("a recipe that freezes nothing of this network, before a folder is made", async () => {
    const recipe = join(folder, "slip.yaml");
    writeFileSync(recipe, "freeze: [layer1.*]\n");
    await expect(run("none", { config: recipe })).rejects.toMatchObject({ code: "bad-recipe" });
    expect(namesIn(folder)).not.toContain("none");
  });
});

describe("an image that is cut short", () => {
  test("is left out by its name, and ends a strict training", async () => {
    const cut = await writeStudy(folder, { name: "cut" });
    const parts = json("model/config.json").split as Record<string, string>;
    const wellOf = (part: string) => Object.keys(parts).find((well) => parts[well] === part)!;
    const wells = ["train", "validate", "test"].map(wellOf);
    for (const well of wells) {
      truncateSync(join(folder, "cut", "images", `${well.slice(3)}_s1_w2.png`), 1500);
    }
    const out = join(folder, "cut-model");
    const words = ["train", cut, "--out", out, "--epochs", "1", ...tinyWords];
    const strict = neuroscreen(...words, "--strict");
    expect(strict.code).toBe(2);
    for (const well of wells) expect(strict.err).toContain(`${well}/1: left out: `);
    expect(namesIn(folder)).not.toContain("cut-model");

    const { code, out: lines } = neuroscreen(...words, "--json");
    expect(code).toBe(0);
    const problems = lines.split("\n").filter((line) => line.includes('"kind":"problem"'));
    expect(problems.map((line) => JSON.parse(line).subject).sort()).toEqual(wells.map((well) => `${well}/1`).sort());
    const { fields } = json("cut-model/evaluation.json").train;
    expect(fields.n).toBe(7);
  });

  test("ends the training where no other field of its class can be learned from", async () => {
    const cut = await writeStudy(folder, { name: "classless" });
    for (const well of ["A04", "A05", "A06"]) {
      for (const site of [1, 2]) truncateSync(join(folder, "classless", "images", `${well}_s${site}_w1.png`), 1500);
    }
    const training = run("classless-model", { study: cut, epochs: 1 });
    await expect(training).rejects.toMatchObject({ code: "too-few-controls" });
  });

  test("ends a strict training when it cannot be opened at all", async () => {
    const cut = await writeStudy(folder, { name: "headless" });
    truncateSync(join(folder, "headless", "images", "A01_s1_w1.png"), 10);
    const { code, err } = neuroscreen("train", cut, "--out", join(folder, "none"), ...tinyWords, "--strict");
    expect(code).toBe(2);
    expect(err).toContain("P1/A01/1: left out: ");
    expect(namesIn(folder)).not.toContain("none");
  });
});

test("a training whose loss is no number any more ends, and says so", async () => {
  const training = run("diverged", { learningRate: 1e30, optimizer: "sgd", epochs: 2 });
  await expect(training).rejects.toMatchObject({ code: "diverged" });
});
