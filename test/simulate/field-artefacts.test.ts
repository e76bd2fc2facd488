/** A network must find nothing but biology: no seams, no grid, no noise that tells one field or stain from another. */
import { describe, expect, test } from "vitest";
import { expose } from "../../src/simulate/camera.ts";
import { simulateField } from "../../src/simulate/field.ts";
import { camera } from "../../src/simulate/instrument.ts";
import { correlation, damaged, isSame, mean, plainField } from "./measuring.ts";

const size = 192;
const usual = { difficulty: 0.5, size };
const fields = Array.from(
  { length: 24 },
  (_, site) => simulateField(plainField(site, { ...damaged((site % 2) * 1), debris: 0.2 }, usual)).images,
);

describe("an image", () => {
  test("has no seam: its edges are as bright as what lies next to them", () => {
    for (let stain = 0; stain < 4; stain++) {
      const steps = fields.map((images) => {
        const image = images[stain]!;
        const column = (x: number) => mean(Array.from({ length: size }, (_, y) => image[y * size + x]!));
        const row = (y: number) => mean(image.subarray(y * size, (y + 1) * size));
        const edge = (column(0) + column(size - 1) + row(0) + row(size - 1)) / 4;
        const inner = (column(3) + column(size - 4) + row(3) + row(size - 4)) / 4;
        return edge / inner - 1;
      });
      const spread = Math.sqrt(mean(steps.map((step) => step * step)) / steps.length);
      expect(Math.abs(mean(steps))).toBeLessThan(Math.max(0.01, 4 * spread));
    }
  });

  test("shows none of the grids on which haze and medium are made", () => {
    for (const period of [8, 10]) {
      const byPhase = Array.from({ length: period }, (_, phase) =>
        mean(
          fields.map((images) => {
            let steps = 0;
            let count = 0;
            for (let y = 0; y < size; y++) {
              for (let x = phase + 1; x < size - 1; x += period) {
                const at = y * size + x;
                const image = images[1]!;
                // The median-like bend of the background; nuclei are rare enough to be capped.
                steps += Math.max(-30, Math.min(30, 2 * image[at]! - image[at - 1]! - image[at + 1]!));
                count++;
              }
            }
            return steps / count;
          }),
        ),
      );
      expect(Math.max(...byPhase.map(Math.abs))).toBeLessThan(0.35);
    }
  });

  test("has the same noise for the same light, whatever the damage", () => {
    const noise = [0, 1].map((damage) => {
      const found: number[] = [];
      fields.forEach((images, site) => {
        if (site % 2 !== damage) return;
        const image = images[1]!;
        // Between cells: bends of four even neighbours in a row, where there is no structure.
        for (let at = 2; at < image.length - 2; at += 5) {
          const [a, b, c, d] = [image[at - 1]!, image[at]!, image[at + 1]!, image[at + 2]!];
          if (Math.max(a, b, c, d) < camera.offset + 130) found.push((a - 3 * b + 3 * c - d) / Math.sqrt(20));
        }
      });
      return Math.sqrt(mean(found.map((value) => value * value)));
    });
    expect(noise[1]! / noise[0]!).toBeGreaterThan(0.96);
    expect(noise[1]! / noise[0]!).toBeLessThan(1.04);
  });

  test("is untouched in MAP2 and Hoechst, byte for byte, by damage to synapses alone", () => {
    const healthy = simulateField(plainField(1, {}, usual)).images;
    const hurt = simulateField(plainField(1, { damage: { neurites: 0, synapses: 1 } }, usual)).images;
    expect([0, 1, 2, 3].map((stain) => isSame(hurt[stain]!, healthy[stain]!))).toEqual([true, true, false, false]);
  });

  test("carries noise of its own in each stain: unrelated to that of the others", () => {
    const flat = new Float32Array(size * size).fill(400);
    const noise = [0, 1, 2, 3].map((stain) => expose(flat, 5, ["camera", "P01", "B03", 1, stain], 1));
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < i; j++) expect(Math.abs(correlation(noise[i]!, noise[j]!))).toBeLessThan(0.02);
      // Nor to itself one pixel or one row on.
      expect(Math.abs(correlation(noise[i]!.subarray(1), noise[i]!.subarray(0, -1)))).toBeLessThan(0.02);
      expect(Math.abs(correlation(noise[i]!.subarray(size), noise[i]!.subarray(0, -size)))).toBeLessThan(0.02);
    }
  });

  test("has the shot and read noise of its camera", () => {
    for (const light of [100, 1000, 10000]) {
      const grey = expose(new Float32Array(60_000).fill(light), 1, ["x", light], 1);
      const middle = mean(grey);
      const variance = mean(Array.from(grey, (value) => (value - middle) ** 2));
      expect(middle).toBeCloseTo(camera.offset + light, -0.5);
      // Rounding to whole grey values adds a twelfth.
      const expected = camera.conversion * light + camera.readNoise ** 2 + 1 / 12;
      expect(variance / expected).toBeGreaterThan(0.97);
      expect(variance / expected).toBeLessThan(1.03);
    }
  });
});
