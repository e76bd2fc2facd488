/**
 * Index: what a study has. Reads the study file and the plate map, lists the images, and joins them.
 *
 * The join is a full outer one. A well without images, an image outside the map, a field that differs from the
 * others: nothing falls out without a {@link Problem} that says so. Images themselves are read when they are first
 * needed; what was found then is kept beside the study, and known here the next time.
 */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { NeuroscreenError, nearest } from "../base/errors.ts";
import { checkPosition } from "../evaluation/position.ts";
import { formatShape, type ImageShape, leaveOutUnlike } from "../images/alike.ts";
import { type Field, groupFields, type Problem } from "../images/fields.ts";
import { joinFields } from "../images/join.ts";
import { doubtsOfPlateMap, type PlateMapWell, parsePlateMap } from "../plates/platemap.ts";
import { checkSplit, splitWells, wellKey } from "../plates/split.ts";
import { parseStudy, type Study } from "../plates/study.ts";
import type { PositionCheck } from "../records/position.ts";
import { groupBy } from "../screening/group.ts";
import { dataHash, type KnownFiles, openKnownFiles } from "../store/file-facts.ts";
import { sha256 } from "../store/files.ts";
import { placesOf } from "../store/places.ts";
import type { IndexOptions, RunEvent } from "./events.ts";
import { findImages, listImages } from "./find-images.ts";
import { type Look, lookAtImages, readUnknown } from "./look-at-images.ts";
import { absentFields, isLostField, lostWells, refuseTooManyLost, wellOf } from "./lost-fields.ts";

/** A study and all that was found for it. */
export interface StudyIndex {
  readonly study: Study;
  /** The study file, absolute. */
  readonly path: string;
  /** The wells of the plate map in its order, but for empty ones without images. */
  readonly wells: readonly PlateMapWell[];
  /** Those of `wells` without a usable field, as far as is known: rows without a score, not rows to forget. */
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
  readonly looked: Look["looked"];
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
  /** How many fields there should be in the map's wells, a problem for each that cannot be used, and how many have no image at all. */
  readonly expected: number;
  readonly lost: readonly Problem[];
  readonly absent: number;
  /** Of each well, how many fields have no image at all, by `plate/A01`. */
  readonly absentByWell: ReadonlyMap<string, number>;
  /** What is known of the image files, and to be told what is found. */
  readonly known: KnownFiles;
  /** The data hash of some of the fields, as {@link StudyIndex.dataHash}. */
  hashOf(fields: readonly Field[]): string | null;
  /** SHA-256 over the sorted SHA-256 of a well's files, by `plate/A01`: what says that a well is the same, whatever it is called. */
  wellHash(well: string): string;
  /** SHA-256 of the listing: paths, lengths and times. Another one says that the files may be others. */
  readonly listHash: string;
}

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

/**
 * {@link index}, and what it knows of the files.
 *
 * @param opening.ignoresSplit for runs that take their wells from elsewhere: a split that names what is not there, or leaves a part without
 *   wells, is then as none
 */
