import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openGraph } from "../../../src/engine/graph/builder.ts";
import { evaluate } from "../../../src/engine/graph/evaluate.ts";
import { elementCount, type FloatTensor, floatTensor, type WeightMap } from "../../../src/engine/graph/graph.ts";
import { initialWeights } from "../../../src/engine/nn/initial-weights.ts";
import type { Weights } from "../../../src/engine/nn/layers.ts";
import { type NetworkSpec, weightSpecs, writeNetwork } from "../../../src/engine/nn/networks.ts";
import { decodeWeights } from "../../../src/engine/weights/decode.ts";
import { fitWeights, type StemFit } from "../../../src/engine/weights/fit.ts";
import type { StoredTensors } from "../../../src/engine/weights/stored.ts";

const file = (name: string) => readFileSync(new URL(`../../fixtures/weights/${name}`, import.meta.url));
const path = "narrow.pth";
const narrow = decodeWeights(file("resnet10-narrow.pth"), path);
const expected: { grey: number[]; colours: number[]; mean: number[] } = JSON.parse(file("expected.json").toString())[
  "resnet10-narrow.pth"
];

const spec = (fusion: NetworkSpec["fusion"], stains: number): NetworkSpec => ({
  fusion,
  stains,
  backbone: "resnet10",
  width: 1 / 16,
  classes: 2,
});

/** The pixels that make_weights.py gave to PyTorch. */
const side = 48;
const grey = Array.from({ length: side * side }, (_, i) => Math.sin(0.1 * i) + Math.cos(0.013 * i));

/** What the network's last layer reads when it sees an image of these channels. */
function features(network: NetworkSpec, weights: WeightMap, image: readonly (readonly number[])[]): number[] {
  const g = openGraph();
  const input = g.input("image", "float32", [1, image.length, side, side]);
  const own = (name: string) => g.initializer(name, weights.get(name)!);
  const fixed: Weights = { parameter: own, running: own, usesBatchStatistics: () => false, observe: () => {} };
  const { features: answer } = writeNetwork(g, fixed, input, network);
  const tensor = { shape: [1, image.length, side, side], data: Float64Array.from(image.flat()) };
  return [...evaluate(g.finish("narrow", { answer }), { image: tensor }).answer!.data];
}

function fitted(network: NetworkSpec, stem: StemFit, tensors: StoredTensors = narrow): WeightMap {
  return new Map([...initialWeights(network, 1), ...fitWeights({ path, tensors }, network, stem).weights]);
}

