/**
 * Image files to pixels: PNG and TIFF of one grey channel, as the camera wrote them.
 *
 * The decoders are ours (`tiff.ts`, `png.ts`) because they must be stricter than one for photographs: no colour profile, no gamma,
 * no rescaling, nothing filled up, and no guess. A file that is not exactly one whole grey image is refused by name.
 */
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { NeuroscreenError } from "../base/errors.ts";
import type { Field } from "../images/fields.ts";
import type { GreyImage, Plane } from "../images/grey.ts";
import { averageArea, scaledSize } from "../images/resize.ts";
import { type Reading, readFully, readParts, readPartsOf } from "./decode-parts.ts";
import { badImage, ImageRefusal, otherImage } from "./decode-refusal.ts";
import { sha256 } from "./files.ts";
import { decodePng, isPng, readPngHeader } from "./png.ts";
import { decodeTiff, isTiff, readTiffHeader } from "./tiff.ts";

/** Longer files are refused: a camera's field has some ten megabytes. */
const longestFile = 2 ** 30;

/** What an image file says of itself before its pixels are read. */
export type ImageHeader = Pick<GreyImage, "width" | "height" | "bitDepth">;

/** A header with the size of a pixel on the specimen, where the file states it. */
export type CalibratedHeader = ImageHeader & { readonly pixelSizeMicrometres: number | null };

/** What is known of an image file once it was read. */
export interface FileFacts extends CalibratedHeader {
  /** As in the field: relative to the study's images. */
  readonly path: string;
  /** The file's length. */
  readonly bytes: number;
  /** Of the file's bytes, in hex. */
  readonly sha256: string;
}

/**
 * Reads one image.
 *
 * @throws {NeuroscreenError} `bad-image`, naming the file, if it cannot be read, is damaged, or is not one grey image of 1 to 16
 *   bits without a sign
 */
export async function readGrey(path: string): Promise<GreyImage> {
  const { width, height, bitDepth, pixels } = decodeGrey(await readBytes(path), path);
  return { width, height, bitDepth, pixels };
}

/** The image in a file that is already in memory; `path` names it in errors. The pixels may be a view of `bytes`. See {@link readGrey}. */
export function decodeGrey(bytes: Uint8Array, path: string): GreyImage & CalibratedHeader {
  return naming(path, () => (kindOf(bytes) === "PNG" ? decodePng(bytes) : decodeTiff(bytes)));
}

/** The header of a file that is already in memory. @throws as {@link readGrey} does, but does not notice pixels that are damaged */
export function decodeHeader(bytes: Uint8Array, path: string): CalibratedHeader {
  return naming(path, () => readParts(bytes, headerOf(bytes.subarray(0, longestMark), bytes.length)));
}

/**
 * The header of an image file, from as few of its bytes as will do.
 *
 * @throws as {@link readGrey} does, but does not notice pixels that are damaged; those that are cut off it does in TIFF
 */
export async function readHeader(path: string): Promise<CalibratedHeader> {
  return withFile(path, async (file, size) => {
    const mark = new Uint8Array(Math.min(size, longestMark));
    await readFully(file, mark, 0);
    return readPartsOf(file, size, headerOf(mark, size));
  });
}

/** The bytes of an image file. @throws {NeuroscreenError} `bad-image` if it is not there, may not be read, or is over a gigabyte */
async function readBytes(path: string): Promise<Uint8Array> {
  return withFile(path, async (file, size) => {
    // Not from a pool: pixels may be a view of these bytes, and live as long.
    const bytes = new Uint8Array(size);
    await readFully(file, bytes, 0);
    return bytes;
  });
}

/** A field as {@link readField} gives it. */
export interface FieldImages extends ImageHeader {
  readonly planes: readonly Plane[];
  /** The files that the planes came from, in their order. */
  readonly files: readonly FileFacts[];
}

/**
 * Reads the images of one field, averaged down.
 *
 * @param folder the study's folder
 * @param options.size the longer edge after area averaging, in pixels; without it, or for images no larger, they keep their size
 * @returns a plane a stain, all of one size, in grey values of the files' scale; `width` and `height` are the files' own; the files' facts
 * @throws {NeuroscreenError} `bad-image` as {@link readGrey} does, or if the images differ in size or bit depth
 */
