/** From maps to pictures: where cells lie over a field, and what colour they get. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { saliency } from "../../src/explain/coloured.ts";
import { diverging, sequential } from "../../src/explain/colours.ts";
import type { RawMap } from "../../src/explain/explained.ts";
import { importance } from "../../src/explain/importance.ts";
import { paintColoured, paintHeat, paintSigned, strongest } from "../../src/explain/overlay.ts";
import { layOver } from "../../src/explain/resample.ts";
import { legendColours } from "../../src/report/explanation-legend.ts";

const map = (values: readonly number[], width: number, more: Partial<RawMap> = {}): RawMap => ({
  ...{ method: "gradcam", stain: null, class: 1, stage: null, width, height: values.length / width },
  ...{ values: Float32Array.from(values), place: { left: 0, top: 0, step: 1 } },
  ...more,
});
const luminance = ([r, g, b]: readonly number[]) => 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;

describe("a map over a field", () => {
  it("of the field's own size is itself", () => {
    const size = { width: 3, height: 2 };
    expect([...layOver(map([1, 2, 3, 4, 5, 6], 3), size, size)]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("lies between the middles of its cells and is held beyond them", () => {
    // Cells at the pixels 1 and 3 of five.
    const coarse = map([0, 10], 2, { place: { left: 1, top: 0, step: 2 } });
    const size = { width: 5, height: 1 };
    expect([...layOver(coarse, size, size)]).toEqual([0, 0, 5, 10, 10]);
  });

  it("keeps its values' places in a picture of twice the pixels", () => {
    const laid = layOver(map([0, 4], 2), { width: 2, height: 1 }, { width: 4, height: 2 });
    expect([...laid]).toEqual([0, 1, 3, 4, 0, 1, 3, 4]);
  });

  it("weighs by size where it has signs, and windows from the lowest one", () => {
    const size = { width: 2, height: 1 };
    expect([...importance([map([-3, 2], 2, { method: "gradient" })], size)]).toEqual([3, 2]);
    expect([...importance([map([-3, 2], 2, { method: "windows" })], size)]).toEqual([0, 5]);
    expect([...importance([map([1, 2], 2), map([10, 0], 2)], size)]).toEqual([11, 2]);
  });
});

describe("colours", () => {
  it("of a heat grow lighter all the way, so that print keeps their order", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) => {
        if (b - a > 1e-6) expect(luminance(sequential(b))).toBeGreaterThan(luminance(sequential(a)));
      }),
    );
    expect(sequential(-1)).toEqual(sequential(0));
    expect(sequential(2)).toEqual(sequential(1));
  });

  it("of signs are white at 0, vermillion above and blue below: those of the legend", () => {
    expect(diverging(0)).toEqual([255, 255, 255]);
    expect(diverging(1)).toEqual([0xd5, 0x5e, 0x00]);
    expect(diverging(-1)).toEqual([0x00, 0x72, 0xb2]);
    expect(JSON.stringify(legendColours).toLowerCase()).toContain("#d55e00");
    expect(JSON.stringify(legendColours).toLowerCase()).toContain("#0072b2");
  });
});

describe("an overlay", () => {
  const grey = Uint8Array.of(100, 100, 100);
  const painting = { grey, map: Float32Array.of(-2, 0, 2), drawnTo: 2 };
  const pixels = (rgb: Uint8Array) => [0, 3, 6].map((at) => [...rgb.subarray(at, at + 3)]);

  it("with signs leaves the field alone where the map is 0", () => {
    const [below, at, above] = pixels(paintSigned(painting));
    expect(at).toEqual([100, 100, 100]);
    // Nine tenths of the colour, one of the grey.
    expect(below).toEqual([10, 113, 170]);
    expect(above).toEqual([202, 95, 10]);
  });

  it("of heat covers evenly, the field showing through", () => {
    const [, at, most] = pixels(paintHeat(painting));
    const blend = (share: number) => sequential(share).map((channel) => Math.round(100 + 0.6 * (channel - 100)));
    expect(at).toEqual(blend(0));
    expect(most).toEqual(blend(1));
  });

  it("by windows says treated, untreated, or unsure within the band", () => {
    const all = { ...painting, map: Float32Array.of(2, 2, 2) };
    const [untreated, unsure, treated] = pixels(paintColoured(all, Float32Array.of(-4, 0.5, 4), { low: -1, high: 1 }));
    expect(untreated![2]).toBeGreaterThan(untreated![0]!);
    expect(treated![0]).toBeGreaterThan(treated![2]!);
    expect(unsure![1]).toBeGreaterThan(Math.max(unsure![0]!, unsure![2]!));
    // Without a band the sign tells.
    const [, positive] = pixels(paintColoured(all, Float32Array.of(-4, 0.5, 4), null));
    expect(positive).toEqual(treated);
  });

  it("of a map of zero is the field, and a few bright pixels do not leave the rest dark", () => {
    expect([...paintSigned({ grey, map: new Float32Array(3), drawnTo: 0 })]).toEqual(Array(9).fill(100));
    const values = Array.from({ length: 1000 }, (_, i) => (i < 3 ? 1e6 : -2));
    expect(strongest([map(values, 10)])).toBe(2);
    expect(strongest([map([0, 0, 0, 7], 2)])).toBe(7);
    expect(strongest([map([0, 0], 2)])).toBe(0);
  });
});

describe("saliency", () => {
  it("adds the sizes of all stains and spreads a pixel without loss", () => {
    const point = Array.from({ length: 81 }, (_, i) => (i === 40 ? 16 : 0));
    const { values } = saliency([
      map(point, 9),
      map(
        point.map((value) => -value),
        9,
      ),
    ]);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(32, 5);
    expect(values[40]).toBeCloseTo((32 * 36) / 256, 6);
    expect(values[38]).toBeCloseTo((32 * 6) / 256, 6);
  });
});
