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
  const path = resolve(study);
  const name = basename(path, extname(path));
  const shared = `${name}-${createHash("sha256").update(path).digest("hex").slice(0, 8)}.${suffix}`;
  if (cache !== undefined) return [join(resolve(cache), shared)];
  return [join(dirname(path), `${name}.${suffix}`), join(userCacheFolder(), shared)];
}

/** Where programs of this system keep what can be made again. */
function userCacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (platform() === "darwin") return join(homedir(), "Library", "Caches", "neuroscreen");
  if (platform() === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "neuroscreen");
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "neuroscreen");
}
