/**
 * PNG files of one grey channel, 1 to 16 bits, to the last bit what was written into them.
 *
 * Every checksum is checked, and the pixels must come to exactly the bytes that the header promises. Gamma, colour profiles and
 * background are about showing a picture, and are left alone; a file with transparency or colour is refused.
 *
 * @see Portable Network Graphics (PNG) Specification, third edition (W3C, 2025)
 */
import { crc32 } from "node:zlib";
import type { GreyImage } from "../images/grey.ts";
import { inflateExactly, mostBytesOfOne } from "./decode-codecs.ts";
import { type Part, type Reading, readParts } from "./decode-parts.ts";
import { plausiblePixelSize } from "./decode-pixel-size.ts";
import { badImage, otherImage } from "./decode-refusal.ts";
import { emptySamples, mostPixels, rowLength, type Samples, unpackRows } from "./decode-samples.ts";

export interface PngHeader extends Pick<GreyImage, "width" | "height" | "bitDepth"> {
  readonly pixelSizeMicrometres: number | null;
}

interface PngFile {
  readonly header: PngHeader;
  /** Bits of a sample, 1 to 16. */
  readonly bits: number;
  readonly isInterlaced: boolean;
  /** Where the compressed pixels lie. */
  readonly data: readonly Part[];
}

/** More chunks than a gigabyte of pixels is written in; a file of empty ones would keep us busy. */
const mostChunks = 2 ** 18;

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether a file begins as a PNG file does. */
export function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, i) => bytes[i] === byte);
}

/** What the header of a PNG file says, read up to its first pixels. @throws {ImageRefusal} as {@link decodePng} does */
export function* readPngHeader(): Reading<PngHeader> {
  return (yield* readChunks("before pixels")).header;
}

/**
 * The pixels of a PNG file.
 *
 * @throws {ImageRefusal} if the file is cut short or a checksum is wrong, or if it is not one grey image without transparency
 */
export function decodePng(bytes: Uint8Array): GreyImage & PngHeader {
  const { header, bits, isInterlaced, data } = readParts(bytes, readChunks("to the end"));
  const { width, height } = header;
  const passes = (isInterlaced ? adam7 : [wholeImage]).map(({ left, top, right, down }) => ({
    ...{ left, top, right, down },
    width: Math.ceil((width - left) / right),
    height: Math.ceil((height - top) / down),
  }));
  // A pass without pixels has no filter bytes either.
  const filled = passes.filter((pass) => pass.width > 0 && pass.height > 0);
  const length = filled.reduce((sum, pass) => sum + pass.height * (1 + rowLength({ width: pass.width, bits })), 0);
  const packed = joined(data.map((part) => bytes.subarray(part.offset, part.offset + part.length)));
  if (packed.length * mostBytesOfOne < length)
    throw badImage(`${packed.length} bytes of compressed pixels`, `${length} bytes of pixels in them`);
  const filtered = inflateExactly(packed, length);
  if (!isInterlaced) return { ...header, pixels: unfilter(filtered, { width, bits }) };
  const pixels = emptySamples(width * height, bits);
  let at = 0;
  for (const pass of filled) {
    const end = at + pass.height * (1 + rowLength({ width: pass.width, bits }));
    const samples = unfilter(filtered.subarray(at, end), { width: pass.width, bits });
    for (let y = 0, from = 0; y < pass.height; y++) {
      const row = (pass.top + y * pass.down) * width + pass.left;
      for (let x = 0; x < pass.width; x++) pixels[row + x * pass.right] = samples[from++]!;
    }
    at = end;
  }
  return { ...header, pixels };
}

/** The pixels of a pass: every `right`-th and `down`-th from the first. */
interface Pass {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly down: number;
}

const wholeImage: Pass = { left: 0, top: 0, right: 1, down: 1 };
const adam7: readonly Pass[] = [
  { left: 0, top: 0, right: 8, down: 8 },
  { left: 4, top: 0, right: 8, down: 8 },
  { left: 0, top: 4, right: 4, down: 8 },
  { left: 2, top: 0, right: 4, down: 4 },
  { left: 0, top: 2, right: 2, down: 4 },
  { left: 1, top: 0, right: 2, down: 2 },
  { left: 0, top: 1, right: 1, down: 2 },
];

