import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { youden } from "../../src/statistics/roc.ts";
import { youdenBand } from "../../src/statistics/youden-band.ts";

const { band: reference } = z
  .object({
    band: z.object({
      labels: z.array(z.number()),
      scores: z.array(z.number()),
      youden: z.number(),
      standardError: z.number(),
      low: z.number(),
      high: z.number(),
      step: z.number(),
    }),
  })
  .parse(JSON.parse(readFileSync(new URL("../fixtures/statistics/calibration.json", import.meta.url), "utf8")));

const scored = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: -20, max: 20 })), { minLength: 4, maxLength: 24 })
  .map((items) => ({ labels: [0, 1, ...items.map(([label]) => label)], scores: [-3, 3, ...items.map(([, s]) => s)] }));

describe("The band of Youden's J", () => {
  test("of separated classes is the gap between them", () => {
    const band = youdenBand({ labels: [0, 0, 0, 1, 1], scores: [-4, -3, -2, 3, 5] }, { seed: 1 });
    expect(band).toEqual({ low: -2, high: 3, youden: 1, standardError: 0 });
  });

  test("of overlapping classes is scikit-learn's range of thresholds, its standard error that of 20,000 draws", () => {
    const band = youdenBand(reference, { seed: 1 })!;
    expect(band.youden).toBeCloseTo(reference.youden, 12);
    // 1,999 draws know a standard error to 1 / √(2 · 1999), 1.6 %; three of these.
    expect(Math.abs(band.standardError / reference.standardError - 1)).toBeLessThan(0.05);
    expect(Math.abs(band.low - reference.low)).toBeLessThan(2 * reference.step);
    expect(Math.abs(band.high - reference.high)).toBeLessThan(2 * reference.step);
  });

  test("is not there where chance does as well", () => {
    expect(youdenBand({ labels: [0, 1, 0, 1, 0, 1], scores: [1, 1, 2, 2, 3, 3] }, { seed: 1 })).toBeNull();
    expect(youdenBand({ labels: [0, 1], scores: [5, -5] }, { seed: 1 })).toBeNull();
  });

  test("holds the best threshold, moves with the scores, and is the same for the same seed", () => {
    fc.assert(
      fc.property(scored, fc.integer({ min: -50, max: 50 }), (input, shift) => {
        const band = youdenBand(input, { seed: 3 });
        fc.pre(band !== null);
        const { threshold } = youden(input);
        expect(band!.low).toBeLessThan(threshold);
        expect(band!.high).toBeGreaterThanOrEqual(threshold);
        const moved = youdenBand({ ...input, scores: input.scores.map((score) => score + shift) }, { seed: 3 });
        expect(moved).toEqual({ ...band, low: band!.low + shift, high: band!.high + shift });
      }),
      { numRuns: 12 },
    );
  });
});
