import { describe, expect, test } from "vitest";
import { drawNetwork } from "../../src/cli/network-drawing.ts";
import { backbones } from "../../src/engine/nn/backbones.ts";
import { describeNetwork } from "../../src/engine/nn/describe.ts";
import { fusions, type NetworkSpec } from "../../src/engine/nn/networks.ts";
import type { NetworkDescription } from "../../src/runs/events.ts";
import { say } from "./stub.ts";

function description(changed: Partial<NetworkSpec>, side = 2048): NetworkDescription {
  const spec: NetworkSpec = { fusion: "separate", backbone: "resnet10", width: 1, stains: 2, classes: 2, ...changed };
  return {
    ...describeNetwork(spec, { width: side, height: side }),
    stains: ["MAP2", "DNA"],
    field: { width: side, height: side },
    scoring: { weights: 1, activations: 1, total: 2.31e9 },
    step: { weights: 1, activations: 1, total: 9.5e8, batch: 8, crop: 256 },
  };
}
const lines = (text: string) => text.split("\n");

describe("A drawn network", () => {
  test("shows branches that are alike once, and what comes after them", () => {
    const drawn = lines(drawNetwork(description({}, 64), 80));
    expect(drawn.slice(0, 5)).toEqual([
      "layers, for a field of 64 × 64; costs are multiply-adds:",
      "layer                 what                      gives         learns   costs",
      "2 branches alike, one a stain; of each:",
      "conv1                 conv 7×7 /2, norm, relu   64×32×32        3264  3.21 M",
      "                      max pool 3×3 /2           64×16×16",
    ]);
    expect(drawn.slice(-7)).toEqual([
      "after the branches:",
      "                      side by side              1024",
      "fc                    linear                    2               2050    2048",
      "in all: 9.80 M parameters, 132 M multiply-adds a field",
      "memory of scoring, a field at a time: about 2.3 GB",
      "memory of a training step, 8 crops of 256²: about 950 MB",
      "",
    ]);
  });

  test.each(fusions.flatMap((fusion) => backbones.map((backbone) => [fusion, backbone] as const)))(
    "of %s %s stays within 80 columns, and within 60 on a narrow terminal",
    (fusion, backbone) => {
      const network = description({ fusion, backbone, stains: 4 });
      for (const columns of [80, 60]) {
        const longest = Math.max(...lines(drawNetwork(network, columns).slice(60)).map(({ length }) => length));
        expect(longest).toBeLessThanOrEqual(columns);
      }
    },
  );

  test("gives a layer two lines on a narrow terminal", () => {
    expect(drawNetwork(description({}, 64), 60)).toContain(
      "\nlayer1.0.conv2: conv 3×3, norm, add, relu\n  64×16×16, 37.0 k parameters, 9.44 M mult-adds\n",
    );
  });

  test("stands below the facts of `info`, and whole in --json", async () => {
    const network = description({});
    const verbs = { info: async () => ({ kind: "model" as const, path: "m", facts: { a: 1 }, network }) };
    expect((await say(["info", "m"], { verbs })).out).toBe(`model: m\na: 1\n\n${drawNetwork(network, 80)}`);
    expect(JSON.parse((await say(["info", "m", "--json"], { verbs })).out)).toMatchObject({ network });
  });
});
