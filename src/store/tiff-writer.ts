/**
 * Grey images to TIFF files as an IN Cell Analyzer writes them: one page, little-endian, uncompressed.
 *
 * Uncompressed on purpose. The bytes then depend on the pixels alone and not on the version of a compression library, every file of
 * a size is equally long whatever it shows, and reading is a view of the file and no work. No date and no name stand inside.
 */

/** An image to write; 16 bits, or 8 for masks of yes and no. */
export interface WritableImage {
  readonly width: number;
  readonly height: number;
  /** Row by row, 0 black. */
  readonly pixels: Uint16Array | Uint8Array;
  /** The side of a pixel in the specimen. */
  readonly pixelSizeMicrometres: number;
}

const software = "neuroscreen simulate\0";

// TIFF 6.0: the header's 8 bytes, the directory, what does not fit into it, the pixels in one strip.
const entryCount = 13;
const directoryAt = 8;
const softwareAt = directoryAt + 2 + 12 * entryCount + 4;
const resolutionAt = softwareAt + software.length + (software.length % 2);
/** Where the pixels begin, a multiple of 16 so that they can be read as numbers where they lie. */
const pixelsAt = Math.ceil((resolutionAt + 16) / 16) * 16;

/** How long the file of an image is. */
export function tiffLength({
  width,
  height,
  bytesPerPixel,
}: {
  readonly width: number;
  readonly height: number;
  readonly bytesPerPixel: 1 | 2;
}): number {
  return pixelsAt + width * height * bytesPerPixel;
}

/** The bytes of a TIFF file; `images.ts` reads the same pixels and pixel size back. */
export function encodeTiff({ width, height, pixels, pixelSizeMicrometres }: WritableImage): Uint8Array {
  if (pixels.length !== width * height)
    throw new Error(`unreachable: ${pixels.length} pixels for ${width} × ${height}`);
  const bytes = new Uint8Array(pixelsAt + pixels.byteLength);
  const view = new DataView(bytes.buffer);
  const short = (at: number, value: number) => view.setUint16(at, value, true);
  const long = (at: number, value: number) => view.setUint32(at, value, true);
  bytes.set([0x49, 0x49, 42, 0]);
  long(4, directoryAt);
  short(directoryAt, entryCount);
  const entries: readonly (readonly [tag: number, type: 2 | 3 | 4 | 5, value: number, count?: number])[] = [
    [256, 4, width],
    [257, 4, height],
    [258, 3, 8 * pixels.BYTES_PER_ELEMENT],
    [259, 3, 1], // no compression
    [262, 3, 1], // 0 is black
    [273, 4, pixelsAt],
    [277, 3, 1], // samples a pixel
    [278, 4, height], // one strip
    [279, 4, pixels.byteLength],
    [282, 5, resolutionAt],
    [283, 5, resolutionAt + 8],
    [296, 3, 3], // pixels a centimetre
    [305, 2, softwareAt, software.length],
  ];
  for (const [i, [tag, type, value, count = 1]] of entries.entries()) {
    const at = directoryAt + 2 + 12 * i;
    short(at, tag);
    short(at + 2, type);
    long(at + 4, count);
    if (type === 3) short(at + 8, value);
    else long(at + 8, value);
  }
  bytes.set(new TextEncoder().encode(software), softwareAt);
  const [numerator, denominator] = pixelsACentimetre(pixelSizeMicrometres);
  for (const at of [resolutionAt, resolutionAt + 8]) {
    long(at, numerator);
    long(at + 4, denominator);
  }
  putLittleEndian(bytes, pixels);
  return bytes;
}

/** 10,000 / µm as a fraction of whole numbers, the pixel's side rounded to a hundred-thousandth of a micrometre. */
function pixelsACentimetre(micrometres: number): [numerator: number, denominator: number] {
  return [10_000 * 1e5, Math.max(1, Math.round(micrometres * 1e5))];
}

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function putLittleEndian(bytes: Uint8Array, pixels: Uint16Array | Uint8Array): void {
  if (isLittleEndian || pixels.BYTES_PER_ELEMENT === 1)
    bytes.set(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength), pixelsAt);
  else {
    const view = new DataView(bytes.buffer);
    for (const [i, value] of pixels.entries()) view.setUint16(pixelsAt + 2 * i, value, true);
  }
}
