/**
 * What the directories of a TIFF file say, classic and BigTIFF, of either byte order: sizes, sample layout and where the pixels lie.
 *
 * A directory is a list of entries: tag, type, count, and the values or where they are. Nothing here is believed:
 * every offset must lie inside the file (`decode-parts.ts` sees to that), every count must fit, no tag comes twice, and the
 * directories must not run in a circle.
 *
 * @see TIFF Revision 6.0 (Adobe, 1992); for BigTIFF the layout that libtiff 4 published
 */
import { checkInside, type Part, type Reading } from "./decode-parts.ts";
import { badImage } from "./decode-refusal.ts";

/** One directory: an image, or a smaller copy of one. Numbers are the file's own codes; defaults are filled in. */
export interface TiffPage {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: readonly number[];
  /** 1 unsigned, 2 signed, 3 floating, 4 unknown. */
  readonly sampleFormat: readonly number[];
  readonly samplesPerPixel: number;
  readonly compression: number;
  readonly predictor: number;
  /** 2 if each byte's bits stand in reverse. */
  readonly fillOrder: number;
  /** Undefined where the file does not say. */
  readonly photometric: number | undefined;
  /** Red, then green, then blue of each grey value, 16 bits; empty without a palette. */
  readonly colourMap: readonly number[];
  /** Whether it is a smaller copy, or a mask, of another page. */
  readonly isSecondary: boolean;
  /** The size of a strip or tile; a strip is as wide as the image, and the last may be lower. */
  readonly block: { readonly isTile: boolean; readonly width: number; readonly height: number };
  /** Where the pixels of each strip or tile lie, from the top left. */
  readonly blocks: readonly Part[];
  /** Planes behind this one that have no directory of their own, this one included: stacks of MetaMorph and ImageJ. */
  readonly planes: number;
  readonly description: string;
  /** Pixels a unit; unit 1 none, 2 inch, 3 centimetre. */
  readonly resolution: { readonly x: number; readonly y: number; readonly unit: number } | null;
}

export interface TiffFile {
  readonly isBigEndian: boolean;
  /** The first page that is not a smaller copy or a mask; null if there is none. */
  readonly image: TiffPage | null;
  /** How many such pages there are. */
  readonly imageCount: number;
  /** The bytes that the header, the directories and their values take. */
  readonly parts: readonly Part[];
}

/** Bytes of a value, by the code of its type; other codes belong to later revisions, and their entries are passed over. */
const typeSizes: Readonly<Record<number, number>> = {
  ...{ 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8 },
};
const ascii = 2;
const rational = 5;
/** BYTE, SHORT, LONG, IFD, LONG8, IFD8. */
const wholeNumbers = [1, 3, 4, 13, 16, 18];

const tags = {
  subfileType: 254,
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  description: 270,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  xResolution: 282,
  yResolution: 283,
  planarConfiguration: 284,
  resolutionUnit: 296,
  predictor: 317,
  colourMap: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  sampleFormat: 339,
  /** MetaMorph's UIC2: a value a plane of the stack. */
  metaMorphPlanes: 33629,
} as const;
type Tag = keyof typeof tags;
const nameOf = new Map<number, Tag>(
  (Object.keys(tags) as Tag[]).map((name) => [tags[name], name]), // Object.keys forgets which keys.
);

/** Limits on what is believed at all. No camera's file comes near, and a hostile one cannot keep us busy, or full. */
const mostDirectories = 10_000;
const mostEntries = 4096;
const mostValues = 2 ** 20;

/** Descriptions can be megabytes of OME-XML; what we look for stands near the start. */
const longestDescription = 1 << 20;

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Of the values, wherever they are. */
  readonly values: Part;
}

/** Layout of the numbers of one file: byte order, and 4 or 8 bytes an offset; and how long it is. */
interface Layout {
  readonly size: number;
  readonly isBigEndian: boolean;
  readonly isBig: boolean;
}

