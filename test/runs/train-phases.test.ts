/** Trainings in phases, on some of the stains, from given weights, and with other labels. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { train } from "../../dist/index.js";
import { openStudy } from "../../dist/runs/index-study.js";
import { trainModel } from "../../dist/runs/train-model.js";
import { initialWeights } from "../../src/engine/nn/initial-weights.ts";
import { decodeSafetensors } from "../../src/engine/weights/safetensors.ts";
import { splitWells } from "../../src/plates/split.ts";
import type { TrainTask } from "../../src/runs/train-model.ts";
import { recipeSchema } from "../../src/training/recipe.ts";
import { filesOf, followed, killedAt, namesIn, neuroscreen, temporaryFolder, tiny, writeStudy } from "./tiny-study.ts";

const folder = temporaryFolder();
const decided = ["config.json", "weights.safetensors", "model.onnx", "metrics.jsonl", "evaluation.json"];
const { learningRate: _, ...network } = tiny;
const recipe = join(folder, "phases.yaml");
let study = "";

const options = (out: string, more: object = {}) => ({
  study,
  ...network,
  config: recipe,
  out: join(folder, out),
  ...more,
});
const run = (out: string, more: object = {}) => followed(train(options(out, more)));
const json = (path: string) => JSON.parse(readFileSync(join(folder, path), "utf8"));
const tensorsIn = (path: string) => decodeSafetensors(readFileSync(join(folder, path)), path).tensors;
const bytes = (numbers: Float32Array | undefined) => Buffer.from(new Float32Array(numbers!).buffer).toString("latin1");

beforeAll(async () => {
  study = await writeStudy(folder);
  writeFileSync(
    recipe,
    `phases:
  - { name: head, learns: [fc.*, "*layer4.*"], epochs: 2, learningRate: 0.001 }
  - { name: all, epochs: 2, learningRate: 0.0001 }
schedule: { kind: constant }
optimizer: { kind: sgd, momentum: 0.9, weightDecay: 0 }
`,
  );
});

describe("a training in phases", () => {
  let texts: readonly string[] = [];
  beforeAll(async () => {
    const { events, summary } = await run("whole");
    expect(summary).toMatchObject({ epochs: 4, keptEpoch: 4 });
    texts = events.flatMap((event) => (event.kind === "planned" ? [event.text] : []));
  });

  test("tells its phases, and writes down what was done", () => {
    expect(texts[0]).toContain("4 epochs of 8 steps");
    expect(texts.slice(1)).toEqual([
      "phase 1 of 2 (head): epochs 1 to 2, fc.*, *layer4.* learns at 0.001 (constant)",
      "phase 2 of 2 (all): epochs 3 to 4, everything learns at 0.0001 (constant)",
    ]);
    expect(json("whole/config.json").recipe).toMatchObject({ epochs: 4, learningRate: 0.001 });
  });

  test.each([
    ["inside the first phase", 1],
    ["at the boundary", 2],
    ["inside the second phase", 3],
  ])("that is killed %s goes on to the same bytes", async (_where, epochs) => {
    const out = `killed-${epochs}`;
    killedAt("epoch", "train", options(out, { workers: 1 }), epochs);
    expect(readFileSync(join(folder, out, "metrics.jsonl"), "utf8").split("\n").length - 1).toBe(epochs);
    if (epochs === 2) expectOnlyHeadMoved(tensorsIn(`${out}/state/checkpoint.safetensors`));
    await run(out, { resume: true });
    expect(filesOf(join(folder, out), decided)).toEqual(filesOf(join(folder, "whole"), decided));
  });

  test("lets learn in the second phase what the first one froze, and nothing of it was lost", () => {
    const initial = initialWeights(json("whole/config.json").network, tiny.seed);
    const finished = tensorsIn("whole/weights.safetensors");
    const still = [...initial].filter(([name, { data }]) => bytes(data) === bytes(finished.get(name)?.data));
    expect(still.map(([name]) => name)).toEqual([]);
  });

  test("takes neither --epochs nor --lr", () => {
    const words = ["train", study, "--config", recipe, "--out", join(folder, "none")];
    const { code, err } = neuroscreen(...words, "--epochs", "3", "--lr", "0.1");
    expect(code).toBe(2);
    expect(err).toContain("`epochs` and `learningRate` beside `phases`");
    expect(namesIn(folder)).not.toContain("none");
  });
});

/** A frozen phase changes no frozen byte, running statistics included. */
function expectOnlyHeadMoved(checkpoint: ReturnType<typeof tensorsIn>): void {
  const initial = initialWeights(json("whole/config.json").network, tiny.seed);
  const moved = [...initial]
    .filter(([name, { data }]) => bytes(data) !== bytes(checkpoint.get(`weights/${name}`)?.data))
    .map(([name]) => name);
  expect(moved.filter((name) => !/^fc|layer4/.test(name))).toEqual([]);
  const inHead = [...initial.keys()].filter((name) => /^fc|layer4/.test(name));
  expect(moved.filter((name) => name.includes("running_mean")).length).toBeGreaterThan(3);
  expect(moved.length).toBe(inHead.length);
}

