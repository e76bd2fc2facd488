/** The arithmetic of the checks, by hand. */
import { describe, expect, it } from "vitest";
import { openRandom } from "../../src/base/random.ts";
import { floatTensor } from "../../src/engine/graph/graph.ts";
import { rolled, scattered, topPixels, without } from "../../src/explain/deletion.ts";
import { enrichment } from "../../src/explain/enrichment.ts";
import { layersFromHead, withLayers } from "../../src/explain/randomise.ts";
import { verdictOfKind } from "../../src/explain/verdicts.ts";

const floats = (...values: number[]) => Float32Array.from(values);

describe("enrichment", () => {
  it("is the share of the weight over the share of the area", () => {
    expect(enrichment(floats(3, 1, 0, 0), [255, 0, 0, 0])).toBe(3);
    expect(enrichment(floats(1, 1, 1, 1), [1, 1, 0, 0])).toBe(1);
    expect(enrichment(floats(0, 1), [1, 0])).toBe(0);
  });
  it("says nothing of a map of zero or a structure that is not there", () => {
    expect(enrichment(floats(0, 0), [1, 0])).toBeNull();
    expect(enrichment(floats(1, 2), [0, 0])).toBeNull();
  });
});

describe("deletion", () => {
  it("takes the heaviest pixels, the first ones of those that are alike", () => {
    expect([...topPixels(floats(1, 5, 1, 3), 0.5)!]).toEqual([0, 1, 0, 1]);
    expect([...topPixels(floats(1, 5, 1, 1), 0.5)!]).toEqual([1, 1, 0, 0]);
    expect(topPixels(floats(2, 2), 0.5)).toBeNull();
  });
  it("rolls and scatters as many pixels, a roll without tearing the shape", () => {
    const top = Uint8Array.from([1, 1, 0, 0, 0, 0, 0, 0, 0]);
    const moved = rolled(top, 3, openRandom(4, "roll"));
    const at = [...moved.keys()].filter((i) => moved[i] === 1);
    expect(at).toHaveLength(2);
    expect(Math.floor(at[0]! / 3)).toBe(Math.floor(at[1]! / 3));
    expect(scattered(top, openRandom(4, "scatter")).reduce((sum, one) => sum + one, 0)).toBe(2);
  });
  it("puts each stain's own grey there", () => {
    expect([...without(floats(1, 2, 3, 4), Uint8Array.from([0, 1]), [8, 9])]).toEqual([1, 8, 3, 9]);
  });
});

describe("randomising", () => {
  const weightsOf = (value: number) =>
    new Map(
      ["branch.0.conv1.weight", "branch.0.layer1.0.conv1.weight", "branch.1.layer1.0.conv1.weight", "fc.weight"].map(
        (name) => [name, floatTensor([1], floats(value))] as const,
      ),
    );
  it("goes from the head to the stem, branches together", () => {
    expect(layersFromHead(weightsOf(0))).toEqual(["head", "layer1", "stem"]);
    const mixed = withLayers(weightsOf(0), weightsOf(1), new Set(["head", "layer1"]));
    expect([...mixed.values()].map(({ data }) => data[0])).toEqual([0, 1, 1, 1]);
  });
});

describe("a verdict", () => {
  const kind = { method: "gradcam", stage: "layer4" } as const;
  const inside = (network: "trained" | "random", mean: number, gain: number | null = null) => ({
    ...{ network, ...kind, stain: null, inside: "changed", nFields: 9, nWells: 9, nZero: 0 },
    enrichment: { mean, low: mean - 0.2, high: mean + 0.2, n: 9 },
    gain: gain === null ? null : { mean: gain, low: gain - 0.3, high: gain + 0.3, n: 9 },
  });
  const far = { mean: 2, low: 1, high: 3, n: 9 };
  const verdict = (trained: number, random: number) =>
    verdictOfKind(kind, {
      enrichment: [inside("trained", trained), inside("random", random, trained - random)],
      deletion: [],
      randomisation: [],
    });
  it("asks more of a map than what a network without learning draws", () => {
    expect(verdict(1.7, 1.1)).toMatchObject({ holds: true });
    expect(verdict(1.7, 1.6)).toMatchObject({ holds: false, sentence: expect.stringContaining("learned nothing") });
    // 0.5 more, but for one network in forty perhaps by chance no more at all.
    expect(verdict(1.7, 1.45)).toMatchObject({ holds: false });
    expect(verdict(1.1, 0.9)).toMatchObject({ holds: false, sentence: expect.stringContaining("does not surely") });
  });
  it("asks that a map changes with the weights, and with those of the head alone", () => {
    const layers = (head: number, stem: number) =>
      verdictOfKind(kind, {
        ...{ enrichment: [], deletion: [] },
        randomisation: [
          {
            ...kind,
            layers: [
              { layer: "head", correlation: { mean: head, low: null, high: null, n: 2 } },
              { layer: "stem", correlation: { mean: stem, low: null, high: null, n: 2 } },
            ],
          },
        ],
      });
    expect(layers(0.6, 0.1)).toMatchObject({ holds: true });
    expect(layers(0.6, 0.7)).toMatchObject({ holds: false, sentence: expect.stringContaining("all weights") });
    expect(layers(0.95, 0.1)).toMatchObject({ holds: false, sentence: expect.stringContaining("no answer") });
  });
  it("says of guided backpropagation how it has done elsewhere, whatever it does here", () => {
    const guided = { method: "guided", stage: null } as const;
    const passed = { ...guided, top: far, rolled: far, scattered: far, difference: far, nFields: 9, nWells: 9 };
    const found = verdictOfKind(guided, { enrichment: [], deletion: [passed], randomisation: [] });
    expect(found).toMatchObject({ holds: true, sentence: expect.stringContaining("arXiv:1810.03292") });
  });
  it("is none where nothing was measured", () => {
    expect(verdictOfKind(kind, { enrichment: [], deletion: [], randomisation: [] }).holds).toBeNull();
  });
});
