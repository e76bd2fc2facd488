/**
 * TIFF files of one grey channel, 1 to 16 bits, to the last bit what the camera wrote.
 *
 * The directory decides before a pixel is touched; what one grey channel cannot hold is refused with its reason. Strips of
 * plain little-endian pixels that lie one behind the other, what most microscopes write, are not copied at all. Values are
 * never changed: MinIsWhite is not inverted, since it says how to show a picture and not what was measured; 12 bits keep their
 * scale of 4,096.
 */
import type { GreyImage } from "../images/grey.ts";
import { codecs, mostBytesOfOne, otherCompressions } from "./decode-codecs.ts";
import { type Part, type Reading, readParts } from "./decode-parts.ts";
import { tiffPixelSize } from "./decode-pixel-size.ts";
import { badImage, otherImage } from "./decode-refusal.ts";
import { emptySamples, mostPixels, rowLength, type Samples, unpackRows } from "./decode-samples.ts";
import { readDirectories, type TiffFile, type TiffPage } from "./tiff-directory.ts";

/** The image of a file, seen to be one that we can read. */
interface GreyPage extends TiffPage {
  readonly isBigEndian: boolean;
  readonly bits: number;
}

/** Whether a file begins as a TIFF file does, classic or BigTIFF. */
export function isTiff(bytes: Uint8Array): boolean {
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  return ["II*\0", "II+\0", "MM\0*", "MM\0+"].includes(start);
}

/** What the header of a TIFF file of `size` bytes says, checked as {@link decodeTiff} checks it before it touches a pixel. */
export function* readTiffHeader(size: number): Reading<{ page: GreyPage; header: TiffHeader }> {
  const file = yield* readDirectories(size);
  const page = greyPage(file);
  const { width, height, bits } = page;
  return { page, header: { width, height, bitDepth: bits <= 8 ? 8 : 16, pixelSizeMicrometres: tiffPixelSize(page) } };
}

interface TiffHeader extends Pick<GreyImage, "width" | "height" | "bitDepth"> {
  readonly pixelSizeMicrometres: number | null;
}

/**
 * The pixels of a TIFF file. They may be a view of `bytes`.
 *
 * @throws {ImageRefusal} if the file is cut short or contradicts itself, or is not one grey image of 1 to 16 bits without a
 *   sign, uncompressed or in LZW, Deflate or PackBits
 */
export function decodeTiff(bytes: Uint8Array): GreyImage & TiffHeader {
  const { page, header } = readParts(bytes, readTiffHeader(bytes.length));
  const pixels = page.block.isTile ? decodeTiles(bytes, page) : decodeStrips(bytes, page);
  return { ...header, pixels };
}

/** What sample formats are called; TIFF asks to read 4, unknown, as if nothing were said. */
const formats: Readonly<Record<number, string>> = {
  ...{ 1: "", 2: " with a sign", 3: " of floating point", 4: "", 5: ", complex", 6: ", complex" },
};

/** The one page that is an image, if one grey channel can hold it. */
function greyPage({ image: page, imageCount, isBigEndian, parts }: TiffFile): GreyPage {
  if (page === null) throw otherImage("a smaller copy or a mask only", "an image");
  const planes = imageCount > 1 ? imageCount : page.planes;
  if (planes !== 1) throw otherImage(`${planes} pages`, "one page");
  const { samplesPerPixel, photometric, compression, predictor } = page;
  if (samplesPerPixel !== 1) throw otherImage(`${samplesPerPixel} channels of colour`, "one grey channel");
  const [bits, format] = [page.bitsPerSample[0], page.sampleFormat[0]];
  if (bits === undefined || page.bitsPerSample.length > 1 || format === undefined || page.sampleFormat.length > 1)
    throw badImage(`${page.bitsPerSample.length} bit depths of one channel`, "one");
  const kind = formats[format];
  if (kind === undefined) throw badImage(`sample format ${format}`, "one of TIFF's");
  if (kind !== "" || bits < 1 || bits > 16)
    throw otherImage(`${bits} bits a pixel${kind}`, "1 to 16 bits without a sign");
  if (photometric === 3) {
    if (!isGreyPalette(page.colourMap, bits)) throw otherImage("a palette of colours", "one grey channel");
  } else if (photometric !== 0 && photometric !== 1)
    throw otherImage(`photometric interpretation ${photometric ?? "left out"}`, "grey values (0 or 1)");
  if (codecs[compression] === undefined)
    throw otherImage(
      `${otherCompressions[compression] ?? `unknown (${compression})`} compression`,
      "no compression, LZW, Deflate or PackBits",
    );
  if (predictor !== 1 && predictor !== 2) throw otherImage(`predictor ${predictor}`, "none, or horizontal differences");
  if (page.fillOrder !== 1) throw otherImage("bits in reverse order", "the high bit first");
  for (const { width, height } of [page, page.block])
    if (width * height > mostPixels) throw badImage(`${width} × ${height} pixels`, `at most ${mostPixels}`);
  const grey: GreyPage = { ...page, isBigEndian, bits };
  checkBlocks(grey, parts);
  return grey;
}

