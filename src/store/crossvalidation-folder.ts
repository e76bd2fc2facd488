/**
 * Crossvalidation folders: a network a fold, growing in place.
 *
 *     config.json           the folds, and how the networks are made
 *     fold-1/ …             a model folder each
 *     permuted/fold-1/ …    the same, taught shuffled labels, where that was asked for
 *     state/                what a run that was cut short goes on from
 *     wells.csv, .parquet   each control well, as the one network says that had not seen it
 *     report.html           the figures in words and pictures
 *     run.json              times, paths, host
 *     crossvalidation.json  the figures: written last, they say that the folder is complete
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ZodError } from "zod";
import { NeuroscreenError } from "../base/errors.ts";
import {
  type Crossvalidation,
  type CrossvalidationConfig,
  crossvalidationConfigSchema,
} from "../records/crossvalidation.ts";
import type { Column } from "../records/table.ts";
import { writeAtomically } from "./files.ts";
import { writeTable } from "./tables.ts";

/** `absent`: nothing there. `unfinished`: a run was cut short. `complete`: all figures. `other`: something else. */
export type CrossvalidationFolderState = "absent" | "unfinished" | "complete" | "other";

const names = { config: "config.json", figures: "crossvalidation.json", run: "run.json" };

/** What stands at a path. */
export async function crossvalidationFolderState(folder: string): Promise<CrossvalidationFolderState> {
  const found = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    return ["?"];
  });
  // A run that died while it wrote its first file has left that file's beginning.
  if (found.every((name) => name.startsWith(`.${names.config}`))) return "absent";
  if (found.includes(names.figures)) return "complete";
  if (!found.includes(names.config) || found.includes("model.onnx") || found.includes("report.json")) return "other";
  const config: unknown = await readFile(join(folder, names.config), "utf8").then(JSON.parse, () => null);
  return typeof config === "object" && config !== null && "folds" in config ? "unfinished" : "other";
}

/** The files of a crossvalidation folder. */
export interface CrossvalidationFolder {
  /** Where the model of a fold lies. */
  model(fold: string, of?: "networks" | "permuted"): string;
  /** Where a run keeps what it goes on from. */
  state(name: string): string;
  /** A word that a run keeps there; undefined before it was written. */
  readState(name: string): Promise<string | undefined>;
  writeState(name: string, text: string): Promise<void>;
  writeConfig(config: CrossvalidationConfig): Promise<void>;
  /** @throws {NeuroscreenError} `bad-crossvalidation` if it is missing or not as this version writes it */
  readConfig(): Promise<CrossvalidationConfig>;
  readFigures(): Promise<Crossvalidation>;
  /** Completes the folder. */
  finish(result: { columns: readonly Column[]; figures: Crossvalidation; page: string; run: unknown }): Promise<void>;
}

/** The files of a crossvalidation folder, whether or not it is there yet. */
export function crossvalidationFolder(folder: string): CrossvalidationFolder {
  const write = (name: string, value: unknown) =>
    writeAtomically(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  const read = async <T>(name: string, parse: (value: unknown) => T): Promise<T> => {
    try {
      return parse(JSON.parse(await readFile(join(folder, name), "utf8")));
    } catch (cause) {
      const where = cause instanceof ZodError ? ` at ${cause.issues[0]?.path.join(".")}` : "";
      throw new NeuroscreenError({
        code: "bad-crossvalidation",
        what: `Reading the crossvalidation in ${folder}`,
        found: `a ${name} that is missing or not as this version writes it${where}`,
        expected: "a folder that `crossvalidate` wrote",
        remedy: "Crossvalidate again into another folder.",
        cause,
      });
    }
  };
  return {
    model: (fold, of = "networks") => (of === "networks" ? join(folder, fold) : join(folder, "permuted", fold)),
    state: (name) => join(folder, "state", name),
    readState: (name) =>
      readFile(join(folder, "state", name), "utf8").catch((error: unknown) => {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      }),
    writeState: (name, text) => writeAtomically(join(folder, "state", name), text),
    writeConfig: (config) => write(names.config, config),
    readConfig: () => read(names.config, (value) => crossvalidationConfigSchema.parse(value)),
    readFigures: () => read(names.figures, (value) => value as Crossvalidation),
    async finish({ columns, figures, page, run }) {
      await writeTable(folder, "wells", columns, ["csv", "parquet"]);
      await writeAtomically(join(folder, "report.html"), page);
      await write(names.run, run);
      await write(names.figures, figures);
    },
  };
}
