/**
 * Image files to pixels: PNG and TIFF of one grey channel, as the camera wrote them.
 *
 * The decoders are ours (`tiff.ts`, `png.ts`) because they must be stricter than one for photographs: no colour profile, no gamma,
 * no rescaling, nothing filled up, and no guess. A file that is not exactly one whole grey image is refused by name.
 */
import { type FileHandle, open } from "node:fs/promises";
import { resolve } from "node:path";
import { NeuroscreenError } from "../base/errors.ts";
import { formatShape, type ImageShape } from "../images/alike.ts";
import type { Field } from "../images/fields.ts";
import type { GreyImage, Plane } from "../images/grey.ts";
import { averageArea, scaledSize } from "../images/resize.ts";
import { type Reading, readFully, readParts, readPartsOf } from "./decode-parts.ts";
import { badImage, ImageRefusal, otherImage, plainRefusal } from "./decode-refusal.ts";
import { sha256 } from "./files.ts";
import { decodePng, isPng, readPngHeader } from "./png.ts";
import { decodeTiff, isTiff, readTiffHeader } from "./tiff.ts";

/** Longer files are refused: a camera's field has some ten megabytes. */
const longestFile = 2 ** 30;

/** What an image file says of itself before its pixels are read: with the size of a pixel on the specimen, where it is stated. */
export type CalibratedHeader = ImageShape & { readonly pixelSizeMicrometres: number | null };

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
 * @throws {NeuroscreenError} `bad-image`, naming the file, if it is damaged, or is not one grey image of 1 to 16 bits without a
 *   sign; `unreadable-image` if the system does not give it
 */
export async function readGrey(path: string): Promise<GreyImage> {
  const { width, height, bitDepth, pixels } = decodeGrey(await readBytes({ path }), path);
  return { width, height, bitDepth, pixels };
}

/** The image in a file that is already in memory; `path` names it in errors. The pixels may be a view of `bytes`. See {@link readGrey}. */
export function decodeGrey(bytes: Uint8Array, path: string): GreyImage & CalibratedHeader {
  return naming({ path }, () => decode(bytes));
}

/** The header of a file that is already in memory. @throws as {@link readGrey} does, but does not notice pixels that are damaged */
export function decodeHeader(bytes: Uint8Array, path: string): CalibratedHeader {
  return naming({ path }, () => readParts(bytes, headerOf(bytes.subarray(0, longestMark), bytes.length)));
}

/**
 * The header of an image file, from as few of its bytes as will do.
 *
 * @param file how the caller names the file, for the error
 * @throws as {@link readGrey} does, but does not notice pixels that are damaged; those that are cut off it does in TIFF
 */
export async function readHeader(path: string, file?: string): Promise<CalibratedHeader> {
  return withFile(file === undefined ? { path } : { path, file }, async (file, size) => {
    const mark = new Uint8Array(Math.min(size, longestMark));
    await readFully(file, mark, 0);
    return readPartsOf(file, size, headerOf(mark, size));
  });
}

/** A file, and how whoever asked named it. */
interface NamedFile {
  readonly path: string;
  readonly file?: string;
}

/** The bytes of an image file. @throws {NeuroscreenError} `unreadable-image`; `bad-image` if it is over a gigabyte */
async function readBytes(named: NamedFile): Promise<Uint8Array> {
  return withFile(named, async (file, size) => {
    // Not from a pool: pixels may be a view of these bytes, and live as long.
    const bytes = new Uint8Array(size);
    await readFully(file, bytes, 0);
    return bytes;
  });
}

/** A field as {@link readField} gives it. */
export interface FieldImages extends ImageShape {
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
 * @throws {NeuroscreenError} as {@link readGrey} does; `image-odd` if the images differ in size or bit depth; each with the field's own
 *   path as the error's `file`
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
    const { pixels, ...header } = naming({ path: resolve(folder, path), file: path }, () => decode(bytes));
    files.push({ path, bytes: bytes.length, sha256: sha256(bytes), ...header });
    const first = files[0]!;
    if (formatShape(header) !== formatShape(first))
      throw new NeuroscreenError({
        code: "image-odd",
        what: `Reading the image ${path}`,
        found: formatShape(header),
        expected: `${formatShape(first)}, as in ${first.path}`,
        remedy: "The stains of a field must come from one camera setting.",
        file: path,
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
    const bytes = path === undefined ? undefined : readBytes({ path: resolve(folder, path), file: path });
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

function decode(bytes: Uint8Array): GreyImage & CalibratedHeader {
  return kindOf(bytes) === "PNG" ? decodePng(bytes) : decodeTiff(bytes);
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

/** Opens an image file to read. @throws {NeuroscreenError} what {@link naming} makes of a refusal; `unreadable-image` */
async function withFile<T>(named: NamedFile, use: (file: FileHandle, size: number) => Promise<T>): Promise<T> {
  try {
    const file = await open(named.path);
    try {
      const { size } = await file.stat();
      if (size > longestFile) throw otherImage(`a file of ${size} bytes`, `at most ${longestFile}`);
      return await use(file, size);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof ImageRefusal) throw refusal(named, error);
    // The system's errors have a code; ours without a name are bugs.
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new NeuroscreenError({
      ...about(named),
      code: "unreadable-image",
      found: systemWords[String(error.code)] ?? `the system's error ${error.code}`,
      expected: "a file that can be read",
      remedy: "See that it is there and may be read, and run it again.",
      cause: error,
    });
  }
}

/** Without the path, so that a study says the same wherever it lies. */
const systemWords: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "a folder",
  EACCES: "a file that you may not read",
  EPERM: "a file that you may not read",
  EBUSY: "a file that another program keeps locked",
  EIO: "a disk that fails",
};

/** Gives the file's name to a refusal. */
function naming<T>(named: NamedFile, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof ImageRefusal) throw refusal(named, error);
    throw error;
  }
}

function refusal(named: NamedFile, error: ImageRefusal): NeuroscreenError {
  return new NeuroscreenError({ ...about(named), code: "bad-image", ...plainRefusal(error) });
}

function about({ path, file }: NamedFile): { what: string; file?: string } {
  return { what: `Reading the image ${path}`, ...(file === undefined ? {} : { file }) };
}
