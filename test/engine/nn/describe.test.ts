import { describe, expect, test } from "vitest";
import { elementCount } from "../../../src/engine/graph/graph.ts";
import type { Backbone } from "../../../src/engine/nn/backbones.ts";
import { backbones } from "../../../src/engine/nn/backbones.ts";
import { describeNetwork } from "../../../src/engine/nn/describe.ts";
import { fusions, type NetworkSpec, weightSpecs } from "../../../src/engine/nn/networks.ts";

const imagenet = (backbone: Backbone): NetworkSpec => ({
  fusion: "stacked",
  backbone,
  width: 1,
  stains: 3,
  classes: 1000,
});
const size = { height: 224, width: 224 };

describe("A network in rows", () => {
  // torchvision 0.29: weights.meta["num_params"] and weights.meta["_ops"], in G, for images of 224².
  test.each([
    ["resnet18", 11_689_512, 1.814],
    ["resnet34", 21_797_672, 3.664],
    ["resnet50", 25_557_032, 4.089],
  ] as const)("counts what torchvision published of %s", (backbone, parameters, operations) => {
    const described = describeNetwork(imagenet(backbone), size);
    expect(described.parameters).toBe(parameters);
    expect(described.multiplyAdds / 1e9).toBeCloseTo(operations, 3);
  });

  test("counts torchvision's vgg19 without its three linear layers: 19.632 G less theirs", () => {
    const linear = 25_088 * 4096 + 4096 * 4096 + 4096 * 1000;
    const convolutions = describeNetwork(imagenet("vgg19"), size).layers.filter(({ name }) => name?.startsWith("feat"));
    const sum = (key: "parameters" | "multiplyAdds") => convolutions.reduce((total, row) => total + row[key], 0);
    expect((sum("multiplyAdds") + linear) / 1e9).toBeCloseTo(19.632, 3);
    expect(sum("parameters") + linear + 4096 + 4096 + 1000).toBe(143_667_240);
  });

  test.each(fusions.flatMap((fusion) => backbones.map((backbone) => [fusion, backbone] as const)))(
    "gives every parameter of %s %s to one row",
    (fusion, backbone) => {
      const spec = { fusion, backbone, width: 0.25, stains: fusion === "single" ? 1 : 4, classes: 2 };
      const learnt = weightSpecs(spec).filter(({ kind }) => kind === "parameter");
      const { parameters, layers } = describeNetwork(spec, { height: 64, width: 96 });
      expect(parameters).toBe(learnt.reduce((sum, { shape }) => sum + elementCount(shape), 0));
      expect(layers.filter((row) => row.parameters === 0 && row.name !== null)).toEqual([]);
      expect(new Set(layers.map(({ branch }) => branch)).size).toBe(fusion === "separate" ? 5 : 1);
    },
  );

  test("names layers, what stands in them, and what they give", () => {
    const { layers } = describeNetwork({ ...imagenet("resnet10"), classes: 2 }, { height: 64, width: 32 });
    expect(layers.slice(0, 4).map(({ name, what, shape }) => [name, what, shape])).toEqual([
      ["conv1", "conv 7×7 /2, norm, relu", [64, 32, 16]],
      [null, "max pool 3×3 /2", [64, 16, 8]],
      ["layer1.0.conv1", "conv 3×3, norm, relu", [64, 16, 8]],
      ["layer1.0.conv2", "conv 3×3, norm, add, relu", [64, 16, 8]],
    ]);
    expect(layers.slice(-2).map(({ name, what, shape }) => [name, what, shape])).toEqual([
      [null, "mean of pixels", [512]],
      ["fc", "linear", [2]],
    ]);
  });
});
