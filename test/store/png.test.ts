import { crc32, deflateSync } from "node:zlib";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { readParts } from "../../src/store/decode-parts.ts";
import { decodePng, readPngHeader } from "../../src/store/png.ts";

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function chunk(kind: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A header as it would be for width, height, bits, colour type and interlacing. */
function headerChunk({ width = 3, height = 2, bits = 8, colour = 0, interlaced = 0 } = {}): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([bits, colour, 0, 0, interlaced], 8);
  return chunk("IHDR", data);
}

const file = (...chunks: readonly Uint8Array[]) => Buffer.concat([Buffer.from(signature), ...chunks]);
const pixelsChunk = (...bytes: number[]) => chunk("IDAT", deflateSync(Uint8Array.from(bytes)));
const twoRows = pixelsChunk(0, 1, 2, 3, 0, 4, 5, 6);
const end = chunk("IEND", new Uint8Array());

function refusalOf(bytes: Uint8Array): string {
  try {
    decodePng(bytes);
  } catch (error) {
    return String(error).replace("ImageRefusal: ", "");
  }
  return "read";
}

describe("a PNG file", () => {
  test("gives the bytes that were written, through each of the five filters", () => {
    // By hand: 10 20 30 above 11 22 33, the second row written as its differences.
    const rows = { 1: [11, 11, 11], 2: [1, 2, 3], 3: [6, 7, 7], 4: [1, 2, 3] };
    for (const [filter, row] of Object.entries(rows)) {
      const { pixels } = decodePng(file(headerChunk(), pixelsChunk(0, 10, 20, 30, Number(filter), ...row), end));
      expect([...pixels]).toEqual([10, 20, 30, 11, 22, 33]);
    }
  });

  test("agrees with libpng on noise and slopes, interlaced or not, in every filter", async () => {
    const sizes = { width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 20 }) };
    await fc.assert(
      fc.asyncProperty(
        fc.record({ ...sizes, seed: fc.nat(), is16: fc.boolean(), progressive: fc.boolean(), slope: fc.boolean() }),
        async ({ width, height, seed, is16, progressive, slope }) => {
          const length = width * height;
          const value = (i: number) =>
            slope ? seed + 3 * (i % width) + 500 * Math.floor(i / width) : (seed + i * i) * 7919;
          const values = Array.from({ length }, (_, i) => value(i) % (is16 ? 65536 : 256));
          const raw = { width, height, channels: 1 } as const;
          const pixels = is16 ? Uint16Array.from(values) : Uint8Array.from(values);
          const bytes = await sharp(pixels, { raw })
            .toColourspace(is16 ? "grey16" : "b-w")
            .png({ progressive, adaptiveFiltering: true })
            .toBuffer();
          const image = decodePng(bytes);
          expect({ ...image, pixels: [...image.pixels] }).toEqual({
            ...{ width, height, bitDepth: is16 ? 16 : 8, pixels: values },
            pixelSizeMicrometres: image.pixelSizeMicrometres,
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  test("of 1, 2 or 4 bits keeps its values", () => {
    const read = (bits: number, ...bytes: number[]) => [
      ...decodePng(file(headerChunk({ width: 5, height: 1, bits }), pixelsChunk(0, ...bytes), end)).pixels,
    ];
    expect(read(1, 0b10110_000)).toEqual([1, 0, 1, 1, 0]);
    expect(read(2, 0b00_01_10_11, 0b01_000000)).toEqual([0, 1, 2, 3, 1]);
    expect(read(4, 0x12, 0x3f, 0x40)).toEqual([1, 2, 3, 15, 4]);
  });

  test("may have its pixels in several chunks, and chunks that we do not know", () => {
    const packed = deflateSync(Uint8Array.of(0, 1, 2, 3, 0, 4, 5, 6));
    const parts = [packed.subarray(0, 3), packed.subarray(3, 3), packed.subarray(3)].map((part) => chunk("IDAT", part));
    const text = chunk("tEXt", Buffer.from("Software\0camera"));
    expect([...decodePng(file(headerChunk(), text, ...parts, text, end)).pixels]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("says how large a pixel is, where its resolution is one that a microscope can have", () => {
    const resolution = (x: number, y: number, unit: number) => {
      const data = Buffer.alloc(9);
      data.writeUInt32BE(x, 0);
      data.writeUInt32BE(y, 4);
      data[8] = unit;
      const bytes = file(headerChunk(), chunk("pHYs", data), twoRows, end);
      expect(readParts(bytes, readPngHeader())).toEqual({
        width: 3,
        height: 2,
        bitDepth: 8,
        pixelSizeMicrometres: decodePng(bytes).pixelSizeMicrometres,
      });
      return decodePng(bytes).pixelSizeMicrometres;
    };
    expect(resolution(2_000_000, 2_000_000, 1)).toBe(0.5);
    expect(resolution(2835, 2835, 1)).toBeNull();
    expect(resolution(2_000_000, 1_000_000, 1)).toBeNull();
    expect(resolution(2_000_000, 2_000_000, 0)).toBeNull();
  });

  test.each([
    ["colour", file(headerChunk({ colour: 2 }), twoRows, end), "expected one grey channel, found 3 channels of colour"],
    [
      "a palette",
      file(headerChunk({ colour: 3 }), twoRows, end),
      "expected one grey channel, found a palette of colours",
    ],
    ["grey and alpha", file(headerChunk({ colour: 4 }), twoRows, end), "expected one grey channel, found transparency"],
    [
      "colour and alpha",
      file(headerChunk({ colour: 6 }), twoRows, end),
      "expected one grey channel, found 4 channels of colour",
    ],
    [
      "a transparent grey",
      file(headerChunk(), chunk("tRNS", Buffer.alloc(2)), twoRows, end),
      "expected grey values only, found transparency",
    ],
    [
      "an animation",
      file(headerChunk(), chunk("acTL", Buffer.alloc(8)), twoRows, end),
      "expected one image, found an animation",
    ],
    ["a lower header", file(headerChunk({ height: 1 }), twoRows, end), "expected 4, found 8 bytes of unpacked pixels"],
    ["a wider header", file(headerChunk({ width: 4 }), twoRows, end), "expected 10, found 8 bytes of unpacked pixels"],
    ["a deeper header", file(headerChunk({ bits: 16 }), twoRows, end), "expected 14, found 8 bytes of unpacked pixels"],
    ["an interlaced header", file(headerChunk({ interlaced: 1 }), twoRows, end), "found 8 bytes of unpacked pixels"],
    [
      "a filter that is none",
      file(headerChunk(), pixelsChunk(5, 1, 2, 3, 0, 4, 5, 6), end),
      "expected 0 to 4, found the row filter 5",
    ],
    ["no pixels", file(headerChunk(), end), "expected pixels, found no pixels"],
    [
      "pixels in two places",
      file(headerChunk(), twoRows, chunk("tEXt", Buffer.from("a\0b")), twoRows, end),
      "found pixels in two places",
    ],
    ["no header", file(twoRows, end), 'found "IDAT" first'],
    ["no end", file(headerChunk(), twoRows), "expected one of at least"],
    ["no size", file(headerChunk({ width: 0 }), twoRows, end), "found 0 × 2 pixels"],
    [
      "1.7 gigapixels",
      file(headerChunk({ width: 41_231, height: 41_231 }), twoRows, end),
      "expected 1 to 268435456, found 41231 × 41231 pixels",
    ],
    [
      "more pixels than its bytes can hold",
      file(headerChunk({ width: 16_000, height: 16_000 }), twoRows, end),
      "expected 256016000 bytes of pixels in them",
    ],
  ])("with %s is refused", (_, bytes, message) => {
    expect(refusalOf(bytes)).toContain(message);
  });

  test("of nothing but empty chunks is refused before long", () => {
    const empty = chunk("tEXt", new Uint8Array());
    const bytes = file(headerChunk(), Buffer.alloc(300_000 * empty.length, empty), twoRows, end);
    expect(refusalOf(bytes)).toBe("expected fewer, found over 262144 chunks");
  });

  test("with any bit flipped, or cut anywhere, is refused", () => {
    const whole = file(headerChunk(), chunk("tEXt", Buffer.from("a\0b")), twoRows, end);
    expect(refusalOf(whole)).toBe("read");
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const flipped = Uint8Array.from(whole);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(refusalOf(flipped)).toContain("expected ");
    }
    for (let length = 0; length < whole.length; length++)
      expect(refusalOf(whole.subarray(0, length))).toContain("expected ");
  });
});
