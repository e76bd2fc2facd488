/**
 * What is known of a study's image files, kept between runs: size, depth and SHA-256 of each, taken when it was first read.
 *
 * A file that has another length or another time than it had is a new file, of which nothing is known. So the table is
 * never wrong, only incomplete, and may be thrown away at any time.
 */
import { readFile } from "node:fs/promises";
import { parquetReadObjects } from "hyparquet";
import { z } from "zod";
import { NeuroscreenError } from "../base/errors.ts";
import { version } from "../base/version.ts";
import type { ImageProblem } from "../images/alike.ts";
import type { Column } from "../records/table.ts";
import { sha256, writeAtomically } from "./files.ts";
import type { FileFacts } from "./images.ts";
import { formatParquet } from "./tables.ts";

/** An image as the disk lists it, and what its name says. */
export interface ListedImage {
  /** Relative to the study's folder, with `/`. */
  readonly path: string;
  readonly plate: string;
  /** `A01`. */
  readonly well: string;
  readonly site: number;
  readonly channel: string;
  readonly bytes: number;
  /** The time of its last change, in milliseconds since 1970. */
  readonly modified: number;
}

/** What was found of the files so far. */
export interface KnownFiles {
  /** The facts of a file that has been read; undefined for one that has not, or could not be. */
  facts(path: string): FileFacts | undefined;
  /** What is wrong with a file's bytes; undefined for one that could be read, or was never tried. */
  problem(path: string): ImageProblem | undefined;
  remember(files: readonly FileFacts[]): void;
  /** Keeps what is wrong with a file's own bytes (`bad-image`); of any other problem nothing. */
  rememberProblem(path: string, problem: ImageProblem): void;
  /** Where the table lies that was read or written last; null where there is none. */
  place(): string | null;
  /** Writes what is new into the first of the places that takes it; a study on a disk that takes nothing has no table. */
  save(): Promise<void>;
}

const rowSchema = z.object({
  Path: z.string(),
  Bytes: z.number(),
  Modified: z.number(),
  Width: z.number().nullable(),
  Height: z.number().nullable(),
  Bit_Depth: z.union([z.literal(8), z.literal(16)]).nullable(),
  Pixel_Size_um: z.number().nullable(),
  SHA256: z.string().nullable(),
  Problem: z.string().nullable(),
  Read_By: z.string(),
});

/**
 * Opens the table of a study: `NAME.fields.parquet`, a row an image.
 *
 * @param places where it may lie, the preferred place first; a table that cannot be read counts as none
 */
export async function openKnownFiles(images: readonly ListedImage[], places: readonly string[]): Promise<KnownFiles> {
  const listed = new Map(images.map((image) => [image.path, image]));
  const facts = new Map<string, FileFacts>();
  const problems = new Map<string, ImageProblem>();
  const tables = await readTables(places);
  let place = tables[0]?.place ?? null;
  for (const row of tables.flatMap(({ rows }) => rows)) {
    const image = listed.get(row.Path);
    // Another version may read what this one refuses, or otherwise.
    if (row.Read_By !== version) continue;
    if (image?.bytes !== row.Bytes || image.modified !== row.Modified) continue;
    const { Width: width, Height: height, Bit_Depth: bitDepth, SHA256: hash } = row;
    if (row.Problem !== null) problems.set(row.Path, { code: "bad-image", problem: row.Problem });
    if (width === null || height === null || bitDepth === null || hash === null) continue;
    const size = { width, height, bitDepth, pixelSizeMicrometres: row.Pixel_Size_um };
    facts.set(row.Path, { path: row.Path, bytes: row.Bytes, sha256: hash, ...size });
  }
  let isNew = false;
  return {
    place: () => place,
    facts: (path) => facts.get(path),
    problem: (path) => problems.get(path),
    remember(files) {
      for (const file of files) {
        if (facts.get(file.path)?.sha256 === file.sha256) continue;
        facts.set(file.path, file);
        problems.delete(file.path);
        isNew = true;
      }
    },
    rememberProblem(path, problem) {
      if (problem.code !== "bad-image") return;
      isNew ||= problems.get(path)?.problem !== problem.problem;
      problems.set(path, problem);
    },
    async save() {
      if (!isNew) return;
      isNew = false;
      place = await writeFirst(places, formatParquet(columnsOf(images, facts, problems)));
    },
  };
}

/**
 * The hash of data: SHA-256 over the lines `path SHA-256` of its files, sorted. The same wherever the files lie.
 *
 * @param prefix what the paths begin with that says only where they lie
 * @returns null unless every file has been read
 */
export function dataHash(paths: readonly string[], known: KnownFiles, prefix: string): string | null {
  const lines: string[] = [];
  for (const path of paths) {
    const hash = known.facts(path)?.sha256;
    if (hash === undefined) return null;
    lines.push(`${path.slice(prefix.length)} ${hash}\n`);
  }
  return sha256(lines.sort().join(""));
}

interface FoundTable {
  readonly place: string;
  readonly rows: readonly z.output<typeof rowSchema>[];
}

/** The tables of all places: a study that could once be written to may have an old one beside it. */
async function readTables(places: readonly string[]): Promise<FoundTable[]> {
  const tables: FoundTable[] = [];
  for (const place of places) {
    try {
      const file = new Uint8Array(await readFile(place)).buffer;
      tables.push({ place, rows: z.array(rowSchema).parse(await parquetReadObjects({ file })) });
    } catch {
      // Not there, or not ours: nothing known from here.
    }
  }
  return tables;
}

async function writeFirst(places: readonly string[], bytes: Uint8Array): Promise<string | null> {
  for (const place of places) {
    try {
      await writeAtomically(place, bytes);
      return place;
    } catch (error) {
      // A convenience must not end a run: where nothing can be written, the next run reads the files again.
      if (!(error instanceof NeuroscreenError)) throw error;
    }
  }
  return null;
}

function columnsOf(
  images: readonly ListedImage[],
  facts: ReadonlyMap<string, FileFacts>,
  problems: ReadonlyMap<string, ImageProblem>,
): Column[] {
  const column = (name: string, type: Column["type"], value: (image: ListedImage) => Column["values"][number]) => ({
    name,
    type,
    values: images.map(value),
  });
  const factOf =
    <Key extends keyof FileFacts>(key: Key) =>
    ({ path }: ListedImage) =>
      facts.get(path)?.[key] ?? null;
  return [
    column("Metadata_Plate", "string", ({ plate }) => plate),
    column("Metadata_Well", "string", ({ well }) => well),
    column("Metadata_Site", "int32", ({ site }) => site),
    column("Channel", "string", ({ channel }) => channel),
    column("Path", "string", ({ path }) => path),
    column("Bytes", "double", ({ bytes }) => bytes),
    column("Modified", "double", ({ modified }) => modified),
    column("Width", "int32", factOf("width")),
    column("Height", "int32", factOf("height")),
    column("Bit_Depth", "int32", factOf("bitDepth")),
    column("Pixel_Size_um", "double", factOf("pixelSizeMicrometres")),
    column("SHA256", "string", factOf("sha256")),
    column("Problem", "string", ({ path }) => problems.get(path)?.problem ?? null),
    column("Read_By", "string", () => version),
  ];
}
