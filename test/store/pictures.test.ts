import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { encodePng, encodeSmall, readPictures } from "../../src/store/pictures.ts";

const [width, height] = [60, 40];
/** Red grows to the right, green downwards: no two edges are alike. */
const rgb = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
  const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
  return [4 * x, 6 * y, 200][i % 3]!;
});

describe("a picture in colour", () => {
  test("is in its PNG to the last bit, and the same bytes each time", async () => {
    const bytes = await encodePng({ width, height, rgb });
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([width, height, 3]);
    expect(new Uint8Array(data)).toEqual(rgb);
    expect(await encodePng({ width, height, rgb })).toEqual(bytes);
  });

  test.each([
    [30, 30, 20],
    [600, 60, 40],
  ])("with a longest edge of %d is %d × %d", async (edge, wide, high) => {
    const { data, info } = await sharp(await encodeSmall({ width, height, rgb }, { edge }))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([wide, high]);
    // The last pixel is that of the right lower corner: nothing is turned over.
    expect(Math.abs(data.at(-3)! - 4 * (width - 1))).toBeLessThan(12);
    expect(Math.abs(data.at(-2)! - 6 * (height - 1))).toBeLessThan(12);
  });

  test("is read for a page as a data URI", async () => {
    const folder = mkdtempSync(join(tmpdir(), "neuroscreen-pictures-"));
    writeFileSync(join(folder, "a.jpg"), "abc");
    expect(await readPictures(folder, ["a.jpg"])).toEqual(new Map([["a.jpg", "data:image/jpeg;base64,YWJj"]]));
    rmSync(folder, { recursive: true });
  });
});