export async function* openStudy(
  options: IndexOptions,
  signal?: AbortSignal,
  { ignoresSplit = false }: { readonly ignoresSplit?: boolean } = {},
): AsyncGenerator<RunEvent, OpenStudy> {
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
  if (!ignoresSplit) checkSplit(study, map);
  refusePlateNames(study, map, plates);
  const joined = joinFields(map, grouped.fields, plates);

  const places = placesOf(absolute, "fields.parquet", options);
  const listed = await listImages(study, images);
  const known = await openKnownFiles(listed, places);
  const { workers } = options;
  const found = options.check ? yield* readUnknown(study, joined.fields, known, { workers, signal }) : new Map();
  const { see, looked, pixelSizeMicrometres } = await lookAtImages(study, joined.fields, known, found);
  const alike = leaveOutUnlike(joined.fields, see);
  const { shape, fields } = alike;
  const isImagedPlate = new Set(plates);
  const absentByWell = absentFields(
    map.filter(({ role, plate }) => role !== "empty" && isImagedPlate.has(plate)),
    [...joined.fields, ...grouped.problems.filter(isLostField).map(({ subject }) => placeOf(subject))],
  );
  const absent = [...absentByWell.values()].reduce((sum, count) => sum + count, 0);
  const problems = [
    ...doubtsOfPlateMap(mapText, { path: mapPath }).map((message) => ({
      code: "column-doubtful",
      subject: study.plateMap,
      message,
    })),
    ...strangers,
    ...grouped.problems,
    ...joined.problems,
    ...shortWells(absentByWell, joined.fields),
    ...alike.problems,
    ...lostWells(joined.fields, fields),
  ];
  if (shape === undefined || joined.fields.length === 0) throw refuseWithoutFields(study, problems);
  if (2 * alike.nOfShape <= alike.nKnown) throw refuseWithoutMajority(study, shape, alike);
  const inNames = new Set(joined.fields.map(wellKey));
  const namedWells = map.filter((well) => inNames.has(wellKey(well)));
  refuseWithoutControls(study, mapPath, map, namedWells);
  const mapped = new Set(map.map(wellKey));
  const incomplete = grouped.problems.filter((problem) => isLostField(problem) && mapped.has(wellOf(problem.subject)));
  const lostFields = [...incomplete, ...alike.problems];
  const expected = joined.fields.length + incomplete.length + absent;
  refuseTooManyLost({ study, lost: lostFields, absent, expected });

  const isImaged = new Set(fields.map(wellKey));
  const wells = map.filter((well) => inNames.has(wellKey(well)) || well.role !== "empty");
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
    missingWells: wells.filter((well) => !isImaged.has(wellKey(well))),
    fields,
    problems,
    otherPlanes,
    ...shape,
    pixelSizeMicrometres: study.pixelSizeMicrometres ?? pixelSizeMicrometres,
    looked,
    cache: known.place(),
    position: checkPosition(namedWells, heldOut(study, namedWells, ignoresSplit)),
    mapHash: sha256(mapText),
    dataHash: hashOf(fields),
  };
  const pathsByWell = groupBy(joined.fields, wellKey);
  const wellHash = (well: string) =>
    sha256(
      (pathsByWell.get(well) ?? [])
        .flatMap(({ paths }) => paths.map((path) => known.facts(path)?.sha256 ?? ""))
        .sort()
        .join("\n"),
    );
  return {
    index,
    wellHash,
    named: joined.fields,
    namedWells,
    expected,
    lost: lostFields,
    absent,
    absentByWell,
    known,
    hashOf,
    listHash: sha256(JSON.stringify(listed)),
  };
}

/** The parts of the study's split; null where it has none. */
function heldOut(
  study: Study,
  wells: readonly PlateMapWell[],
  ignoresSplit: boolean,
): ReturnType<typeof splitWells> | null {
  if (study.split === undefined) return null;
  try {
    return splitWells(study, wells, 1);
  } catch (error) {
    if (ignoresSplit && error instanceof NeuroscreenError) return null;
    throw error;
  }
}

/** The wells that have fewer fields than others of their plate; one that has none is told elsewhere. */
function shortWells(absent: ReadonlyMap<string, number>, fields: readonly Field[]): Problem[] {
  const withFields = new Set(fields.map(wellKey));
  return [...absent]
    .filter(([well]) => withFields.has(well))
    .map(([subject, count]) => ({
      code: "fields-absent",
      subject,
      message: `has ${count} ${count === 1 ? "field" : "fields"} fewer than most wells of its plate`,
    }));
}

/** Plate and well of a field's subject. */
function placeOf(fieldSubject: string): { plate: string; well: string } {
  const well = wellOf(fieldSubject);
  const at = well.lastIndexOf("/");
  return { plate: well.slice(0, at), well: well.slice(at + 1) };
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

/** A plate of the images and one of the map that are nearly of one name are one plate with a slip in it; both would fall out. */
function refusePlateNames(study: Study, map: readonly PlateMapWell[], plates: readonly string[]): void {
  const mapped = [...new Set(map.map(({ plate }) => plate))];
  const onlyMapped = mapped.filter((plate) => !plates.includes(plate));
  const slips = plates
    .filter((plate) => !mapped.includes(plate))
    .flatMap((plate) => {
      const near = nearest(plate, onlyMapped);
      return near === undefined ? [] : [`\`${plate}\` of the images, \`${near}\` of the plate map`];
    });
  if (slips.length === 0) return;
  throw new NeuroscreenError({
    code: "plate-names",
    what: `Indexing ${study.name}`,
    found: slips.slice(0, 5).join("; "),
    expected: "plates to be called the same in both",
    remedy: "Write the plates in the plate map as their folders or names are written, to the letter.",
  });
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
