import { describe, expect, test } from "vitest";
import { idealConditions } from "../../src/simulate/conditions.ts";
import { simulateField } from "../../src/simulate/field.ts";
import { camera, scenery } from "../../src/simulate/instrument.ts";
import { correlation, damaged, isSame, mean, plainField, sum } from "./measuring.ts";

const usual = { difficulty: 0.5 };

describe("a simulated field", () => {
  test("is the same, byte for byte, for the same request, whether or not masks are asked for", () => {
    const request = plainField(1, { ...damaged(0.7), debris: 0.5, defocusMicrometres: 0.6 }, usual);
    const first = simulateField(request);
    simulateField(plainField(2));
    const second = simulateField({ ...request, masks: true });
    expect(first.images.every((image, stain) => isSame(image, second.images[stain]!))).toBe(true);
    expect(second.facts).toEqual(first.facts);
    expect(first.masks).toBeUndefined();
  });

  test("is another one at every other seed, plate, well and site", () => {
    const images = [
      plainField(1),
      plainField(2),
      plainField(1, {}, { seed: 6 }),
      plainField(1, {}, { plate: "P02" }),
      plainField(1, {}, { well: "B04" }),
    ].map((request) => simulateField(request).images[0]!);
    for (let i = 0; i < images.length; i++) {
      for (let j = 0; j < i; j++) expect(Math.abs(correlation(images[i]!, images[j]!))).toBeLessThan(0.5);
    }
  });

  test("keeps its structures whatever the instrument, the staining and the noise are", () => {
    const plain = simulateField(plainField(3, damaged(0.5), { masks: true, size: 200 }));
    const harsh = simulateField(
      plainField(
        3,
        {
          ...damaged(0.5),
          staining: [0.5, 2, 1.5, 0.7],
          gain: [2, 0.5, 1, 1],
          background: [100, 300, 50, 10],
          defocusMicrometres: 2,
          debris: 1,
          vignetting: 0.4,
          tilt: [0.2, -0.2],
          addedLight: [0, 0, 0, 0.5],
        },
        { masks: true, size: 200, difficulty: 1 },
      ),
    );
    expect({ ...harsh.facts, defocusMicrometres: 0 }).toEqual({ ...plain.facts, defocusMicrometres: 0 });
    for (const mask of ["somata", "nuclei", "neurites", "prePuncta", "postPuncta"] as const) {
      expect(isSame(harsh.masks![mask], plain.masks![mask])).toBe(true);
    }
    expect(harsh.facts.defocusMicrometres).not.toBe(plain.facts.defocusMicrometres);
  });

  test("keeps the cells that a sparser well has when the well is denser", () => {
    const few = simulateField(plainField(4, { density: 0.5, gliaFactor: 0.5 }, { masks: true, size: 400 }));
    const many = simulateField(plainField(4, { density: 1.5, gliaFactor: 2 }, { masks: true, size: 400 }));
    expect(many.facts.gliaNuclei).toBeGreaterThan(few.facts.gliaNuclei);
    const isNeuriteLost = few.masks!.neurites.some((label, i) => label > 0 && many.masks!.neurites[i] === 0);
    expect(isNeuriteLost).toBe(false);
  });

  test("has four images of its size on the camera's scale, and none of them is saturated", () => {
    const { images } = simulateField(plainField(1, { background: [40, 40, 40, 40] }, usual));
    expect(images.map((image) => image.length)).toEqual(Array(4).fill(256 * 256));
    for (const image of images) {
      expect(Math.min(...image)).toBeGreaterThan(camera.offset);
      expect(Math.max(...image)).toBeLessThan(camera.white);
      expect(Math.max(...image)).toBeGreaterThan(1000);
    }
  });

  test("shows a length in µm at any pixel size: twice the pixels at half the size is the same view", () => {
    const coarse = simulateField(plainField(2));
    const fine = simulateField(plainField(2, {}, { size: 512, pixelSizeMicrometres: 0.1625 }));
    expect(fine.facts).toEqual(coarse.facts);
    const pooled = coarse.images[0]!.map((_, i) => {
      const at = 2 * Math.floor(i / 256) * 512 + 2 * (i % 256);
      const fineImage = fine.images[0]!;
      return (fineImage[at]! + fineImage[at + 1]! + fineImage[at + 512]! + fineImage[at + 513]!) / 4;
    });
    expect(correlation(pooled, coarse.images[0]!)).toBeGreaterThan(0.97);
  });

  test("takes gain, staining, background and a fluorescent compound in the stain that they are meant for", () => {
    const plain = simulateField(plainField(2)).images.map(mean);
    const changed = simulateField(
      plainField(2, {
        gain: [2, 1, 1, 1],
        background: [0, 100, 0, 0],
        staining: [1, 1, 1.5, 1],
        addedLight: [0, 0, 0, 0.4],
      }),
    ).images.map(mean);
    const above = (image: number) => plain[image]! - camera.offset;
    expect(changed[0]! - camera.offset).toBeCloseTo(2 * above(0), -0.5);
    expect(changed[1]! - plain[1]!).toBeCloseTo(100, 0);
    const stained = above(2) - scenery.medium[2];
    expect(changed[2]! - plain[2]!).toBeCloseTo(0.5 * stained, -0.5);
    expect(changed[3]! - plain[3]!).toBeGreaterThan(0.2 * scenery.typical[3]);
  });

  test("dims towards the corners and along the tilt of the lamp", () => {
    const lit = simulateField(plainField(2)).images[1]!;
    const dim = simulateField(plainField(2, { vignetting: 0.3, tilt: [0.2, 0] })).images[1]!;
    const ratio = (pixel: number) => (dim[pixel]! - camera.offset) / (lit[pixel]! - camera.offset);
    expect(ratio(128 * 256 + 128)).toBeCloseTo(1, 1);
    expect(ratio(0)).toBeCloseTo(0.7 * 0.9, 1);
    expect(ratio(255)).toBeCloseTo(0.7 * 1.1, 1);
  });

  test("loses fine detail out of focus and keeps its light", () => {
    const [sharp, soft] = [0, 3].map(
      (defocusMicrometres) => simulateField(plainField(2, { defocusMicrometres })).images[2]!,
    );
    const roughness = (image: Uint16Array) => mean(image.slice(1).map((value, i) => (value - image[i]!) ** 2));
    const step = (image: Uint16Array) => mean(Array.from(image.slice(1), (value, i) => Math.abs(value - image[i]!)));
    expect(step(soft!)).toBeLessThan(0.6 * step(sharp!));
    expect(roughness(soft!)).toBeLessThan(roughness(sharp!));
    expect(mean(soft!)).toBeCloseTo(mean(sharp!), -1);
  });

  test("kills neurons with toxicity, without Aβ, and leaves glia alone", () => {
    const [none, half, full] = [0, 0.5, 1].map((toxicity) =>
      [0, 1, 2, 3].map(
        (site) => simulateField(plainField(site, { toxicity }, { size: 220, pixelSizeMicrometres: 1 })).facts,
      ),
    );
    const total = (fields: typeof none, key: "neurons" | "gliaNuclei" | "neuriteLengthMicrometres") =>
      sum(fields!.map((facts) => facts[key]));
    expect(total(full, "neurons")).toBe(0);
    expect(total(half, "neurons") / total(none, "neurons")).toBeGreaterThan(0.25);
    expect(total(half, "neurons") / total(none, "neurons")).toBeLessThan(0.75);
    expect(total(full, "neuriteLengthMicrometres")).toBeLessThan(0.5 * total(none, "neuriteLengthMicrometres"));
    expect(total(full, "gliaNuclei")).toBe(total(none, "gliaNuclei"));
  });

  test("has conditions for a perfect well that leave nothing but the cells", () => {
    const { images } = simulateField(plainField(1, idealConditions));
    // Without cells, medium and offset alone.
    expect(Math.min(...images[1]!)).toBeCloseTo(camera.offset + scenery.medium[1], -1);
  });
});
