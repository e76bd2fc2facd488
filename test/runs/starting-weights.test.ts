import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { initialWeights } from "../../src/engine/nn/initial-weights.ts";
import type { NetworkSpec } from "../../src/engine/nn/networks.ts";
import { encodeSafetensors } from "../../src/engine/weights/safetensors.ts";
import type { Part } from "../../src/plates/split.ts";
import type { ModelConfig } from "../../src/records/model.ts";
import type { InputForm } from "../../src/runs/input-form.ts";
import { refuseSeenWells, startingWeights } from "../../src/runs/starting-weights.ts";
import { sha256 } from "../../src/store/files.ts";
import { modelFolder } from "../../src/store/model-folder.ts";

const stains = ["DAPI", "Cy5"];
const separate: NetworkSpec = { fusion: "separate", backbone: "resnet10", width: 1 / 16, stains: 2, classes: 2 };
const single: NetworkSpec = { ...separate, fusion: "single", stains: 1 };
const pretrained = fileURLToPath(new URL("../fixtures/weights/resnet10-narrow.pth", import.meta.url));

let at: (name: string) => string;
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "neuroscreen-starting-"));
  at = (name) => join(folder, name);
  await writeModel("dapi", 1, { stains: ["DAPI"] });
  await writeModel("cy5", 2, { stains: ["Cy5"] });
  await writeModel("cy5-again", 3, { stains: ["Cy5"] });
  await writeModel("far", 4, { stains: ["Cy3"] });
  await writeModel("wide", 5, { stains: ["Cy5"], network: { ...single, width: 1 / 8 } });
  await writeModel("stacked", 6, { stains, network: { ...single, fusion: "stacked", stains: 2 } });
  await modelFolder(at("unfinished")).writeConfig(configOf({}));
});
afterAll(() => rmSync(at("."), { recursive: true }));

const split = { "P1/A01": "train", "P1/A02": "validate", "P1/A03": "test" } as const;

function configOf(changes: Partial<ModelConfig>): ModelConfig {
  return {
    ...{ neuroscreen: "1.0.0", onnxruntime: "1.30.0", study: { name: "s", dataHash: "0", mapHash: "1" } },
    ...{ classes: { negative: "no", positive: "yes" }, bitDepth: 8, pixelBinning: 2, pixelSizeMicrometres: null },
    ...{ fieldSize: { width: 64, height: 48 }, normalization: { offset: [12.5], scale: [3] }, normalizeBy: "study" },
    ...{ recipe: {}, wellHashes: {}, stains: ["DAPI"], split, network: single, ...changes },
  };
}

async function writeModel(name: string, seed: number, changes: Partial<ModelConfig>): Promise<void> {
  const config = configOf(changes);
  const weights = initialWeights(config.network, seed);
  const model = modelFolder(at(name));
  await model.writeCheckpoint(
    { progress: { step: 1, bestEpoch: 0, history: [] }, weights: new Map(), slots: new Map() },
    false,
  );
  await model.finish({ weights, evaluation: {}, run: {}, config, model: Uint8Array.of(8) });
}

type Options = Omit<Parameters<typeof startingWeights>[0], "input">;
const input: InputForm = { normalizeBy: "study", pixelBinning: 2, pixelSizeMicrometres: null };
const start = (options: Options, network = separate, form = input) =>
  startingWeights({ ...options, input: form }, network, network.stains === 1 ? ["DAPI"] : stains);

describe("weights to begin with", () => {
  test("are none where nothing is named", async () => {
    expect(await start({})).toBeNull();
    expect(await start({ initFrom: [] })).toBeNull();
  });

  test("come from a file, for every branch, and its hash is kept", async () => {
    const { weights, told, origin, taught } = (await start({ pretrained, stem: "sum" }))!;
    expect(weights.get("branch.1.conv1.weight")?.shape).toEqual([4, 1, 7, 7]);
    expect(told[0]).toBe(`taken from ${pretrained}: 59 tensors of the resnet10, for each of 2 branches`);
    expect(origin).toEqual([
      {
        kind: "pretrained",
        stain: null,
        // sha256sum resnet10-narrow.pth
        sha256: "73b65c6ac7c87eaec327227c820c289f153ac35941acbfdb7f205d7e23aaaf03",
      },
    ]);
    expect(taught).toBeUndefined();
  });

  test("are the same from .pth and .safetensors", async () => {
    const { weights } = (await start({ pretrained }, single))!;
    writeFileSync(at("own.safetensors"), encodeSafetensors({ tensors: weights, metadata: {} }));
    expect((await start({ pretrained: at("own.safetensors") }, single))!.weights).toEqual(weights);
  });

  test("are told apart by what the file holds, not by its name", async () => {
    copyFileSync(pretrained, at("odd.safetensors"));
    expect((await start({ pretrained: at("odd.safetensors") }, single))!.weights.size).toBe(60);
  });

  test("come from single-stain models by stain, in whatever order they are named", async () => {
    const { weights, told, doubts, origin, taught } = (await start({ initFrom: [at("cy5"), at("dapi")] }))!;
    expect(doubts).toEqual([]);
    const [dapi, cy5] = [initialWeights(single, 1), initialWeights(single, 2)];
    const expected = new Map(
      [dapi, cy5].flatMap((own, i) =>
        [...own].flatMap(([name, tensor]) =>
          name.startsWith("fc.") ? [] : [[`branch.${i}.${name}`, tensor] as const],
        ),
      ),
    );
    expect(weights).toEqual(expected);
    expect(told).toEqual([
      `branch.0 (DAPI) taken from ${at("dapi")}`,
      `branch.1 (Cy5) taken from ${at("cy5")}`,
      "left fresh: fc.weight, fc.bias",
    ]);
    const hashOf = (own: typeof dapi) => sha256(encodeSafetensors({ tensors: own, metadata: { format: "pt" } }));
    expect(origin).toEqual([
      { kind: "branch", stain: "DAPI", sha256: hashOf(dapi) },
      { kind: "branch", stain: "Cy5", sha256: hashOf(cy5) },
    ]);
    expect(taught).toEqual([
      { folder: at("dapi"), split },
      { folder: at("cy5"), split },
    ]);
  });
});

