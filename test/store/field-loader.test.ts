import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { NeuroscreenError } from "../../dist/index.js";
import { type FieldLoader, openFieldLoader } from "../../dist/store/field-loader.js";
import { openRandom } from "../../src/base/random.ts";
import { drawCrop } from "../../src/images/augment.ts";
import type { Field } from "../../src/images/fields.ts";
import { fieldMoments } from "../../src/images/normalize.ts";
import { readField } from "../../src/store/images.ts";

const folder = mkdtempSync(join(tmpdir(), "neuroscreen-loader-"));
const fields: Field[] = [1, 2, 3, 4, 5].map((site) => ({
  ...{ plate: "P1", well: "A01", site, paths: [`${site}-1.png`, `${site}-2.png`] },
}));
const [first, second, damaged] = [fields[0]!, fields[1]!, fields[4]!];
const raw = { width: 16, height: 12, channels: 1 } as const;

beforeAll(async () => {
  for (const { site, paths } of fields) {
    for (const [stain, path] of paths.entries()) {
      const random = openRandom(site, stain);
      const pixels = Uint8Array.from({ length: 16 * 12 }, () => random.below(256));
      writeFileSync(join(folder, path), await sharp(pixels, { raw }).toColourspace("b-w").png().toBuffer());
    }
  }
  truncateSync(join(folder, damaged.paths[1]!), 100);
});
afterAll(() => rmSync(folder, { recursive: true }));

const opened: FieldLoader[] = [];
afterEach(() => Promise.all(opened.splice(0).map((loader) => loader.close())));
function open(workers: number, size?: number): FieldLoader {
  const loader = openFieldLoader({ folder, workers, ...(size === undefined ? {} : { size }) });
  opened.push(loader);
  return loader;
}

const cropRequest = (field: Field, path: readonly (string | number)[]) => ({
  ...{ field, path, size: 8, seed: 3, normalization: { offset: [100, 90], scale: [50, 60] } },
  augmentation: { flips: true, quarterTurns: true, intensityJitter: 0.1, offsetJitter: 0.1 },
});

describe("the field loader", () => {
  test("gives whole fields stain after stain, in grey values, the second time too", async () => {
    const loader = open(2);
    const { planes, files } = await readField(folder, first);
    const expected = {
      files,
      width: 16,
      height: 12,
      image: Float32Array.from(planes.flatMap(({ values }) => [...values])),
    };
    expect(await loader.whole(first)).toEqual(expected);
    expect(await loader.whole(first)).toEqual(expected);
  });

  test("averages them down to its size", async () => {
    const { image, width, height } = await open(1, 8).whole(first);
    expect([width, height, image.length]).toEqual([8, 6, 2 * 8 * 6]);
    const { planes } = await readField(folder, first, { size: 8 });
    expect(image.slice(0, 48)).toEqual(planes[0]!.values);
  });

  test("gives the moments of each stain", async () => {
    const { planes, files } = await readField(folder, second);
    expect(await open(1).moments(second)).toEqual({ moments: fieldMoments(planes), files });
  });

  test("draws the same crops whatever the number of threads and the order of asking", async () => {
    const requests = fields.slice(0, 4).flatMap((field) => [0, 1, 2].map((i) => cropRequest(field, ["crop", 1, i])));
    const one = open(1);
    const inOrder = await Promise.all(requests.map((request) => one.crop(request)));
    const three = open(3);
    const backwards = await Promise.all([...requests].reverse().map((request) => three.crop(request)));
    expect(backwards.reverse()).toEqual(inOrder);
    const { planes } = await readField(folder, first);
    const random = openRandom(3, "crop", 1, 0);
    expect(inOrder[0]).toEqual(drawCrop(planes, { ...cropRequest(first, []), random }));
    expect(inOrder[0]).not.toEqual(inOrder[1]);
  });

  test("refuses a damaged field by the name of its file, and reads the others", async () => {
    const loader = open(1);
    const [refused, read] = await Promise.allSettled([loader.whole(damaged), loader.whole(first)]);
    expect(read.status).toBe("fulfilled");
    const { reason } = refused as PromiseRejectedResult;
    expect(reason).toBeInstanceOf(NeuroscreenError);
    expect(reason).toMatchObject({ code: "bad-image", message: expect.stringContaining(damaged.paths[1]!) });
    await expect(loader.crop(cropRequest(damaged, []))).rejects.toMatchObject({ code: "bad-image" });
  });
});
