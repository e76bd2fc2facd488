import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import sharp from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { sha256 } from "../../src/store/files.ts";
import { readField, readGrey, readHeader } from "../../src/store/images.ts";

const folder = mkdtempSync(join(tmpdir(), "neuroscreen-images-"));
afterAll(() => rmSync(folder, { recursive: true }));

const fixtureFolder = fileURLToPath(new URL("../fixtures/tiff", import.meta.url));
type Expected = { width: number; height: number; bitDepth: number; sha256: string } | { found: string };
const fixtures: Record<string, Expected> = JSON.parse(readFileSync(join(fixtureFolder, "expected.json"), "utf8"));

const at = (name: string) => join(folder, name);

/** Writes a grey image; the format follows the name. */
async function writeGrey(name: string, width: number, pixels: Uint8Array | Uint16Array): Promise<string> {
  const raw = { width, height: pixels.length / width, channels: 1 } as const;
  const space = pixels instanceof Uint16Array ? "grey16" : "b-w";
  const image = sharp(pixels, { raw }).toColourspace(space);
  await (name.endsWith(".png") ? image.png() : image.tiff({ compression: "lzw" })).toFile(at(name));
  return at(name);
}

/** The whole message of what reading refuses with. */
async function refusal(name: string): Promise<string> {
  const error: unknown = await readGrey(at(name)).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: expect.stringMatching(/^(bad|unreadable)-image$/) });
  return String(error).replace("NeuroscreenError: ", "").replaceAll(folder, "FOLDER");
}

describe("an image", () => {
  test.each(["grey.png", "grey.tif"])("of 8 or 16 bits comes out of %s as it went in", async (name) => {
    const depth = fc.constantFrom(8 as const, 16 as const);
    await fc.assert(
      fc.asyncProperty(
        depth,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(),
        async (bitDepth, width, height, seed) => {
          const length = width * height;
          const values = Array.from({ length }, (_, i) => (seed + i * 7919) % 2 ** bitDepth);
          const pixels = bitDepth === 8 ? Uint8Array.from(values) : Uint16Array.from(values);
          const image = await readGrey(await writeGrey(name, width, pixels));
          expect({ ...image, pixels: [...image.pixels] }).toEqual({ width, height, bitDepth, pixels: values });
          expect(image.pixels.BYTES_PER_ELEMENT).toBe(bitDepth / 8);
        },
      ),
      { numRuns: 25 },
    );
  });

  test.each(Object.entries(fixtures))(
    "of the collection, %s, is read to the last bit or refused by name",
    async (name, expected) => {
      const path = join(fixtureFolder, name);
      if ("found" in expected) {
        const refusal = expect.objectContaining({
          what: `Reading the image ${path}`,
          found: expect.stringContaining(expected.found),
        });
        await expect(readGrey(path)).rejects.toMatchObject({ code: "bad-image", facts: refusal });
        await expect(readHeader(path)).rejects.toMatchObject({ code: "bad-image", facts: refusal });
      } else {
        const { pixels, ...header } = await readGrey(path);
        const hash = sha256(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength));
        expect({ ...header, sha256: hash }).toEqual(expected);
        expect(await readHeader(path)).toEqual({ ...header, pixelSizeMicrometres: null });
      }
    },
  );

  test("of the collection is in its list", () => {
    const images = readdirSync(fixtureFolder).filter((name) => /\.tiff?$/.test(name));
    expect(images.toSorted()).toEqual(Object.keys(fixtures).toSorted());
  });

  test("that is not there is refused", async () => {
    expect(await refusal("absent.tif")).toBe(
      `Reading the image FOLDER/absent.tif: expected a file that can be read, found no such file.
See that it is there and may be read, and run it again.`,
    );
  });

  test("that is no image is refused", async () => {
    writeFileSync(at("words.tif"), "just words, and enough of them to look like something");
    expect(await refusal("words.tif")).toBe(
      `Reading the image FOLDER/words.tif: expected a PNG or TIFF file, found something else.
Export it as PNG or TIFF, one grey channel of 8 or 16 bits, one file a channel and field.`,
    );
  });

  test("of several colours is refused", async () => {
    await sharp({ create: { width: 4, height: 4, channels: 3, background: "red" } })
      .png()
      .toFile(at("red.png"));
    expect(await refusal("red.png")).toBe(
      `Reading the image FOLDER/red.png: expected one grey channel, found 3 channels of colour.
Export it as PNG or TIFF, one grey channel of 8 or 16 bits, one file a channel and field.`,
    );
  });

  test("of several pages is refused", async () => {
    const raw = { width: 2, height: 4, channels: 1, pageHeight: 2 } as const;
    await sharp(new Uint8Array(8), { raw }).toColourspace("b-w").tiff().toFile(at("pages.tif"));
    expect(await refusal("pages.tif")).toContain("expected one page, found 2 pages.");
  });

  test("that lost pixels to JPEG is refused", async () => {
    await sharp({ create: { width: 4, height: 4, channels: 3, background: "red" } })
      .jpeg()
      .toFile(at("lossy.tif"));
    expect(await refusal("lossy.tif")).toContain("expected a PNG or TIFF file, found JPEG data.");
  });

  test.each(["cut.png", "cut.tif"])("that was cut short is refused (%s)", async (name) => {
    const noise = Uint16Array.from({ length: 128 * 128 }, (_, i) => (i * i * 2654435761) % 65536);
    await writeGrey(name, 128, noise);
    truncateSync(at(name), 20_000);
    expect(await refusal(name)).toContain(`Reading the image FOLDER/${name}: expected`);
  });

  test("over a gigabyte is not read", async () => {
    writeFileSync(at("huge.tif"), "");
    truncateSync(at("huge.tif"), 2 ** 30 + 1);
    expect(await refusal("huge.tif")).toContain("expected at most 1073741824, found a file of 1073741825 bytes.");
  });

  test("that is a folder is refused", async () => {
    mkdirSync(at("folder.tif"));
    expect(await refusal("folder.tif")).toContain("expected a file that can be read, found a folder.");
  });
});