/** Reads all directories of a TIFF file of `size` bytes. @throws {ImageRefusal} if it is cut short or contradicts itself */
export function* readDirectories(size: number): Reading<TiffFile> {
  const start = yield { offset: 0, length: 8 };
  const mark = String.fromCharCode(start[0]!, start[1]!);
  const isBigEndian = mark === "MM";
  const version = isBigEndian ? start[3]! : start[2]!;
  if ((mark !== "II" && !isBigEndian) || (version !== 42 && version !== 43))
    throw badImage("other first bytes", "a TIFF file");
  const layout: Layout = { size, isBigEndian, isBig: version === 43 };
  const header: Part = { offset: 0, length: layout.isBig ? 16 : 8 };
  const head = numbers(yield header, layout);
  if (layout.isBig && (head.u16(4) !== 8 || head.u16(6) !== 0))
    throw badImage(`offsets of ${head.u16(4)} bytes`, "BigTIFF's 8 bytes an offset");
  const parts: Part[] = [header];
  const seen = new Set<number>();
  let image: TiffPage | null = null;
  let imageCount = 0;
  for (let next = head.offset(layout.isBig ? 8 : 4); next !== 0; ) {
    if (seen.has(next)) throw badImage("directories that run in a circle", "a last directory");
    seen.add(next);
    if (seen.size > mostDirectories) throw badImage(`over ${mostDirectories} directories`, "one page");
    const directory = yield* readEntries(next, layout);
    const page = yield* readPage(directory.entries, layout, parts);
    if (!page.isSecondary) {
      image ??= page;
      imageCount++;
    }
    parts.push(directory.part);
    next = directory.next;
  }
  if (seen.size === 0) throw badImage("no directory", "a directory that describes the image");
  return { isBigEndian, image, imageCount, parts };
}

function* readEntries(
  offset: number,
  layout: Layout,
): Reading<{ entries: ReadonlyMap<Tag, Entry>; part: Part; next: number }> {
  const [countBytes, entryBytes, offsetBytes] = layout.isBig ? [8, 20, 8] : [2, 12, 4];
  const head = numbers(yield { offset, length: countBytes }, layout);
  const count = layout.isBig ? head.u64(0) : head.u16(0);
  if (count > mostEntries) throw badImage(`a directory of ${count} entries`, `at most ${mostEntries}`);
  const part: Part = { offset, length: countBytes + count * entryBytes + offsetBytes };
  const table = numbers(yield part, layout);
  const entries = new Map<Tag, Entry>();
  for (let i = 0; i < count; i++) {
    const at = countBytes + i * entryBytes;
    const [type, values] = [table.u16(at + 2), layout.isBig ? table.u64(at + 4) : table.u32(at + 4)];
    const size = typeSizes[type];
    if (size === undefined) continue;
    const length = values * size;
    const inline = at + entryBytes - offsetBytes;
    const place: Part = { offset: length <= offsetBytes ? offset + inline : table.offset(inline), length };
    // Of tags that we do not know too: a cut behind the pixels is a cut.
    checkInside(place, layout.size);
    const name = nameOf.get(table.u16(at));
    if (name === undefined) continue;
    if (entries.has(name)) throw badImage(`two values of ${words(name)}`, "one");
    entries.set(name, { type, count: values, values: place });
  }
  return { entries, part, next: table.offset(part.length - offsetBytes) };
}

