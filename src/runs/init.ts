/**
 * Init: the two files of a study, proposed from a folder of images.
 *
 * The proposal asks nothing, overwrites nothing and guesses no role: what was put into a well only a person knows. Both files
 * explain themselves.
 */

import { access, open, readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { NeuroscreenError, nearest } from "../base/errors.ts";
import { formatShape } from "../images/alike.ts";
import { type Guess, guessStudy } from "../images/guess.ts";
import { describesExport, type ExportFacts, joinExports, readExport } from "../images/guess-export.ts";
import { type Channel, parseStudy } from "../plates/study.ts";
import { listFiles, writeAtomically } from "../store/files.ts";
import { readHeader } from "../store/images.ts";
import { listed, plateMapName, plateMapText, studyName, studyText } from "./init-files.ts";

/** The options of `init`. */
export interface InitOptions {
  /** The folder of the images, with all its subfolders. */
  readonly images: string;
  /** The folder to write into, made where it is missing; the current folder if left out. */
  readonly out?: string;
}

/** What `init` found, and where it wrote. */
export interface InitSummary {
  /** Paths of the two files. */
  readonly study: string;
  readonly plateMap: string;
  /** Whose way of naming the images have: a microscope, or `no known microscope`. */
  readonly naming: string;
  readonly plates: readonly { readonly name: string; readonly wells: number; readonly fields: number }[];
  readonly channels: readonly Channel[];
  /** How many fields have each channel once. */
  readonly fields: number;
  /** How many TIFF and PNG files there are, and how many are in those fields. */
  readonly images: number;
  readonly imagesUsed: number;
  /** What the headers of a few images say; null where none could be read. */
  readonly pixels: ImageFacts | null;
  /** Images that the study leaves out, by what they are. */
  readonly leftOut: readonly { readonly what: string; readonly count: number; readonly example: string }[];
  /** What a person should look at. */
  readonly warnings: readonly string[];
}

/** What the images looked at have in common. */
interface ImageFacts {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: 8 | 16;
  /** The side of a pixel in the specimen, where the images state it and agree, or else the export's description does. */
  readonly pixelSizeMicrometres: number | null;
}

/** So many fields are looked at, spread over all. */
const fieldsLookedAt = 6;

/**
 * Writes `study.yaml` and `platemap.csv` for a folder of images.
 *
 * @throws {NeuroscreenError} `no-such-folder`; `file-taken` if one of the two files is there; `no-images`, `no-wells` or
 *   `no-fields` if nothing can be proposed; `cannot-write`
 */
export async function init({ images, out = "." }: InitOptions): Promise<InitSummary> {
  const folder = resolve(images);
  const files = { study: join(out, studyName), plateMap: join(out, plateMapName) };
  for (const path of Object.values(files)) await refuseTaken(path);
  const paths = await listImages(images);
  const guessed = guessStudy(paths, { folder });
  const told = await lookAtExports(folder, paths, guessed);
  const guess = nameChannels(guessed, told);
  const looked = await lookAtImages(folder, guess, told);
  const warnings = [...guess.notes, ...warningsOf(guess), ...looked.warnings];
  const text = studyText(guess, {
    ...{ folder, out: resolve(out) },
    pixelSizeMicrometres: looked.facts?.pixelSizeMicrometres ?? null,
  });
  // What is proposed must be what the product reads: a refusal here is our mistake, not the reader's.
  parseStudy(text, { path: resolve(files.study) });
  await writeBoth(files, text, plateMapText(guess.plates)).catch((error: unknown) => {
    throw error instanceof NeuroscreenError ? elsewhere(error) : error;
  });
  return {
    ...files,
    naming: guess.naming,
    plates: guess.plates.map(({ name, wells }) => ({
      ...{ name, wells: wells.length, fields: wells.reduce((sum, { fields }) => sum + fields, 0) },
    })),
    channels: guess.keys.channels,
    fields: guess.fields.length,
    images: guess.images,
    imagesUsed: guess.read,
    pixels: looked.facts,
    leftOut: guess.leftOut.map(({ what, paths }) => ({ what, count: paths.length, example: paths[0]! })),
    warnings,
  };
}

async function refuseTaken(path: string): Promise<void> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  throw new NeuroscreenError({
    code: "file-taken",
    what: `Writing ${path}`,
    found: "a file that is there already",
    expected: "a free name, since nothing is overwritten",
    remedy:
      "Move or rename it, or name another folder with `--out`. A plate map of yours goes in by the study's key `plateMap`.",
  });
}

async function listImages(images: string): Promise<string[]> {
  const refuse = (found: string, remedy: string, cause?: unknown) =>
    new NeuroscreenError({
      ...{ code: "no-such-folder", what: "Looking for images", found, expected: "a folder that can be read", remedy },
      ...(cause === undefined ? {} : { cause }),
    });
  const above = "Name the folder that the microscope exported to; the folders of several plates may lie in it.";
  try {
    if (!(await stat(images)).isDirectory()) {
      const remedy = /\.ya?ml$/i.test(images)
        ? `\`init\` writes such files. To see what this one finds: \`neuroscreen index ${images}\`.`
        : `Name the folder that holds it: ${dirname(images)}`;
      throw refuse(`the file ${images}`, remedy);
    }
    return await listFiles(images);
  } catch (error) {
    if (error instanceof NeuroscreenError || !(error instanceof Error) || !("code" in error)) throw error;
    const path = "path" in error && typeof error.path === "string" ? error.path : images;
    if (error.code === "ENOENT" || error.code === "ENOTDIR") {
      const siblings = await readdir(dirname(resolve(images))).catch(() => []);
      const near = nearest(basename(images), siblings);
      const hint = near === undefined ? "" : ` (did you mean \`${join(dirname(images), near)}\`?)`;
      throw refuse(`${images}, which is not there${hint}`, above, error);
    }
    if (error.code === "EACCES" || error.code === "EPERM")
      throw refuse(`${path}, which may not be read by you`, "Ask for the right to read it, or copy the images.", error);
    throw error;
  }
}

