/**
 * What the images of a study are like: from what is known of them, else from a look.
 */
import { cpus } from "node:os";
import { resolve } from "node:path";
import { type ImageProblem, imageProblem, isFieldError, type Seen } from "../images/alike.ts";
import type { Field } from "../images/fields.ts";
import type { Study } from "../plates/study.ts";
import { openFieldLoader } from "../store/field-loader.ts";
import type { KnownFiles } from "../store/file-facts.ts";
import { mapParallel } from "../store/files.ts";
import { type CalibratedHeader, readHeader } from "../store/images.ts";
import type { RunEvent } from "./events.ts";
import { type ReadFields, readFields } from "./read-fields.ts";

/** So many images are looked at where nothing is known yet: enough to tell what most are like. */
const sampledImages = 256;

/** What is known of a study's images. */
export interface Look {
  readonly see: (path: string) => Seen;
  /** Whether every image has been looked at, or only some of them as a sample. */
  readonly looked: "all" | "sample";
  /** The first that a file states, in the order of the fields; null where none does. */
  readonly pixelSizeMicrometres: number | null;
}

/** Reads and decodes every image of which nothing is known. */
export async function* readUnknown(
  study: Study,
  fields: readonly Field[],
  known: KnownFiles,
  {
    workers = cpus().length,
    signal,
  }: { readonly workers?: number | undefined; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<RunEvent, ReadFields["problems"]> {
  const left = fields.filter(({ paths }) => paths.some((path) => known.facts(path) === undefined));
  // Averaged down to almost nothing: here only the reading counts.
  const loader = openFieldLoader({ folder: study.folder, size: 16, workers });
  try {
    return (yield* readFields(left, loader, known, signal)).problems;
  } finally {
    await loader.close();
  }
}

/**
 * What is known of the images; where that is little, the headers of a sample of fields are read.
 *
 * @param found what is wrong with images by a reading just now
 */
export async function lookAtImages(
  study: Study,
  fields: readonly Field[],
  known: KnownFiles,
  found: ReadonlyMap<string, ImageProblem>,
): Promise<Look> {
  const problemOf = (path: string) => found.get(path) ?? known.problem(path);
  const isUnknown = (path: string) => known.facts(path) === undefined && problemOf(path) === undefined;
  const unknown = fields.filter(({ paths }) => paths.some(isUnknown));
  // Whole fields, so that every stain is seen.
  const wanted = Math.max(1, Math.floor(sampledImages / study.channels.length));
  const every = Math.max(1, Math.ceil(unknown.length / wanted));
  const sample = unknown
    .filter((_, i) => i % every === 0)
    .flatMap((field) => field.paths.filter(isUnknown).map((path) => ({ field, path })));
  const headers = new Map<string, CalibratedHeader | ImageProblem>();
  await mapParallel(sample, async ({ field, path }) => {
    try {
      headers.set(path, await readHeader(resolve(study.folder, path), path));
    } catch (error) {
      if (!isFieldError(error)) throw error;
      headers.set(path, imageProblem(field, error));
    }
  });
  const headerOf = (path: string) => known.facts(path) ?? headers.get(path);
  const see = (path: string): Seen => {
    const problem = problemOf(path);
    if (problem !== undefined) return problem;
    const header = headerOf(path);
    return header === undefined || "problem" in header ? header : { shape: header };
  };
  return { see, looked: every === 1 ? "all" : "sample", pixelSizeMicrometres: firstPixelSize(fields, headerOf) };
}

function firstPixelSize(
  fields: readonly Field[],
  headerOf: (path: string) => CalibratedHeader | ImageProblem | undefined,
): number | null {
  for (const { paths } of fields)
    for (const path of paths) {
      const header = headerOf(path);
      if (header !== undefined && "pixelSizeMicrometres" in header && header.pixelSizeMicrometres !== null)
        return header.pixelSizeMicrometres;
    }
  return null;
}
