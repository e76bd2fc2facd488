/** What a field says of itself, held against what plain measurements find in its pixels. */
import { describe, expect, test } from "vitest";
import type { SimulatedField } from "../../src/simulate/conditions.ts";
import { simulateField } from "../../src/simulate/field.ts";
import { camera, scenery } from "../../src/simulate/instrument.ts";
import { changedFrom } from "../../src/simulate/labels.ts";
import { correlation, countPeaks, countPieces, damaged, plainField, skeletonLength, sum } from "./measuring.ts";

const above = (stain: 0 | 1 | 2 | 3, share: number) =>
  camera.offset + scenery.medium[stain] + share * scenery.typical[stain];

const measured = {
  nuclei: ({ images }: SimulatedField, size: number) => countPieces(images[1]!, size, above(1, 0.12), 30),
  neurites: ({ images }: SimulatedField, size: number, pixel: number) =>
    pixel * skeletonLength(images[0]!, size, above(0, 0.1)),
  post: ({ images }: SimulatedField, size: number) => countPeaks(images[2]!, size, 0.09 * scenery.typical[2]),
  pre: ({ images }: SimulatedField, size: number) => countPeaks(images[3]!, size, 0.09 * scenery.typical[3]),
};

describe("the facts of a field", () => {
  test("count the nuclei that a threshold and connected pieces find", () => {
    const fields = Array.from({ length: 10 }, (_, site) => simulateField(plainField(site, {}, { size: 400 })));
    const found = sum(fields.map((field) => measured.nuclei(field, 400)));
    const told = sum(fields.map(({ facts }) => facts.nuclei));
    // Pieces of a fragmented nucleus count once in truth, and neighbours that touch count once in pixels.
    expect(found / told).toBeGreaterThan(0.85);
    expect(found / told).toBeLessThan(1.2);
  });

  test("tell the length of the neurites that a skeleton has, fields with few and with many", () => {
    const fields = [0.2, 0.4, 0.6, 0.8, 1, 1.2].map((density, site) => simulateField(plainField(site, { density })));
    const found = fields.map((field) => measured.neurites(field, 256, 0.325));
    const told = fields.map(({ facts }) => facts.neuriteLengthMicrometres);
    expect(correlation(found, told)).toBeGreaterThan(0.9);
    // Bundles have one skeleton, and the thinnest ends stay below the threshold.
    expect(sum(found) / sum(told)).toBeGreaterThan(0.55);
    expect(sum(found) / sum(told)).toBeLessThan(1.1);
  });

  test("count the puncta that stand out as local maxima, and fall with damage as those do", () => {
    const view = { size: 512, pixelSizeMicrometres: 0.1625 };
    const at = (damage: number) =>
      [1, 2, 3].map((site) => simulateField(plainField(site, { ...damaged(damage), density: 0.6 }, view)));
    const healthy = at(0);
    const hurt = at(1);
    for (const [kind, key] of [
      ["post", "postPuncta"],
      ["pre", "prePuncta"],
    ] as const) {
      const found = (fields: readonly SimulatedField[]) => sum(fields.map((field) => measured[kind](field, 512)));
      const told = (fields: readonly SimulatedField[]) => sum(fields.map(({ facts }) => facts[key]));
      expect(found(healthy) / told(healthy)).toBeGreaterThan(0.6);
      expect(found(healthy) / told(healthy)).toBeLessThan(1.15);
      expect(Math.abs(found(hurt) / found(healthy) - told(hurt) / told(healthy))).toBeLessThan(0.15);
    }
  });
});

describe("the masks of a field", () => {
  const field = simulateField(plainField(2, damaged(0.8), { size: 400, masks: true }));
  const masks = field.masks!;

  test("label as many puncta as the facts count, but for those that lie under another or over the edge", () => {
    for (const [mask, count] of [
      [masks.prePuncta, field.facts.prePuncta],
      [masks.postPuncta, field.facts.postPuncta],
    ] as const) {
      const labels = new Set(mask);
      labels.delete(0);
      expect(labels.size / count).toBeGreaterThan(0.85);
      expect(labels.size / count).toBeLessThan(1.1);
    }
  });

  test("lie where the light of their structures is", () => {
    const meanWithin = (mask: Uint16Array, stain: number) => {
      const values = field.images[stain]!.filter((_, i) => mask[i]! > 0);
      return sum(values) / values.length;
    };
    const meanOutside = (mask: Uint16Array, stain: number) => {
      const values = field.images[stain]!.filter((_, i) => mask[i] === 0);
      return sum(values) / values.length;
    };
    for (const [mask, stain] of [
      [masks.neurites, 0],
      [masks.nuclei, 1],
      [masks.postPuncta, 2],
      [masks.prePuncta, 3],
    ] as const) {
      expect(meanWithin(mask, stain) - camera.offset).toBeGreaterThan(1.5 * (meanOutside(mask, stain) - camera.offset));
    }
  });

  test("mark as changed what differs from the same field without damage, and nothing without damage", () => {
    expect(sum(simulateField(plainField(2, {}, { masks: true })).masks!.changed)).toBe(0);
    const share = (damage: number) =>
      sum(simulateField(plainField(2, damaged(damage), { masks: true })).masks!.changed) / 256 ** 2;
    expect(share(0.3)).toBeGreaterThan(0);
    expect(share(1)).toBeGreaterThan(share(0.3));
    expect(share(1)).toBeLessThan(0.5);
    // Independently, from two noise-free fields.
    const healthy = simulateField(plainField(2, {}, { size: 400 })).images;
    masks.changed.forEach((changed, i) => {
      const differs = field.images.some(
        (image, stain) => Math.abs(image[i]! - healthy[stain]![i]!) > changedFrom * scenery.typical[stain]! + 2,
      );
      if (differs && changed === 0) throw new Error(`pixel ${i} differs and is not marked`);
    });
  });
});
