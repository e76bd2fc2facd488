/**
 * Where the name of the plate stands: in the folder, in the file's name, or nowhere.
 */
import { isPlainFolder } from "./guess-namings.ts";

/** An image with what could be its plate. */
export interface Placed {
  /** Relative to the folder of images, with `/`. */
  readonly path: string;
  readonly well: string;
  /** What the name itself seems to call the plate. */
  readonly named: string | undefined;
}

/** The keys of a study that say where the plate's name is, and what should be told of the choice. */
export interface PlateGuess {
  /** Whether the group `plate` of the pattern stays. */
  readonly inName: boolean;
  readonly plate?: string;
  readonly plateFrom?: string;
  readonly notes: readonly string[];
}

/**
 * Chooses the source of the plate's name.
 *
 * Folders are what people sort by, so they win over the names, except where one folder holds several plates; what an export makes
 * itself (`TimePoint_1`, `Images`) is no plate. One plate alone is called as its folder.
 *
 * @param folder the name of the folder of images, for a plate that lies in it directly
 */
export function guessPlates(images: readonly Placed[], folder: string): PlateGuess {
  const folders = new Map<string, Set<string | undefined>>();
  for (const { path, named } of images) {
    const own = plateFolder(path);
    folders.set(own, (folders.get(own) ?? new Set()).add(named));
  }
  const names = new Set(images.map(({ named }) => named));
  const paths = [...folders.keys()];
  const [only] = paths;
  if (paths.length === 1) {
    if (names.size > 1) return { inName: true, notes: [] };
    return { inName: false, plate: plainName(lastPart(only!) || folder), notes: [] };
  }
  if (areClasses(images, paths)) {
    const classes = paths.map(lastPart).join(", ");
    const note = `the folders ${classes} look like kinds of wells, not plates: they are taken for one plate, ${folder}; what a well is, the plate map says`;
    return { inName: false, plate: folder, notes: [note] };
  }
  // Several plates in some folder, or several folders of one plate: then it is the name that tells plates apart.
  const isFinerName = [...folders.values()].some((own) => own.size > 1);
  const isCoarserName = names.size > 1 && names.size < paths.length;
  if (isFinerName || isCoarserName) return { inName: true, notes: [] };
  return fromFolders(images, paths, folder);
}

/** The folder of an image's plate: the nearest that the export did not make; empty for the folder of images itself. */
function plateFolder(path: string): string {
  const parts = path.split("/").slice(0, -1);
  while (parts.length > 0 && isPlainFolder(parts.at(-1)!)) parts.pop();
  return parts.join("/");
}

function fromFolders(images: readonly Placed[], paths: readonly string[], folder: string): PlateGuess {
  // How far above the file the plate's folder is, for most files.
  const depth = mostCommon(images.map(({ path }) => path.split("/").length - plateFolder(path).split("/").length));
  const notes = paths.includes("")
    ? [`some images lie directly in ${folder}, others in folders of it: each folder is taken for a plate`]
    : [];
  const part = distinctPart(paths);
  if (part === undefined) return { inName: false, plateFrom: `^(.+?)(?:/[^/]+){${depth}}$`, notes };
  const names = paths.map((path) => partOf(path, part));
  const shortened = names.map(plainName);
  const isMeasured = names.every((name, i) => shortened[i] !== name) && new Set(shortened).size === names.length;
  const isParent = depth + part.below === 1 && part.levels === 1;
  if (isParent && !isMeasured) return { inName: false, notes };
  const name = `[^/]+${"/[^/]+".repeat(part.levels - 1)}`;
  const group = isMeasured ? `(${name}?)__[^/]*` : `(${name})`;
  return { inName: false, plateFrom: `${group}(?:/[^/]+){${depth + part.below}}$`, notes };
}

/** Some levels of a folder's path: how many, and how many there are below them. */
interface PathPart {
  readonly levels: number;
  readonly below: number;
}

/** The part that tells all folders apart: the lowest level that does alone, else as few of the lowest as it takes. */
function distinctPart(paths: readonly string[]): PathPart | undefined {
  const depth = Math.min(...paths.map((path) => path.split("/").length));
  const levels = Array.from({ length: depth }, (_, i) => i);
  const alone = levels.map((below) => ({ levels: 1, below }));
  const together = levels.slice(1).map((more) => ({ levels: more + 1, below: 0 }));
  return [...alone, ...together].find((part) => new Set(paths.map((path) => partOf(path, part))).size === paths.length);
}

function partOf(path: string, { levels, below }: PathPart): string {
  const parts = path.split("/");
  return parts.slice(parts.length - below - levels, parts.length - below).join("/");
}

/** Harmony writes when it measured behind the barcode: `BR00117035__2020-11-08T18_57_47-Measurement1`. */
function plainName(folder: string): string {
  return folder.replace(/^(.+?)__\d{4}-\d\d-\d\dT.*$/, "$1");
}

const classWords =
  /^(?:un)?(?:treated|inhibited|harmed|exposed)|^(?:neg|pos)(?:ative|itive)?\b|^(?:control|ctrl|dmso|vehicle|train|test|valid)/i;

/** Whether folders sort wells by what was done to them: named so, and no well in two of them. */
function areClasses(images: readonly Placed[], paths: readonly string[]): boolean {
  const named = paths.filter((path) => classWords.test(lastPart(path)));
  if (named.length * 2 < paths.length) return false;
  const folderOf = new Map<string, string>();
  for (const { path, well } of images) {
    const own = plateFolder(path);
    if ((folderOf.get(well) ?? own) !== own) return false;
    folderOf.set(well, own);
  }
  return true;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function mostCommon(numbers: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}
