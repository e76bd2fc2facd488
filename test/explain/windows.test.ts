import { describe, expect, test } from "vitest";
import { openGraph } from "../../src/engine/graph/builder.ts";
import { floatTensor, type WeightMap } from "../../src/engine/graph/graph.ts";
import type { NetworkSpec } from "../../src/engine/nn/networks.ts";
import { cpuDevice } from "../../src/engine/runtime/node.ts";
import { Predictor } from "../../src/engine/runtime/predictor.ts";
import { exportGraph } from "../../src/engine/step/inference-graph.ts";
import { explainedNetwork } from "../../src/explain/network.ts";
import { windowsOf } from "../../src/explain/windows.ts";
import { asItIs, explained, lively, noise, plainNetwork, plainTrunk, runner, smallResnet } from "./hand-made.ts";

const size = { width: 160, height: 128 };
const image = noise("field", [2, size.height, size.width]).data;

/** Three unpadded convolutions of step 2 × 2 × 1 over two stains, kept apart. */
const unpadded = plainNetwork(
  2,
  [0, 1].map((stain) =>
    plainTrunk(
      [stain],
      [
        { weight: noise(`${stain} a`, [3, 1, 3, 3]), stride: 2 },
        { weight: noise(`${stain} b`, [4, 3, 3, 3]), stride: 2 },
        { weight: noise(`${stain} c`, [2, 4, 3, 3]) },
      ],
    ),
  ),
  [
    [1, -1, 0.5, 2],
    [-1, 2, 1, 1],
  ],
);

describe("windows", () => {
  for (const changed of [{}, { fusion: "separate" }, { backbone: "vgg19", width: 0.05 }] as const) {
    const spec: NetworkSpec = { ...smallResnet, ...changed };
    test(`of a ${spec.fusion} ${spec.backbone} are the head over slices of the last map, pooled by hand`, async () => {
      const weights = lively(spec);
      // An odd number of cells, of which VGG's pooling reads all but the last.
      const side = spec.backbone === "vgg19" ? 112 : 96;
      const { maps } = await explained(explainedNetwork(spec, weights, asItIs(2)), size, image, {
        methods: ["windows"],
        window: side,
      });
      const [cells, expected] = await byHand(spec, weights, side);
      const [map] = maps;
      expect(maps).toHaveLength(1);
      expect([map!.width, map!.height]).toEqual([(size.width - side) / cells.step + 1, expected.length]);
      expect(map!.values.length).toBeGreaterThan(3);
      expected.flat().forEach((value, i) => {
        expect(map!.values[i]).toBeCloseTo(value, 4);
      });
      expect(new Set(expected.flat().map((value) => value.toFixed(3))).size).toBeGreaterThan(3);
    });
  }

  test("are as many steps wide as were wished for, three cells at least, the field at most", () => {
    const network = explainedNetwork(smallResnet, lively(smallResnet), asItIs(2));
    const side = (wished: number, field = size) => {
      const { size: pixels, step, cells, across, down } = windowsOf(network, field, wished);
      return [pixels, step, cells, across, down];
    };
    expect(side(100)).toEqual([96, 32, 3, 3, 2]);
    expect(side(20)).toEqual([96, 32, 3, 3, 2]);
    expect(side(128)).toEqual([128, 32, 4, 2, 1]);
    expect(side(5000)).toEqual([128, 32, 4, 2, 1]);
    expect(side(224, { width: 1024, height: 1024 })).toEqual([224, 32, 7, 26, 26]);
    expect(side(224, { width: 64, height: 40 })).toEqual([32, 32, 1, 2, 2]);
  });

  test("lie in the middle of the cells that they pool", () => {
    const network = explainedNetwork(smallResnet, lively(smallResnet), asItIs(2));
    expect(windowsOf(network, size, 96)).toMatchObject({ left: 32, top: 32, step: 32 });
    // Unpadded, a cell sees 15 pixels from a multiple of 4 on; a window of 24 pixels has three such cells.
    expect(windowsOf(unpadded, size, 24)).toMatchObject({ cells: 3, left: 7 + 4, top: 7 + 4, step: 4 });
  });
});

