import { describe, expect, test } from "vitest";
import { evaluate } from "../../src/engine/graph/evaluate.ts";
import { floatTensor } from "../../src/engine/graph/graph.ts";
import type { NetworkSpec } from "../../src/engine/nn/networks.ts";
import { exportGraph } from "../../src/engine/step/inference-graph.ts";
import type { RawMap } from "../../src/explain/explained.ts";
import { explainedNetwork } from "../../src/explain/network.ts";
import { expectGradient } from "../engine/grad/expect-gradient.ts";
import { asItIs, explained, lively, noise, plainNetwork, plainRunner, plainTrunk, smallResnet } from "./hand-made.ts";

const byStain = (maps: readonly RawMap[], method: RawMap["method"]) =>
  maps.filter((map) => map.method === method).toSorted((a, b) => a.stain! - b.stain!);

/** Both stains at a pixel: 3 · the first less the second, each where it is positive. */
const difference = plainTrunk(
  [0, 1],
  [
    { weight: floatTensor([2, 2, 1, 1], Float32Array.of(1, 0, 0, 1)) },
    { weight: floatTensor([1, 2, 1, 1], Float32Array.of(3, -1)) },
  ],
);
const field = Float32Array.of(1, -1, 2, 1, /* second stain */ 1, 1, 1, 4);

describe("the input's gradient", () => {
  test("is signed, and of the class that is asked for", async () => {
    const network = plainNetwork(2, [difference], [[-2], [4]]);
    const size = { width: 2, height: 2 };
    const maps = async (which: 0 | 1) => {
      const found = await explained(network, size, field, { methods: ["gradient"], class: which });
      return byStain(found.maps, "gradient").map(({ values }) => [...values]);
    };
    // A quarter of 4 a pixel; the second and the fourth pixel's ReLUs are shut: 0 − 1 and 3 − 4.
    expect(await maps(1)).toEqual([
      [3, 0, 3, 0],
      [-1, 0, -1, 0],
    ]);
    expect(await maps(0)).toEqual([
      [-1.5, 0, -1.5, 0],
      [0.5, 0, 0.5, 0],
    ]);
  });

  test("times the image adds up to the logit of a network without biases", async () => {
    const trunk = plainTrunk(
      [0, 1],
      [
        { weight: noise("first", [4, 2, 3, 3]), stride: 2, pad: 1 },
        { weight: noise("second", [3, 4, 3, 3]), pad: 1 },
      ],
    );
    const network = plainNetwork(
      2,
      [trunk],
      [
        [1, -2, 0.5],
        [2, 1, -1],
      ],
    );
    const image = noise("image", [2, 9, 9]).data;
    const { maps, logits } = await explained(network, { width: 9, height: 9 }, image, { methods: ["gradient"] });
    const gradient = byStain(maps, "gradient").flatMap(({ values }) => [...values]);
    expect(Math.abs(logits[1])).toBeGreaterThan(0.1);
    expect(gradient.reduce((sum, slope, i) => sum + slope * image[i]!, 0)).toBeCloseTo(logits[1], 4);
  });

  for (const fusion of ["stacked", "separate", "sum"] as const) {
    test(`of a ${fusion} network is the slope of its exported self, per standard deviation of each stain's grey`, async () => {
      const spec: NetworkSpec = { ...smallResnet, fusion, width: 0.05 };
      const [weights, normalization, side] = [lively(spec), { offset: [100, 50], scale: [20, 5] }, 20];
      const graph = exportGraph(spec, { weights, normalization, metadata: {} });
      const z = Float64Array.from(noise("z", [2, side, side]).data);
      const grey = (normalised: Float64Array) =>
        normalised.map((value, i) => {
          const stain = Math.floor(i / side ** 2);
          return normalization.offset[stain]! + normalization.scale[stain]! * value;
        });
      const logit = (normalised: Float64Array) =>
        evaluate(graph, { image: { shape: [1, 2, side, side], data: grey(normalised) }, ...defaults }).logits!.data[1]!;
      const defaults = Object.fromEntries(
        (["offset", "scale"] as const).map((name) => [
          name,
          { shape: [2], data: Float64Array.from(normalization[name]) },
        ]),
      );
      const network = explainedNetwork(spec, weights, normalization);
      const image = Float32Array.from(grey(z));
      const [size, options] = [{ width: side, height: side }, { methods: ["gradient"] as const }];
      const exact = byStain((await explained(network, size, image, options, plainRunner)).maps, "gradient");
      const gradient = Float64Array.from(exact.flatMap(({ values }) => [...values]));
      expect(exact.map(({ stain }) => stain)).toEqual([0, 1]);
      // The grey values that a field has: rounded to float32, as the maps' were.
      const seen = Float64Array.from(image, (value, i) => {
        const stain = Math.floor(i / side ** 2);
        return (value - normalization.offset[stain]!) / normalization.scale[stain]!;
      });
      expectGradient(logit, gradient, seen);
      const quick = byStain((await explained(network, size, image, options)).maps, "gradient");
      const largest = Math.max(...gradient.map(Math.abs));
      quick
        .flatMap(({ values }) => [...values])
        .forEach((value, i) => {
          expect(Math.abs(value - gradient[i]!)).toBeLessThan(1e-4 * largest);
        });
    });
  }
});

describe("guided backpropagation", () => {
  test("passes on only what is positive, forward and backward", async () => {
    const network = plainNetwork(2, [difference], [[-2], [4]]);
    const guided = async (which: 0 | 1) => {
      const options = { methods: ["guided"] as const, class: which };
      const { maps } = await explained(network, { width: 2, height: 2 }, field, options);
      return byStain(maps, "guided").map(({ values }) => [...values]);
    };
    // The second stain speaks against the class, so nothing of it comes through; of class 0 nothing at all.
    expect(await guided(1)).toEqual([
      [3, 0, 3, 0],
      [0, 0, 0, 0],
    ]);
    expect((await guided(0)).flat().every((value) => value === 0)).toBe(true);
  });
});

describe("a network that ignores a stain", () => {
  test("has gradients and guided backpropagation of zero on it, stacked with the others or kept apart", async () => {
    const size = { width: 32, height: 32 };
    for (const fusion of ["stacked", "separate"] as const) {
      const spec: NetworkSpec = { ...smallResnet, fusion };
      const weights = new Map(lively(spec));
      const name = fusion === "stacked" ? "conv1.weight" : "branch.1.conv1.weight";
      const { shape, data } = weights.get(name)!;
      const kernel = shape[2]! * shape[3]!;
      const isDeaf = (i: number) => fusion === "separate" || Math.floor(i / kernel) % 2 === 1;
      weights.set(
        name,
        floatTensor(
          shape,
          data.map((value, i) => (isDeaf(i) ? 0 : value)),
        ),
      );
      const { maps } = await explained(
        explainedNetwork(spec, weights, asItIs(2)),
        size,
        noise("ear", [2, 32, 32]).data,
        {
          methods: ["gradient", "guided"],
        },
      );
      for (const method of ["gradient", "guided"] as const) {
        const [heard, ignored] = byStain(maps, method);
        expect(
          heard!.values.some((value) => value !== 0),
          `${fusion} ${method}`,
        ).toBe(true);
        expect(
          ignored!.values.every((value) => value === 0),
          `${fusion} ${method}`,
        ).toBe(true);
      }
    }
  });
});
