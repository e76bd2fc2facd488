/**
 * A second reading of TIFF files, for tests: slow, plain, forgiving, and written from the specification without a look at ours.
 *
 * It says what a file holds at a pixel, or undefined where it holds nothing there. Nothing is refused.
 */
import { inflateSync } from "node:zlib";

export interface PlainTiff {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  pixel(x: number, y: number): number | undefined;
}

const typeSizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

export function readPlainly(file: Uint8Array): PlainTiff {
  const bytes = Buffer.from(file);
  const isLittle = bytes.toString("latin1", 0, 2) === "II";
  const number = (at: number, size: number) => {
    let value = 0n;
    for (let i = 0; i < size; i++) value |= BigInt(bytes[isLittle ? at + i : at + size - 1 - i] ?? 0) << BigInt(8 * i);
    return Number(value);
  };
  const isBig = number(2, 2) === 43;
  const [word, entrySize, countSize] = isBig ? [8, 20, 8] : [4, 12, 2];
  const directory = number(isBig ? 8 : 4, word);
  const fields = new Map<number, number[]>();
  for (let i = 0; i < number(directory, countSize); i++) {
    const at = directory + countSize + i * entrySize;
    const size = typeSizes[number(at + 2, 2)] ?? 0;
    const count = number(at + 4, word);
    const place = size * count <= word ? at + 4 + word : number(at + 4 + word, word);
    if (size > 0 && count < 1e5)
      fields.set(
        number(at, 2),
        Array.from({ length: count }, (_, k) => number(place + k * size, size)),
      );
  }
  const first = (tag: number, otherwise: number) => fields.get(tag)?.[0] ?? otherwise;
  const [width, height, bits] = [first(256, 0), first(257, 0), first(258, 1)];
  const isTiled = fields.has(322);
  const blockWidth = isTiled ? first(322, 1) : width;
  const blockHeight = isTiled ? first(323, 1) : Math.min(height, first(278, height));
  const across = Math.ceil(width / blockWidth);
  const offsets = fields.get(isTiled ? 324 : 273) ?? [];
  const lengths = fields.get(isTiled ? 325 : 279) ?? [];
  const unpack = unpackers[first(259, 1)] ?? (() => []);
  const rowBytes = Math.ceil((blockWidth * bits) / 8);
  const blocks = new Map<number, number[]>();
  const blockBytes = (index: number) => {
    let known = blocks.get(index);
    if (known === undefined) {
      const [offset, length] = [offsets[index] ?? 0, lengths[index] ?? 0];
      known = unpack([...bytes.subarray(offset, offset + length)]);
      blocks.set(index, known);
    }
    return known;
  };
  /** What is written for a pixel, before differences are added up. */
  const written = (block: readonly number[], x: number, y: number) => {
    let value = 0;
    for (let bit = 0; bit < bits; bit++) {
      const at = x * bits + bit;
      // 16 bits in the file's byte order; else the high bit comes first.
      const byteInRow = bits === 16 && isLittle ? (at >> 3) ^ 1 : at >> 3;
      const byte = block[y * rowBytes + byteInRow];
      if (byte === undefined) return undefined;
      value = value * 2 + ((byte >> (7 - (at & 7))) & 1);
    }
    return value;
  };
  return {
    ...{ width, height, bits },
    pixel(x, y) {
      const block = blockBytes(Math.floor(y / blockHeight) * across + Math.floor(x / blockWidth));
      const [column, row] = [x % blockWidth, y % blockHeight];
      if (first(317, 1) !== 2) return written(block, column, row);
      let sum = 0;
      for (let left = 0; left <= column; left++) {
        const difference = written(block, left, row);
        if (difference === undefined) return undefined;
        sum += difference;
      }
      return sum % 2 ** bits;
    },
  };
}

const unpackers: Readonly<Record<number, (packed: number[]) => number[]>> = {
  1: (packed) => packed,
  5: unpackLzw,
  8: (packed) => [...inflateSync(Uint8Array.from(packed), { maxOutputLength: 1e6 })],
  32946: (packed) => [...inflateSync(Uint8Array.from(packed), { maxOutputLength: 1e6 })],
  32773: (packed) => {
    const plain: number[] = [];
    for (let i = 0; i < packed.length; ) {
      const head = (packed[i++]! << 24) >> 24;
      if (head >= 0) plain.push(...packed.slice(i, i + head + 1));
      else if (head !== -128) plain.push(...Array(1 - head).fill(packed[i]));
      i += head >= 0 ? head + 1 : head === -128 ? 0 : 1;
    }
    return plain;
  },
};

/** The table holds whole strings, and the code's width follows from how many there are. */
function unpackLzw(packed: number[]): number[] {
  const text = packed.map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const plain: number[] = [];
  let table: number[][] = [];
  let last: number[] | undefined;
  for (let at = 0; ; ) {
    const size = table.length;
    const width = size < 511 ? 9 : size < 1023 ? 10 : size < 2047 ? 11 : 12;
    if (at + width > text.length) return plain;
    const code = Number.parseInt(text.slice(at, at + width), 2);
    at += width;
    if (code === 257) return plain;
    if (code === 256) {
      table = Array.from({ length: 258 }, (_, byte) => [byte]);
      last = undefined;
      continue;
    }
    const word: number[] | undefined = code < table.length ? table[code] : last && [...last, last[0]!];
    if (word === undefined || plain.length > 1e6) return plain;
    plain.push(...word);
    if (last !== undefined && table.length < 4096) table.push([...last, word[0]!]);
    last = word;
  }
}