describe("windows that are cut out", () => {
  test("say what the dense form says, place by place, of convolutions without padding whose stride divides the step", async () => {
    const { maps, windowsAgreement } = await explained(unpadded, size, image, {
      methods: ["windows", "windows-exact"],
      window: 40,
    });
    const [dense, exact] = maps;
    expect([exact!.method, exact!.place.step, exact!.width, exact!.height]).toEqual(["windows-exact", 20, 7, 5]);
    for (let y = 0; y < exact!.height; y++) {
      for (let x = 0; x < exact!.width; x++) {
        const whole = dense!.values[5 * y * dense!.width + 5 * x]!;
        expect(exact!.values[y * exact!.width + x]).toBeCloseTo(whole, 4);
      }
    }
    expect(new Set(exact!.values.map((value) => Math.round(1000 * value))).size).toBeGreaterThan(20);
    expect(windowsAgreement).toBe(1);
  });

  test("are what the exported network says of each crop, which a padded one's dense form only resembles", async () => {
    const spec: NetworkSpec = { ...smallResnet, fusion: "separate" };
    const weights = lively(spec);
    const normalization = { offset: [0.5, -0.5], scale: [2, 3] };
    const { maps, windowsAgreement } = await explained(explainedNetwork(spec, weights, normalization), size, image, {
      methods: ["windows", "windows-exact"],
      window: 96,
    });
    const [, exact] = maps;
    const predictor = await Predictor.open(exportGraph(spec, { weights, normalization, metadata: {} }), cpuDevice());
    for (const [at, [left, top]] of [
      [0, [0, 0]],
      [4, [32, 32]],
    ] as const) {
      const { logits } = await predictor.predict(crop(left, top, 96), { count: 1, width: 96, height: 96 });
      expect(exact!.values[at]).toBeCloseTo(logits[1]! - logits[0]!, 4);
    }
    await predictor.dispose();
    expect([exact!.width, exact!.height, exact!.place]).toEqual([3, 2, { left: 47.5, top: 47.5, step: 32 }]);
    expect(windowsAgreement).toBeLessThan(1);
  });
});

/** Step of the cells, and log-odds of each window [down][across], from the trunks' last maps in plain loops. */
async function byHand(spec: NetworkSpec, weights: WeightMap, side: number) {
  const pixels = size.width * size.height;
  const pooled: number[][][][] = [];
  let step = 0;
  for (const trunk of explainedNetwork(spec, weights, asItIs(2)).trunks) {
    const g = openGraph();
    const input = g.input("image", "float32", [1, trunk.stains.length, size.height, size.width]);
    const session = await runner.open(g.finish("map", { map: trunk.write(g, input).stages[trunk.stages.at(-1)!]! }));
    const own = trunk.stains.flatMap((stain) => [...image.subarray(stain * pixels, (stain + 1) * pixels)]);
    const { map } = await session.run({ image: floatTensor(input.shape as number[], Float32Array.from(own)) });
    await session.close();
    const [, channels, height, width] = map!.shape as [number, number, number, number];
    step = size.width / width;
    const cells = side / step;
    const at = (channel: number, y: number, x: number) => map!.data[(channel * height + y) * width + x]!;
    const places = (y0: number, x0: number) => {
      // VGG's pooling two by two leaves out an odd last row and column.
      const reach = spec.backbone === "vgg19" ? cells - (cells % 2) : cells;
      return Array.from({ length: reach ** 2 }, (_, i) => [y0 + Math.floor(i / reach), x0 + (i % reach)] as const);
    };
    pooled.push(
      Array.from({ length: height - cells + 1 }, (_, y0) =>
        Array.from({ length: width - cells + 1 }, (_, x0) =>
          Array.from({ length: channels }, (_, channel) => {
            const values = places(y0, x0).map(([y, x]) => at(channel, y, x));
            if (spec.backbone === "vgg19") return Math.max(...values);
            return values.reduce((sum, value) => sum + value, 0) / values.length;
          }),
        ),
      ),
    );
  }
  const logOdds = pooled[0]!.map((row, y) =>
    row.map((_, x) =>
      headByHand(
        pooled.flatMap((own) => own[y]![x]!),
        weights,
      ),
    ),
  );
  return [{ step }, logOdds] as const;
}

function headByHand(features: readonly number[], weights: WeightMap): number {
  const linear = (name: string, x: readonly number[]) => {
    const weight = weights.get(`${name}.weight`)!.data;
    return [...weights.get(`${name}.bias`)!.data].map(
      (bias, row) => bias + x.reduce((sum, value, i) => sum + value * weight[row * x.length + i]!, 0),
    );
  };
  const relu = (x: readonly number[]) => x.map((value) => Math.max(0, value));
  const hidden = weights.has("fc.weight") ? features : relu(linear("head.2", relu(linear("head.0", features))));
  const [negative, positive] = linear(weights.has("fc.weight") ? "fc" : "head.4", hidden);
  return positive! - negative!;
}

function crop(left: number, top: number, side: number): Float32Array {
  return Float32Array.from({ length: 2 * side * side }, (_, i) => {
    const [stain, y, x] = [Math.floor(i / side ** 2), Math.floor(i / side) % side, i % side];
    return image[(stain * size.height + top + y) * size.width + left + x]!;
  });
}
