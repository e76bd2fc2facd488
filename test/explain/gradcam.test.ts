import { describe, expect, test } from "vitest";
import { floatTensor, type WeightMap } from "../../src/engine/graph/graph.ts";
import type { NetworkSpec } from "../../src/engine/nn/networks.ts";
import type { RawMap } from "../../src/explain/explained.ts";
import { explainedNetwork } from "../../src/explain/network.ts";
import {
  asItIs,
  explained,
  flipped,
  lively,
  noise,
  plainNetwork,
  plainTrunk,
  smallResnet,
  turned,
} from "./hand-made.ts";

describe("Grad-CAM", () => {
  test("is the maps weighed by what they do for the class, and nothing where they speak against it", async () => {
    // One pixel's kernels: the first map is the image, the second its negative; ReLU keeps each where it is positive.
    const layer = { weight: floatTensor([2, 1, 1, 1], Float32Array.of(1, -1)) };
    const network = plainNetwork(
      1,
      [plainTrunk([0], [layer])],
      [
        [-3, 1],
        [8, -4],
      ],
    );
    const image = Float32Array.of(1, 2, -3, 0);
    const { maps, logits } = await explained(network, { width: 2, height: 2 }, image, { methods: ["gradcam"] });
    // Means of the maps: 3/4 and 3/4. Each pixel's share of a mean is a quarter.
    expect(logits).toEqual([-1.5, 3]);
    expect(maps.map(({ class: of, stage, values }) => [of, stage, ...values])).toEqual([
      [0, "a", 0, 0, 0.75, 0],
      [1, "a", 2, 4, 0, 0],
    ]);
  });

  test("tells of each stain alone where stains are kept apart, and of all at once where they share their maps", async () => {
    const apart = await smallMaps({ ...smallResnet, fusion: "separate" });
    expect(apart.map(({ stage, stain, class: of }) => `${stage} ${stain} ${of}`)).toEqual([
      ...["layer3 0 0", "layer3 0 1", "layer4 0 0", "layer4 0 1"],
      ...["layer3 1 0", "layer3 1 1", "layer4 1 0", "layer4 1 1"],
    ]);
    for (const fusion of ["stacked", "sum"] as const) {
      const shared = await smallMaps({ ...smallResnet, fusion });
      expect(shared.map(({ stage, stain, class: of }) => `${stage} ${stain} ${of}`)).toEqual([
        ...["layer3 null 0", "layer3 null 1", "layer4 null 0", "layer4 null 1"],
      ]);
    }
    const single = await smallMaps({ ...smallResnet, fusion: "single", stains: 1 });
    expect(new Set(single.map(({ stain }) => stain))).toEqual(new Set([0]));
  });

  test("of a network that ignores a stain is zero on it everywhere, and not on the other", async () => {
    const spec: NetworkSpec = { ...smallResnet, fusion: "separate" };
    const maps = await smallMaps(spec, deaf(lively(spec), "fc.weight", { from: 0.5 }));
    const weight = (stain: number) => maps.filter((map) => map.stain === stain).map(({ values }) => sum(values));
    expect(weight(1)).toEqual([0, 0, 0, 0]);
    expect(Math.max(...weight(0))).toBeGreaterThan(0);
  });

  test("lies where its cells look: every 32nd pixel from the first on for a ResNet, the middles of squares for VGG", async () => {
    const places = (maps: readonly RawMap[]) => new Map(maps.map(({ stage, place }) => [stage, place]));
    expect(places(await smallMaps(smallResnet))).toEqual(
      new Map([
        ["layer3", { left: 0, top: 0, step: 16 }],
        ["layer4", { left: 0, top: 0, step: 32 }],
      ]),
    );
    expect(places(await smallMaps({ ...smallResnet, backbone: "vgg19", width: 0.05 }))).toEqual(
      new Map([
        ["features.26", { left: 3.5, top: 3.5, step: 8 }],
        ["features", { left: 7.5, top: 7.5, step: 16 }],
      ]),
    );
  });

  test("moves with the image when it is flipped or turned by a quarter, the network's kernels being symmetric", async () => {
    const weights = symmetric(lively(smallResnet));
    const network = explainedNetwork(smallResnet, weights, asItIs(2));
    // One pixel more than 64: the cells' middles are then pixels 0, 32 and 64, and a flip takes cells to cells.
    const [size, cells] = [65, { layer3: 5, layer4: 3 }];
    const image = noise("turned", [2, size, size]).data;
    const mapsOf = async (planes: Float32Array) => {
      const { maps } = await explained(network, { width: size, height: size }, planes, {
        methods: ["gradcam", "gradient", "guided"],
      });
      return maps;
    };
    const straight = await mapsOf(image);
    const isVaried = ({ values }: RawMap) => values.some((value) => value !== values[0]);
    expect(new Set(straight.filter(isVaried).map(({ method }) => method)).size).toBe(3);
    const sideOf = ({ stage }: RawMap) => (stage === "layer3" || stage === "layer4" ? cells[stage] : size);
    for (const [i, map] of (await mapsOf(flipped(image, size))).entries()) {
      expectNear(map.values, flipped(straight[i]!.values, sideOf(map)));
    }
    for (const [i, map] of (await mapsOf(turned(image, size))).entries()) {
      expectNear(map.values, turned(straight[i]!.values, sideOf(map)));
    }
  });
});

async function smallMaps(spec: NetworkSpec, weights: WeightMap = lively(spec)): Promise<readonly RawMap[]> {
  const network = explainedNetwork(spec, weights, asItIs(spec.stains));
  const image = noise("field", [spec.stains, 64, 64]).data;
  return (await explained(network, { width: 64, height: 64 }, image, { methods: ["gradcam"] })).maps;
}

/** The same weights with a share of a linear layer's columns, from one on, put to zero. */
function deaf(weights: WeightMap, name: string, { from }: { from: number }): WeightMap {
  const { shape, data } = weights.get(name)!;
  const columns = shape[1]!;
  return new Map(weights).set(
    name,
    floatTensor(
      shape,
      data.map((value, i) => (i % columns < from * columns ? value : 0)),
    ),
  );
}

/** Every kernel as the mean of its eight turned and flipped selves. */
function symmetric(weights: WeightMap): WeightMap {
  return new Map(
    [...weights].map(([name, { shape, data }]) => {
      if (shape.length !== 4) return [name, floatTensor(shape, data)];
      const side = shape[2]!;
      const mean = new Float32Array(data.length);
      let self = data;
      for (let quarter = 0; quarter < 4; quarter++) {
        self = turned(self, side);
        const mirrored = flipped(self, side);
        for (let i = 0; i < mean.length; i++) mean[i]! += (self[i]! + mirrored[i]!) / 8;
      }
      return [name, floatTensor(shape, mean)];
    }),
  );
}

function sum(values: Float32Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** To a ten-thousandth of the largest value. */
function expectNear(found: Float32Array, expected: Float32Array): void {
  const largest = Math.max(...expected.map(Math.abs));
  const furthest = Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)));
  expect(furthest).toBeLessThanOrEqual(1e-4 * largest);
}