/** A file is its signature and chunks: a length, four letters, data, and a sum over letters and data. */
function* readChunks(until: "before pixels" | "to the end"): Reading<PngFile> {
  if (!isPng(yield { offset: 0, length: 8 })) throw badImage("other first bytes", "a PNG file");
  let file: Omit<PngFile, "data"> | undefined;
  const data: Part[] = [];
  let isBehindData = false;
  for (let offset = 8, count = 0; ; count++) {
    if (count === mostChunks) throw badImage(`over ${mostChunks} chunks`, "fewer");
    const head = viewOf(yield { offset, length: 8 });
    const length = head.getUint32(0);
    const kind = String.fromCharCode(...[4, 5, 6, 7].map((at) => head.getUint8(at)));
    if (until === "before pixels" && kind === "IDAT" && file !== undefined) return { ...file, data };
    const body = yield { offset: offset + 4, length: 4 + length + 4 };
    if (crc32(body.subarray(0, 4 + length)) !== viewOf(body).getUint32(4 + length))
      throw badImage(`a wrong checksum of its chunk ${JSON.stringify(kind)}`, "a right one");
    const content = viewOf(body.subarray(4, 4 + length));
    if (file === undefined) {
      if (kind !== "IHDR" || length !== 13) throw badImage(`${JSON.stringify(kind)} first`, "the header IHDR");
      file = readHeaderChunk(content);
    } else if (kind === "IDAT") {
      if (isBehindData) throw badImage("pixels in two places", "one row of IDAT chunks");
      data.push({ offset: offset + 8, length });
    } else if (kind === "tRNS") throw otherImage("transparency", "grey values only");
    else if (kind === "acTL") throw otherImage("an animation", "one image");
    else if (kind === "pHYs" && length === 9) file = { ...file, header: { ...file.header, ...pixelSizeOf(content) } };
    else if (kind === "IEND") {
      if (data.length === 0) throw badImage("no pixels", "pixels");
      return { ...file, data };
    } else if (isCritical(kind)) throw badImage(`the chunk ${JSON.stringify(kind)}`, "chunks of a grey image");
    isBehindData ||= data.length > 0 && kind !== "IDAT";
    offset += 12 + length;
  }
}

function readHeaderChunk(content: DataView): Omit<PngFile, "data"> {
  const [width, height] = [content.getUint32(0), content.getUint32(4)];
  const [bits, colour, compression, filter, interlace] = [8, 9, 10, 11, 12].map((at) => content.getUint8(at));
  if (colour !== 0) {
    const kind = (
      { 2: "3 channels of colour", 3: "a palette of colours", 4: "transparency", 6: "4 channels of colour" } as const
    )[colour!];
    throw kind ? otherImage(kind, "one grey channel") : badImage(`colour type ${colour}`, "one of PNG's");
  }
  if (![1, 2, 4, 8, 16].includes(bits!)) throw badImage(`${bits} bits a pixel`, "1, 2, 4, 8 or 16");
  if (compression !== 0 || filter !== 0 || interlace! > 1) throw badImage("an unknown way of packing", "PNG's own");
  if (width === 0 || height === 0 || width * height > mostPixels)
    throw badImage(`${width} × ${height} pixels`, `1 to ${mostPixels}`);
  const bitDepth = bits! <= 8 ? 8 : 16;
  return {
    header: { width, height, bitDepth, pixelSizeMicrometres: null },
    bits: bits!,
    isInterlaced: interlace === 1,
  };
}

/** pHYs: pixels a metre across and down, where its unit is 1. */
function pixelSizeOf(content: DataView): Pick<PngHeader, "pixelSizeMicrometres"> {
  const [x, y, unit] = [content.getUint32(0), content.getUint32(4), content.getUint8(8)];
  return { pixelSizeMicrometres: unit === 1 ? plausiblePixelSize(1e6 / x, x / y) : null };
}

/** A capital first letter: a reader that does not know the chunk cannot read the image. */
function isCritical(kind: string): boolean {
  return /^[A-Z]/.test(kind);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

/** Undoes the filters: each row begins with how its bytes differ from those to the left, above, and left above. */
function unfilter(filtered: Uint8Array, { width, bits }: { readonly width: number; readonly bits: number }): Samples {
  const stride = rowLength({ width, bits });
  const step = bits === 16 ? 2 : 1;
  const height = filtered.length / (stride + 1);
  const rows = new Uint8Array(height * stride);
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const from = y * (stride + 1);
    const row = rows.subarray(y * stride, (y + 1) * stride);
    const filter = filters[filtered[from]!];
    if (filter === undefined) throw badImage(`the row filter ${filtered[from]}`, "0 to 4");
    row.set(filtered.subarray(from + 1, from + 1 + stride));
    filter(row, above, step);
    above = row;
  }
  return unpackRows(rows, { width, bits, isBigEndian: true });
}

/** By PNG's number: none, left, above, mean of both, Paeth. All but the first add to a row that holds differences, modulo 256. */
const filters: Readonly<Record<number, (row: Uint8Array, above: Uint8Array, step: number) => void>> = {
  0: () => {},
  1: (row, _above, step) => {
    for (let i = step; i < row.length; i++) row[i]! += row[i - step]!;
  },
  2: (row, above) => {
    for (let i = 0; i < row.length; i++) row[i]! += above[i]!;
  },
  3: (row, above, step) => {
    for (let i = 0; i < step; i++) row[i]! += above[i]! >> 1;
    for (let i = step; i < row.length; i++) row[i]! += (row[i - step]! + above[i]!) >> 1;
  },
  4: (row, above, step) => {
    for (let i = 0; i < step; i++) row[i]! += above[i]!;
    for (let i = step; i < row.length; i++) row[i]! += paeth(row[i - step]!, above[i]!, above[i - step]!);
  },
};

/** Of left, above and left above, the one nearest to left + above − left above; at a tie the earlier. */
function paeth(left: number, above: number, corner: number): number {
  const [toLeft, toAbove, toCorner] = [
    Math.abs(above - corner),
    Math.abs(left - corner),
    Math.abs(left + above - corner - corner),
  ];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