describe("some of the stains", () => {
  test("teach the network that a study of these alone teaches, byte for byte", async () => {
    const one = { fusion: "single", stains: ["FKHR"], workers: 1 };
    await run("chosen", one);
    await run("alone", { ...one, study: await writeStudy(folder, { name: "alone-study", stains: ["FKHR"] }) });
    const learnt = decided.filter((name) => name !== "config.json");
    expect(filesOf(join(folder, "chosen"), learnt)).toEqual(filesOf(join(folder, "alone"), learnt));
    const { recipe: _own, ...config } = json("chosen/config.json");
    const { recipe: _other, ...same } = json("alone/config.json");
    expect(config).toEqual(same);
    expect(config).toMatchObject({ stains: ["FKHR"], network: { fusion: "single", stains: 1 } });
  });

  test("make a model that screens the study with all of them", () => {
    const words = ["screen", study, "--model", join(folder, "chosen"), "--out", join(folder, "screen")];
    expect(neuroscreen(...words)).toMatchObject({ code: 0 });
  });

  test("one each become the branches of a network of them all, which differs from a fresh one", async () => {
    await run("dna", { fusion: "single", stains: ["DNA"] });
    const initFrom = [join(folder, "dna"), join(folder, "chosen")];
    const { events } = await run("joined", { initFrom });
    const texts = events.flatMap((event) => (event.kind === "planned" ? [event.text] : []));
    expect(texts[1]).toContain("branch.0 (FKHR) taken from");
    expect(json("joined/config.json").origin.map(({ stain }: { stain: string }) => stain)).toEqual(["FKHR", "DNA"]);
    expect(json("joined/config.json").stains).toEqual(["FKHR", "DNA"]);
    // Taken up at the boundary without the files.
    killedAt("epoch", "train", options("joined-killed", { initFrom }), 2);
    const branch = tensorsIn("dna/weights.safetensors").get("layer1.0.conv1.weight")!.data;
    const kept = tensorsIn("joined-killed/state/checkpoint.safetensors");
    expect(kept.get("weights/branch.1.layer1.0.conv1.weight")!.data).toEqual(branch);
    await run("joined-killed", { resume: true });
    expect(filesOf(join(folder, "joined-killed"), decided)).toEqual(filesOf(join(folder, "joined"), decided));
  });

  test("are known by name, the nearest one told", () => {
    const words = ["train", study, "--out", join(folder, "none"), "--fusion", "single", "--stains", "FHKR"];
    const { code, err } = neuroscreen(...words);
    expect(code).toBe(2);
    expect(err).toContain("Choosing the stains of tiny: expected names of its channels: FKHR, DNA, found FHKR");
    expect(err).toContain("Did you mean `FKHR`?");
    expect(namesIn(folder)).not.toContain("none");
  });
});

