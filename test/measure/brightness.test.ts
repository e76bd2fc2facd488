import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { measureBrightness, pixelQuantiles } from "../../src/measure/brightness.ts";
import { quantile } from "../../src/statistics/quantile.ts";
import { plane } from "./planes.ts";
import { reference, referencePlane } from "./reference.ts";

describe("Brightness", () => {
  test("is NumPy's mean, standard deviation and percentiles", () => {
    const { mean, sd, percentiles } = measureBrightness(referencePlane);
    expect(mean).toBeCloseTo(reference.mean, 9);
    expect(sd).toBeCloseTo(reference.sd, 9);
    for (const [i, value] of reference.percentiles.entries()) expect(percentiles[i]!).toBeCloseTo(value, 9);
  });

  test("of an even image is its value, without spread", () => {
    expect(measureBrightness(plane(5, 4, () => 7))).toEqual({ mean: 7, sd: 0, percentiles: Array(8).fill(7) });
  });

  test("does not change when pixels change places", () => {
    const turned = plane(32, 40, (x, y) => referencePlane.values[x * 40 + y]!);
    expect(measureBrightness(turned).percentiles).toEqual(measureBrightness(referencePlane).percentiles);
  });
});

describe("Quantiles of pixels", () => {
  test("are those of the sorted values, one hot pixel among them or not", () => {
    const pixels = fc.array(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constant(65535)), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(pixels, (values) => {
        const shares = [0, 0.01, 0.3, 0.5, 0.999, 1];
        const found = pixelQuantiles(Float32Array.from(values), shares);
        for (const [i, share] of shares.entries()) expect(found[i]!).toBeCloseTo(quantile(values, share), 6);
      }),
    );
  });
});
