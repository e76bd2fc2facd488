import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Reading, readParts } from "../../src/store/decode-parts.ts";
import { decodeTiff, readTiffHeader } from "../../src/store/tiff.ts";
import { type TiffEntry, type TiffPlan, writeTiff } from "./tiff-writer.ts";

/** A file of 5 × 4 pixels of 8 bits, changed as asked. */
const plan = (changes: Partial<TiffPlan> = {}): TiffPlan => ({
  ...{ width: 5, height: 4, bits: 8, pixels: Array.from({ length: 20 }, (_, i) => (i * 37) % 256) },
  ...changes,
});
const refusal = (changes: Partial<TiffPlan>) => refusalOf(writeTiff(plan(changes)));
function refusalOf(bytes: Uint8Array): string {
  try {
    decodeTiff(bytes);
  } catch (error) {
    return String(error).replace("ImageRefusal: ", "");
  }
  return "read";
}

const plans: fc.Arbitrary<TiffPlan> = fc
  .record({
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 12 }),
    bits: fc.constantFrom(8, 16, 8, 16, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15),
    isBigEndian: fc.boolean(),
    isBig: fc.boolean(),
    compression: fc.constantFrom(1 as const, 5 as const, 8 as const, 32773 as const),
    predictor: fc.constantFrom(1 as const, 2 as const),
    rows: fc.integer({ min: 1, max: 12 }),
    tile: fc.option(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 8 })), { nil: undefined }),
    gap: fc.constantFrom(0, 0, 1, 3),
    // Few values make long runs, which fill LZW's table with long strings.
    values: fc.constantFrom(2, 7, 65536),
    seed: fc.nat(),
  })
  .map(({ values, seed, tile, ...own }) => ({
    ...own,
    ...(tile ? { tile } : {}),
    pixels: Array.from({ length: own.width * own.height }, (_, i) => ((seed + i * i * 7919) % values) % 2 ** own.bits),
  }));