function* readPage(entries: ReadonlyMap<Tag, Entry>, layout: Layout, parts: Part[]): Reading<TiffPage> {
  function* take(entry: Entry, length = entry.values.length): Reading<Numbers> {
    const { offset } = entry.values;
    parts.push({ offset, length: entry.values.length });
    return numbers(yield { offset, length }, layout);
  }
  function* list(name: Tag): Reading<number[] | undefined> {
    const entry = entries.get(name);
    if (entry === undefined) return undefined;
    if (!wholeNumbers.includes(entry.type)) throw badImage(`${words(name)} of type ${entry.type}`, "whole numbers");
    if (entry.count > mostValues) throw badImage(`${entry.count} values of ${words(name)}`, `at most ${mostValues}`);
    const size = typeSizes[entry.type]!;
    const values = yield* take(entry);
    return Array.from({ length: entry.count }, (_, i) => values.whole(i * size, size));
  }
  function* one(name: Tag): Reading<number | undefined> {
    const values = yield* list(name);
    if (values !== undefined && values.length !== 1) throw badImage(`${values.length} values of ${words(name)}`, "one");
    return values?.[0];
  }
  function* needed(name: Tag): Reading<number> {
    const value = yield* one(name);
    if (value === undefined || value === 0) throw badImage(`${value ?? "no"} ${words(name)}`, "a number above 0");
    return value;
  }
  function* fraction(name: Tag): Reading<number | undefined> {
    const entry = entries.get(name);
    if (entry?.type !== rational || entry.count !== 1) return undefined;
    const values = yield* take(entry);
    return values.u32(0) / values.u32(4);
  }
  function* text(name: Tag): Reading<string> {
    const entry = entries.get(name);
    if (entry?.type !== ascii) return "";
    const { bytes } = yield* take(entry, Math.min(entry.count, longestDescription));
    return decodeText(bytes);
  }

  const [width, height] = [yield* needed("width"), yield* needed("height")];
  const samplesPerPixel = (yield* one("samplesPerPixel")) ?? 1;
  const isTile = entries.has("tileWidth") || entries.has("tileOffsets");
  // Rows a strip may be left out, and is then "infinite".
  const block = isTile
    ? { isTile, width: yield* needed("tileWidth"), height: yield* needed("tileHeight") }
    : { isTile, width, height: Math.min(height, (yield* one("rowsPerStrip")) ?? height) };
  if (block.height === 0) throw badImage("0 rows a strip", "a number above 0");
  const planar = (yield* one("planarConfiguration")) ?? 1;
  const blockCount =
    Math.ceil(width / block.width) * Math.ceil(height / block.height) * (planar === 2 ? samplesPerPixel : 1);
  const kind = isTile ? "tile" : "strip";
  const offsets = yield* list(`${kind}Offsets`);
  const lengths = yield* list(`${kind}ByteCounts`);
  if (offsets?.length !== blockCount || lengths?.length !== blockCount)
    throw badImage(
      `${offsets?.length ?? "no"} offsets and ${lengths?.length ?? "no"} lengths of ${kind}s`,
      `${blockCount} of each for ${width} × ${height} pixels in ${kind}s of ${block.width} × ${block.height}`,
    );
  const blocks = offsets.map((offset, i): Part => ({ offset, length: lengths[i]! }));
  for (const part of blocks) checkInside(part, layout.size);
  const description = yield* text("description");
  const [x, y] = [yield* fraction("xResolution"), yield* fraction("yResolution")];
  const unit = (yield* one("resolutionUnit")) ?? 2;
  return {
    ...{ width, height, samplesPerPixel, block, blocks, description },
    bitsPerSample: (yield* list("bitsPerSample")) ?? [1],
    sampleFormat: (yield* list("sampleFormat")) ?? [1],
    compression: (yield* one("compression")) ?? 1,
    predictor: (yield* one("predictor")) ?? 1,
    fillOrder: (yield* one("fillOrder")) ?? 1,
    photometric: yield* one("photometric"),
    colourMap: (yield* list("colourMap")) ?? [],
    // Bit 0: of reduced resolution. Bit 2: a mask.
    isSecondary: (((yield* one("subfileType")) ?? 0) & 0b101) !== 0,
    planes: Math.max(entries.get("metaMorphPlanes")?.count ?? 1, imageJPlanes(description, blocks, layout.size)),
    resolution: x === undefined || y === undefined ? null : { x, y, unit },
  };
}

/**
 * A long stack of ImageJ has one directory, which says in words how many planes follow it. A single plane taken out of a stack
 * may say so still, but then the file is too short for them.
 */
function imageJPlanes(description: string, blocks: readonly Part[], size: number): number {
  if (!description.startsWith("ImageJ=")) return 1;
  const planes = Number(/^images=(\d+)\s*$/m.exec(description)?.[1] ?? 1);
  return planes * blocks.reduce((sum, { length }) => sum + length, 0) <= size ? planes : 1;
}

/** ASCII, says TIFF; UTF-8, says OME; and Windows programs write a µ of their own. */
function decodeText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const written = end < 0 ? bytes : bytes.subarray(0, end);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(written);
  } catch {
    return new TextDecoder("latin1").decode(written);
  }
}

interface Numbers {
  readonly bytes: Uint8Array;
  u16(at: number): number;
  u32(at: number): number;
  u64(at: number): number;
  /** An offset into the file, of 4 or 8 bytes. */
  offset(at: number): number;
  /** A whole number of so many bytes. */
  whole(at: number, size: number): number;
}

function numbers(bytes: Uint8Array, { isBigEndian, isBig }: Layout): Numbers {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u16 = (at: number) => view.getUint16(at, !isBigEndian);
  const u32 = (at: number) => view.getUint32(at, !isBigEndian);
  // Above 2^53 it is no longer exact, and far outside any file.
  const u64 = (at: number) => Number(view.getBigUint64(at, !isBigEndian));
  const whole = (at: number, size: number) =>
    size === 1 ? view.getUint8(at) : size === 2 ? u16(at) : size === 4 ? u32(at) : u64(at);
  return { bytes, u16, u32, u64, offset: isBig ? u64 : u32, whole };
}

/** `stripByteCounts` as people write it: `strip byte counts`. */
function words(name: Tag): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
