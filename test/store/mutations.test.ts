/**
 * Two thousand damaged files, the same ones each time. Each is refused, or read as what it then holds: by a second decoder's
 * reading for TIFF, and by the whole file's own pixels for PNG, whose checksums leave nothing else.
 */
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { NeuroscreenError } from "../../src/base/errors.ts";
import { openRandom, type Random } from "../../src/base/random.ts";
import type { GreyImage } from "../../src/images/grey.ts";
import { decodeGrey, decodeHeader } from "../../src/store/images.ts";
import { readPlainly } from "./plain-decoder.ts";
import { writeTiff } from "./tiff-writer.ts";

const mutationsOfEach = 143;
/** A loop that does not end shows here, as far as one that never ends can show; whole files take a millisecond. */
const mostMilliseconds = 1000;
const mostBytes = 100e6;

const [width, height] = [40, 24];
/** A slope with noise on it: some of it packs well and some does not. */
const values = Array.from({ length: width * height }, (_, i) => (i % width) * 50 + (i < 400 ? 7 : (i * i * 7919) % 97));
const pixels16 = Uint16Array.from(values);
const pixels8 = Uint8Array.from(values);

type Good = readonly [name: string, bytes: Uint8Array];
const files: Good[] = [];

beforeAll(async () => {
  const raw = { width, height, channels: 1 } as const;
  const grey16 = () => sharp(pixels16, { raw }).toColourspace("grey16");
  const grey8 = () => sharp(pixels8, { raw }).toColourspace("b-w");
  const none = { predictor: "none" } as const;
  const tile = { tile: true, tileWidth: 16, tileHeight: 16 } as const;
  const own = { width, height, bits: 16, pixels: values } as const;
  files.push(
    ["plain", await grey16().tiff({ compression: "none" }).toBuffer()],
    [
      "plain, tiles",
      await grey8()
        .tiff({ compression: "none", ...tile })
        .toBuffer(),
    ],
    [
      "LZW",
      await grey16()
        .tiff({ compression: "lzw", ...none })
        .toBuffer(),
    ],
    [
      "LZW with differences, tiles",
      await grey16()
        .tiff({ compression: "lzw", predictor: "horizontal", ...tile })
        .toBuffer(),
    ],
    ["Deflate with differences", await grey8().tiff({ compression: "deflate", predictor: "horizontal" }).toBuffer()],
    [
      "Deflate, tiles",
      await grey16()
        .tiff({ compression: "deflate", ...none, ...tile })
        .toBuffer(),
    ],
    ["PackBits", await grey16().tiff({ compression: "packbits" }).toBuffer()],
    [
      "PackBits, tiles",
      await grey8()
        .tiff({ compression: "packbits", ...tile })
        .toBuffer(),
    ],
    ["plain, many strips, high byte first", writeTiff({ ...own, rows: 3, isBigEndian: true })],
    ["LZW, BigTIFF, many strips", writeTiff({ ...own, rows: 5, compression: 5, isBig: true })],
    ["plain, 12 bits packed", writeTiff({ ...own, bits: 12, rows: 7 })],
    ["PNG", await grey16().png().toBuffer()],
    ["PNG of 8 bits", await grey8().png({ adaptiveFiltering: true }).toBuffer()],
    ["PNG, interlaced", await grey16().png({ progressive: true }).toBuffer()],
  );
});

/** What comes of a file, and that it takes neither long nor much. */
function attempt(bytes: Uint8Array): GreyImage | "refused" {
  const begun = performance.now();
  try {
    return decodeGrey(bytes, "file");
  } catch (error) {
    if (!(error instanceof NeuroscreenError && error.code === "bad-image")) throw error;
    return "refused";
  } finally {
    expect(performance.now() - begun).toBeLessThan(mostMilliseconds);
  }
}

/** A header may be read from a file whose pixels are refused, but never another header than with the pixels. */
function expectSameHeader(bytes: Uint8Array, image: GreyImage): void {
  const { width, height, bitDepth } = decodeHeader(bytes, "file");
  expect({ width, height, bitDepth }).toEqual({ width: image.width, height: image.height, bitDepth: image.bitDepth });
}

function expectWhatItHolds(name: string, bytes: Uint8Array, image: GreyImage): void {
  const expected = name.startsWith("PNG") ? [...(name.includes("8") ? pixels8 : pixels16)] : plainPixels(bytes, image);
  const wrong = expected.findIndex((value, i) => image.pixels[i] !== value);
  expect({ wrong, ours: image.pixels[wrong], plain: expected[wrong] }, name).toEqual({ wrong: -1 });
}

function plainPixels(bytes: Uint8Array, image: GreyImage): (number | undefined)[] {
  const plain = readPlainly(bytes);
  expect([image.width, image.height, image.bitDepth]).toEqual([plain.width, plain.height, plain.bits <= 8 ? 8 : 16]);
  return Array.from(image.pixels, (_, i) => plain.pixel(i % plain.width, Math.floor(i / plain.width)));
}

