/** Writes small TIFF files of any layout, for tests: what they hold is known to the last bit, and any entry can be made to lie. */
import { deflateSync } from "node:zlib";

export interface TiffPlan {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  /** Row by row; each of `bits` bits. */
  readonly pixels: readonly number[];
  readonly isBigEndian?: boolean;
  readonly isBig?: boolean;
  readonly compression?: 1 | 5 | 8 | 32773;
  readonly predictor?: 1 | 2;
  /** Rows a strip. */
  readonly rows?: number;
  /** Tiles of this size in place of strips. */
  readonly tile?: readonly [width: number, height: number];
  /** Bytes put between strips, so that they are not in one piece. */
  readonly gap?: number;
  /** Changes what a strip or tile holds once it is packed. */
  readonly spoil?: (packed: number[], index: number) => number[];
  /** Entries that replace or join the right ones, by tag; null leaves one out. */
  readonly entries?: Readonly<Record<number, TiffEntry | null>>;
  /** A further directory for each, of the same pixels, with these entries in place of the first one's. */
  readonly pages?: readonly Readonly<Record<number, TiffEntry | null>>[];
}

/** Type and values: 2 text, 3 SHORT, 4 LONG, 5 RATIONAL, 16 LONG8. */
export type TiffEntry = readonly [
  type: 2 | 3 | 4 | 5 | 16,
  values: string | readonly (number | readonly [number, number])[],
];

const sizes = { 2: 1, 3: 2, 4: 4, 5: 8, 16: 8 } as const;

export function writeTiff(plan: TiffPlan): Uint8Array {
  const { width, height, bits, isBigEndian = false, isBig = false, compression = 1, predictor = 1, tile } = plan;
  const { rows = height, gap = 0, spoil = (packed) => packed } = plan;
  const [blockWidth, blockHeight] = tile ?? [width, rows];
  const bytes: number[] = [];
  const put = (at: number, size: number, value: number) => {
    const own = Array.from({ length: size }, (_, i) => Math.floor(value / 2 ** (8 * i)) % 256);
    for (const [i, byte] of (isBigEndian ? own.reverse() : own).entries()) bytes[at + i] = byte;
  };
  const write = (values: readonly number[], size: number) => {
    for (const value of values) put(bytes.length, size, value);
  };
  bytes.push(...Buffer.from(isBigEndian ? "MM" : "II"));
  write([isBig ? 43 : 42], 2);
  if (isBig) write([8, 0], 2);
  const pointer = isBig ? 8 : 4;
  let link = bytes.length;
  write([0], pointer);

  const [offsets, lengths]: number[][] = [[], []];
  for (let top = 0; top < height; top += blockHeight) {
    for (let left = 0; left < width; left += blockWidth) {
      const rowsHere = tile ? blockHeight : Math.min(blockHeight, height - top);
      const block: number[] = [];
      for (let y = 0; y < rowsHere; y++) {
        // A tile beyond the image's edge is filled with what nobody may see.
        const row = Array.from({ length: blockWidth }, (_, x) =>
          left + x < width && top + y < height ? plan.pixels[(top + y) * width + left + x]! : 2 ** bits - 1,
        );
        const written =
          predictor === 1
            ? row
            : row.map((value, x) => (x === 0 ? value : (value - row[x - 1]! + 2 ** bits) % 2 ** bits));
        block.push(...packRow(written, bits, isBigEndian));
      }
      const packed = spoil(pack(block, compression), offsets!.length);
      offsets!.push(bytes.length);
      lengths!.push(packed.length);
      bytes.push(...packed, ...Array(gap).fill(0xaa));
      // Offsets are even where TIFF asks for it.
      if (bytes.length % 2 === 1) bytes.push(0);
    }
  }

  const entries: Record<number, TiffEntry | null> = {
    256: [4, [width]],
    257: [4, [height]],
    258: [3, [bits]],
    259: [3, [compression]],
    262: [3, [1]],
    277: [3, [1]],
    317: [3, [predictor]],
    ...(tile
      ? { 322: [3, [tile[0]]], 323: [3, [tile[1]]], 324: [4, offsets!], 325: [4, lengths!] }
      : { 273: [4, offsets!], 278: [4, [rows]], 279: [4, lengths!] }),
    ...plan.entries,
  };
  for (const others of [{}, ...(plan.pages ?? [])]) {
    const present = Object.entries({ ...entries, ...others }).flatMap(([tag, entry]) =>
      entry === null ? [] : [{ tag: Number(tag), entry }],
    );
    const start = bytes.length;
    put(link, pointer, start);
    write([present.length], isBig ? 8 : 2);
    const tableEnd = bytes.length + present.length * (isBig ? 20 : 12) + pointer;
    const table: { at: number; entry: TiffEntry }[] = [];
    for (const { tag, entry } of present) {
      const [type, values] = entry;
      write([tag, type], 2);
      write([typeof values === "string" ? values.length + 1 : values.length], pointer);
      table.push({ at: bytes.length, entry });
      write([0], pointer);
    }
    link = bytes.length;
    write([0], pointer);
    if (bytes.length !== tableEnd) throw new Error("the writer of tests miscounts");
    for (const { at, entry } of table) {
      const [type, values] = entry;
      const flat = typeof values === "string" ? [...Buffer.from(`${values}\0`, "latin1")] : values.flat();
      const size = type === 5 ? 4 : sizes[type];
      const isInline = flat.length * size <= pointer;
      const place = isInline ? at : bytes.length;
      if (!isInline) put(at, pointer, place);
      for (const [i, value] of flat.entries()) put(place + i * size, size, value);
    }
  }
  return Uint8Array.from(bytes);
}

function packRow(row: readonly number[], bits: number, isBigEndian: boolean): number[] {
  if (bits === 16) return row.flatMap((value) => (isBigEndian ? [value >> 8, value & 255] : [value & 255, value >> 8]));
  const text = row.map((value) => value.toString(2).padStart(bits, "0")).join("");
  return (text.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2));
}

function pack(block: readonly number[], compression: 1 | 5 | 8 | 32773): number[] {
  if (compression === 8) return [...deflateSync(Uint8Array.from(block))];
  if (compression === 5) return packLzw(block);
  return compression === 32773 ? packBits(block) : [...block];
}

function packBits(block: readonly number[]): number[] {
  const packed: number[] = [];
  for (let i = 0; i < block.length; ) {
    let run = 1;
    while (run < 128 && block[i + run] === block[i]) run++;
    if (run > 1) packed.push(257 - run, block[i]!);
    else packed.push(0, block[i]!);
    i += run;
  }
  return packed;
}

/** LZW by the book: a table of strings, as text. */
function packLzw(block: readonly number[]): number[] {
  let text = "";
  let table = new Map<string, number>();
  let width = 9;
  const emit = (code: number) => {
    text += code.toString(2).padStart(width, "0");
  };
  const clear = () => {
    emit(256);
    table = new Map(Array.from({ length: 256 }, (_, byte) => [String.fromCharCode(byte), byte]));
    width = 9;
  };
  clear();
  let word = "";
  for (const byte of block) {
    const longer = word + String.fromCharCode(byte);
    if (table.has(longer)) {
      word = longer;
      continue;
    }
    emit(table.get(word)!);
    const next = table.size + 2;
    table.set(longer, next);
    if (next === 511 || next === 1023 || next === 2047) width++;
    if (next === 4094) clear();
    word = String.fromCharCode(byte);
  }
  emit(table.get(word)!);
  // The decoder makes one more entry of the last word.
  const next = table.size + 2;
  if (next === 511 || next === 1023 || next === 2047) width++;
  emit(257);
  return (text.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2));
}
