/**
 * Files and folders that are complete or absent: written beside their place, then renamed into it.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { NeuroscreenError } from "../base/errors.ts";

/** The file by which {@link writeFolder} knows a folder that it may replace. */
const marker = ".neuroscreen";

/**
 * Writes a file so that whoever looks finds the old one whole or the new one whole, after a power cut too.
 * The folders above it are made where they are missing.
 */
export async function writeAtomically(path: string, bytes: string | Uint8Array): Promise<void> {
  await writing(path, () => replaceFile(path, bytes));
}

/**
 * Does what writes to a path; what the machine refuses becomes advice.
 *
 * @throws {NeuroscreenError} `cannot-write` if the disk is full or the place may not be written to
 */
export async function writing(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const refusal = error instanceof Error && "code" in error ? refusals[String(error.code)] : undefined;
    if (refusal === undefined) throw error;
    const [found, remedy] = refusal;
    const expected = "a place with room that may be written to";
    throw new NeuroscreenError({
      code: "cannot-write",
      what: `Writing ${path}`,
      found,
      expected,
      remedy,
      cause: error,
    });
  }
}

/** The system's refusals that a person can mend: what it is, and what to do. */
const refusals: Readonly<Record<string, readonly [found: string, remedy: string]>> = {
  ENOSPC: ["a full disk", "Make room and run it again, with --resume where it was long; nothing half-written counts."],
  EDQUOT: [
    "a used-up quota",
    "Make room and run it again, with --resume where it was long; nothing half-written counts.",
  ],
  EACCES: ["a place that you may not write to", "Name another folder, or ask for the right to write there."],
  EPERM: ["a place that you may not write to", "Name another folder, or ask for the right to write there."],
  EROFS: ["a disk that can only be read", "Name a folder on another disk."],
  ENOTDIR: ["a file where a folder should be", "Name another folder, or move that file."],
  ENOENT: ["a place where nothing can be made", "Name another folder."],
  // What mkdir says of the same.
  EEXIST: ["a file where a folder should be", "Name another folder, or move that file."],
  EIO: ["a disk that fails", "Name a folder on another disk, and have this one looked after."],
};

/**
 * Makes a folder, and those above it, where they are missing. Not by Node's own `recursive`, which never ends where a system lets nothing
 * be made, as below `/proc`.
 */