describe("a header", () => {
  test("is read without the pixels, at either end of the file", async () => {
    const pixels = new Uint16Array(700 * 500);
    // libtiff writes its directory behind the pixels, ours stands before them.
    for (const name of ["behind.tif", "before.png"]) {
      const header = await readHeader(await writeGrey(name, 700, pixels));
      expect(header).toEqual({ width: 700, height: 500, bitDepth: 16, pixelSizeMicrometres: null });
    }
  });

  test("of a TIFF file that was cut short is refused already", async () => {
    const path = await writeGrey("shorter.tif", 100, new Uint16Array(100 * 100));
    truncateSync(path, 100);
    await expect(readHeader(path)).rejects.toMatchObject({ code: "bad-image" });
  });
});

describe("a field", () => {
  const field = (...paths: string[]) => ({ plate: "P", well: "A01", site: 1, paths });

  test("has a plane a stain, its longer edge averaged to the wanted size", async () => {
    await writeGrey("a.png", 4, Uint8Array.from([1, 3, 5, 7, 1, 3, 5, 8]));
    await writeGrey("b.png", 4, Uint8Array.from([0, 0, 0, 0, 4, 4, 0, 0]));
    const { planes, files, ...header } = await readField(folder, field("a.png", "b.png"), { size: 2 });
    expect(header).toEqual({ width: 4, height: 2, bitDepth: 8 });
    const facts = (path: string) => {
      const bytes = readFileSync(at(path));
      return { path, bytes: bytes.length, sha256: sha256(bytes), ...header, pixelSizeMicrometres: null };
    };
    expect(files).toEqual([facts("a.png"), facts("b.png")]);
    expect(planes.map(({ values }) => [...values])).toEqual([
      [2, 6.25],
      [2, 0],
    ]);
    expect((await readField(folder, field("a.png"))).planes[0]?.width).toBe(4);
  });

  test("is refused by the name of the file that is damaged, however many follow it", async () => {
    writeFileSync(at("bad.png"), "no image");
    const paths = ["a.png", "bad.png", "absent.png", "b.png"];
    await expect(readField(folder, field(...paths))).rejects.toThrow(`Reading the image ${at("bad.png")}: expected`);
    await expect(readField(folder, field("absent.png", "a.png"))).rejects.toThrow("absent.png");
  });

  test("is refused when its images differ in size or depth", async () => {
    await writeGrey("small.png", 2, Uint8Array.of(1, 2));
    await writeGrey("deep.png", 2, Uint16Array.of(1, 2));
    await expect(readField(folder, field("small.png", "deep.png"))).rejects.toThrow(
      `Reading the image deep.png: expected 2 × 1, 8 bits, as in small.png, found 2 × 1, 16 bits.
The stains of a field must come from one camera setting.`,
    );
  });
});
