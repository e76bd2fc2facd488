import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { version } from "../../src/base/version.ts";
import { dataHash, type ListedImage, openKnownFiles } from "../../src/store/file-facts.ts";
import type { FileFacts } from "../../src/store/images.ts";
import { formatParquet } from "../../src/store/tables.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "neuroscreen-facts-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const listed = (path: string, more: Partial<ListedImage> = {}): ListedImage => ({
  ...{ path, plate: "P", well: "A01", site: 1, channel: "MAP2", bytes: 100, modified: 1_700_000_000_123.456 },
  ...more,
});
const facts = (path: string, sha256: string): FileFacts => ({
  ...{ path, bytes: 100, sha256, width: 8, height: 6, bitDepth: 16, pixelSizeMicrometres: 0.325 },
});
const images = [listed("images/a.tif"), listed("images/b.tif", { channel: "DNA" })];
const cutShort = { code: "bad-image", problem: "cut short" };
const place = () => join(folder, "study.fields.parquet");

describe("what is known of files", () => {
  test("outlives the run that found it, for files that stayed as they were", async () => {
    const first = await openKnownFiles(images, [place()]);
    expect(first.facts("images/a.tif")).toBeUndefined();
    first.remember([facts("images/a.tif", "11")]);
    first.rememberProblem("images/b.tif", cutShort);
    await first.save();
    const again = await openKnownFiles(images, [place()]);
    expect(again.facts("images/a.tif")).toEqual(facts("images/a.tif", "11"));
    expect(again.problem("images/b.tif")).toEqual(cutShort);
    expect([again.problem("images/a.tif"), again.facts("images/b.tif")]).toEqual([undefined, undefined]);
  });

  test.each([
    ["another length", { bytes: 101 }],
    ["another time", { modified: 1_700_000_000_124 }],
  ])("is forgotten of a file with %s", async (_, change) => {
    const first = await openKnownFiles(images, [place()]);
    first.remember([facts("images/a.tif", "11")]);
    first.rememberProblem("images/b.tif", cutShort);
    await first.save();
    const again = await openKnownFiles(
      images.map((image) => ({ ...image, ...change })),
      [place()],
    );
    expect([again.facts("images/a.tif"), again.problem("images/b.tif")]).toEqual([undefined, undefined]);
  });

  test("is a table with a row an image, that other programs read", async () => {
    const known = await openKnownFiles(images, [place()]);
    known.remember([facts("images/a.tif", "11")]);
    await known.save();
    expect(await parquetReadObjects({ file: await asyncBufferFromFile(place()) })).toEqual([
      {
        ...{ Metadata_Plate: "P", Metadata_Well: "A01", Metadata_Site: 1, Channel: "MAP2", Path: "images/a.tif" },
        ...{ Bytes: 100, Modified: 1_700_000_000_123.456, Width: 8, Height: 6, Bit_Depth: 16, Pixel_Size_um: 0.325 },
        ...{ SHA256: "11", Problem: null, Read_By: version },
      },
      {
        ...{ Metadata_Plate: "P", Metadata_Well: "A01", Metadata_Site: 1, Channel: "DNA", Path: "images/b.tif" },
        ...{ Bytes: 100, Modified: 1_700_000_000_123.456, Width: null, Height: null, Bit_Depth: null },
        ...{ Pixel_Size_um: null, SHA256: null, Problem: null, Read_By: version },
      },
    ]);
  });

  test("is written where it can be, and a table that is none of ours counts for nothing", async () => {
    writeFileSync(join(folder, "file"), "");
    const places = [join(folder, "file", "study.fields.parquet"), join(folder, "cache", "study.fields.parquet")];
    const known = await openKnownFiles(images, places);
    known.remember([facts("images/a.tif", "11")]);
    await known.save();
    expect(existsSync(places[1]!)).toBe(true);
    writeFileSync(places[1]!, "not a table");
    expect((await openKnownFiles(images, places)).facts("images/a.tif")).toBeUndefined();
  });

  test("is not written where nothing is new, and nowhere is no error", async () => {
    const known = await openKnownFiles(images, [place()]);
    await known.save();
    expect(existsSync(place())).toBe(false);
    writeFileSync(join(folder, "file"), "");
    const nowhere = await openKnownFiles(images, [join(folder, "file", "x.parquet")]);
    nowhere.remember([facts("images/a.tif", "11")]);
    await nowhere.save();
    known.remember([facts("images/a.tif", "11")]);
    await known.save();
    const { mtimeNs } = statSync(place(), { bigint: true });
    known.remember([facts("images/a.tif", "11")]);
    await known.save();
    expect(statSync(place(), { bigint: true }).mtimeNs).toBe(mtimeNs);
  });

  test("holds what is wrong with a file's bytes, and nothing that may pass", async () => {
    const known = await openKnownFiles(images, [place()]);
    known.rememberProblem("images/a.tif", { code: "unreadable-image", problem: "locked" });
    known.rememberProblem("images/b.tif", { code: "image-odd", problem: "unlike the others" });
    expect([known.problem("images/a.tif"), known.problem("images/b.tif")]).toEqual([undefined, undefined]);
    await known.save();
    expect(existsSync(place())).toBe(false);
  });

  test("is put together from all places, of which the first may be an old one", async () => {
    const other = join(folder, "cache", "study.fields.parquet");
    const old = await openKnownFiles(images, [place()]);
    old.remember([facts("images/a.tif", "11")]);
    await old.save();
    const newer = await openKnownFiles(images, [other]);
    newer.remember([facts("images/b.tif", "22")]);
    await newer.save();
    const both = await openKnownFiles(images, [place(), other]);
    expect([both.facts("images/a.tif")?.sha256, both.facts("images/b.tif")?.sha256]).toEqual(["11", "22"]);
  });

  test("is not believed of another version, which may have read otherwise", async () => {
    const known = await openKnownFiles(images, [place()]);
    known.remember([facts("images/a.tif", "11")]);
    await known.save();
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(place()) });
    const columns = Object.keys(rows[0]!).map((name) => ({
      name,
      type: ["Metadata_Site", "Width", "Height", "Bit_Depth"].includes(name)
        ? ("int32" as const)
        : ["Bytes", "Modified", "Pixel_Size_um"].includes(name)
          ? ("double" as const)
          : ("string" as const),
      values: rows.map((row) => (name === "Read_By" ? "0.0.1" : row[name])),
    }));
    writeFileSync(place(), formatParquet(columns));
    expect((await openKnownFiles(images, [place()])).facts("images/a.tif")).toBeUndefined();
  });

  test("a file that can be read after all has no problem any more", async () => {
    const known = await openKnownFiles(images, [place()]);
    known.rememberProblem("images/a.tif", cutShort);
    known.remember([facts("images/a.tif", "11")]);
    expect(known.problem("images/a.tif")).toBeUndefined();
  });
});

describe("the hash of data", () => {
  test("is SHA-256 over sorted lines of path and hash, and says nothing before all is read", async () => {
    const known = await openKnownFiles(images, [place()]);
    known.remember([facts("images/b.tif", "22")]);
    expect(dataHash(["images/b.tif", "images/a.tif"], known, "images/")).toBeNull();
    known.remember([facts("images/a.tif", "11")]);
    const expected = createHash("sha256").update("a.tif 11\nb.tif 22\n").digest("hex");
    expect(dataHash(["images/b.tif", "images/a.tif"], known, "images/")).toBe(expected);
  });
});

test("a folder that may not be written to is no obstacle", async () => {
  mkdirSync(join(folder, "locked"));
  chmodSync(join(folder, "locked"), 0o500);
  const known = await openKnownFiles(images, [join(folder, "locked", "s.parquet"), place()]);
  known.remember([facts("images/a.tif", "11")]);
  await known.save();
  // Who runs as root may write everywhere.
  expect(existsSync(place()) || existsSync(join(folder, "locked", "s.parquet"))).toBe(true);
  chmodSync(join(folder, "locked"), 0o700);
});
