import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GreyImage } from "../../src/images/grey.ts";
import { averageArea, scaledSize } from "../../src/images/resize.ts";

const grey16 = (width: number, height: number, pixels: readonly number[]): GreyImage => ({
  width,
  height,
  bitDepth: 16,
  pixels: Uint16Array.from(pixels),
});

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

const images = fc
  .record({ width: fc.integer({ min: 1, max: 12 }), height: fc.integer({ min: 1, max: 12 }) })
  .chain(({ width, height }) =>
    fc
      .array(fc.nat(65535), { minLength: width * height, maxLength: width * height })
      .map((pixels) => grey16(width, height, pixels)),
  );

/** The means under each new pixel, from overlaps of areas in whole numbers of any length. */
function exactMeans(image: GreyImage, width: number, height: number): number[] {
  const overlap = (old: number, oldCount: number, made: number, count: number) => {
    const [start, end] = [Math.max(old * count, made * oldCount), Math.min((old + 1) * count, (made + 1) * oldCount)];
    return BigInt(Math.max(0, end - start));
  };
  return Array.from({ length: width * height }, (_, i) => {
    let sum = 0n;
    image.pixels.forEach((value, k) => {
      const across = overlap(k % image.width, image.width, i % width, width);
      sum += across * overlap(Math.floor(k / image.width), image.height, Math.floor(i / width), height) * BigInt(value);
    });
    return Math.fround(Number(sum) / (image.width * image.height));
  });
}

describe("averaging areas", () => {
  test("takes the mean of whole blocks", () => {
    const image = grey16(4, 2, [1, 2, 10, 20, 3, 5, 30, 41]);
    expect(averageArea(image, 2, 1)).toEqual({ width: 2, height: 1, values: Float32Array.of(2.75, 25.25) });
  });

  test("weights the pixels that an edge cuts by the area inside", () => {
    // Three pixels to two: the middle one goes half to either side.
    expect([...averageArea(grey16(3, 1, [0, 30, 60]), 2, 1).values]).toEqual([10, 50]);
    expect([...averageArea(grey16(1, 3, [0, 30, 60]), 1, 2).values]).toEqual([10, 50]);
    // Two by three to one by two, both edges at once.
    expect([...averageArea(grey16(2, 3, [0, 6, 30, 36, 60, 66]), 1, 2).values]).toEqual([13, 53]);
  });

  test("is, at any size, the exact mean of what lies under each pixel, rounded once", () => {
    fc.assert(
      fc.property(images, fc.nat(), fc.nat(), (image, a, b) => {
        const [width, height] = [1 + (a % image.width), 1 + (b % image.height)];
        expect([...averageArea(image, width, height).values]).toEqual(exactMeans(image, width, height));
      }),
      { numRuns: 500 },
    );
  });

  test("by whole factors is a sum of whole numbers, divided once", () => {
    const sizes = { width: fc.integer({ min: 1, max: 6 }), height: fc.integer({ min: 1, max: 6 }) };
    const factors = { across: fc.integer({ min: 1, max: 9 }), down: fc.integer({ min: 1, max: 9 }) };
    fc.assert(
      fc.property(fc.record({ ...sizes, ...factors, seed: fc.nat() }), ({ width, height, across, down, seed }) => {
        const [wide, tall] = [width * across, height * down];
        const image = grey16(
          wide,
          tall,
          Array.from({ length: wide * tall }, (_, i) => ((seed + i) * 40_503) % 65536),
        );
        const sums = new Array<bigint>(width * height).fill(0n);
        image.pixels.forEach((value, i) => {
          const [x, y] = [Math.floor((i % wide) / across), Math.floor(i / wide / down)];
          sums[y * width + x]! += BigInt(value);
        });
        const means = sums.map((sum) => Math.fround(Number(sum) / (across * down)));
        expect([...averageArea(image, width, height).values]).toEqual(means);
      }),
    );
  });

  test("loses no digit on the brightest camera field", () => {
    const image: GreyImage = {
      width: 2048,
      height: 2048,
      bitDepth: 16,
      pixels: new Uint16Array(2048 * 2048).fill(65535),
    };
    image.pixels[0] = 0;
    const mean = (area: number) => Math.fround((65535 * (area - 1)) / area);
    expect(averageArea(image, 1, 1).values).toEqual(Float32Array.of(mean(2048 * 2048)));
    const { values } = averageArea(image, 2047, 2047);
    // The first new pixel holds the black one wholly, and little of its neighbours.
    expect(values[0]).toBe(Math.fround(65535 * (1 - (2047 / 2048) ** 2)));
    expect(values.subarray(1).every((value) => value === 65535)).toBe(true);
  });

  test("copies an image that has the size already", () => {
    expect(averageArea(grey16(2, 1, [7, 65535]), 2, 1).values).toEqual(Float32Array.of(7, 65535));
  });

  test("keeps the mean, for any size", () => {
    fc.assert(
      fc.property(
        images,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (image, a, b) => {
          const width = 1 + Math.floor(a * (image.width - 1));
          const height = 1 + Math.floor(b * (image.height - 1));
          const small = averageArea(image, width, height);
          expect(small.values.length).toBe(width * height);
          expect(Math.abs(mean(small.values) - mean(image.pixels))).toBeLessThan(0.01);
        },
      ),
    );
  });

  test("leaves an even field even, to the last digit", () => {
    fc.assert(
      fc.property(
        fc.nat(65535),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        (value, length, count) => {
          fc.pre(count <= length);
          const { values } = averageArea(grey16(length, 1, Array(length).fill(value)), count, 1);
          expect([...values]).toEqual(Array(count).fill(value));
        },
      ),
    );
  });

  test("agrees with itself when blocks are averaged in two steps of whole factors", () => {
    const image = grey16(
      8,
      8,
      Array.from({ length: 64 }, (_, i) => (i * 7919) % 65536),
    );
    const half = averageArea(image, 4, 4);
    const twice = [0, 1, 2, 3].map((k) =>
      mean([0, 1, 4, 5].map((i) => half.values[i + 2 * (k % 2) + 8 * Math.floor(k / 2)]!)),
    );
    expect([...averageArea(image, 2, 2).values]).toEqual(twice);
  });
});

describe("the scaled size", () => {
  test("has the wanted longer edge and the image's shape, and never grows", () => {
    expect(scaledSize({ width: 2048, height: 1024 }, 512)).toEqual({ width: 512, height: 256 });
    expect(scaledSize({ width: 100, height: 300 }, 150)).toEqual({ width: 50, height: 150 });
    expect(scaledSize({ width: 320, height: 320 }, 512)).toEqual({ width: 320, height: 320 });
    expect(scaledSize({ width: 1000, height: 1 }, 10)).toEqual({ width: 10, height: 1 });
  });
});
