/**
 * Where to keep what belongs to a study and is not a result: beside it, or where that cannot be written, in the user's
 * cache folder.
 */
import { createHash } from "node:crypto";
import { homedir, platform } from "node:os";
import { basename, dirname, extname, join, resolve } from "node:path";

/**
 * The files in which a study's `suffix` may lie, the place to be preferred first.
 *
 * In a folder that many studies share, the name carries a piece of the hash of the study's path.
 *
 * @param options.cache a folder that is asked for in place of the study's own
 */
export function placesOf(study: string, suffix: string, { cache }: { readonly cache?: string } = {}): string[] {
  const shared = join(cache === undefined ? userCacheFolder() : resolve(cache), sharedName(study, suffix));
  return cache === undefined ? [beside(study, suffix), shared] : [shared];
}

/**
 * The files in which a study's ledger of openings may lie. It is no cache, so it lies beside the study where it can, whatever
 * folder is asked for: else those who ask for different ones would not count each other.
 */
export function ledgerPlaces(study: string, { cache }: { readonly cache?: string } = {}): string[] {
  const suffix = "opened.jsonl";
  const others = [...(cache === undefined ? [] : [resolve(cache)]), userCacheFolder()];
  return [beside(study, suffix), ...others.map((folder) => join(folder, sharedName(study, suffix)))];
}

function beside(study: string, suffix: string): string {
  const path = resolve(study);
  return join(dirname(path), `${basename(path, extname(path))}.${suffix}`);
}

function sharedName(study: string, suffix: string): string {
  const path = resolve(study);
  const hash = createHash("sha256").update(path).digest("hex").slice(0, 8);
  return `${basename(path, extname(path))}-${hash}.${suffix}`;
}

/** Where programs of this system keep what can be made again. */
function userCacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (platform() === "darwin") return join(homedir(), "Library", "Caches", "neuroscreen");
  if (platform() === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "neuroscreen");
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "neuroscreen");
}
