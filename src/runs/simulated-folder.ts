/**
 * The folder of a simulated screen while it grows.
 *
 * A plate is complete or absent: its images lie in a hidden folder until its last well is drawn, and that takes its name then. A
 * well is done when its facts are written down, after its images. `study.yaml` comes last and says that all is there; so
 * whatever moment a run is killed at, the next one knows what to trust.
 */
import { type FileHandle, open, readdir, readFile, rename, rm, statfs } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { NeuroscreenError } from "../base/errors.ts";
import type { FieldTruth } from "../records/truth.ts";
import { imagesFolder, masksFolder, studyName } from "../simulate/study-files.ts";
import { makeFolder, writeAtomically, writing } from "../store/files.ts";
import { configOf, type SimulateSettings } from "./simulate-settings.ts";

const configName = "config.json";
/** Where the facts of finished wells wait for the tables. */
const factsFolder = join("truth", ".facts");

const factsSchema = z.array(
  z.object({
    plate: z.string(),
    well: z.string(),
    site: z.number(),
    neurons: z.number(),
    nuclei: z.number(),
    gliaNuclei: z.number(),
    neuriteLengthMicrometres: z.number(),
    prePuncta: z.number(),
    postPuncta: z.number(),
    colocalisedShare: z.number(),
    defocusMicrometres: z.number(),
    damageNeurites: z.number(),
    damageSynapses: z.number(),
  }),
);

/** A screen that grows. */
export interface SimulatedFolder {
  /** Whether an earlier run finished it. */
  readonly isComplete: boolean;
  /** The facts of a well's fields, if it is done; by site. */
  facts(place: { readonly plate: string; readonly well: string }): readonly FieldTruth[] | undefined;
  /** Makes the folder, where that was not done before; nothing is written until then. */
  start(): Promise<void>;
  /** Makes the folders in which a plate's images and masks are drawn. */
  begin(plate: string): Promise<{ readonly images: string; readonly masks: string | null }>;
  /** Notes that a well's files are written. */
  finishWell(place: { readonly plate: string; readonly well: string }, facts: readonly FieldTruth[]): Promise<void>;
  /** Gives a plate its name, all of its wells being done. */
  finishPlate(plate: string): Promise<void>;
  /** Writes what stands at the top of the folder, the study last, and takes away what only the growing needed. */
  finish(write: (folder: string) => Promise<void>, study: string): Promise<void>;
}

/**
 * Opens the folder of a screen: a new one, or, with `resume`, one that was begun with the same settings.
 *
 * @throws {NeuroscreenError} `folder-taken` if something else is there; `changed-options` if it was begun with others
 */
export async function openSimulatedFolder(
  path: string,
  settings: SimulateSettings,
  { resume }: { readonly resume: boolean },
): Promise<SimulatedFolder> {
  const folder = resolve(path);
  const names = await namesIn(folder, path);
  if (names.length > 0) {
    if (!resume) throw refuseTaken(path, names, names.includes(configName));
    await refuseChanged(folder, path, settings, names);
  }
  const isComplete = names.includes(studyName);
  // A run may have been killed between its last file and this.
  if (isComplete) await rm(join(folder, factsFolder), { recursive: true, force: true });
  const done = await readFacts(folder);
  const key = ({ plate, well }: { readonly plate: string; readonly well: string }) => `${plate}/${well}`;
  const hidden = (below: string, plate: string) => join(folder, below, `.${plate}.partial`);
  const kinds = settings.masks ? [masksFolder, imagesFolder] : [imagesFolder];
  return {
    isComplete,
    facts: (place) => done.get(key(place)),
    start: () => writeAtomically(join(folder, configName), formatConfig(settings)),
    async begin(plate) {
      const [images, masks] = [hidden(imagesFolder, plate), settings.masks ? hidden(masksFolder, plate) : null];
      for (const own of masks === null ? [images] : [images, masks]) await writing(own, () => makeFolder(own));
      return { images, masks };
    },
    async finishWell(place, facts) {
      // The names of the images must outlive a power cut too.
      for (const kind of kinds) await syncFolder(hidden(kind, place.plate));
      await writeAtomically(join(folder, factsFolder, place.plate, `${place.well}.json`), `${JSON.stringify(facts)}\n`);
      done.set(key(place), facts);
    },
    async finishPlate(plate) {
      for (const kind of kinds) await renameIfThere(hidden(kind, plate), join(folder, kind, plate));
    },
    async finish(write, study) {
      await write(folder);
      await writeAtomically(join(folder, studyName), study);
      await rm(join(folder, factsFolder), { recursive: true, force: true });
    },
  };
}

