/** What `npm run bench` measures. */
import type { Backbone } from "../src/engine/nn/backbones.ts";
import type { Fusion } from "../src/engine/nn/networks.ts";

export interface BenchCase {
  readonly name: string;
  readonly kind: "step" | "inference";
  readonly fusion: Fusion;
  readonly backbone: Backbone;
  readonly stains: number;
  readonly size: number;
  readonly batch: number;
}

export const cases: readonly BenchCase[] = [
  {
    name: "step, ResNet34, 1 stain, 256², batch 8",
    kind: "step",
    fusion: "single",
    backbone: "resnet34",
    stains: 1,
    size: 256,
    batch: 8,
  },
  {
    name: "step, stacked ResNet34, 4 stains, 256², batch 4",
    kind: "step",
    fusion: "stacked",
    backbone: "resnet34",
    stains: 4,
    size: 256,
    batch: 4,
  },
  {
    name: "step, separate ResNet18, 4 stains, 256², batch 4",
    kind: "step",
    fusion: "separate",
    backbone: "resnet18",
    stains: 4,
    size: 256,
    batch: 4,
  },
  {
    name: "inference, ResNet34, 1 stain, 512², batch 1",
    kind: "inference",
    fusion: "single",
    backbone: "resnet34",
    stains: 1,
    size: 512,
    batch: 1,
  },
  {
    name: "inference, stacked ResNet34, 4 stains, 512², batch 1",
    kind: "inference",
    fusion: "stacked",
    backbone: "resnet34",
    stains: 4,
    size: 512,
    batch: 1,
  },
  {
    name: "inference, separate ResNet18, 4 stains, 512², batch 1",
    kind: "inference",
    fusion: "separate",
    backbone: "resnet18",
    stains: 4,
    size: 512,
    batch: 1,
  },
];