export async function makeFolder(path: string): Promise<void> {
  const make = () =>
    mkdir(path).catch(async (error: unknown) => {
      const isThere = error instanceof Error && "code" in error && error.code === "EEXIST";
      if (!isThere || !(await stat(path)).isDirectory()) throw error;
    });
  await make().catch(async (error: unknown) => {
    if (!isMissing(error) || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await make();
  });
}

async function replaceFile(path: string, bytes: string | Uint8Array): Promise<void> {
  await makeFolder(dirname(path));
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}-${nextNumber()}`);
  try {
    await withFile(beside, "wx", async (file) => {
      await file.writeFile(bytes);
      await file.sync();
    });
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/**
 * Writes a folder as a whole: `fill` writes into a temporary folder beside it, which then takes its name. If `fill`
 * throws, nothing is left and an earlier folder stays as it was.
 *
 * @throws {NeuroscreenError} `folder-taken` if something stands at `path` that is not an empty folder and was not written by this function
 */
export async function writeFolder(path: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const target = resolve(path);
  await refuseTaken(target, path);
  await writing(path, () => replaceFolder(path, target, fill));
}

async function replaceFolder(path: string, target: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  await makeFolder(dirname(target));
  await removeLeftovers(target);
  const temporary = join(dirname(target), `.${basename(target)}.partial-${process.pid}-${nextNumber()}`);
  await rm(temporary, { recursive: true, force: true }); // an earlier process of this number may have died here
  await mkdir(temporary);
  try {
    await fill(temporary);
    await writeAtomically(join(temporary, marker), "Written by neuroscreen, which replaces this folder as a whole.\n");
    await refuseTaken(target, path);
    const old = `${temporary}.old`;
    const hadOld = await rename(target, old).then(
      () => true,
      (error: unknown) => {
        if (isMissing(error)) return false;
        throw error;
      },
    );
    await rename(temporary, target);
    if (hadOld) await rm(old, { recursive: true });
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  await syncFolder(dirname(target));
}

/** What writers of this folder left that were killed: an hour old, since a writer on another machine may share the disk. */
async function removeLeftovers(target: string): Promise<void> {
  const names = await readdir(dirname(target));
  for (const name of names.filter((own) => own.startsWith(`.${basename(target)}.partial-`))) {
    const path = join(dirname(target), name);
    const age = Date.now() - (await stat(path)).mtimeMs;
    if (age > 3_600_000) await rm(path, { recursive: true, force: true });
  }
}

/**
 * Every file below a folder, sorted, relative to it, with `/`. Links are followed, but not into a folder that holds
 * them; what starts with a dot is not listed.
 */
export async function listFiles(folder: string): Promise<string[]> {
  const listBelow = async (below: string, around: readonly string[]): Promise<string[]> => {
    const here = await realpath(join(folder, below));
    if (around.includes(here)) return [];
    const entries = await readdir(here, { withFileTypes: true });
    const found = entries
      .filter(({ name }) => !name.startsWith("."))
      .map(async (entry) => {
        const path = below + entry.name;
        const isFolder = entry.isSymbolicLink() ? await isFolderBehind(join(folder, path)) : entry.isDirectory();
        return isFolder ? listBelow(`${path}/`, [...around, here]) : [path];
      });
    return (await Promise.all(found)).flat();
  };
  return (await listBelow("", [])).sort();
}

/** How long a file is and when it last changed; null for one that is not there, such as a link that leads nowhere. */
export async function fileTimes(
  folder: string,
  paths: readonly string[],
): Promise<({ readonly bytes: number; readonly modified: number } | null)[]> {
  return mapParallel(paths, (path) =>
    stat(resolve(folder, path)).then(
      ({ size, mtimeMs }) => ({ bytes: size, modified: mtimeMs }),
      () => null,
    ),
  );
}

/** So many files are asked for side by side: enough to keep a disk or a network busy. */
const filesAtOnce = 32;

/** Like `Promise.all(items.map(use))`, but with only {@link filesAtOnce} at work. */
export async function mapParallel<T, U>(items: readonly T[], use: (item: T) => Promise<U>): Promise<U[]> {
  const results = new Array<U>(items.length);
  const queue = items.entries();
  const work = async () => {
    for (const [index, item] of queue) results[index] = await use(item);
  };
  await Promise.all(Array.from({ length: filesAtOnce }, work));
  return results;
}

/** The SHA-256 of a file's bytes, in lower-case hexadecimal; reads it in pieces. */
export async function sha256File(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** The SHA-256 of bytes, or of a text's UTF-8 bytes, in lower-case hexadecimal. */
export function sha256(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Whether a link leads to a folder; one that leads nowhere counts as a file, which whoever reads it will miss. */
async function isFolderBehind(link: string): Promise<boolean> {
  return stat(link).then(
    (target) => target.isDirectory(),
    () => false,
  );
}

/**
 * Whether {@link writeFolder} would take a path: asked before long work, so that the refusal does not come after it.
 *
 * @throws {NeuroscreenError} `folder-taken`
 */
export async function refuseTakenFolder(path: string): Promise<void> {
  await refuseTaken(resolve(path), path);
}

async function refuseTaken(target: string, path: string): Promise<void> {
  const names = await readdir(target).catch((error: unknown): string[] | null => {
    if (isMissing(error)) return [];
    return null; // a file, or a folder that may not be read
  });
  if (names !== null && (names.length === 0 || names.includes(marker))) return;
  throw new NeuroscreenError({
    code: "folder-taken",
    what: `Writing the folder ${path}`,
    found:
      names === null
        ? "something that is not a readable folder"
        : `a folder that holds ${names.sort().slice(0, 3).join(", ")}`,
    expected: "nothing there, an empty folder, or an earlier result",
    remedy: "Name another folder, or move what is there out of the way.",
  });
}

async function withFile(path: string, flags: string, use: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags);
  try {
    await use(file);
  } finally {
    await file.close();
  }
}

// A rename is on the disk when its folder is. Windows cannot open folders, and needs no such thing.
async function syncFolder(path: string): Promise<void> {
  if (process.platform !== "win32") await withFile(path, "r", (folder) => folder.sync());
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

let lastNumber = 0;

/** Tells apart the writers of one process. */
function nextNumber(): number {
  lastNumber += 1;
  return lastNumber;
}