function expectNear(found: readonly number[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(wanted[i]!, 5);
}

describe("weights of torchvision's ResNet", () => {
  test("answer as in PyTorch where the stains are colours", () => {
    const colours = [grey, grey.map((x) => -0.5 * x), grey.map((x) => x * x - 1)];
    expectNear(features(spec("rgb", 3), fitted(spec("rgb", 3), "mean"), colours), expected.colours);
  });

  test("answer to one stain as to a grey image, with the sum of the colours", () => {
    expectNear(features(spec("single", 1), fitted(spec("single", 1), "sum"), [grey]), expected.grey);
  });

  test("answer to any number of equal stains as to a grey image, spread", () => {
    for (const stains of [1, 2, 3, 4]) {
      const network = spec("stacked", stains);
      expectNear(features(network, fitted(network, "spread"), Array(stains).fill(grey)), expected.grey);
    }
  });

  test("answer as PyTorch with the mean of the colours", () => {
    expectNear(features(spec("single", 1), fitted(spec("single", 1), "mean"), [grey]), expected.mean);
  });

  test("are given to every branch", () => {
    const found = features(spec("separate", 2), fitted(spec("separate", 2), "sum"), [grey, grey]);
    expectNear(found, [...expected.grey, ...expected.grey]);
  });

  test("are given to each branch as a copy, and leave the last layer fresh", () => {
    const { weights, told } = fitWeights({ path, tensors: narrow }, spec("separate", 2), "mean");
    expect(weights.get("branch.0.bn1.weight")).toEqual(weights.get("branch.1.bn1.weight"));
    expect(weights.get("branch.0.bn1.weight")!.data).not.toBe(weights.get("branch.1.bn1.weight")!.data);
    expect([...weights.keys()].some((name) => name.startsWith("fc."))).toBe(false);
    expect(told).toEqual([
      "taken from narrow.pth: 59 tensors of the resnet10, for each of 2 branches",
      "fitted: conv1.weight from [4,3,7,7] to [4,1,7,7], the mean of its 3 colours",
      "left fresh: fc.weight, fc.bias",
      "not used: fc.weight, fc.bias, 12 counters of batches",
    ]);
  });

  test("are found under DataParallel's names", () => {
    const wrapped = new Map([...narrow].map(([name, tensor]) => [`module.${name}`, tensor]));
    expect(fitted(spec("single", 1), "sum", wrapped)).toEqual(fitted(spec("single", 1), "sum"));
  });

  test("go on from stains where the file's are as many, and no colours", () => {
    const stacked = spec("stacked", 4);
    const own = stored(initialWeights(stacked, 7));
    expect(fitted(stacked, "spread", own).get("conv1.weight")).toEqual(own.get("conv1.weight")!.read());
  });
});

function stored(weights: WeightMap): StoredTensors {
  return new Map([...weights].map(([name, tensor]) => [name, { shape: tensor.shape, read: () => tensor }]));
}

/** The names and shapes of a network; its numbers may not be read. */
function shapesOf(network: NetworkSpec): StoredTensors {
  const read = (): FloatTensor => {
    throw new Error("read");
  };
  return new Map(weightSpecs(network).map(({ name, shape }) => [name, { shape, read }]));
}

describe("weights of torchvision's VGG19", () => {
  test("are taken up to the last pooling, and three fresh layers decide", () => {
    const network: NetworkSpec = { ...spec("single", 1), backbone: "vgg19", width: 1 / 16 };
    const theirs = new Map(
      [...stored(initialWeights({ ...network, stains: 3, fusion: "stacked" }, 4))].map(([name, tensor]) => [
        name.replace("head.", "classifier."),
        tensor,
      ]),
    );
    const { weights, told } = fitWeights({ path, tensors: theirs }, network, "spread");
    expect(weights.size).toBe(32);
    expect(weights.get("features.34.bias")).toEqual(theirs.get("features.34.bias")!.read());
    expect(told.slice(1, 3)).toEqual([
      "fitted: features.0.weight from [4,3,3,3] to [4,1,3,3], the sum, spread over the stains, of its 3 colours",
      "left fresh: head.0.weight, head.0.bias, head.2.weight, head.2.bias, head.4.weight, head.4.bias",
    ]);
  });
});

describe("weights of another network", () => {
  const whole = (backbone: NetworkSpec["backbone"]) => ({ ...spec("single", 1), backbone, width: 1 });
  const refusal = (tensors: StoredTensors, network: NetworkSpec) => {
    try {
      fitWeights({ path, tensors }, network, "mean");
    } catch (error) {
      return String(error);
    }
    return "nothing";
  };

  test("are refused by the first tensor that is too much, and by the name of what they are", () => {
    expect(refusal(shapesOf(whole("resnet34")), whole("resnet18"))).toBe(
      "NeuroscreenError: Fitting narrow.pth to resnet18: expected no layer1.2.conv1.weight, found layer1.2.conv1.weight [64,64,3,3].\n" +
        "The file holds a resnet34: name it as the backbone, with a width of 1.",
    );
  });

  test("are refused by the first tensor that is missing", () => {
    expect(refusal(shapesOf(whole("resnet18")), whole("resnet34"))).toContain(
      "expected layer1.2.conv1.weight [64,64,3,3], found no layer1.2.conv1.weight.\nThe file holds a resnet18",
    );
    expect(refusal(shapesOf(whole("resnet18")), whole("vgg19"))).toContain("found no features.0.weight");
  });

  test("are refused by the first tensor of another shape", () => {
    expect(refusal(shapesOf(whole("resnet50")), whole("resnet34"))).toContain(
      "expected layer1.0.conv1.weight [64,64,3,3], found layer1.0.conv1.weight [64,64,1,1]",
    );
    expect(refusal(narrow, whole("resnet10"))).toContain(
      "expected conv1.weight [64,3,7,7], found conv1.weight [4,3,7,7].\nGive the weights of torchvision's resnet18,",
    );
  });

  test("are refused where a number is none", () => {
    const odd = new Map(narrow);
    const { shape } = narrow.get("bn1.bias")!;
    odd.set("bn1.bias", {
      shape,
      read: () => floatTensor(shape, new Float32Array(elementCount(shape)).fill(Number.NaN)),
    });
    expect(refusal(odd, spec("single", 1))).toContain("expected finite numbers, found NaN in bn1.bias");
  });
});
