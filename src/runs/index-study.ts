/**
 * Index: what a study has. Reads the study file and the plate map, lists the images, and joins them.
 *
 * The join is a full outer one. A well without images, an image outside the map, a field that differs from the
 * others: nothing falls out without a {@link Problem} that says so. Images themselves are read when they are first
 * needed; what was found then is kept beside the study, and known here the next time.
 */
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { resolve } from "node:path";
import { NeuroscreenError } from "../base/errors.ts";
import { checkPosition } from "../evaluation/position.ts";
import { badImage, formatShape, type ImageShape, leaveOutUnlike, type Seen } from "../images/alike.ts";
import { type Field, groupFields, type Problem } from "../images/fields.ts";
import { joinFields } from "../images/join.ts";
import { doubtsOfPlateMap, type PlateMapWell, parsePlateMap } from "../plates/platemap.ts";
import { checkSplit, splitWells, wellKey } from "../plates/split.ts";
import { parseStudy, type Study } from "../plates/study.ts";
import type { PositionCheck } from "../records/position.ts";
import { openFieldLoader } from "../store/field-loader.ts";
import { dataHash, type KnownFiles, openKnownFiles } from "../store/file-facts.ts";
import { mapParallel, sha256 } from "../store/files.ts";
import { readHeader } from "../store/images.ts";
import { placesOf } from "../store/places.ts";
import type { IndexOptions, RunEvent } from "./events.ts";
import { findImages, listImages } from "./find-images.ts";
import { readFields } from "./read-fields.ts";

/** A study and all that was found for it. */
export interface StudyIndex {
  readonly study: Study;
  /** The study file, absolute. */
  readonly path: string;
  /** The wells of the plate map that have a field, in the map's order. */
  readonly wells: readonly PlateMapWell[];
  /** The wells of the map that should have images and have no usable field: rows without a score, not rows to forget. */
  readonly missingWells: readonly PlateMapWell[];
  /** The complete fields of `wells`, by plate, well and site; all that are known to be of another size or depth are left out. */
  readonly fields: readonly Field[];
  /** What was left out, and why. */
  readonly problems: readonly Problem[];
  /** How many images are of other planes or times than those that the study selects; they are no problem. */
  readonly otherPlanes: number;
  /** The commonest depth and size of the images, in pixels, as the files have them. */
  readonly bitDepth: 8 | 16;
  readonly width: number;
  readonly height: number;
  /** The side of a camera pixel in the specimen: what the study says, else what the files say; null if neither does. */
  readonly pixelSizeMicrometres: number | null;
  /** The file in which it is remembered what the images are like; null where none could be written. */
  readonly cache: string | null;
  /** Whether every image has been looked at, or only some of them as a sample. */
  readonly looked: "all" | "sample";
  /** Whether the wells' places alone tell the controls apart; null where nothing can be said. */
  readonly position: PositionCheck | null;
  /** SHA-256 of the plate map. */
  readonly mapHash: string;
  /**
   * Of the images: SHA-256 over the lines `path SHA-256` of the fields' files, sorted by path below the images' folder.
   * The same wherever the study lies; null until every file has been read once.
   */
  readonly dataHash: string | null;
}

/** An index with what a run needs beside it. */
export interface OpenStudy {
  readonly index: StudyIndex;
  /**
   * All complete fields of the map's wells by their names alone. What is drawn at random, or done in batches, is drawn from these, so that
   * it does not depend on what happens to be known of the files.
   */
  readonly named: readonly Field[];
  /** The wells of {@link named}, in the map's order. */
  readonly namedWells: readonly PlateMapWell[];
  /** How many fields there should be in the map's wells, and a problem for each that cannot be used. */
  readonly expected: number;
  readonly lost: readonly Problem[];
  /** What is known of the image files, and to be told what is found. */
  readonly known: KnownFiles;
  /** The data hash of some of the fields, as {@link StudyIndex.dataHash}. */
  hashOf(fields: readonly Field[]): string | null;
  /** SHA-256 of the listing: paths, lengths and times. Another one says that the files may be others. */
  readonly listHash: string;
}

/** So many images are looked at where nothing is known yet: enough to tell what most are like. */
const sampledImages = 256;

/** A study that loses a larger share of its fields is not the study that was meant. */
const mostLost = 0.2;

/**
 * Indexes the study of a study file.
 *
 * @throws {NeuroscreenError} `bad-study` and `bad-plate-map` from the two files, `no-such-file`, `no-such-folder`,
 *   `no-images` if no file's name fits the study, `no-fields` if nothing is left of them, `no-controls` if a control role has no
 *   well with images, `no-majority` if the images are of many sizes, `too-many-lost` if more than 20 % of the fields were left
 *   out; the signal's reason if it was aborted
 */
export async function* index(options: IndexOptions, signal?: AbortSignal): AsyncGenerator<RunEvent, StudyIndex> {
  const { index } = yield* openStudy(options, signal);
  return index;
}

/** {@link index} for those who want no progress. */
export async function indexStudy(path: string, options: Omit<IndexOptions, "study"> = {}): Promise<StudyIndex> {
  const run = index({ study: path, ...options });
  for (;;) {
    const next = await run.next();
    if (next.done) return next.value;
  }
}

