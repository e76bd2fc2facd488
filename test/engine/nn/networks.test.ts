import { describe, expect, test } from "vitest";
import { openGraph } from "../../../src/engine/graph/builder.ts";
import { elementCount } from "../../../src/engine/graph/graph.ts";
import { type Backbone, backbones } from "../../../src/engine/nn/backbones.ts";
import { type NetworkSpec, weightSpecs, writeNetwork } from "../../../src/engine/nn/networks.ts";

const network = (changed: Partial<NetworkSpec>): NetworkSpec => ({
  fusion: "stacked",
  backbone: "resnet18",
  width: 1,
  stains: 3,
  classes: 1000,
  ...changed,
});
const names = (spec: NetworkSpec) => weightSpecs(spec).map(({ name }) => name);
const shapeOf = (spec: NetworkSpec, wanted: string) => weightSpecs(spec).find(({ name }) => name === wanted)?.shape;
const count = (spec: NetworkSpec, kind: "parameter" | "running", only = "") => {
  const specs = weightSpecs(spec).filter(({ kind: of, name }) => of === kind && name.startsWith(only));
  return { tensors: specs.length, numbers: specs.reduce((sum, { shape }) => sum + elementCount(shape), 0) };
};

const normalization = (name: string) =>
  ["weight", "bias", "running_mean", "running_var"].map((part) => `${name}.${part}`);
const basicBlock = (name: string, { shortcut }: { shortcut: boolean }) => [
  `${name}.conv1.weight`,
  ...normalization(`${name}.bn1`),
  `${name}.conv2.weight`,
  ...normalization(`${name}.bn2`),
  ...(shortcut ? [`${name}.downsample.0.weight`, ...normalization(`${name}.downsample.1`)] : []),
];
/** torchvision's resnet18().state_dict() without `num_batches_tracked`. */
const resnet18 = [
  "conv1.weight",
  ...normalization("bn1"),
  ...basicBlock("layer1.0", { shortcut: false }),
  ...basicBlock("layer1.1", { shortcut: false }),
  ...basicBlock("layer2.0", { shortcut: true }),
  ...basicBlock("layer2.1", { shortcut: false }),
  ...basicBlock("layer3.0", { shortcut: true }),
  ...basicBlock("layer3.1", { shortcut: false }),
  ...basicBlock("layer4.0", { shortcut: true }),
  ...basicBlock("layer4.1", { shortcut: false }),
  "fc.weight",
  "fc.bias",
];