describe("a TIFF file", () => {
  test("of any layout gives the pixels that were written", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { pixels, ...header } = decodeTiff(writeTiff(plan));
        const bitDepth = plan.bits <= 8 ? 8 : 16;
        expect(header).toEqual({ width: plan.width, height: plan.height, bitDepth, pixelSizeMicrometres: null });
        expect([...pixels]).toEqual(plan.pixels);
        expect(pixels.BYTES_PER_ELEMENT).toBe(bitDepth / 8);
      }),
      { numRuns: 600 },
    );
  });

  test("fills LZW's table more than once, and comes out right", () => {
    const pixels = Array.from({ length: 64 * 400 }, (_, i) => (i * i * 2654435761) % 65521);
    for (const rows of [400, 7]) {
      const bytes = writeTiff({ width: 64, height: 400, bits: 16, pixels, compression: 5, rows });
      expect([...decodeTiff(bytes).pixels]).toEqual(pixels);
    }
  });

  test("that was cut anywhere is refused", () => {
    fc.assert(
      fc.property(plans, fc.nat(), (plan, cut) => {
        const bytes = writeTiff(plan);
        // The writer may have left some bytes behind the last value, but none behind the directory.
        expect(refusalOf(bytes.subarray(0, cut % bytes.length))).toContain("expected ");
      }),
    );
  });

  test("of plain little-endian strips in one piece is not copied", () => {
    const bytes = writeTiff(plan({ bits: 16, rows: 1 }));
    expect(decodeTiff(bytes).pixels.buffer).toBe(bytes.buffer);
    const before = [...bytes];
    for (const changes of [{ isBigEndian: true }, { predictor: 2 as const }, { gap: 2, rows: 1 }]) {
      const other = writeTiff(plan({ bits: 16, ...changes }));
      expect(decodeTiff(other).pixels.buffer).not.toBe(other.buffer);
    }
    expect([...bytes]).toEqual(before);
  });

  test("with a smaller copy, a mask, or a palette that is plain grey is read", () => {
    const ramp = Array.from({ length: 3 * 256 }, (_, i) => (i % 256) * 257);
    expect(refusal({ entries: { 262: [3, [3]], 320: [3, ramp] } })).toBe("read");
    expect(refusal({ entries: { 262: [3, [3]], 320: [3, ramp.toReversed()] } })).toBe(
      "expected one grey channel, found a palette of colours",
    );
    expect(refusal({ pages: [{ 254: [4, [1]] }, { 254: [4, [5]] }] })).toBe("read");
    expect(refusal({ entries: { 254: [4, [1]] } })).toBe("expected an image, found a smaller copy or a mask only");
  });

  test("that is one plane taken out of a stack is read", () => {
    expect(refusal({ entries: { 270: [2, "ImageJ=1.53c\nimages=100\n"] } })).toBe("read");
  });

  test("keeps the values of MinIsWhite as they were written", () => {
    expect([...decodeTiff(writeTiff(plan({ entries: { 262: [3, [0]] } }))).pixels]).toEqual(plan().pixels);
  });

  const others: readonly (readonly [string, Partial<TiffPlan>, string])[] = [
    ["several pages", { pages: [{}, {}] }, "expected one page, found 3 pages"],
    [
      "a stack of MetaMorph",
      {
        entries: {
          33629: [
            5,
            [
              [1, 1],
              [1, 1],
            ],
          ],
        },
      },
      "expected one page, found 2 pages",
    ],
    [
      "a stack of ImageJ",
      { gap: 200, entries: { 270: [2, "ImageJ=1.53c\nimages=7\nslices=7\n"] } },
      "expected one page, found 7 pages",
    ],
    [
      "colours",
      { entries: { 277: [3, [3]], 258: [3, [8, 8, 8]] } },
      "expected one grey channel, found 3 channels of colour",
    ],
    [
      "a sign",
      { entries: { 339: [3, [2]] } },
      "expected 1 to 16 bits without a sign, found 8 bits a pixel with a sign",
    ],
    [
      "half floats",
      { bits: 16, entries: { 339: [3, [3]] } },
      "expected 1 to 16 bits without a sign, found 16 bits a pixel of floating point",
    ],
    ["32 bits", { entries: { 258: [3, [32]] } }, "expected 1 to 16 bits without a sign, found 32 bits a pixel"],
    [
      "Zstandard",
      { entries: { 259: [3, [50000]] } },
      "expected no compression, LZW, Deflate or PackBits, found Zstandard compression",
    ],
    [
      "a codec of its own",
      { entries: { 259: [3, [65000]] } },
      "expected no compression, LZW, Deflate or PackBits, found unknown (65000) compression",
    ],
    [
      "the predictor of floats",
      { entries: { 317: [3, [3]] } },
      "expected none, or horizontal differences, found predictor 3",
    ],
    ["bits in reverse", { entries: { 266: [3, [2]] } }, "expected the high bit first, found bits in reverse order"],
    [
      "no photometric interpretation",
      { entries: { 262: null } },
      "expected grey values (0 or 1), found photometric interpretation left out",
    ],
  ];
  test.each(others)("with %s is refused by name", (_, changes, message) => {
    expect(refusal(changes)).toBe(message);
  });

  const lies: readonly (readonly [string, Partial<TiffPlan>, string])[] = [
    ["a lower image", { entries: { 257: [4, [3]] } }, "expected 15 bytes of pixels, found 20 bytes in a strip"],
    ["a narrower image", { entries: { 256: [4, [4]] } }, "expected 16 bytes of pixels, found 20 bytes in a strip"],
    ["deeper pixels", { entries: { 258: [3, [16]] } }, "expected 40 bytes of pixels, found 20 bytes in a strip"],
    [
      "lower strips",
      { entries: { 278: [3, [2]] } },
      "expected 2 of each for 5 × 4 pixels in strips of 5 × 2, found 1 offsets and 1 lengths of strips",
    ],
    [
      "no strips",
      { entries: { 273: null } },
      "expected 1 of each for 5 × 4 pixels in strips of 5 × 4, found no offsets and 1 lengths of strips",
    ],
    ["no height", { entries: { 257: null } }, "expected a number above 0, found no height"],
    ["two widths", { entries: { 256: [4, [5, 5]] } }, "expected one, found 2 values of width"],
    [
      "a strip in the header",
      { entries: { 273: [4, [6]] } },
      "expected each in a place of its own, found pixels in the place of other pixels or of the header",
    ],
    [
      "two strips in one place",
      { rows: 2, entries: { 273: [4, [8, 8]] } },
      "expected each in a place of its own, found pixels in the place of other pixels or of the header",
    ],
    [
      "a strip behind the end",
      { entries: { 273: [4, [9999]] } },
      "expected one of at least 10019, as its header says, found a file of 154 bytes",
    ],
  ];
  test.each(lies)("that lies about itself, with %s, is refused", (_, changes, message) => {
    expect(refusal(changes)).toBe(message);
  });

  test.each([5, 8, 32773] as const)(
    "with too few or too many bytes in a strip is refused (compression %i)",
    (compression) => {
      const fewer = { compression, entries: { 257: [4, [3]], 278: [4, [3]] } as Record<number, TiffEntry> };
      const more = { compression, entries: { 257: [4, [5]], 278: [4, [5]] } as Record<number, TiffEntry> };
      expect(refusal(fewer)).toMatch(/expected 15, found|expected nothing there, found|expected whole data/);
      expect(refusal(more)).toMatch(/expected 25, found/);
      // The last byte is the end code, the checksum, or a pixel.
      for (const lost of [1, 2, 5]) {
        const spoil = (packed: number[]) => packed.slice(0, packed.length - lost);
        if (compression !== 5 || lost > 2) expect(refusal({ compression, spoil })).not.toBe("read");
      }
    },
  );

  test("that claims 1.7 gigapixels costs nothing", () => {
    const before = process.memoryUsage().arrayBuffers;
    const side = 41_231;
    for (const compression of [1, 5, 8, 32773] as const)
      for (const size of [side, 16_384])
        expect(refusal({ compression, entries: { 256: [4, [size]], 257: [4, [size]], 278: [4, [size]] } })).toMatch(
          /^expected (at most 268435456|\d+ bytes of pixels), found/,
        );
    for (const tile of [
      [16, 2 ** 31],
      [2 ** 16, 2 ** 12 + 1],
      [2 ** 31, 2 ** 31],
    ] as const)
      expect(refusal({ compression: 5, tile: [8, 8], entries: { 322: [4, [tile[0]]], 323: [4, [tile[1]]] } })).toMatch(
        /^expected at most 268435456, found/,
      );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });

  test("whose directories run in a circle is refused", () => {
    const bytes = writeTiff(plan());
    const view = new DataView(bytes.buffer);
    const directory = view.getUint32(4, true);
    view.setUint32(directory + 2 + 12 * view.getUint16(directory, true), directory, true);
    expect(refusalOf(bytes)).toBe("expected a last directory, found directories that run in a circle");
  });

  test("with more of anything than a camera's file has is refused at once", () => {
    const begun = performance.now();
    const entries = Object.fromEntries(
      Array.from({ length: 5000 }, (_, i): [number, TiffEntry] => [40_000 + i, [3, [1]]]),
    );
    expect(refusal({ entries })).toBe("expected at most 4096, found a directory of 5010 entries");
    expect(refusal({ pages: Array(10_000).fill({}) })).toBe("expected one page, found over 10000 directories");
    expect(refusal({ entries: { 273: [4, Array(2 ** 20 + 1).fill(8)] } })).toBe(
      "expected at most 1048576, found 1048577 values of strip offsets",
    );
    expect(performance.now() - begun).toBeLessThan(20_000);
  });
});

