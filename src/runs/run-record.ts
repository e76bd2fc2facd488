/** `run.json`: when, where and on what a result was made. What can differ between two runs that give the same bytes stands here alone. */
import { cpus, hostname } from "node:os";
import { resolve } from "node:path";

/**
 * The record of a run that ends now.
 *
 * @param paths of the options; written absolute
 */
export function runRecord(
  command: string,
  {
    paths,
    workers,
    started,
  }: { paths: Readonly<Record<string, string | readonly string[]>>; workers: number; started: Date },
): Record<string, unknown> {
  const absolute = Object.entries(paths).map(([name, path]) => [
    name,
    typeof path === "string" ? resolve(path) : path.map((one) => resolve(one)),
  ]);
  return {
    command,
    ...Object.fromEntries(absolute),
    workers,
    started: started.toISOString(),
    seconds: (Date.now() - started.getTime()) / 1000,
    host: hostname(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: cpus().length,
  };
}
