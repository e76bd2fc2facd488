import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Role } from "../../src/plates/roles.ts";
import { readThumbnails, type Thumbnail, writeThumbnails } from "../../src/store/thumbnails.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "thumbnails-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("Thumbnails", () => {
  test("show the stains side by side, a white line between them, in the range of the negative controls", async () => {
    const examples = [
      await field("a", "negative", [ramp(0, 100), ramp(0, 200)]),
      await field("b", "positive", [flat(50), flat(50)]),
    ];
    await writeThumbnails(folder, { studyFolder: folder, examples });
    const { data, info } = await grey("examples/b.jpg");
    expect([info.width, info.height]).toEqual([64 + 4 + 64, 64]);
    // 50 lies in the middle of the first stain's range and at a quarter of the second's, whatever picture it stands in.
    const at = (x: number) => data[32 * info.width + x]!;
    expect(at(30)).toBeGreaterThan(118);
    expect(at(30)).toBeLessThan(138);
    expect(at(66)).toBeGreaterThan(200);
    expect(at(100)).toBeGreaterThan(54);
    expect(at(100)).toBeLessThan(74);
  });

  test("have one range for all, so that a brighter field is brighter, and end at white", async () => {
    const examples = [
      await field("a", "negative", [ramp(10, 110)]),
      await field("b", "sample", [flat(200)]),
      await field("c", "sample", [flat(10)]),
      await field("d", "sample", [flat(100)]),
    ];
    await writeThumbnails(folder, { studyFolder: folder, examples });
    expect((await grey("examples/b.jpg")).data[2000]).toBeGreaterThan(250);
    // White is at 110, where the negative control ends, and not at the 200 of the other field.
    expect((await grey("examples/d.jpg")).data[2000]).toBeGreaterThan(220);
    expect((await grey("examples/c.jpg")).data[2000]).toBeLessThan(5);
  });

  test("leave out a field that cannot be read, and go on", async () => {
    const good = await field("good", "negative", [ramp(0, 100)]);
    const gone = { ...good, field: { ...good.field, paths: ["gone.png"] }, image: "examples/gone.jpg" };
    await writeThumbnails(folder, { studyFolder: folder, examples: [gone, good] });
    const uris = await readThumbnails(folder, ["examples/gone.jpg", "examples/good.jpg"]);
    expect([...uris.keys()]).toEqual(["examples/good.jpg"]);
    expect(uris.get("examples/good.jpg")).toMatch(/^data:image\/jpeg;base64,\/9j\//);
  });

  test("fit the bytes that they may have, all shrunk alike", async () => {
    const examples = await Promise.all(
      Array.from({ length: 6 }, (_, i) => field(`n${i}`, "negative", [noise(i), noise(i + 10)])),
    );
    const sizes = async () => Promise.all(examples.map(async ({ image }) => (await stat(join(folder, image))).size));
    await writeThumbnails(folder, { studyFolder: folder, examples });
    const free = (await sizes()).reduce((sum, size) => sum + size, 0);
    const maxBytes = Math.round(free / 3);
    await writeThumbnails(folder, { studyFolder: folder, examples, maxBytes });
    expect((await sizes()).reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(maxBytes);
    const widths = await Promise.all(examples.map(async ({ image }) => (await grey(image)).info.width));
    expect(new Set(widths).size).toBe(1);
  });

  test("are the same bytes each time, and nothing without examples", async () => {
    const examples = [await field("a", "negative", [noise(1)])];
    await writeThumbnails(folder, { studyFolder: folder, examples });
    const first = await readFile(join(folder, "examples/a.jpg"));
    await writeThumbnails(folder, { studyFolder: folder, examples });
    expect((await readFile(join(folder, "examples/a.jpg"))).equals(first)).toBe(true);
    await writeThumbnails(join(folder, "none"), { studyFolder: folder, examples: [] });
    await expect(stat(join(folder, "none"))).rejects.toThrow("ENOENT");
  });

  test("are read from their own folder only", async () => {
    await writeFile(join(folder, "secret.jpg"), "x");
    expect(await readThumbnails(join(folder, "screen"), ["../secret.jpg", "/etc/hostname"])).toEqual(new Map());
  });
});

type Pixel = (x: number, y: number) => number;

function flat(value: number): Pixel {
  return () => value;
}

function ramp(low: number, high: number): Pixel {
  return (x) => low + ((high - low) * x) / 63;
}

function noise(seed: number): Pixel {
  return (x, y) => Math.imul(x * 64 + y + seed * 7919, 2654435761) >>> 24;
}

// A field of 64 × 64 pixels, a PNG a stain.
async function field(name: string, role: Role, stains: readonly Pixel[]): Promise<Thumbnail> {
  const paths = stains.map((_, i) => `${name}-${i}.png`);
  for (const [i, stain] of stains.entries()) {
    const pixels = Uint8Array.from({ length: 64 * 64 }, (_, at) => stain(at % 64, Math.floor(at / 64)));
    const png = sharp(pixels, { raw: { width: 64, height: 64, channels: 1 } }).toColourspace("b-w");
    await writeFile(join(folder, paths[i]!), await png.png().toBuffer());
  }
  return { field: { plate: "P", well: "A01", site: 1, paths }, role, image: `examples/${name}.jpg` };
}

async function grey(image: string) {
  return sharp(join(folder, image)).toColourspace("b-w").raw().toBuffer({ resolveWithObject: true });
}