/** {@link index}, and what it knows of the files. */
export async function* openStudy(options: IndexOptions, signal?: AbortSignal): AsyncGenerator<RunEvent, OpenStudy> {
  const absolute = resolve(options.study);
  const study = parseStudy(await readText(absolute, "the study"), { path: absolute });
  const { images, prefix, problems: strangers, otherPlanes } = await findImages(study);
  const grouped = groupFields(
    images,
    study.channels.map(({ name }) => name),
  );
  const mapPath = resolve(study.folder, study.plateMap);
  const plates = [...new Set(images.map(({ plate }) => plate))].sort();
  const mapText = await readText(mapPath, "the plate map");
  const map = parsePlateMap(mapText, { path: mapPath, plates, ...(study.wells && { notation: study.wells }) });
  checkSplit(study, map);
  const joined = joinFields(map, grouped.fields, plates);

  const places = placesOf(absolute, "fields.parquet", options);
  const listed = await listImages(study, images);
  const known = await openKnownFiles(listed, places);
  if (options.check) yield* readAll(study, joined.fields, known, options.workers, signal);
  const { see, looked, pixelSize } = await look(study, joined.fields, known);
  const alike = leaveOutUnlike(joined.fields, see);
  const { shape, fields } = alike;

  const imaged = new Set(fields.map(wellKey));
  const lost = [...new Set(joined.fields.map(wellKey))].filter((key) => !imaged.has(key));
  const problems = [
    ...doubtsOfPlateMap(mapText, { path: mapPath }).map((message) => ({
      code: "column-doubtful",
      subject: study.plateMap,
      message,
    })),
    ...strangers,
    ...grouped.problems,
    ...joined.problems,
    ...alike.problems,
    ...lost.map((subject) => ({ code: "well-lost", subject, message: "left out: none of its fields could be used" })),
  ];
  if (shape === undefined || joined.fields.length === 0) throw refuseWithoutFields(study, problems);
  if (2 * alike.nOfShape <= alike.nKnown) throw refuseWithoutMajority(study, shape, alike);
  const mapped = new Set(map.map(wellKey));
  const incomplete = grouped.problems.filter((problem) => isLostField(problem) && mapped.has(wellOf(problem.subject)));
  const lostFields = [...incomplete, ...alike.problems];
  const expected = joined.fields.length + incomplete.length;
  refuseTooManyLost({ study, lost: lostFields, expected });

  const wells = map.filter((well) => imaged.has(wellKey(well)));
  const missingWells = map.filter(
    (well) => !imaged.has(wellKey(well)) && well.role !== "empty" && plates.includes(well.plate),
  );
  refuseWithoutControls(study, mapPath, map, wells);
  const hashOf = (some: readonly Field[]) =>
    dataHash(
      some.flatMap(({ paths }) => paths),
      known,
      prefix,
    );
  const index: StudyIndex = {
    study,
    path: absolute,
    wells,
    missingWells,
    fields,
    problems,
    otherPlanes,
    ...pick(shape),
    pixelSizeMicrometres: study.pixelSizeMicrometres ?? pixelSize,
    looked,
    cache: known.place(),
    position: checkPosition(wells, study.split === undefined ? null : splitWells(study, wells, 1)),
    mapHash: sha256(mapText),
    dataHash: hashOf(fields),
  };
  const inNames = new Set(joined.fields.map(wellKey));
  const namedWells = map.filter((well) => inNames.has(wellKey(well)));
  return {
    index,
    named: joined.fields,
    namedWells,
    expected,
    lost: lostFields,
    known,
    hashOf,
    listHash: sha256(JSON.stringify(listed)),
  };
}

/**
 * Whether so many fields are lost that the study is not what was meant.
 *
 * @param lost a problem for each field that was left out
 * @param expected how many fields there should be
 * @throws {NeuroscreenError} `too-many-lost`
 */
export function refuseTooManyLost({
  study,
  lost,
  expected,
}: {
  readonly study: Study;
  readonly lost: readonly Problem[];
  readonly expected: number;
}): void {
  if (lost.length <= mostLost * expected) return;
  const shown = lost.slice(0, 3).map(({ subject, message }) => `\n  ${subject}: ${message}`);
  throw new NeuroscreenError({
    code: "too-many-lost",
    what: `Indexing ${study.name}`,
    found: `${lost.length} of ${expected} fields that cannot be used:${shown.join("")}${lost.length > 3 ? "\n  …" : ""}`,
    expected: `at most ${100 * mostLost} % of the fields to be lost`,
    remedy:
      "Mend the images or the study's `channels`; wells that are meant to be left out are left out of the plate map.",
  });
}

/** What keeps a file from being read, as the end of a sentence; nothing where the cause says nothing. */
export function whyUnreadable(cause: unknown): string {
  const words: Readonly<Record<string, string>> = {
    ENOENT: ", which is not there",
    EISDIR: ", which is a folder",
    EACCES: ", which may not be read by you",
  };
  return cause instanceof Error && "code" in cause ? (words[String(cause.code)] ?? "") : "";
}

