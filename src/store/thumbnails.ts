/**
 * Small pictures of fields for people: the stains side by side in grey, all fields in the same grey range.
 *
 * Brightness may be compared between the pictures, since a stain has one range for all of them. What the network saw is
 * not this: it had the measured values. JPEG, because every browser shows it and a printed PDF takes its bytes over as
 * they are.
 */
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { isFieldError } from "../images/alike.ts";
import type { Field } from "../images/fields.ts";
import type { Plane } from "../images/grey.ts";
import type { Role } from "../plates/roles.ts";
import { writeAtomically } from "./files.ts";
import { readField } from "./images.ts";

// Pictures are few and each is made once.
sharp.cache(false);
sharp.concurrency(1);

/** A field and where its picture goes. */
export interface Thumbnail {
  readonly field: Field;
  readonly role: Role;
  /** The picture's file, relative to the folder, with `/`: `examples/01.jpg`. */
  readonly image: string;
}

/** How {@link writeThumbnails} makes pictures. */
export interface ThumbnailOptions {
  /** The folder to which the fields' paths are relative. */
  readonly studyFolder: string;
  readonly examples: readonly Thumbnail[];
  /** The most bytes of all pictures together. */
  readonly maxBytes?: number;
}

/** The longer edge of a stain's picture in pixels, and the JPEG quality: the first pair whose files fit is taken, for all alike. */
const settings = [
  { edge: 320, quality: 82 },
  { edge: 320, quality: 70 },
  { edge: 256, quality: 70 },
  { edge: 192, quality: 70 },
  { edge: 128, quality: 70 },
  { edge: 96, quality: 55 },
  { edge: 48, quality: 40 },
] as const;

/** What a picture may be called. */
const imageName = /^(?:examples|explanation)\/[\w-]+\.jpg$/;

/** White pixels between two stains. */
const gap = 4;

/**
 * Writes a picture of each field into the folder. The same images give the same bytes.
 *
 * A stain is black at the 0.5th and white at the 99.8th percentile of the negative control fields among the examples, or of all where
 * there are none. A field that cannot be read gets no picture and is no error: the report says that it is missing.
 */
export async function writeThumbnails(
  folder: string,
  { studyFolder, examples, maxBytes = 2_000_000 }: ThumbnailOptions,
): Promise<void> {
  const read: { example: Thumbnail; planes: readonly Plane[] }[] = [];
  // One after the other: whole fields of four stains are large, and there are few of them.
  for (const example of examples) {
    const planes = await planesOf(studyFolder, example.field);
    if (planes !== null) read.push({ example, planes });
  }
  const negative = read.filter(({ example }) => example.role === "negative");
  const ranges = greyRanges((negative.length > 0 ? negative : read).map(({ planes }) => planes));
  for (const setting of settings) {
    const pictures = await Promise.all(
      read.map(async ({ example, planes }) => ({ example, bytes: await stainsPicture(planes, ranges, setting) })),
    );
    const total = pictures.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (total > maxBytes && setting !== settings.at(-1)) continue;
    let left = maxBytes;
    for (const { example, bytes } of pictures) {
      left -= bytes.length;
      if (left < 0) return;
      await mkdir(dirname(join(folder, example.image)), { recursive: true });
      await writeAtomically(join(folder, example.image), bytes);
    }
    return;
  }
}

/** The pictures of a folder as data URIs, by file name, to be set into a page; those that are not there are left out. */
export async function readThumbnails(folder: string, images: readonly string[]): Promise<Map<string, string>> {
  const uris = new Map<string, string>();
  for (const image of images) {
    // The list comes from a file that may be another's: no path leads out of the folder.
    if (!imageName.test(image)) continue;
    const bytes = await readFile(join(folder, image)).catch(() => null);
    if (bytes !== null) uris.set(image, `data:image/jpeg;base64,${bytes.toString("base64")}`);
  }
  return uris;
}

async function planesOf(studyFolder: string, field: Field): Promise<readonly Plane[] | null> {
  try {
    return (await readField(studyFolder, field, { size: settings[0].edge })).planes;
  } catch (error) {
    if (isFieldError(error)) return null;
    throw error;
  }
}

/** The grey values of a stain that are drawn black and white. */
export interface GreyRange {
  readonly black: number;
  readonly white: number;
}

/** One range a stain, over the pixels of all these fields: black at the 0.5th, white at the 99.8th percentile. */
export function greyRanges(fields: readonly (readonly Plane[])[]): GreyRange[] {
  const stains = fields[0]?.length ?? 0;
  return Array.from({ length: stains }, (_, stain) => {
    const planes = fields.map((planes) => planes[stain]!.values);
    const all = new Float32Array(planes.reduce((sum, { length }) => sum + length, 0));
    let offset = 0;
    for (const values of planes) {
      all.set(values, offset);
      offset += values.length;
    }
    all.sort();
    const at = (share: number) => all[Math.min(all.length - 1, Math.floor(share * all.length))] ?? 0;
    return { black: at(0.005), white: at(0.998) };
  });
}

/** A plane as bytes, 0 at the range's black and 255 at its white, held at both. */
export function greyBytes({ values }: Plane, { black, white }: GreyRange): Uint8Array {
  const scale = white > black ? 255 / (white - black) : 0;
  return Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.round((value - black) * scale))));
}

/**
 * The stains side by side, white lines between them: a JPEG.
 *
 * @param options.edge the longer edge of one stain's picture in pixels
 */
export async function stainsPicture(
  planes: readonly Plane[],
  ranges: readonly GreyRange[],
  { edge, quality }: { readonly edge: number; readonly quality: number },
): Promise<Buffer> {
  const { width, height } = planes[0]!;
  const total = planes.length * width + (planes.length - 1) * gap;
  const grey = new Uint8Array(total * height).fill(255);
  for (const [stain, plane] of planes.entries()) {
    const bytes = greyBytes(plane, ranges[stain]!);
    const left = stain * (width + gap);
    for (let y = 0; y < height; y++) grey.set(bytes.subarray(y * width, (y + 1) * width), y * total + left);
  }
  const shrink = Math.min(1, edge / Math.max(width, height));
  return sharp(grey, { raw: { width: total, height, channels: 1 } })
    .resize(Math.max(1, Math.round(total * shrink)), Math.max(1, Math.round(height * shrink)), { fit: "fill" })
    .toColourspace("b-w")
    .jpeg({ quality, mozjpeg: true })
    .toBuffer();
}