describe("Networks", () => {
  test("name their tensors as torchvision's resnet18", () => {
    expect(names(network({})).sort()).toEqual([...resnet18].sort());
  });

  // With three stains and 1000 classes they are torchvision's ImageNet networks. Numbers of torchvision 0.29:
  // sum(p.numel() for p in net.parameters()), len(list(net.parameters())), buffers with `running` in their name.
  const published: readonly [Backbone, numbers: number, parameters: number, statistics: number][] = [
    ["resnet18", 11_689_512, 62, 40],
    ["resnet34", 21_797_672, 110, 72],
    ["resnet50", 25_557_032, 161, 106],
  ];
  for (const [backbone, numbers, parameters, statistics] of published) {
    test(`hold as many numbers in as many tensors as torchvision's ${backbone}`, () => {
      expect(count(network({ backbone }), "parameter")).toEqual({ tensors: parameters, numbers });
      expect(count(network({ backbone }), "running").tensors).toBe(statistics);
    });
  }

  test("hold torchvision's convolutions of vgg19, and a head of 2048, 2048 and the classes", () => {
    const spec = network({ backbone: "vgg19", classes: 2 });
    expect(count(spec, "parameter", "features.")).toEqual({ tensors: 32, numbers: 20_024_384 });
    expect(names(spec).slice(0, 6)).toEqual([0, 2, 5].flatMap((i) => [`features.${i}.weight`, `features.${i}.bias`]));
    expect(shapeOf(spec, "features.34.weight")).toEqual([512, 512, 3, 3]);
    expect(shapeOf(spec, "head.0.weight")).toEqual([2048, 512]);
    expect(shapeOf(spec, "head.2.weight")).toEqual([2048, 2048]);
    expect(shapeOf(spec, "head.4.weight")).toEqual([2, 2048]);
    expect(count(spec, "running").tensors).toBe(0);
  });

  test("call resnet10 the resnet18 of one block a stage", () => {
    expect(names(network({ backbone: "resnet10" })).sort()).toEqual(
      resnet18.filter((name) => !/^layer\d\.1\./.test(name)).sort(),
    );
  });

  test("put a bottleneck's stride on its 3×3 convolution and widen fourfold, as torchvision's resnet50", () => {
    const spec = network({ backbone: "resnet50" });
    expect(shapeOf(spec, "layer2.0.conv1.weight")).toEqual([128, 256, 1, 1]);
    expect(shapeOf(spec, "layer2.0.conv3.weight")).toEqual([512, 128, 1, 1]);
    expect(shapeOf(spec, "layer1.0.downsample.0.weight")).toEqual([256, 64, 1, 1]);
    expect(shapeOf(spec, "fc.weight")).toEqual([1000, 2048]);
  });

  for (const backbone of backbones) {
    test(`give each stain a ${backbone} of its own in \`separate\`, and one layer over all`, () => {
      const alone = names(network({ backbone, stains: 1 })).filter((name) => !/^(fc|head)\b/.test(name));
      const separate = network({ fusion: "separate", backbone, stains: 2, classes: 2 });
      const branches = [0, 1].flatMap((i) => alone.map((name) => `branch.${i}.${name}`));
      expect(names(separate)).toEqual([...branches, "fc.weight", "fc.bias"]);
      const features = backbone === "resnet50" ? 2048 : 512;
      expect(shapeOf(separate, "fc.weight")).toEqual([2, 2 * features]);
      const first = backbone === "vgg19" ? "features.0.weight" : "conv1.weight";
      expect(shapeOf(separate, `branch.1.${first}`)?.[1]).toBe(1);
    });
  }

  test("halve the image as torchvision's do: stem and pooling, then once a stage from the second on", () => {
    const stages = (changed: Partial<NetworkSpec>) => {
      const g = openGraph();
      const weight = (name: string, shape: readonly number[]) => g.input(name, "float32", shape);
      const weights = { parameter: weight, running: weight, usesBatchStatistics: () => false, observe: () => {} };
      const spec = network({ stains: 1, ...changed });
      const written = writeNetwork(g, weights, g.input("image", "float32", [1, spec.stains, 224, 192]), spec);
      return Object.fromEntries(Object.entries(written.stages).map(([name, { shape }]) => [name, shape.slice(1)]));
    };
    expect(stages({ backbone: "resnet34" })).toEqual({
      layer1: [64, 56, 48],
      layer2: [128, 28, 24],
      layer3: [256, 14, 12],
      layer4: [512, 7, 6],
    });
    expect(stages({ backbone: "resnet50" }).layer4).toEqual([2048, 7, 6]);
    expect(stages({ backbone: "vgg19" })).toEqual({ "features.26": [512, 28, 24], features: [512, 14, 12] });
    const branches = stages({ fusion: "separate", backbone: "resnet10", stains: 2 });
    expect(branches["branch.1.layer4"]).toEqual([512, 7, 6]);
    expect(Object.keys(branches)).toHaveLength(8);
  });

  test("multiply every number of channels by the width, down to one", () => {
    const half = network({ width: 0.5 });
    expect(shapeOf(half, "conv1.weight")).toEqual([32, 3, 7, 7]);
    expect(shapeOf(half, "layer4.1.conv2.weight")).toEqual([256, 256, 3, 3]);
    expect(shapeOf(half, "fc.weight")).toEqual([1000, 256]);
    expect(shapeOf(network({ width: 0.001 }), "layer4.1.conv2.weight")).toEqual([1, 1, 3, 3]);
  });
});