async function readText(path: string, what: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new NeuroscreenError({
      code: "no-such-file",
      what: `Reading ${what}`,
      found: `${path}${whyUnreadable(cause)}`,
      expected: "a file that can be read",
      remedy: "Check the path; in a study file it is relative to that file.",
      cause,
    });
  });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Spreadsheets on Windows still save CSV in the code page, where µ is a byte that UTF-8 does not allow.
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Reads and decodes every image of which nothing is known. */
async function* readAll(
  study: Study,
  fields: readonly Field[],
  known: KnownFiles,
  workers = cpus().length,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent> {
  const left = fields.filter(({ paths }) => paths.some((path) => known.facts(path) === undefined));
  // Averaged down to almost nothing: here only the reading counts.
  const loader = openFieldLoader({ folder: study.folder, size: 16, workers });
  try {
    yield* readFields(left, loader, known, signal);
  } finally {
    await loader.close();
  }
}

/** What is known of the images; where that is little, the headers of a sample are read. */
async function look(
  study: Study,
  fields: readonly Field[],
  known: KnownFiles,
): Promise<{ see: (path: string) => Seen; looked: StudyIndex["looked"]; pixelSize: number | null }> {
  const unknown = fields
    .flatMap((field) => field.paths.map((path) => ({ field, path })))
    .filter(({ path }) => known.facts(path) === undefined && known.problem(path) === undefined);
  const every = Math.max(1, Math.ceil(unknown.length / sampledImages));
  const sample = unknown.filter((_, i) => i % every === 0);
  const headers = new Map<string, Exclude<Seen, undefined>>();
  let pixelSize = firstPixelSize(fields, known);
  await mapParallel(sample, async ({ field, path }) => {
    try {
      const header = await readHeader(resolve(study.folder, path));
      headers.set(path, { shape: header });
      pixelSize ??= header.pixelSizeMicrometres;
    } catch (error) {
      if (!(error instanceof NeuroscreenError)) throw error;
      headers.set(path, { problem: badImage(field, error).problem });
    }
  });
  const see = (path: string): Seen => {
    const problem = known.problem(path);
    if (problem !== undefined) return { problem };
    const shape = known.facts(path);
    return shape === undefined ? headers.get(path) : { shape };
  };
  return { see, looked: every === 1 ? "all" : "sample", pixelSize };
}

function firstPixelSize(fields: readonly Field[], known: KnownFiles): number | null {
  for (const { paths } of fields)
    for (const path of paths) {
      const size = known.facts(path)?.pixelSizeMicrometres;
      if (size !== undefined && size !== null) return size;
    }
  return null;
}

function pick({ width, height, bitDepth }: ImageShape): ImageShape {
  return { width, height, bitDepth };
}

/** Whether a problem is a field that should be there and cannot be used. */
export function isLostField({ code }: Problem): boolean {
  return ["channel-missing", "image-doubled", "bad-image", "image-odd"].includes(code);
}

/** The well of such a problem's subject: `P/A01` of `P/A01/1`. */
export function wellOf(fieldSubject: string): string {
  return fieldSubject.slice(0, fieldSubject.lastIndexOf("/"));
}

function refuseWithoutFields(study: Study, problems: readonly Problem[]): NeuroscreenError {
  const shown = problems.slice(0, 3).map(({ subject, message }) => `\n  ${subject}: ${message}`);
  return new NeuroscreenError({
    code: "no-fields",
    what: `Indexing ${study.name}`,
    found: `none and ${problems.length} ${problems.length === 1 ? "problem" : "problems"}:${shown.join("")}`,
    expected: "at least one field with all its channels, in a well of the plate map",
    remedy: "Mend these in the study, the plate map or the images.",
  });
}

function refuseWithoutMajority(
  study: Study,
  shape: ImageShape,
  { nOfShape, nKnown }: { readonly nOfShape: number; readonly nKnown: number },
): NeuroscreenError {
  return new NeuroscreenError({
    code: "no-majority",
    what: `Indexing ${study.name}`,
    found: `images of many kinds: the commonest, ${formatShape(shape)}, are ${nOfShape} of ${nKnown}`,
    expected: "most images to be of one size and bit depth",
    remedy: "Keep images of different cameras, objectives or exports in studies of their own.",
  });
}

function refuseWithoutControls(
  study: Study,
  mapPath: string,
  map: readonly PlateMapWell[],
  wells: readonly PlateMapWell[],
): void {
  for (const role of ["negative", "positive"] as const) {
    if (wells.some((well) => well.role === role)) continue;
    const count = map.filter((well) => well.role === role).length;
    throw new NeuroscreenError({
      code: "no-controls",
      what: `Indexing ${study.name}`,
      found:
        count === 0
          ? `no ${role} well in ${mapPath}`
          : `${count} ${role} wells in the plate map, none of them with images`,
      expected: `at least one ${role} control well with images`,
      remedy: `Mark the ${role} control wells in the column \`role\` of the plate map, and see that the plates' names there are those of the images.`,
    });
  }
}
