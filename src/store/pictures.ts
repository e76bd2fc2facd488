/**
 * Pictures in colour for people: whole as PNG, small as JPEG.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";

/** Red, green and blue of each pixel, row by row. */
export interface ColourPicture {
  readonly width: number;
  readonly height: number;
  /** `3 × width × height` bytes. */
  readonly rgb: Uint8Array;
}

/** A picture as PNG: the same pixels give the same bytes. */
export async function encodePng(picture: ColourPicture): Promise<Buffer> {
  // Noise, which photographs of cells are made of, gets no smaller by trying harder.
  return pixels(picture).png({ compressionLevel: 4, adaptiveFiltering: true }).toBuffer();
}

/**
 * A small copy for a page, as JPEG.
 *
 * @param edge the longer edge in pixels; a smaller picture keeps its size
 */
export async function encodeSmall(picture: ColourPicture, { edge }: { readonly edge: number }): Promise<Buffer> {
  return pixels(picture)
    .resize(edge, edge, { fit: "inside", withoutEnlargement: true })
    .jpeg({ quality: 80, mozjpeg: true, chromaSubsampling: "4:4:4" })
    .toBuffer();
}

/** JPEG files below a folder as data URIs, by their paths, to be set into a page. */
export async function readPictures(folder: string, paths: readonly string[]): Promise<Map<string, string>> {
  const uris = new Map<string, string>();
  for (const path of paths) {
    const bytes = await readFile(join(folder, path));
    uris.set(path, `data:image/jpeg;base64,${bytes.toString("base64")}`);
  }
  return uris;
}

function pixels({ width, height, rgb }: ColourPicture): Sharp {
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}
