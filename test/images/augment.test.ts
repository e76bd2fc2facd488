import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openRandom } from "../../src/base/random.ts";
import { type Augmentation, copyTurned, drawCrop, noAugmentation } from "../../src/images/augment.ts";
import type { Plane } from "../../src/images/grey.ts";

const plane = (width: number, height: number, value: (x: number, y: number) => number): Plane => ({
  width,
  height,
  values: Float32Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width))),
});

/** The whole of a square plane, turned and mirrored. */
function turned(square: Plane, turns: number, isFlipped: boolean): Plane {
  const values = new Float32Array(square.values.length);
  copyTurned(square, values, { left: 0, top: 0, size: square.width, isFlipped, turns });
  return { ...square, values };
}

const numbered = (size: number) => plane(size, size, (x, y) => y * size + x);
const one = { offset: [100, 100], scale: [10, 10] };
const everything: Augmentation = { flips: true, quarterTurns: true, intensityJitter: 0.2, offsetJitter: 0.1 };

describe("turning", () => {
  test("goes clockwise, after mirroring left to right", () => {
    const square = plane(2, 2, (x, y) => 1 + x + 2 * y); // 1 2 / 3 4
    expect([0, 1, 2, 3].map((turns) => [...turned(square, turns, false).values])).toEqual([
      [1, 2, 3, 4],
      [3, 1, 4, 2],
      [4, 3, 2, 1],
      [2, 4, 1, 3],
    ]);
    expect([0, 1, 2, 3].map((turns) => [...turned(square, turns, true).values])).toEqual([
      [2, 1, 4, 3],
      [4, 2, 3, 1],
      [3, 4, 1, 2],
      [1, 3, 2, 4],
    ]);
  });

  test("by a quarter four times changes nothing, nor does mirroring twice", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), (size) => {
        let square = numbered(size);
        for (let turn = 0; turn < 4; turn++) square = turned(square, 1, false);
        expect(square).toEqual(numbered(size));
        expect(turned(turned(square, 0, true), 0, true)).toEqual(numbered(size));
      }),
    );
  });
});

describe("a crop", () => {
  test("without augmentation is a square of the plane, and every place is drawn", () => {
    const field = plane(4, 3, (x, y) => 10 * y + x);
    const seen = new Set<number>();
    for (let item = 0; item < 200; item++) {
      const random = openRandom(1, "crop", item);
      const crop = drawCrop([field], { size: 2, augmentation: noAugmentation, normalization: one, random });
      const first = crop[0]!;
      expect([...crop]).toEqual([first, first + 1, first + 10, first + 11]);
      seen.add(first);
    }
    expect([...seen].sort((a, b) => a - b)).toEqual([0, 1, 2, 10, 11, 12]);
  });

  test("shows each of the eight symmetries equally often", () => {
    const counts = new Map<string, number>();
    const augmentation = { ...noAugmentation, flips: true, quarterTurns: true };
    for (let item = 0; item < 1600; item++) {
      const random = openRandom(3, "crop", item);
      const view = String(drawCrop([numbered(2)], { size: 2, augmentation, normalization: one, random }));
      counts.set(view, (counts.get(view) ?? 0) + 1);
    }
    expect(counts.size).toBe(8);
    // 200 ± 5 standard deviations of a binomial count (13.2).
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(66);
  });

  test("has all stains from the same place, turned alike", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const stains = [numbered(6), plane(6, 6, (x, y) => 1000 + y * 6 + x)];
        const augmentation = { ...noAugmentation, flips: true, quarterTurns: true };
        const crop = drawCrop(stains, { size: 3, augmentation, normalization: one, random: openRandom(seed) });
        expect(crop.length).toBe(18);
        for (let i = 0; i < 9; i++) expect(crop[9 + i]! - crop[i]!).toBe(1000);
      }),
    );
  });

  test("has its brightness changed above the offset, by a gain and a shift of the stated spreads", () => {
    const logGains: number[] = [];
    const shifts: number[] = [];
    for (let item = 0; item < 4000; item++) {
      const square = plane(2, 2, (_, y) => (y === 0 ? 100 : 200)); // a row at the offset, a row 100 above it
      const random = openRandom(5, item);
      const augmentation = { ...everything, flips: false, quarterTurns: false };
      const [low, , high] = drawCrop([square], { size: 2, augmentation, normalization: one, random });
      logGains.push(Math.log((high! - low!) / 100));
      shifts.push((low! - 100) / 10);
    }
    const sd = (values: number[]) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    // The relative standard error of a standard deviation of 4000 numbers is 1.1 %.
    expect(sd(logGains) / 0.2).toBeCloseTo(1, 1);
    expect(sd(shifts) / 0.1).toBeCloseTo(1, 1);
  });

  test("keeps place and turn when only the jitter is switched on", () => {
    const options = { size: 3, normalization: one };
    const plain = drawCrop([numbered(8)], {
      ...options,
      augmentation: { ...everything, intensityJitter: 0, offsetJitter: 0 },
      random: openRandom(9),
    });
    const shifted = drawCrop([numbered(8)], {
      ...options,
      augmentation: { ...everything, intensityJitter: 0, offsetJitter: 1 },
      random: openRandom(9),
    });
    const differences = new Set(Array.from(plain, (value, i) => Math.round((shifted[i]! - value) * 1000)));
    expect(differences.size).toBe(1);
  });

  test("larger than the field is a bug of ours", () => {
    const random = openRandom(1);
    expect(() =>
      drawCrop([numbered(4)], { size: 5, augmentation: noAugmentation, normalization: one, random }),
    ).toThrow("unreachable: no crop of 5 pixels fits 4 × 4");
  });
});
