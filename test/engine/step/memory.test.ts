import { describe, expect, test } from "vitest";
import { cpuProfile } from "../../../src/engine/graph/profile.ts";
import type { NetworkSpec } from "../../../src/engine/nn/networks.ts";
import { scoringMemory, trainingMemory } from "../../../src/engine/step/memory.ts";

const spec = (fusion: NetworkSpec["fusion"], backbone: NetworkSpec["backbone"], stains = 4): NetworkSpec => ({
  fusion,
  backbone,
  width: 1,
  stains,
  classes: 2,
});
const optimizer = { kind: "sgd", momentum: 0.9, weightDecay: 1e-4 } as const;

// Peaks of resident memory in MB, of a process that does this and nothing else (Node 20, ONNX Runtime 1.30, two cores).
describe("The memory that is reckoned", () => {
  test.each([
    ["separate", "resnet34", 2048, 2281],
    ["separate", "resnet34", 512, 2310],
    ["stacked", "resnet34", 2048, 899],
    ["rgb", "resnet34", 2048, 940],
    ["stacked", "resnet50", 1024, 971],
    ["stacked", "vgg19", 1024, 1227],
    ["stacked", "vgg19", 2048, 2918],
    ["separate", "vgg19", 2048, 3659],
  ] as const)(
    "for scoring with %s %s at %d² is within a fifth of what was measured",
    (fusion, backbone, side, peak) => {
      const { total } = scoringMemory(spec(fusion, backbone), { batch: 1, height: side, width: side });
      expect(Math.abs(total / 1e6 / peak - 1)).toBeLessThan(0.2);
    },
  );

  test.each([
    ["separate", "resnet18", 4, 256, 4, 1997],
    ["single", "resnet34", 1, 256, 8, 1163],
    ["stacked", "resnet50", 4, 256, 4, 1420],
    ["separate", "resnet10", 4, 256, 8, 1664],
    ["sum", "resnet34", 4, 512, 4, 1629],
    ["stacked", "vgg19", 4, 256, 4, 1469],
  ] as const)(
    "for a step of %s %s is within a fifth of what was measured",
    (fusion, backbone, stains, side, batch, peak) => {
      const options = { batch, height: side, width: side, labelSmoothing: 0, optimizer };
      const { total } = trainingMemory(spec(fusion, backbone, stains), options, cpuProfile);
      expect(Math.abs(total / 1e6 / peak - 1)).toBeLessThan(0.2);
    },
  );
});