/** One thing that happens to files, or that somebody does to them. */
function mutate(bytes: Uint8Array, name: string, random: Random): Uint8Array {
  const own = Uint8Array.from(bytes);
  const at = random.below(own.length);
  const some = 1 + random.below(16);
  const noise = Uint8Array.from({ length: some }, () => random.below(256));
  switch (random.below(8)) {
    case 0: // a bit flips
      own[at]! ^= 1 << random.below(8);
      return own;
    case 1: // some bytes are others
      own.set(noise.subarray(0, own.length - at), at);
      return own;
    case 2: // cut short
      return own.subarray(0, at);
    case 3: // bytes too many
      return Buffer.concat([own.subarray(0, at), noise, own.subarray(at)]);
    case 4: // bytes lost
      return Buffer.concat([own.subarray(0, at), own.subarray(at + some)]);
    case 5: // a block of zeros, as a disk leaves behind
      return own.fill(0, at, at + 16 * some);
    default:
      return name.startsWith("PNG") ? lieInPng(own, random) : lieInTiff(own, random);
  }
}

/** Changes a number of the directory: a tag, a type, a count or a value, to another one of it or to one that often breaks readers. */
function lieInTiff(bytes: Uint8Array, random: Random): Uint8Array {
  const view = new DataView(bytes.buffer);
  const isLittle = bytes[0] === 0x49;
  const isBig = view.getUint16(2, isLittle) === 43;
  const directory = view.getUint32(isBig ? (isLittle ? 8 : 12) : 4, isLittle);
  const count = view.getUint16(directory + (isBig && !isLittle ? 6 : 0), isLittle);
  const entry = (index: number) => directory + (isBig ? 8 : 2) + index * (isBig ? 20 : 12);
  const [one, other] = [entry(random.below(count)), entry(random.below(count))];
  const part = random.below(isBig ? 10 : 6) * 2;
  const breakers = [0, 1, 2, 3, 5, 8, 16, 17, 255, 257, 32773, 65535];
  const value =
    random.below(2) === 0 ? view.getUint16(other + part, isLittle) : breakers[random.below(breakers.length)]!;
  view.setUint16(one + part, value, isLittle);
  return bytes;
}

/** Changes a number of the header, and its checksum with it. */
function lieInPng(bytes: Uint8Array, random: Random): Uint8Array {
  const header = Buffer.from(bytes.buffer, 12, 4 + 13 + 4);
  const breakers = [0, 1, 2, 3, 4, 8, 16, 23, 24, 25, 39, 40, 41, 80, 255];
  header[4 + random.below(13)] = breakers[random.below(breakers.length)]!;
  header.writeUInt32BE(crc32(header.subarray(0, 17)), 17);
  return bytes;
}

describe("a damaged file", () => {
  test("was whole before", () => {
    expect(files.length * mutationsOfEach).toBeGreaterThanOrEqual(2000);
    for (const [name, bytes] of files) {
      const image = attempt(bytes);
      expect(image, name).not.toBe("refused");
      if (image === "refused") continue;
      expect([...image.pixels], name).toEqual([...(image.bitDepth === 8 ? pixels8 : pixels16)]);
      expectWhatItHolds(name, bytes, image);
    }
  });

  test("is refused, or read as what it holds", () => {
    const before = process.memoryUsage().arrayBuffers;
    const read: Record<string, number> = {};
    for (const [name, bytes] of files) {
      for (let i = 0; i < mutationsOfEach; i++) {
        const mutant = mutate(bytes, name, openRandom(7, name, i));
        const image = attempt(mutant);
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(mostBytes);
        if (image === "refused") continue;
        read[name] = (read[name] ?? 0) + 1;
        expectSameHeader(mutant, image);
        expectWhatItHolds(name, mutant, image);
      }
    }
    // Both happen: flips in plain pixels are what the file then holds, and most of the rest is noticed.
    expect(read).toMatchInlineSnapshot(`
      {
        "Deflate with differences": 33,
        "Deflate, tiles": 28,
        "LZW": 32,
        "LZW with differences, tiles": 32,
        "LZW, BigTIFF, many strips": 40,
        "PNG": 3,
        "PNG of 8 bits": 1,
        "PNG, interlaced": 3,
        "PackBits": 63,
        "PackBits, tiles": 42,
        "plain": 73,
        "plain, 12 bits packed": 72,
        "plain, many strips, high byte first": 57,
        "plain, tiles": 68,
      }
    `);
  });

  test("that was cut short is refused, wherever it was cut", () => {
    for (const [name, bytes] of files)
      for (let length = 0; length < bytes.length; length++)
        expect(attempt(bytes.subarray(0, length)), `${name}, ${length} of ${bytes.length}`).toBe("refused");
  });
});