/** Whether a palette shows each value as itself, black to white: programs write that for plain grey. */
function isGreyPalette(colourMap: readonly number[], bits: number): boolean {
  const count = 2 ** bits;
  if (bits > 8 || colourMap.length !== 3 * count) return false;
  return colourMap.every((value, i) => value >> 8 === Math.floor(((i % count) * 255) / (count - 1)));
}

/**
 * The strips or tiles must hold what their rows need, as far as that can be told without decoding, and lie in no other's place,
 * nor in the directory's: an offset that went astray would pass for pixels.
 */
function checkBlocks(page: GreyPage, parts: readonly Part[]): void {
  const { block, blocks, bits, compression } = page;
  for (const [i, { length }] of blocks.entries()) {
    const needed = rowLength({ width: block.width, bits }) * rowsOf(page, i);
    if (compression === 1 ? length !== needed : length * mostBytesOfOne < needed)
      throw badImage(`${length} bytes in a ${block.isTile ? "tile" : "strip"}`, `${needed} bytes of pixels`);
  }
  const places = [
    ...parts.map(({ offset, length }) => ({ offset, end: offset + length, isBlock: false })),
    ...blocks.map(({ offset, length }) => ({ offset, end: offset + length, isBlock: true })),
  ];
  places.sort((a, b) => a.offset - b.offset);
  let [end, endOfBlocks] = [0, 0];
  for (const place of places) {
    if (place.offset < (place.isBlock ? end : endOfBlocks) && place.end > place.offset)
      throw badImage("pixels in the place of other pixels or of the header", "each in a place of its own");
    end = Math.max(end, place.end);
    if (place.isBlock) endOfBlocks = end;
  }
}

/** Rows in a strip or tile: as many as the file says, but the last strip ends with the image. */
function rowsOf({ block, height }: TiffPage, index: number): number {
  return block.isTile ? block.height : Math.min(block.height, height - index * block.height);
}

/** Strips are rows behind rows, so they are decoded one behind the other and unpacked together. */
function decodeStrips(bytes: Uint8Array, page: GreyPage): Samples {
  const { width, height, blocks, bits, compression, predictor } = page;
  const stride = rowLength({ width, bits });
  const first = blocks[0]!;
  const isPlain = compression === 1 && predictor === 1;
  if (isPlain && blocks.every(({ offset }, i) => i === 0 || offset === endOf(blocks[i - 1]!)))
    return unpackRows(bytes.subarray(first.offset, first.offset + height * stride), page);
  const rows = new Uint8Array(height * stride);
  let at = 0;
  for (const [i, { offset, length }] of blocks.entries()) {
    const needed = rowsOf(page, i) * stride;
    codecs[compression]!(bytes.subarray(offset, offset + length), rows.subarray(at, at + needed));
    at += needed;
  }
  const samples = unpackRows(rows, page);
  if (predictor === 2) addDifferences(samples, width, bits);
  return samples;
}

function endOf({ offset, length }: Part): number {
  return offset + length;
}

function decodeTiles(bytes: Uint8Array, page: GreyPage): Samples {
  const { width, height, block, blocks, bits, compression, predictor, isBigEndian } = page;
  const samples = emptySamples(width * height, bits);
  const across = Math.ceil(width / block.width);
  const packed = new Uint8Array(rowLength({ width: block.width, bits }) * block.height);
  for (const [i, { offset, length }] of blocks.entries()) {
    codecs[compression]!(bytes.subarray(offset, offset + length), packed);
    const tile = unpackRows(packed, { width: block.width, bits, isBigEndian });
    if (predictor === 2) addDifferences(tile, block.width, bits);
    const [left, top] = [(i % across) * block.width, Math.floor(i / across) * block.height];
    const [columns, rows] = [Math.min(block.width, width - left), Math.min(block.height, height - top)];
    for (let y = 0; y < rows; y++)
      samples.set(tile.subarray(y * block.width, y * block.width + columns), (top + y) * width + left);
  }
  return samples;
}

/** Undoes horizontal differences: each value but a row's first was written as its distance from the one before, modulo 2^bits. */
function addDifferences(samples: Samples, width: number, bits: number): void {
  const mask = 2 ** bits - 1;
  for (let row = 0; row < samples.length; row += width) {
    let value = 0;
    for (let i = row; i < row + width; i++) {
      value = (value + samples[i]!) & mask;
      samples[i] = value;
    }
  }
}