export async function readField(
  folder: string,
  field: Field,
  { size }: { readonly size?: number } = {},
): Promise<FieldImages> {
  const planes: Plane[] = [];
  const files: FileFacts[] = [];
  // One at a time, so that a field takes the memory of two files; the next is read while one is decoded.
  for await (const { path, bytes } of readAhead(folder, field.paths)) {
    const { pixels, ...header } = decodeGrey(bytes, join(folder, path));
    files.push({ path, bytes: bytes.length, sha256: sha256(bytes), ...header });
    const first = files[0]!;
    if (formatHeader(header) !== formatHeader(first))
      throw refusal(path, {
        found: formatHeader(header),
        expected: `${formatHeader(first)}, as in ${first.path}`,
        remedy: "The stains of a field must come from one camera setting.",
      });
    const scaled = size === undefined ? header : scaledSize(header, size);
    planes.push(averageArea({ ...header, pixels }, scaled.width, scaled.height));
  }
  const { width, height, bitDepth } = files[0]!;
  return { planes, bitDepth, width, height, files };
}

async function* readAhead(
  folder: string,
  paths: readonly string[],
): AsyncGenerator<{ path: string; bytes: Uint8Array }> {
  const read = (index: number) => {
    const path = paths[index];
    const bytes = path === undefined ? undefined : readBytes(join(folder, path));
    // If the one before is refused, nobody waits for this one.
    bytes?.catch(() => {});
    return bytes;
  };
  let next = read(0);
  for (const [index, path] of paths.entries()) {
    const bytes = await next!;
    next = read(index + 1);
    yield { path, bytes };
  }
}

/** `2048 × 2048, 16 bits` */
function formatHeader({ width, height, bitDepth }: ImageHeader): string {
  return `${width} × ${height}, ${bitDepth} bits`;
}

/** First bytes by which kinds of files are known. */
const marks: Readonly<Record<string, readonly string[]>> = {
  JPEG: ["\xff\xd8\xff"],
  GIF: ["GIF8"],
  BMP: ["BM"],
  "JPEG 2000": ["\0\0\0\x0cjP  "],
  "Zeiss CZI": ["ZISRAWFILE"],
  "Nikon ND2": ["\xda\xce\xbe\x0a"],
  HDF5: ["\x89HDF"],
  ZIP: ["PK\x03\x04"],
};
const longestMark = 16;

/** What a file is by its first bytes, whatever its name says. @throws {ImageRefusal} if it is neither PNG nor TIFF */
function kindOf(bytes: Uint8Array): "PNG" | "TIFF" {
  if (isPng(bytes)) return "PNG";
  if (isTiff(bytes)) return "TIFF";
  if (bytes.length === 0) throw badImage("an empty file", "a PNG or TIFF file");
  const start = String.fromCharCode(...bytes.subarray(0, longestMark));
  const known = Object.keys(marks).find((kind) => marks[kind]!.some((mark) => start.startsWith(mark)));
  // JPEG's losses are not the specimen's, and its sharp edges are what a network looks at.
  throw otherImage(known === undefined ? "something else" : `${known} data`, "a PNG or TIFF file");
}

function* headerOf(start: Uint8Array, size: number): Reading<CalibratedHeader> {
  return kindOf(start) === "PNG" ? yield* readPngHeader() : (yield* readTiffHeader(size)).header;
}

/** Opens an image file to read. @throws {NeuroscreenError} what {@link naming} makes of a refusal, or of the system's */
async function withFile<T>(path: string, use: (file: FileHandle, size: number) => Promise<T>): Promise<T> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > longestFile) throw otherImage(`a file of ${size} bytes`, `at most ${longestFile}`);
      return await use(file, size);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof ImageRefusal) throw refusal(path, error);
    // The system's errors have a code; ours without a name are bugs.
    if (!(error instanceof Error && "code" in error)) throw error;
    const remedy = "See that it is there and may be read.";
    throw refusal(path, { found: error.message, expected: "a file that can be read", remedy }, error);
  }
}

/** Gives the file's name to a refusal. */
function naming<T>(path: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof ImageRefusal) throw refusal(path, error);
    throw error;
  }
}

function refusal(
  path: string,
  { found, expected, remedy }: Pick<ImageRefusal, "found" | "expected" | "remedy">,
  cause?: unknown,
): NeuroscreenError {
  const facts = { code: "bad-image", what: `Reading the image ${path}`, found, expected, remedy };
  return new NeuroscreenError(cause === undefined ? facts : { ...facts, cause });
}
