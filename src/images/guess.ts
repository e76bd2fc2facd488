/**
 * A study proposed from the names of its images alone, so that nobody must write a regular expression.
 *
 * Namings that are known are tried first (`guess-namings.ts`); names that fit none are read by what varies in them
 * (`guess-columns.ts`). The product itself judges the proposal: what its reader of names finds in it is what counts, and what is told.
 */
import { NeuroscreenError } from "../base/errors.ts";
import type { Study } from "../plates/study.ts";
import { formatWell, smallestPlate, type Well } from "../plates/wells.ts";
import { type Field, groupFields, type NamedImage, type Problem } from "./fields.ts";
import { compareTexts, guessChannels } from "./guess-channels.ts";
import { learnNames } from "./guess-columns.ts";
import { asideOf, isPlainFolder, type Naming, namings, planeFolders } from "./guess-namings.ts";
import { guessPlanes, type PlaneGuess } from "./guess-planes.ts";
import { guessPlates } from "./guess-plates.ts";
import { endingOf, nameOf, type ReadName, readNames } from "./guess-read.ts";
import { imageReader } from "./names.ts";

/** The keys of a study file that names can tell. */
export type GuessedKeys = Pick<Study, "format" | "pattern" | "plate" | "plateFrom" | "select" | "channels">;

/** A plate as the names tell it. */
export interface GuessedPlate {
  readonly name: string;
  /** Every well that has an image, by row and column, with its number of whole fields. */
  readonly wells: readonly { readonly well: string; readonly fields: number }[];
}

/** Images that the proposal does not read, by what they are. */
export interface LeftOut {
  readonly what: string;
  /** Relative to the folder of images. */
  readonly paths: readonly string[];
}

/** A proposal, and what it finds. */
export interface Guess {
  /** A name for the study: that of the nearest folder that the export did not make itself. */
  readonly name: string;
  /** Whose way of naming it is: a microscope, or `no known microscope`. */
  readonly naming: string;
  readonly keys: GuessedKeys;
  readonly plates: readonly GuessedPlate[];
  /** How many TIFF and PNG files lie in the folder, and how many of them are in whole fields of the proposal. */
  readonly images: number;
  readonly read: number;
  /** The fields that have each channel once; paths are relative to the folder of images. */
  readonly fields: readonly Field[];
  /** The planes and time points that names carry and `keys.select` takes one of; none where all names agree. */
  readonly planes: PlaneGuess["planes"];
  /** The smallest plate that has all wells, by its number of wells. */
  readonly plateSize: number;
  /** Whether letters seem to run along the long side, or to skip the I: {@link Study.wells} should say so. */
  readonly letters: { readonly areColumns: boolean; readonly skipI: boolean };
  readonly leftOut: readonly LeftOut[];
  /** What a person should look at, in plain words. */
  readonly notes: readonly string[];
}

const readable = /\.(?:tiff?|png)$/i;

/**
 * Proposes a study.
 *
 * @param paths all files below the folder of images, relative to it, with `/`
 * @param options.folder the absolute path of the folder of images, which may name a plate
 * @throws {NeuroscreenError} `no-images` if no file is a TIFF or PNG; `no-wells` if their names say no well; `no-fields` if no field
 *   is whole under any reading of them
 */
export function guessStudy(paths: readonly string[], { folder }: { readonly folder: string }): Guess {
  const images = paths.filter((path) => readable.test(path));
  if (images.length === 0) throw refuseWithoutImages(paths, folder);
  const candidates = images.filter((path) => asideOf(path) === undefined);
  const known = mostRead(namings.flatMap((naming) => proposals(naming, candidates)));
  const isEnough = known !== undefined && known.names.length >= candidates.length / 2;
  const best = isEnough ? known : mostRead([...(known ? [known] : []), ...learnedProposals(candidates)]);
  if (best === undefined) throw refuseWithoutWells(images, folder);
  return tell(best, images, folder);
}

/** One way to read names, and what it reads. */
interface Proposal {
  readonly naming: Naming;
  readonly body: string;
  readonly names: readonly ReadName[];
}

function proposals(naming: Naming, images: readonly string[]): Proposal[] {
  return naming.bodies.map((body) => ({ naming, body, names: readNames(body, naming.format, images) }));
}

function learnedProposals(images: readonly string[]): Proposal[] {
  const naming: Naming = { name: "no known microscope", format: "pattern", bodies: [], channelPrefix: "channel" };
  const all: Proposal[] = [];
  for (const body of learnNames(images.map((path) => path.replace(readable, "")))) {
    const names = readNames(body, naming.format, images);
    all.push({ naming, body, names });
    if (names.length === images.length) break;
  }
  return all;
}