/** Refuses a folder that holds anything. @throws {NeuroscreenError} `folder-taken` */
export async function refuseFullFolder(path: string): Promise<void> {
  const names = await namesIn(resolve(path), path);
  if (names.length > 0) throw refuseTaken(path, names, false);
}

/**
 * Refuses a disk that is too small.
 *
 * @param bytes how much is still to be written
 * @throws {NeuroscreenError} `disk-too-small`
 */
export async function refuseSmallDisk(path: string, bytes: number): Promise<void> {
  const free = await freeBytes(resolve(path));
  // Folders and tables take room too, and a disk that is full to the last byte serves nobody.
  const needed = Math.ceil(bytes * 1.02) + 16 * 2 ** 20;
  if (free >= needed) return;
  throw new NeuroscreenError({
    code: "disk-too-small",
    what: `Simulating into ${path}`,
    found: `${formatBytes(free)} free on the disk`,
    expected: `room for ${formatBytes(needed)}`,
    remedy: "Make room, name a folder on another disk, or take fewer --plates or --fields or a smaller --size.",
  });
}

/** `1.7 TB`, in powers of 1000 as disks are sold. */
export function formatBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]}`;
}

async function namesIn(folder: string, path: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    // What a run left that was killed before its first file had its name.
    return names.filter((name) => !name.startsWith(`.${configName}.`)).sort();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw refuseTaken(path, null, false);
  }
}

function formatConfig(settings: SimulateSettings): string {
  return `${JSON.stringify(configOf(settings), null, 2)}\n`;
}

async function refuseChanged(
  folder: string,
  path: string,
  settings: SimulateSettings,
  names: readonly string[],
): Promise<void> {
  const text = await readFile(join(folder, configName), "utf8").catch(() => null);
  const earlier = text === null ? null : parseConfig(text);
  if (earlier === null) throw refuseTaken(path, names, false);
  const now: unknown = JSON.parse(formatConfig(settings));
  const changed = isRecord(now)
    ? Object.keys(now).filter((name) => JSON.stringify(now[name]) !== JSON.stringify(earlier[name]))
    : [];
  if (changed.length === 0) return;
  const shown = changed.map((name) => `${name} ${shortened(earlier[name])}`).join(", ");
  const asked = changed.map((name) => `${name} ${shortened(isRecord(now) ? now[name] : undefined)}`).join(", ");
  throw new NeuroscreenError({
    code: "changed-options",
    what: `Resuming ${path}`,
    found: `a screen begun with ${shown}`,
    expected: asked,
    remedy: "Resume with the options that it was begun with, or name another folder.",
  });
}

function parseConfig(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const config: unknown = JSON.parse(text);
    return isRecord(config) && config.kind === "simulated screen" ? config : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value) ?? "unset";
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}

function refuseTaken(path: string, names: readonly string[] | null, isOurs: boolean): NeuroscreenError {
  return new NeuroscreenError({
    code: "folder-taken",
    what: `Simulating into ${path}`,
    found:
      names === null
        ? "something that is not a readable folder"
        : `a folder that holds ${names.slice(0, 3).join(", ")}`,
    expected: "nothing there, or an empty folder",
    remedy: isOurs
      ? "Add --resume if this screen was cut short, or name another folder."
      : "Name another folder, or move what is there out of the way.",
  });
}

async function readFacts(folder: string): Promise<Map<string, readonly FieldTruth[]>> {
  const done = new Map<string, readonly FieldTruth[]>();
  const listed = (path: string) => readdir(path).catch((): string[] => []);
  for (const plate of await listed(join(folder, factsFolder))) {
    for (const name of await listed(join(folder, factsFolder, plate))) {
      const [, well] = /^([A-Z]+\d+)\.json$/.exec(name) ?? [];
      if (well === undefined) continue;
      const text = await readFile(join(folder, factsFolder, plate, name), "utf8");
      done.set(`${plate}/${well}`, factsSchema.parse(JSON.parse(text)));
    }
  }
  return done;
}

async function renameIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  });
  await syncFolder(dirname(to));
}

// A name is on the disk when its folder is. Windows cannot open folders, and needs no such thing.
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder: FileHandle = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Room on the disk that a path lies on, or would. */
async function freeBytes(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    if (dirname(path) === path) throw error;
    return freeBytes(dirname(path));
  }
}
