import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { floatTensor } from "../../src/engine/graph/graph.ts";
import type { ModelConfig } from "../../src/records/model.ts";
import { modelFolder, modelFolderState, type SavedState } from "../../src/store/model-folder.ts";

let folder = "";
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "neuroscreen-model-")), "model");
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

const config: ModelConfig = {
  ...{
    neuroscreen: "1.0.0",
    onnxruntime: "1.30.0",
    study: { name: "s", dataHash: "0", mapHash: "1" },
    stains: ["DNA"],
  },
  ...{ classes: { negative: "no", positive: "yes" }, bitDepth: 8, pixelBinning: 2, pixelSizeMicrometres: null },
  fieldSize: { width: 64, height: 48 },
  network: { fusion: "single", backbone: "resnet10", width: 0.5, stains: 1, classes: 2 },
  normalization: { offset: [12.5], scale: [3] },
  normalizeBy: "study",
  wellHashes: { "P1/A01": "2" },
  ...{ recipe: { epochs: 2 }, split: { "P1/A01": "train" } },
};
const weights = (value: number) => new Map([["conv1.weight", floatTensor([2], Float32Array.of(value, -value))]]);
const history = (epochs: number) =>
  Array.from({ length: epochs }, (_, i) => ({
    ...{ epoch: i + 1, trainLoss: 0.5, validationLoss: 1 / 3, validationAccuracy: null, learningRate: 1e-3 },
  }));
const saved = (epochs: number): SavedState => ({
  progress: { step: 4 * epochs, bestEpoch: 1, history: history(epochs) },
  weights: weights(epochs),
  // An optimiser's tensors have names of their own, which may be those of weights.
  slots: new Map([["momentum/conv1.weight", floatTensor([2], Float32Array.of(7, epochs))]]),
});
const finish = () =>
  modelFolder(folder).finish({
    ...{ weights: weights(3), evaluation: { test: null }, run: { seconds: 1 }, config, model: Uint8Array.of(8) },
  });

describe("a model folder", () => {
  test("is absent, unfinished, complete, or something else", async () => {
    const state = () => modelFolderState(folder);
    expect(await state()).toBe("absent");
    mkdirSync(folder);
    expect(await state()).toBe("absent");
    // Killed while it wrote its first file.
    writeFileSync(join(folder, ".config.json.123-1"), "{");
    expect(await state()).toBe("absent");
    await modelFolder(folder).writeConfig(config);
    expect(await state()).toBe("unfinished");
    await modelFolder(folder).writeCheckpoint(saved(1), true);
    expect(await state()).toBe("unfinished");
    await finish();
    expect(await state()).toBe("complete");
    rmSync(join(folder, "config.json"));
    expect(await state()).toBe("other");
    // A crossvalidation that was cut short, and a simulated screen, have one too.
    writeFileSync(join(folder, "config.json"), '{"folds":[]}');
    rmSync(join(folder, "model.onnx"));
    expect(await state()).toBe("other");
    writeFileSync(join(folder, "..", "file"), "");
    expect(await modelFolderState(join(folder, "..", "file"))).toBe("other");
  });

  test("gives back what was written into it", async () => {
    const model = modelFolder(folder);
    await model.writeConfig(config);
    expect(await model.readConfig()).toEqual(config);
    expect(await model.readCheckpoint()).toBeNull();
    expect(await model.readMetrics()).toEqual([]);
    await model.writeCheckpoint(saved(1), true);
    await model.writeCheckpoint(saved(2), false);
    expect(await model.readCheckpoint()).toEqual(saved(2));
    expect(await model.readBest()).toEqual(weights(1));
    expect(await model.readMetrics()).toEqual(history(2));
    expect(readFileSync(join(folder, "metrics.jsonl"), "utf8").split("\n").length).toBe(3);
    await finish();
    expect(await model.readModel()).toEqual(Buffer.of(8));
  });

  test("has no checkpoint that its metrics and best weights do not yet know", async () => {
    const model = modelFolder(folder);
    await model.writeConfig(config);
    // What cannot be replaced stops the writing there, as a death would.
    mkdirSync(join(folder, "metrics.jsonl"));
    await expect(model.writeCheckpoint(saved(1), true)).rejects.toThrow();
    expect(existsSync(join(folder, "state", "checkpoint.safetensors"))).toBe(false);
    rmSync(join(folder, "metrics.jsonl"), { recursive: true });
    rmSync(join(folder, "state", "best.safetensors"));
    mkdirSync(join(folder, "state", "best.safetensors"));
    await expect(model.writeCheckpoint(saved(1), true)).rejects.toThrow();
    expect(existsSync(join(folder, "state", "checkpoint.safetensors"))).toBe(false);
  });

  test("is not complete before every other file stands", async () => {
    await modelFolder(folder).writeConfig(config);
    mkdirSync(join(folder, "run.json"));
    await expect(finish()).rejects.toThrow();
    expect(await modelFolderState(folder)).toBe("unfinished");
  });

  test("keeps nothing of writers that died, and everything else", async () => {
    await modelFolder(folder).writeConfig(config);
    await modelFolder(folder).writeCheckpoint(saved(1), true);
    for (const name of [".metrics.jsonl.123-4", "state/.best.safetensors.99-1", "notes.txt", ".git"])
      writeFileSync(join(folder, name), "");
    await finish();
    expect(
      readdirSync(folder)
        .filter((name) => name.startsWith(".") || name === "notes.txt")
        .sort(),
    ).toEqual([".git", "notes.txt"]);
    expect(readdirSync(join(folder, "state")).sort()).toEqual(["best.safetensors", "checkpoint.safetensors"]);
  });

  test("knows each of its files again, and names one that is missing or altered", async () => {
    const model = modelFolder(folder);
    await model.writeConfig(config);
    await model.writeCheckpoint(saved(1), true);
    await finish();
    await model.verify();
    const summed = readFileSync(join(folder, "SHA256SUMS"), "utf8")
      .split("\n")
      .filter((line) => line !== "");
    for (const line of summed) {
      const [hash, name] = line.split("  ") as [string, string];
      const bytes = readFileSync(join(folder, name));
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(hash);
      writeFileSync(join(folder, name), Buffer.concat([bytes, Buffer.of(10)]));
      await expect(model.verify()).rejects.toThrow(`found a ${name} that is not as the training wrote it`);
      rmSync(join(folder, name));
      await expect(model.verify()).rejects.toThrow(`found no ${name}`);
      writeFileSync(join(folder, name), bytes);
    }
    expect(summed.map((line) => line.slice(66))).toEqual(
      readdirSync(folder)
        .filter((name) => !["SHA256SUMS", "run.json", "state"].includes(name))
        .sort(),
    );
    // What differs from run to run is no part of the model.
    writeFileSync(join(folder, "run.json"), "{}");
    await model.verify();
  });

  test("is refused where its files are missing or say something else", async () => {
    const model = modelFolder(folder);
    await expect(model.readModel()).rejects.toMatchObject({ code: "bad-model" });
    await expect(model.readConfig()).rejects.toMatchObject({ code: "bad-model" });
    mkdirSync(folder);
    writeFileSync(join(folder, "config.json"), "{}");
    await expect(model.readConfig()).rejects.toMatchObject({ code: "bad-model" });
    mkdirSync(join(folder, "state"));
    writeFileSync(join(folder, "state", "checkpoint.safetensors"), "half");
    await expect(model.readCheckpoint()).rejects.toMatchObject({ code: "bad-safetensors" });
  });
});
