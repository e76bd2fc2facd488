import { describe, expect, test } from "vitest";
import { initialWeights } from "../../../src/engine/nn/initial-weights.ts";
import { type NetworkSpec, weightSpecs } from "../../../src/engine/nn/networks.ts";

const resnet10: NetworkSpec = { fusion: "stacked", backbone: "resnet10", width: 0.125, stains: 2, classes: 2 };
const weights = initialWeights(resnet10, 1);
const numbers = (name: string) => [...weights.get(name)!.data];

describe("Weights before training", () => {
  test("are there for every tensor of the network, in its shape", () => {
    expect([...weights].map(([name, { shape }]) => ({ name, shape }))).toEqual(
      weightSpecs(resnet10).map(({ name, shape }) => ({ name, shape })),
    );
  });

  test("are the same for the same seed, and others for another", () => {
    expect(initialWeights(resnet10, 1)).toEqual(weights);
    expect(initialWeights(resnet10, 2).get("conv1.weight")).not.toEqual(weights.get("conv1.weight"));
  });

  test("do not change where the network has more layers", () => {
    const longer = initialWeights({ ...resnet10, backbone: "resnet18" }, 1);
    for (const [name, tensor] of weights) expect(longer.get(name), name).toEqual(tensor);
  });

  test("of convolutions have mean 0 and the variance 2 / fan-out", () => {
    const drawn = numbers("layer4.0.conv2.weight"); // 64 × 64 × 3 × 3
    const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length;
    const variance = drawn.reduce((sum, x) => sum + x * x, 0) / drawn.length;
    const expected = 2 / (64 * 9);
    expect(Math.abs(mean)).toBeLessThan((4 * Math.sqrt(expected)) / Math.sqrt(drawn.length));
    expect(variance / expected).toBeCloseTo(1, 1);
  });

  test("of linear layers lie within ±1 / √fan-in, and reach out there", () => {
    const drawn = numbers("fc.weight"); // 2 × 64
    const largest = Math.max(...drawn.map(Math.abs)) * Math.sqrt(64);
    expect(largest).toBeLessThanOrEqual(1);
    expect(largest).toBeGreaterThan(0.9);
    expect(new Set(numbers("fc.bias"))).toEqual(new Set([0]));
  });

  test("of normalisations are scale 1, bias 0, mean 0, variance 1", () => {
    const parts = ["weight", "bias", "running_mean", "running_var"].map(
      (part) => new Set(numbers(`layer2.0.bn1.${part}`)),
    );
    expect(parts).toEqual([new Set([1]), new Set([0]), new Set([0]), new Set([1])]);
  });
});
