/**
 * How fast images are read: `npm run bench -- decode [WORKERS] [FILES]`.
 *
 * Files of 2048 × 2048 pixels, 16 bits, each a field of one stain, through the threads that training and screening use:
 * read, hashed, decoded, and averaged to 512 × 512. Files a second, from reading the first to having the last; the files are in the
 * system's cache, so a slow disk is not measured.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { openRandom } from "../src/base/random.ts";
import type { Field } from "../src/images/fields.ts";
import { openFieldLoader } from "../src/store/field-loader.ts";

const workers = Number(process.argv[2] ?? 2);
const fileCount = Number(process.argv[3] ?? 60);
const edge = 2048;

const kinds: readonly (readonly [name: string, extension: string, encode: (image: Sharp) => Sharp])[] = [
  ["uncompressed", "tif", (image) => image.tiff({ compression: "none" })],
  ["LZW", "tif", (image) => image.tiff({ compression: "lzw", predictor: "none" })],
  ["LZW, differences", "tif", (image) => image.tiff({ compression: "lzw", predictor: "horizontal" })],
  ["Deflate, differences", "tif", (image) => image.tiff({ compression: "deflate", predictor: "horizontal" })],
  ["PNG", "png", (image) => image.png()],
];

const folder = await mkdtemp(join(tmpdir(), "neuroscreen-decode-"));
try {
  const pixels = cameraImage();
  for (const [name, extension, encode] of kinds) {
    const raw = { width: edge, height: edge, channels: 1 } as const;
    const bytes = await encode(sharp(pixels, { raw }).toColourspace("grey16")).toBuffer();
    // Several files, so that the memory of one does not stay in the processor's cache.
    const paths = Array.from({ length: 8 }, (_, i) => `${name}-${i}.${extension}`);
    for (const path of paths) await writeFile(join(folder, path), bytes);
    const fields: Field[] = Array.from({ length: fileCount }, (_, i) => ({
      ...{ plate: name, well: "A01", site: i + 1, paths: [paths[i % paths.length]!] },
    }));
    const loader = openFieldLoader({ folder, workers, size: 512 });
    // The first files start the threads and warm the compiler.
    await Promise.all(fields.slice(0, 8).map((field) => loader.whole({ ...field, plate: "warm" })));
    const begun = performance.now();
    await Promise.all(fields.map((field) => loader.whole(field)));
    const seconds = (performance.now() - begun) / 1000;
    await loader.close();
    const rate = (fileCount / seconds).toFixed(1);
    console.log(
      `${name.padEnd(22)} ${rate.padStart(6)} files/s  ${(bytes.length / 1e6).toFixed(1)} MB a file, ${workers} threads`,
    );
  }
} finally {
  await rm(folder, { recursive: true });
}

/** Bright spots on a dim ground, with a camera's noise: what compresses to about two thirds, as micrographs do. */
function cameraImage(): Uint16Array {
  const random = openRandom(1, "camera");
  const spots = Array.from({ length: 60 }, () => ({
    x: random.below(edge),
    y: random.below(edge),
    level: random.below(3000),
  }));
  const signal = new Float64Array(edge * edge).fill(300);
  for (const { x, y, level } of spots)
    for (let dy = -90; dy <= 90; dy++)
      for (let dx = -90; dx <= 90; dx++) {
        const at = ((y + dy + edge) % edge) * edge + ((x + dx + edge) % edge);
        signal[at]! += level * Math.exp(-(dx * dx + dy * dy) / 1800);
      }
  return Uint16Array.from(signal, (mean) => Math.max(0, mean + Math.sqrt(mean) * random.normal()));
}