describe("a branch that has seen images in another form", () => {
  const messages = async (form: InputForm, name = "cy5") =>
    (await start({ initFrom: [at("dapi"), at(name)] }, separate, form))!.doubts!.map(
      ({ subject, message }) => `${subject} ${message}`,
    );

  test("is told, with the form of either", async () => {
    const of = (stain: string) => `${stain} from ${at(stain.toLowerCase())} was taught`;
    expect(await messages({ ...input, normalizeBy: "plate" })).toEqual(
      ["DAPI", "Cy5"].map(
        (stain) =>
          `${of(stain)} on one grey scale for the study, and begins a network that sees each plate on its own grey scale`,
      ),
    );
    expect(await messages({ ...input, pixelBinning: 4 })).toEqual(
      ["DAPI", "Cy5"].map(
        (stain) => `${of(stain)} pixels of 2 camera pixels, and begins a network that sees pixels of 4 camera pixels`,
      ),
    );
    expect(await messages({ ...input, pixelBinning: 2.04 })).toEqual([]);
  });

  test("is measured in micrometres where both sizes are known", async () => {
    await writeModel("fine", 7, { stains: ["Cy5"], pixelBinning: 4, pixelSizeMicrometres: 0.5 });
    const form = { ...input, pixelSizeMicrometres: 1 };
    expect(await messages(form, "fine")).toEqual([]);
    expect(await messages({ ...form, pixelBinning: 4 }, "fine")).toContain(
      `Cy5 from ${at("fine")} was taught pixels of 2 µm, and begins a network that sees pixels of 4 µm`,
    );
  });
});

describe("weights that cannot be begun with", () => {
  const refused: readonly [string, () => Options, NetworkSpec, string][] = [
    ["both kinds", () => ({ pretrained, initFrom: ["x"] }), separate, "found --pretrained and --init-from together"],
    ["no branches", () => ({ initFrom: [at("dapi")] }), single, "found --init-from for fusion `single`"],
    ["no file", () => ({ pretrained: at("none.pth") }), single, "none.pth, which is not there"],
    ["a folder as a file", () => ({ pretrained: at("dapi") }), single, "dapi, which is a folder"],
    ["another network", () => ({ pretrained }), { ...separate, width: 1 }, "found conv1.weight [4,3,7,7]"],
    ["no folder", () => ({ initFrom: [at("none")] }), separate, "found nothing there"],
    ["a training cut short", () => ({ initFrom: [at("unfinished")] }), separate, "a training that was cut short"],
    ["several stains", () => ({ initFrom: [at("stacked")] }), separate, "found fusion `stacked` of DAPI, Cy5"],
    [
      "another width",
      () => ({ initFrom: [at("wide")] }),
      separate,
      "expected resnet10 of width 0.0625, found resnet10 of width 0.125",
    ],
    [
      "an unknown stain",
      () => ({ initFrom: [at("far")] }),
      separate,
      "one of DAPI, Cy5 (did you mean Cy5?), found stain Cy3",
    ],
    ["a stain without a model", () => ({ initFrom: [at("cy5")] }), separate, "found no model of DAPI"],
    [
      "a stain twice",
      () => ({ initFrom: [at("cy5"), at("cy5-again")] }),
      separate,
      "expected one model a stain, found Cy5",
    ],
  ];
  test.each(refused)("are refused by name: %s", async (_, options, network, words) => {
    await expect(start(options(), network)).rejects.toMatchObject({
      name: "NeuroscreenError",
      message: expect.stringContaining(words),
    });
  });

  test("are those of a folder whose files were altered", async () => {
    await writeModel("altered", 1, { stains: ["DAPI"] });
    writeFileSync(join(at("altered"), "weights.safetensors"), "altered");
    await expect(start({ initFrom: [at("altered"), at("cy5")] })).rejects.toMatchObject({ code: "bad-model" });
  });
});

describe("branches", () => {
  const parts = (changes: Record<string, Part>) => new Map(Object.entries({ ...split, ...changes }));
  const begun = async () => (await start({ initFrom: [at("dapi"), at("cy5")] }))!;

  test("may begin a training with the same split, or one that trains on more", async () => {
    const weights = await begun();
    refuseSeenWells(weights, parts({}));
    refuseSeenWells(weights, parts({ "P1/A02": "train", "P1/A03": "validate", "P1/A04": "test", "P1/A01": "unused" }));
  });

  test.each([
    ["P1/A01", "test", "P1/A01 (train, now test)"],
    ["P1/A01", "validate", "P1/A01 (train, now validate)"],
    ["P1/A02", "test", "P1/A02 (validate, now test)"],
  ] as const)("are refused if %s, which they have seen, is to %s", async (well, part, words) => {
    const weights = await begun();
    expect(() => refuseSeenWells(weights, parts({ [well]: part }))).toThrow(
      expect.objectContaining({
        code: "seen-wells",
        message: expect.stringContaining(`1 well that it has seen: ${words}`),
      }),
    );
  });
});