/** The proposal that reads most names, the first of equal ones; undefined where none reads any. */
function mostRead(all: readonly Proposal[]): Proposal | undefined {
  const best = all.reduce<Proposal | undefined>(
    (a, b) => (a !== undefined && a.names.length >= b.names.length ? a : b),
    undefined,
  );
  return best === undefined || best.names.length === 0 ? undefined : best;
}

/** Puts a proposal into the keys of a study, reads the names with them, and tells what is found. */
function tell(proposal: Proposal, images: readonly string[], folder: string): Guess {
  const { naming, names, body } = proposal;
  // The format `incell` has no way to leave a plane's number out of account, even where all names have the same.
  const { planes, select, others } = guessPlanes(names, { fewest: naming.format === "incell" ? 1 : 2 });
  const name = folder.split(/[/\\]+/).findLast((part) => part !== "" && !isPlainFolder(part)) ?? "plate";
  // A reading of whole paths has said what the folders are.
  const foldersLeft = (path: string) => (body.includes("/") ? nameOf(path) : path);
  const { inName, plate, ...plates } = guessPlates(
    names.map(({ path, well, plate }) => ({ path: foldersLeft(path), well: formatWell(well), named: plate })),
    name,
  );
  const plateFrom = naming.format === "incell" && inName ? joinedPlate : plates.plateFrom;
  const { channels, notes } = guessChannels(names, naming);
  const keys: GuessedKeys = {
    format: naming.format,
    ...(naming.format === "pattern" && { pattern: writePattern(proposal, planes, inName) }),
    ...(plate !== undefined && { plate }),
    ...(plateFrom !== undefined && { plateFrom }),
    ...(select && { select }),
    channels,
  };
  const found = readAll(keys, images, folder);
  const { fields, problems } = groupFields(
    found,
    channels.map(({ name }) => name),
  );
  if (fields.length === 0) throw refuseWithoutFields(problems, keys, folder);
  const used = new Set(fields.flatMap(({ paths }) => paths));
  const areWells = naming.format === "incell" || body.includes("(?<well>");
  return {
    ...{ name, naming: naming.name, keys, fields, planes },
    plates: countWells(found, fields),
    images: images.length,
    read: used.size,
    ...lookAtWells(
      names.map(({ well }) => well),
      areWells,
    ),
    leftOut: sortUnused(images, used, { isOtherPlane: others, isNamed: new Set(names.map(({ path }) => path)) }),
    notes: [...plates.notes, ...notes],
  };
}

/** Finds the plate in IN Cell names that begin with the names of their former folders: all before the well. */
const joinedPlate = "([^/]+)_[A-Za-z]{1,2} - \\d+\\([^/]*$";

/** The expression with the groups that are needed: no plane where there is one alone, no plate where it stands elsewhere. */
function writePattern({ body, names }: Proposal, planes: Guess["planes"], hasPlate: boolean): string {
  const isNeeded: Readonly<Record<string, boolean>> = {
    z: planes.z.length > 0,
    time: planes.time.length > 0,
    plate: hasPlate,
  };
  const plain = body.replaceAll(/\(\?<(z|time|plate)>([^()]*)\)/g, (whole, group: string, inner: string) =>
    isNeeded[group] ? whole : inner,
  );
  const ending = endingOf(names.map(({ path }) => path));
  const inFolders = planeFolders.filter(([group]) => isNeeded[group] && !plain.includes(`(?<${group}>`));
  if (inFolders.length === 0) return `^${plain}${ending}`;
  // An expression for the whole path: whatever stood for any letter now stops at a `/`.
  const folders = inFolders.map(([group, { source }]) =>
    source.replace("^", "").replace("$", "").replace("(", `(?<${group}>`),
  );
  return `${folders.join("/")}/(?:[^/]+/)*${plain.replaceAll(/\.([+*])/g, "[^/]$1")}${ending}`;
}

/** What the product's own reader finds under the proposed keys. */
function readAll(keys: GuessedKeys, images: readonly string[], folder: string): NamedImage[] {
  const read = imageReader({
    ...keys,
    ...{ name: "study", folder, images: ".", plateMap: "platemap.csv" },
    classes: { negative: "negative", positive: "positive" },
  });
  return images.flatMap((path) => {
    const reading = read(path);
    return reading.kind === "image" ? [{ path, ...reading.image }] : [];
  });
}

