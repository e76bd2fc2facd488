import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Plane } from "../../src/images/grey.ts";
import { fieldMoments, fitNormalization } from "../../src/images/normalize.ts";

const row = (...values: number[]): Plane => ({ width: values.length, height: 1, values: Float32Array.from(values) });

describe("a normalisation", () => {
  test("is the mean and the standard deviation of all pixels, a stain", () => {
    const fields = [
      [row(2, 4), row(7, 7)],
      [row(4, 4, 5, 5, 7, 9), row(7)],
    ];
    expect(fitNormalization(fields.map(fieldMoments))).toEqual({ offset: [5, 7], scale: [2, 1] });
  });

  test("keeps its digits where the mean is large beside the spread", () => {
    const { offset, scale } = fitNormalization([[row(60000, 60002)], [row(60000, 60002)]].map(fieldMoments));
    expect(offset).toEqual([60001]);
    expect(scale).toEqual([1]);
  });

  test("does not depend on how the pixels are spread over fields", () => {
    const pixels = fc.array(fc.nat(65535), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(pixels, fc.nat(), (values, cut) => {
        const at = 1 + (cut % (values.length - 1));
        const whole = fitNormalization([[row(...values)]].map(fieldMoments));
        const parts = fitNormalization([[row(...values.slice(0, at))], [row(...values.slice(at))]].map(fieldMoments));
        expect(parts.offset[0]).toBeCloseTo(whole.offset[0]!, 6);
        expect(parts.scale[0]).toBeCloseTo(whole.scale[0]!, 6);
      }),
    );
  });
});