/** A task of `trainModel`: two epochs, everything from the tiny study. */
async function taskOf(out: string, more: Partial<TrainTask> = {}): Promise<TrainTask> {
  const { summary: opened } = await followed(openStudy({ study }));
  const { size, crop, batch, seed, fusion, backbone, width } = tiny;
  const own = { epochs: 2, batch, seed, learningRate: 0.004, fields: { size, crop } };
  return {
    study: opened,
    split: splitWells(opened.index.study, opened.namedWells, seed),
    recipe: recipeSchema.parse({ ...own, network: { fusion, backbone, width }, freeze: ["branch.0.conv1.weight"] }),
    out: join(folder, out),
    start: null,
    ledger: { record: async () => {}, countModels: async () => 0 },
    studyPath: study,
    workers: 1,
    ...more,
  };
}

describe("weights to begin with", () => {
  const name = "branch.0.conv1.weight";
  const conv = { type: "float32" as const, shape: [4, 1, 7, 7], data: new Float32Array(4 * 49).fill(0.01) };
  const start = {
    weights: new Map([[name, conv]]),
    told: ["taken: one tensor"],
    origin: [{ sha256: "ab", kind: "branch" as const, stain: "FKHR" }],
  };

  test("replace the fresh ones, are told, and written down by their hash", async () => {
    const { events } = await followed(trainModel(await taskOf("begun", { start })));
    expect(events).toContainEqual({ kind: "planned", text: "taken: one tensor" });
    expect(json("begun/config.json").origin).toEqual([{ kind: "branch", stain: "FKHR", sha256: "ab" }]);
    expect(tensorsIn("begun/weights.safetensors").get(name)?.data).toEqual(conv.data);
  });

  test("are not asked for again by a training that is taken up before its first epoch", async () => {
    const cut = trainModel(await taskOf("taken-up", { start }));
    for (;;) {
      const told = await cut.next();
      if (!told.done && told.value.kind === "step") break;
    }
    await cut.return(undefined as never);
    await followed(trainModel(await taskOf("taken-up", { resume: true })));
    expect(filesOf(join(folder, "taken-up"), decided)).toEqual(filesOf(join(folder, "begun"), decided));
  });

  test("of other files are another training", async () => {
    const cut = trainModel(await taskOf("other", { start }));
    for (;;) {
      const told = await cut.next();
      if (!told.done && told.value.kind === "planned") break;
    }
    await cut.return(undefined as never);
    const others = { ...start, origin: [{ ...start.origin[0]!, sha256: "cd" }] };
    await expect(followed(trainModel(await taskOf("other", { start: others, resume: true })))).rejects.toMatchObject({
      code: "changed-recipe",
      message: expect.stringContaining("another origin"),
    });
  });

  test("that were taught by a well which is to judge them are refused", async () => {
    const seen = { ...start, taught: [{ folder: "fkhr", split: { "P1/B01": "train" as const } }] };
    await expect(taskOf("seen", { start: seen }).then((task) => followed(trainModel(task)))).rejects.toMatchObject({
      code: "seen-wells",
      message: expect.stringContaining("P1/B01"),
    });
    expect(namesIn(folder)).not.toContain("seen");
  });
});

describe("labels that were exchanged", () => {
  test("are what is learnt and judged by, and are written down", async () => {
    const task = await taskOf("exchanged");
    const controls = task.study.namedWells.filter(({ role }) => role === "negative" || role === "positive");
    const labels = new Map(
      controls.map(({ plate, well, role }) => [`${plate}/${well}`, role === "negative" ? 1 : 0] as const),
    );
    const { summary } = await followed(trainModel({ ...task, labels }));
    expect(summary.evaluation.test?.wells).toMatchObject({ n: 6, correct: 6 });
    expect(json("exchanged/config.json").labels).toMatchObject({ "P1/A01": 1, "P1/A04": 0 });
    // The same wells, judged by the plate map's roles, would all be wrong: the training is the mirror of a plain one.
    const plain = await followed(trainModel(await taskOf("plain")));
    expect(plain.summary.evaluation.test?.wells).toMatchObject({ n: 6, correct: 6 });
    expect(tensorsIn("exchanged/weights.safetensors").get("fc.bias")).not.toEqual(
      tensorsIn("plain/weights.safetensors").get("fc.bias"),
    );
  });
});