function countWells(found: readonly NamedImage[], fields: readonly Field[]): GuessedPlate[] {
  const fieldsOf = new Map<string, number>();
  for (const { plate, well } of fields) fieldsOf.set(`${plate}/${well}`, (fieldsOf.get(`${plate}/${well}`) ?? 0) + 1);
  const plates = new Map<string, Map<string, Well>>();
  for (const { plate, well } of found) plates.set(plate, (plates.get(plate) ?? new Map()).set(formatWell(well), well));
  return [...plates]
    .sort(([a], [b]) => compareTexts(a, b))
    .map(([name, wells]) => ({
      name,
      wells: [...wells]
        .sort(([, a], [, b]) => a.row - b.row || a.column - b.column)
        .map(([well]) => ({ well, fields: fieldsOf.get(`${name}/${well}`) ?? 0 })),
    }));
}

/** @param areNamed whether names write whole wells; rows and columns in groups of their own say themselves what they are */
function lookAtWells(wells: readonly Well[], areNamed: boolean): Pick<Guess, "plateSize" | "letters"> {
  // Of a small plate any corner may be used; letters past H, or past P, are what no plate of that many numbers has.
  const sizeOf = ({ rows, columns }: { rows: number; columns: number }) => rows * columns;
  const plateSize = sizeOf(smallestPlate(wells));
  const turned = sizeOf(smallestPlate(wells.map(({ row, column }) => ({ row: column, column: row }))));
  const rows = new Set(wells.map(({ row }) => row));
  const [h, i, j] = [7, 8, 9];
  return {
    plateSize,
    letters: {
      areColumns: areNamed && turned < plateSize && plateSize > 96,
      skipI: areNamed && rows.has(h) && rows.has(j) && !rows.has(i),
    },
  };
}

/** The images that are in no field, by what they are. */
function sortUnused(
  images: readonly string[],
  used: ReadonlySet<string>,
  { isOtherPlane, isNamed }: { isOtherPlane: ReadonlySet<string>; isNamed: ReadonlySet<string> },
): LeftOut[] {
  const others = images.filter((path) => !isNamed.has(path) && asideOf(path) === undefined);
  const other = others.length === 0 ? undefined : mostRead(namings.flatMap((naming) => proposals(naming, others)));
  const isOther = new Set(other?.names.map(({ path }) => path));
  const groups = new Map<string, string[]>();
  for (const path of images) {
    if (used.has(path)) continue;
    const what = isOtherPlane.has(path)
      ? "images of other planes or times"
      : isNamed.has(path)
        ? "images of fields that are not whole: a channel is missing, or there twice"
        : (asideOf(path) ??
          (isOther.has(path) ? `images named as those of ${other!.naming.name}` : "images whose names do not fit"));
    if (!groups.has(what)) groups.set(what, []);
    groups.get(what)!.push(path);
  }
  return [...groups].map(([what, paths]) => ({ what, paths }));
}

function refuseWithoutImages(paths: readonly string[], folder: string): NeuroscreenError {
  const endings = new Map<string, number>();
  for (const path of paths) {
    const ending = /\.[A-Za-z0-9]{1,8}$/.exec(path)?.[0].toLowerCase() ?? "no ending";
    endings.set(ending, (endings.get(ending) ?? 0) + 1);
  }
  const common = [...endings].sort((a, b) => b[1] - a[1]).slice(0, 3);
  const found = common.map(([ending, count]) => `${count} of ${ending}`).join(", ");
  return new NeuroscreenError({
    code: "no-images",
    what: `Looking for images in ${folder}`,
    found: paths.length === 0 ? "no file at all" : `${paths.length} other files (${found})`,
    expected: "TIFF or PNG files, there or in its subfolders",
    remedy:
      paths.length === 0
        ? "Name the folder that the microscope exported to; the folders of several plates may lie in it."
        : "Name the folder that the microscope exported to, and export as TIFF: one grey image a channel and field.",
  });
}

function refuseWithoutFields(
  problems: readonly Problem[],
  { channels }: GuessedKeys,
  folder: string,
): NeuroscreenError {
  const shown = problems.slice(0, 3).map(({ subject, message }) => `\n  ${subject}: ${message}`);
  return new NeuroscreenError({
    code: "no-fields",
    what: `Reading the names of the images in ${folder}`,
    found: `none${shown.join("")}`,
    expected: `fields of one image for each of ${channels.map(({ name }) => name).join(", ")}`,
    remedy:
      "Names must differ by plate, well, site and stain alone: give whatever else differs (copies, acquisitions, exports) folders of its own.",
  });
}

function refuseWithoutWells(images: readonly string[], folder: string): NeuroscreenError {
  return new NeuroscreenError({
    code: "no-wells",
    what: `Reading the names of the images in ${folder}`,
    found: `${images.length} names without one, such as ${images.slice(0, 3).join(", ")}`,
    expected: "names that say the well, such as `B03_s1_w1.tif`",
    remedy:
      "A study judges wells, and the plate map says what was done to each. Export the images with the names that the microscope gives, or rename them so that each says its well, its site and its stain.",
  });
}
