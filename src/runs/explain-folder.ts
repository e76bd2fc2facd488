/**
 * An explanation on its way: in a hidden folder beside the one to be, so that a run that dies can go on.
 *
 *     .OUT.explained/key             what is being explained, by what, how
 *     .OUT.explained/fields/…        the maps of a field, in a folder of its own
 *     .OUT.explained/records/….json  what was found out: written after the files that it names, so that it says that they are whole
 */
import { copyFile, link, readdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { makeFolder, writeAtomically, writing } from "../store/files.ts";

/** What was explained so far. Names hold letters, digits, `_`, `-` and `.`. */
export interface ExplainFolder {
  /** What an earlier run kept under this name; undefined if nothing whole. */
  earlier<T>(name: string, isOne: (value: unknown) => value is T): Promise<T | undefined>;
  /** Keeps a finding, after the files that it names. */
  keep(name: string, value: unknown): Promise<void>;
  /** Writes a file of the explanation, at its path there. */
  write(path: string, bytes: string | Uint8Array): Promise<void>;
  /** Puts what lies below `path`, a folder of the explanation, into another folder too. */
  lendTo(folder: string, path: string): Promise<void>;
  /** Takes it all away. */
  remove(): Promise<void>;
}

/**
 * Opens what there is of an explanation.
 *
 * @param key says what is being explained by what and how; what was kept under another key is forgotten, as all is unless `resume`
 * @throws {NeuroscreenError} `cannot-write`, as its functions do
 */
export async function openExplainFolder(
  out: string,
  { key, resume }: { readonly key: string; readonly resume: boolean },
): Promise<ExplainFolder> {
  const target = resolve(out);
  const hidden = join(dirname(target), `.${basename(target)}.explained`);
  const keyPath = join(hidden, "key");
  const earlierKey = resume ? await readFile(keyPath, "utf8").catch(() => null) : null;
  if (earlierKey !== `${key}\n`) {
    await rm(hidden, { recursive: true, force: true });
    await writeAtomically(keyPath, `${key}\n`);
  }
  const recordPath = (name: string) => join(hidden, "records", `${name}.json`);
  return {
    async earlier(name, isOne) {
      const text = await readFile(recordPath(name), "utf8").catch(() => "null");
      const value: unknown = JSON.parse(text);
      return isOne(value) ? value : undefined;
    },
    keep: (name, value) => writeAtomically(recordPath(name), `${JSON.stringify(value)}\n`),
    write: (path, bytes) => writeAtomically(join(hidden, path), bytes),
    lendTo: (folder, path) => writing(folder, () => linkAll(join(hidden, path), join(folder, path))),
    remove: () => rm(hidden, { recursive: true, force: true }),
  };
}

/** The same files under a second name: they take no room twice, and what happens to one folder leaves the other whole. */
async function linkAll(from: string, to: string): Promise<void> {
  await makeFolder(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkAll(source, target);
    // What a writer left that was killed; see `writeAtomically`.
    else if (entry.name.startsWith(".")) continue;
    // Not every disk can give a file two names.
    else await link(source, target).catch(() => copyFile(source, target));
  }
}
