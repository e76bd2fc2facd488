import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeGrey, decodeHeader } from "../../src/store/images.ts";
import { encodeTiff, tiffLength } from "../../src/store/tiff-writer.ts";

const image = (width: number, height: number, pixels: readonly number[], pixelSizeMicrometres = 0.325) => ({
  ...{ width, height, pixelSizeMicrometres },
  pixels: Uint16Array.from(pixels),
});

describe("a written TIFF", () => {
  test("is read back to the last bit, with its size and the size of a pixel", () => {
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(size, size, fc.infiniteStream(fc.nat(65535)), (width, height, values) => {
        const pixels = Array.from({ length: width * height }, () => Number(values.next().value));
        const read = decodeGrey(encodeTiff(image(width, height, pixels)), "a.tif");
        expect(read).toMatchObject({ width, height, bitDepth: 16 });
        expect([...read.pixels]).toEqual(pixels);
        expect(read.pixelSizeMicrometres).toBeCloseTo(0.325, 9);
      }),
    );
  });

  test.each([0.1625, 0.325, 0.65, 0.0667, 3.25])("keeps a pixel size of %f µm", (micrometres) => {
    const bytes = encodeTiff(image(2, 1, [0, 65535], micrometres));
    expect(decodeHeader(bytes, "a.tif").pixelSizeMicrometres).toBeCloseTo(micrometres, 9);
  });

  test("holds a mask of 8 bits too", () => {
    const pixels = Uint8Array.from([0, 1, 1, 0, 1, 0]);
    const read = decodeGrey(encodeTiff({ width: 3, height: 2, pixels, pixelSizeMicrometres: 0.325 }), "a.tif");
    expect(read).toMatchObject({ bitDepth: 8, width: 3, height: 2 });
    expect([...read.pixels]).toEqual([...pixels]);
  });

  test("is as long as was said, whatever it shows, and its pixels can be read where they lie", () => {
    const dark = encodeTiff(image(16, 16, new Array(256).fill(0)));
    const noise = encodeTiff(
      image(
        16,
        16,
        Array.from({ length: 256 }, (_, i) => (i * 40503) % 65536),
      ),
    );
    expect([dark.length, noise.length]).toEqual(
      [1, 1].map(() => tiffLength({ width: 16, height: 16, bytesPerPixel: 2 })),
    );
    expect(decodeGrey(noise, "a.tif").pixels.buffer).toBe(noise.buffer);
  });

  test("has the same bytes for the same pixels: no date, no name, nothing of the run", () => {
    const write = () => encodeTiff(image(3, 1, [1, 2, 3]));
    expect(write()).toEqual(write());
    const text = new TextDecoder("latin1").decode(write());
    expect(text.match(/[\x20-\x7e]{4,}/g)).toEqual(["neuroscreen simulate"]);
  });
});