describe("reading parts", () => {
  test("ends when the same bytes are asked for again and again", () => {
    let count = 0;
    function* reader(): Reading<never> {
      for (;;) {
        yield { offset: 0, length: 1000 };
        count++;
      }
    }
    expect(() => readParts(new Uint8Array(1000), reader())).toThrow(
      "a header that names the same bytes again and again",
    );
    expect(count).toBeLessThan(12);
  });

  test.each([
    { offset: 5, length: 6 },
    { offset: -1, length: 2 },
    { offset: 0, length: -1 },
    { offset: Number.NaN, length: 1 },
    { offset: 2 ** 63, length: 0 },
  ])("gives nothing outside the file (%o)", (part) => {
    function* reader(): Reading<Uint8Array> {
      return yield part;
    }
    expect(() => readParts(new Uint8Array(10), reader())).toThrow("found a file of 10 bytes");
  });
});

describe("the size of a pixel", () => {
  const pixelSize = (entries: Record<number, TiffEntry>) => {
    const bytes = writeTiff(plan({ entries }));
    return readParts(bytes, readTiffHeader(bytes.length)).header.pixelSizeMicrometres;
  };
  const described = (text: string) => pixelSize({ 270: [2, text] });
  const resolved = (x: readonly [number, number], unit: number, y = x) =>
    pixelSize({ 282: [5, [x]], 283: [5, [y]], 296: [3, [unit]] });

  test("is read from OME-XML, in any of its units", () => {
    const ome = (pixels: string) =>
      described(
        `<?xml version="1.0"?><OME xmlns="…"><Image ID="Image:0"><Pixels ID="Pixels:0" ${pixels}></Pixels></Image></OME>`,
      );
    expect(ome('PhysicalSizeX="0.325" PhysicalSizeY="0.325"')).toBe(0.325);
    expect(ome('PhysicalSizeX="325" PhysicalSizeXUnit="nm"')).toBeCloseTo(0.325, 12);
    expect(ome('PhysicalSizeX="0.65" PhysicalSizeXUnit="&#181;m" PhysicalSizeY="0.65"')).toBe(0.65);
    expect(ome('PhysicalSizeX="0.65" PhysicalSizeXUnit="pixel"')).toBeNull();
    expect(ome('PhysicalSizeX="0.65" PhysicalSizeY="1.3"')).toBeNull();
    expect(ome("")).toBeNull();
  });

  test("is read from MetaMorph's description, where its calibration is on", () => {
    const metaMorph = (state: string, units: string) =>
      described(
        `<MetaData><prop id="spatial-calibration-state" type="bool" value="${state}"/><prop id="spatial-calibration-x" type="float" value="1.3672"/>` +
          `<prop id="spatial-calibration-y" type="float" value="1.3672"/><prop id="spatial-calibration-units" type="string" value="${units}"/></MetaData>`,
      );
    expect(metaMorph("on", "um")).toBe(1.3672);
    expect(metaMorph("on", "\xb5m")).toBe(1.3672);
    expect(metaMorph("off", "um")).toBeNull();
    expect(metaMorph("on", "pixel")).toBeNull();
  });

  test("is looked for in a megabyte of what looks like it without end", () => {
    for (const piece of [
      "<OME <Pixels ",
      '<OME id="spatial-calibration-x" ',
      'id="spatial-calibration-x" value="',
      "<Pixels PhysicalSizeX",
    ])
      expect(described(`<OME spatial-calibration- ${piece.repeat(1e6 / piece.length)}`)).toBeNull();
    const metaMorph = 'id="spatial-calibration-x" ';
    expect(described(metaMorph.repeat(1e6 / metaMorph.length))).toBeNull();
  });

  test("is read from ImageJ's unit and resolution", () => {
    const imageJ = (unit: string) =>
      pixelSize({
        270: [2, `ImageJ=1.53c\nunit=${unit}\n`],
        282: [5, [[20_000, 6500]]],
        283: [5, [[20_000, 6500]]],
        296: [3, [1]],
      });
    expect(imageJ("micron")).toBeCloseTo(0.325, 12);
    expect(imageJ("\\u00B5m")).toBeCloseTo(0.325, 12);
    expect(imageJ("inch")).toBeNull();
  });

  test("is read from a resolution that a microscope can have, and not from a printer's", () => {
    expect(resolved([30_769, 1], 3)).toBeCloseTo(0.325, 4);
    expect(resolved([78_154, 1], 2)).toBeCloseTo(0.325, 4);
    expect(resolved([72, 1], 2)).toBeNull();
    expect(resolved([300, 1], 2)).toBeNull();
    expect(resolved([30_769, 1], 1)).toBeNull();
    expect(resolved([30_769, 1], 3, [15_000, 1])).toBeNull();
    expect(resolved([0, 0], 3)).toBeNull();
  });
});
