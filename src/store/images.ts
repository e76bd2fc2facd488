/**
 * Image files to pixels: PNG and TIFF of one grey channel, 8 or 16 bits, as the camera wrote them.
 *
 * sharp decodes; here stands what must not happen on the way. No colour profile, no gamma, no rescaling, and no
 * guess: a file that is not exactly one grey image is refused by name.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { NeuroscreenError } from "../base/errors.ts";
import type { Field } from "../images/fields.ts";
import type { GreyImage, Plane } from "../images/grey.ts";
import { averageArea, scaledSize } from "../images/resize.ts";

// Files are read once, so a cache only holds memory; and many are read side by side, so one thread each is enough.
sharp.cache(false);
sharp.concurrency(1);

/** What an image file says of itself before its pixels are read. */
export type ImageHeader = Pick<GreyImage, "width" | "height" | "bitDepth">;

/**
 * Reads one image.
 *
 * @throws {NeuroscreenError} `bad-image`, naming the file, if it cannot be read, is cut short, or is not one grey image of 8 or 16 bits
 */
export async function readGrey(path: string): Promise<GreyImage> {
  return decodeGrey(await readBytes(path), path);
}

/** The pixels of a file that is already in memory; `path` names it in errors. See {@link readGrey}. */
export async function decodeGrey(bytes: Uint8Array, path: string): Promise<GreyImage> {
  const file = openImage(bytes, path);
  const { bitDepth } = await checkHeader(file, path);
  // An 8-bit file sent through grey16 would come out rescaled.
  const decoded =
    bitDepth === 16 ? file.toColourspace("grey16").raw({ depth: "ushort" }) : file.toColourspace("b-w").raw();
  const { data, info } = await decoded.toBuffer({ resolveWithObject: true }).catch((error: unknown) => {
    throw badImage(path, describeError(error), "a whole file", "Copy or export the image again.", error);
  });
  const { width, height } = info;
  if (data.length !== (width * height * bitDepth) / 8)
    throw badImage(
      path,
      `${data.length} bytes of pixels`,
      `${width} × ${height} of ${bitDepth} bits`,
      "Export it as one grey channel.",
    );
  if (bitDepth === 8)
    return { width, height, bitDepth, pixels: new Uint8Array(data.buffer, data.byteOffset, data.length) };
  // A view of 16-bit numbers must start at an even byte, which a pooled buffer does not promise.
  const aligned = data.byteOffset % 2 === 0 ? data : new Uint8Array(data);
  return { width, height, bitDepth, pixels: new Uint16Array(aligned.buffer, aligned.byteOffset, width * height) };
}

/** Size and bit depth of a file that is already in memory. @throws as {@link readGrey} does, but does not notice pixels that are missing */
export async function decodeHeader(bytes: Uint8Array, path: string): Promise<ImageHeader> {
  return checkHeader(openImage(bytes, path), path);
}

/** The bytes of an image file. @throws {NeuroscreenError} `bad-image` if it is not there or may not be read */
export async function readBytes(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw badImage(
      path,
      describeError(error),
      "a file that can be read",
      "See that it is there and may be read.",
      error,
    );
  });
}

/**
 * Reads the images of one field, averaged down.
 *
 * @param folder the study's folder
 * @param options.size the longer edge after area averaging, in pixels; without it, or for images no larger, they keep their size
 * @returns a plane a stain, all of one size, in grey values of the files' scale; `width` and `height` are the files' own
 * @throws {NeuroscreenError} `bad-image` as {@link readGrey} does, or if the images differ in size or bit depth
 */
export async function readField(
  folder: string,
  field: Field,
  { size }: { readonly size?: number } = {},
): Promise<{ planes: Plane[]; bitDepth: 8 | 16; width: number; height: number }> {
  const images = await Promise.all(field.paths.map((path) => readGrey(join(folder, path))));
  const first = images[0];
  if (first === undefined) throw new Error("unreachable: a field has an image at least");
  for (const [index, image] of images.entries()) {
    if (formatHeader(image) === formatHeader(first)) continue;
    const remedy = "The stains of a field must come from one camera setting.";
    throw badImage(field.paths[index]!, formatHeader(image), `${formatHeader(first)}, as in ${field.paths[0]}`, remedy);
  }
  const { width, height, bitDepth } = first;
  const scaled = size === undefined ? { width, height } : scaledSize(first, size);
  return { planes: images.map((image) => averageArea(image, scaled.width, scaled.height)), bitDepth, width, height };
}

/** `2048 × 2048, 16 bits` */
export function formatHeader({ width, height, bitDepth }: ImageHeader): string {
  return `${width} × ${height}, ${bitDepth} bits`;
}

function openImage(bytes: Uint8Array, path: string): Sharp {
  if (bytes.length === 0)
    throw badImage(path, "an empty file", "a PNG or TIFF file", "Copy or export the image again.");
  return sharp(bytes, { limitInputPixels: false, ignoreIcc: true });
}

async function checkHeader(file: Sharp, path: string): Promise<ImageHeader> {
  const header = await file.metadata().catch((error: unknown) => {
    throw badImage(
      path,
      describeError(error),
      "a PNG or TIFF file of 8 or 16 bits",
      "Copy or export the image again.",
      error,
    );
  });
  const { format, width, height, channels, depth, bitsPerSample, pages = 1 } = header;
  const refuse = (found: string, expected: string) =>
    badImage(
      path,
      found,
      expected,
      "Export it as PNG or TIFF, one grey channel of 8 or 16 bits, one file a channel and field.",
    );
  // JPEG's losses are not the specimen's, and its sharp edges are what a network looks at.
  if (format !== "png" && format !== "tiff") throw refuse(`${format} data`, "a PNG or TIFF file");
  if (pages > 1) throw refuse(`${pages} pages`, "one page");
  if (channels !== 1) throw refuse(`${channels} channels of colour`, "one grey channel");
  if (depth === "uchar" && bitsPerSample === 8) return { width, height, bitDepth: 8 };
  if (depth === "ushort" && bitsPerSample === 16) return { width, height, bitDepth: 16 };
  throw refuse(`${bitsPerSample ?? "unknown"} bits a pixel (${depth})`, "8 or 16 bits without a sign");
}

function badImage(path: string, found: string, expected: string, remedy: string, cause?: unknown): NeuroscreenError {
  const facts = { code: "bad-image", what: `Reading the image ${path}`, found, expected, remedy };
  return new NeuroscreenError(cause === undefined ? facts : { ...facts, cause });
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message.trim().replaceAll(/\s*\n\s*/g, "; ") : String(error);
}
