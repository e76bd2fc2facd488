/**
 * The compressions that microscopes write: none, LZW, Deflate and PackBits in TIFF, Deflate in PNG; strictly.
 *
 * A strip must come to exactly the bytes that its rows need. A library that shows photographs fills up what is missing and
 * passes over what is too much; here a pixel that the file does not hold would be a measurement that nobody made.
 */
import { inflateSync } from "node:zlib";
import { badImage } from "./decode-refusal.ts";

/** Decodes `packed` into `target`, and fills it to the last byte. @throws {ImageRefusal} if it holds fewer or more bytes, or none of its kind */
export type Codec = (packed: Uint8Array, target: Uint8Array) => void;

/** The codecs by TIFF's number of the compression. */
export const codecs: Readonly<Record<number, Codec>> = {
  1: copy,
  5: unpackLzw,
  8: inflate,
  // Deflate as it was numbered before Adobe took it in.
  32946: inflate,
  32773: unpackBits,
};

/** Compressions that we know by name only. */
export const otherCompressions: Readonly<Record<number, string>> = {
  ...{ 2: "CCITT run-length", 3: "CCITT fax 3", 4: "CCITT fax 4", 6: "JPEG", 7: "JPEG", 33003: "JPEG 2000" },
  ...{ 33005: "JPEG 2000", 34712: "JPEG 2000", 34887: "LERC", 34925: "LZMA", 50000: "Zstandard", 50001: "WebP" },
};

/**
 * No codec makes more of a byte than this. LZW's limit is the highest: a code of 12 bits stands for at most 3,839 bytes.
 * Deflate's is 1,032 and PackBits' 64.
 */
export const mostBytesOfOne = 2560;

function copy(packed: Uint8Array, target: Uint8Array): void {
  if (packed.length !== target.length) throw wrongLength(packed.length, target.length);
  target.set(packed);
}

/** zlib checks the sum of what it inflated, so that a flipped bit does not pass. */
function inflate(packed: Uint8Array, target: Uint8Array): void {
  const whole = inflateExactly(packed, target.length);
  target.set(whole);
}

/** Inflates a zlib stream that holds exactly `length` bytes. @throws {ImageRefusal} if it does not */
export function inflateExactly(packed: Uint8Array, length: number): Uint8Array {
  let whole: Uint8Array;
  try {
    // One piece with room to see the end in; more than expected is an error at once, however much more it is.
    whole = inflateSync(packed, { chunkSize: length + 64, maxOutputLength: length + 64 });
  } catch (error) {
    throw badImage(`Deflate data that zlib refuses (${error instanceof Error ? error.message : error})`, "whole data");
  }
  if (whole.length !== length) throw wrongLength(whole.length, length);
  return whole;
}

/** Runs of one byte, and bytes as they are (Apple's PackBits). */
function unpackBits(packed: Uint8Array, target: Uint8Array): void {
  let [from, to] = [0, 0];
  while (to < target.length) {
    const head = packed[from++];
    if (head === undefined) throw wrongLength(to, target.length);
    // 128 is no operation.
    if (head === 128) continue;
    const count = head < 128 ? head + 1 : 257 - head;
    if (to + count > target.length) throw wrongLength(to + count, target.length);
    if (head < 128) {
      if (from + count > packed.length) throw wrongLength(to + packed.length - from, target.length);
      for (let i = 0; i < count; i++) target[to++] = packed[from++]!;
    } else {
      const value = packed[from++];
      if (value === undefined) throw wrongLength(to, target.length);
      target.fill(value, to, to + count);
      to += count;
    }
  }
  // Some writers pad to an even length.
  if (packed.length - from > 1) throw moreBehind(packed.length - from);
}

const clearCode = 256;
const endCode = 257;
const firstFree = 258;
const tableSize = 4096;

/**
 * LZW as TIFF has it: codes from the high bit down, 9 to 12 bits, one code earlier wide than GIF's.
 *
 * The table's n-th entry is the n-th string since the last clear code with the byte behind it. Both stand in the output
 * already, one behind the other, so the table is where each string begins, and no more.
 */
function unpackLzw(packed: Uint8Array, target: Uint8Array): void {
  if (packed[0] === 0 && ((packed[1] ?? 0) & 1) === 1)
    throw badImage("LZW data of the old style, from before 1989", "LZW of TIFF 6.0");
  const begins = new Int32Array(tableSize - firstFree + 2);
  const length = target.length;
  // Strings since the last clear code, the first of which has no entry before it; below 0 before the first clear code.
  let strings = -1;
  let [from, to] = [0, 0];
  let [held, bits, width] = [0, 0, 9];
  for (;;) {
    while (bits < width) {
      if (from === packed.length) {
        // Some writers leave out the end code; but then the rows must be complete.
        if (to === length) return;
        throw wrongLength(to, length);
      }
      held = ((held << 8) | packed[from++]!) & 0xffffff;
      bits += 8;
    }
    bits -= width;
    const code = (held >>> bits) & ((1 << width) - 1);
    if (code === endCode) break;
    if (code === clearCode) {
      strings = 0;
      width = 9;
      continue;
    }
    if (strings < 0) throw badImage("LZW data that does not begin with a clear code", "one");
    if (strings < begins.length) begins[strings] = to;
    if (code < clearCode) {
      if (to === length) throw wrongLength(to + 1, length);
      target[to++] = code;
    } else {
      const entry = code - firstFree;
      if (entry >= strings) throw badImage(`LZW code ${code}, which is not in the table yet`, "a known one");
      let source = begins[entry]!;
      const end = to + begins[entry + 1]! - source + 1;
      if (end > length) throw wrongLength(end, length);
      // Byte by byte: the newest entry ends with the first byte of what is being written.
      while (to < end) target[to++] = target[source++]!;
    }
    strings++;
    // One early: TIFF counts the entry that the next code is about to complete.
    if (width < 12 && firstFree + strings >= 1 << width) width++;
  }
  if (to !== length) throw wrongLength(to, length);
}

function wrongLength(found: number, expected: number): Error {
  return badImage(`${found} bytes of unpacked pixels`, `${expected}`);
}

function moreBehind(bytes: number): Error {
  return badImage(`${bytes} bytes behind the packed pixels`, "nothing there");
}