/** So many descriptions are read, and so much of each: that of a whole plate may be hundreds of megabytes. */
const [exportsLookedAt, bytesLookedAt] = [3, 4_000_000];

/** What the microscope wrote about its export, in the images' folders or above them. */
async function lookAtExports(folder: string, paths: readonly string[], { fields }: Guess): Promise<ExportFacts> {
  const isNear = (path: string) => {
    const own = path.slice(0, path.lastIndexOf("/") + 1);
    return fields.some(({ paths: [image] }) => image?.startsWith(own));
  };
  const described: ExportFacts[] = [];
  for (const path of paths.filter((path) => describesExport(path) && isNear(path)).slice(0, exportsLookedAt)) {
    try {
      described.push(readExport(await readBeginning(join(folder, path))));
    } catch {
      // Of help where it can be read; what it says, names and headers may say too.
    }
  }
  return joinExports(described);
}

async function readBeginning(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(bytesLookedAt) });
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Gives channels that names only number the names that the export has for those numbers. */
function nameChannels(guess: Guess, { channels: told }: ExportFacts): Guess {
  const channels = guess.keys.channels.map(({ name, match }) => {
    const filter = /^\d+$/.test(match) ? told.get(Number(match)) : undefined;
    return { name: filter ?? name, match };
  });
  const names = new Set(channels.map(({ name }) => name.toLowerCase()));
  return names.size < channels.length ? guess : { ...guess, keys: { ...guess.keys, channels } };
}

/** Reads the headers of a few images: what most of them say, and what is odd. */
async function lookAtImages(
  folder: string,
  { fields }: Guess,
  told: ExportFacts,
): Promise<{ readonly facts: ImageFacts | null; readonly warnings: readonly string[] }> {
  const step = Math.max(1, Math.floor(fields.length / fieldsLookedAt));
  const paths = fields
    .filter((_, i) => i % step === 0)
    .slice(0, fieldsLookedAt)
    .flatMap(({ paths }) => paths);
  const seen: (ImageFacts & { readonly path: string })[] = [];
  const refusals: string[] = [];
  for (const path of paths) {
    try {
      seen.push({ path, ...(await readHeader(join(folder, path))) });
    } catch (error) {
      if (!(error instanceof NeuroscreenError)) throw error;
      refusals.push(`${path}: expected ${error.facts.expected}, found ${error.facts.found}`);
    }
  }
  const warnings: string[] = [];
  const [refusal] = refusals;
  if (refusal !== undefined)
    warnings.push(`${refusals.length} of ${paths.length} images looked at cannot be used, such as ${refusal}`);
  const [first] = seen;
  if (first === undefined) return { facts: null, warnings };
  const odd = seen.find((other) => formatShape(other) !== formatShape(first));
  if (odd !== undefined)
    warnings.push(
      `images differ: ${first.path} is ${formatShape(first)}, ${odd.path} is ${formatShape(odd)}; only those of one kind are used`,
    );
  const { width, height, bitDepth } = first;
  const sizes = new Set(seen.map(({ pixelSizeMicrometres }) => pixelSizeMicrometres?.toPrecision(4)));
  const pixelSizeMicrometres = sizes.size > 1 ? null : (first.pixelSizeMicrometres ?? told.pixelSizeMicrometres);
  if (sizes.size > 1)
    warnings.push(`images state different pixel sizes: ${[...sizes].map((size) => size ?? "none").join(", ")} µm`);
  return { facts: { width, height, bitDepth, pixelSizeMicrometres }, warnings };
}

function warningsOf({ keys, letters, images, read, planes }: Guess): string[] {
  const warnings: string[] = [];
  for (const [plane, numbers] of Object.entries(planes)) {
    if (numbers.length > 1)
      warnings.push(
        `names carry ${plane} ${listed(numbers.map(String))}: the study takes one of them, see its key \`select\``,
      );
  }
  if (letters.areColumns)
    warnings.push("the wells' letters go further than their numbers: they may count columns, see `wells` in the study");
  else if (letters.skipI) warnings.push("no well has the letter I, some have J: see `wells` in the study");
  if (keys.channels.some(({ name, match }) => /^\d+$/.test(match) && name.endsWith(match)))
    warnings.push("names tell the channels by numbers: write the stains' names into the study");
  if (read * 2 < images && Object.values(planes).every((numbers) => numbers.length < 2))
    warnings.push(`only ${read} of ${images} images are used`);
  return warnings;
}

/** A place that cannot be written to is no dead end: the two files may lie anywhere. */
function elsewhere({ facts }: NeuroscreenError): NeuroscreenError {
  return new NeuroscreenError({
    ...facts,
    remedy: "Name a folder of yours with `--out DIR`: the two files need not lie beside the images.",
  });
}

/** Writes both files or none. */
async function writeBoth(files: Pick<InitSummary, "study" | "plateMap">, study: string, map: string): Promise<void> {
  await writeAtomically(files.plateMap, map);
  try {
    await writeAtomically(files.study, study);
  } catch (error) {
    await rm(files.plateMap, { force: true });
    throw error;
  }
}
