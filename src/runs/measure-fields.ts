/**
 * Measures the control wells' fields without a network, on threads: what a shortcut could know of them.
 */

import type { MeasuredField } from "../evaluation/shortcuts.ts";
import { type ImageProblem, imageProblem, isFieldError, leaveOutUnlike, type Seen } from "../images/alike.ts";
import type { Field } from "../images/fields.ts";
import { type FieldMeasures, type FieldOptics, findNuclearStain } from "../measure/field.ts";
import { wellKey } from "../plates/split.ts";
import { geometryOf, parseWell, smallestPlate } from "../plates/wells.ts";
import { openThread, type Thread } from "../store/threads.ts";
import type { RunEvent } from "./events.ts";
import type { OpenStudy } from "./index-study.ts";
import { type MeasureCache, openMeasureCache } from "./measure-cache.ts";
import type { MeasureAnswer, MeasureFunctions } from "./measure-worker.ts";

/** So many fields are asked of the threads at once: enough to keep them busy, few enough to stop soon. */
const fieldsAtOnce = 16;

/**
 * Measures every field of the control wells at its files' own size. Fields that cannot be read or are unlike the others are left out and
 * told as problems.
 *
 * @param options.cacheFile where numbers are kept on the way: a run that was cut short goes on, and one after it measures nothing
 * @returns by plate, well and site
 * @throws the signal's reason if it was aborted; what was measured until then is kept
 */
export async function* measureControls(
  study: OpenStudy,
  { workers, cacheFile }: { readonly workers: number; readonly cacheFile: string },
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, readonly MeasuredField[]> {
  const { index, known } = study;
  const controls = new Map(
    index.wells.filter(({ role }) => role === "negative" || role === "positive").map((well) => [wellKey(well), well]),
  );
  const fields = index.fields.filter((field) => controls.has(wellKey(field)));
  const optics: FieldOptics = {
    nuclearStain: findNuclearStain(index.study.channels.map(({ name }) => name)),
    pixelSizeMicrometres: index.pixelSizeMicrometres,
  };
  const cache = await openMeasureCache(cacheFile, optics);
  const measures = new Map<Field, FieldMeasures>();
  for (const field of fields) {
    const found = cache.find(field.paths.map(known.facts));
    if (found !== undefined) measures.set(field, found);
  }
  const left = fields.filter((field) => !measures.has(field));
  const bad = yield* measureFields(left, { study, cache, optics, measures, workers, signal });
  const see = (path: string): Seen => {
    const shape = known.facts(path);
    return bad.get(path) ?? (shape && { shape });
  };
  const alike = leaveOutUnlike(fields, see);
  for (const { subject, message } of alike.problems) yield { kind: "problem", subject, message };

  const { study: plan, wells } = index;
  const plate =
    plan.wells?.plate === undefined ? smallestPlate(wells.map(({ well }) => parseWell(well))) : geometryOf(plan.wells);
  return alike.fields.map((field) => {
    const { batch, role } = controls.get(wellKey(field))!;
    const { row, column } = parseWell(field.well);
    return {
      plate: field.plate,
      well: field.well,
      site: field.site,
      batch,
      label: role === "positive" ? 1 : 0,
      edgeDistance: Math.min(row, column, plate.rows - 1 - row, plate.columns - 1 - column),
      measures: measures.get(field)!,
    };
  });
}

interface Measuring {
  readonly study: OpenStudy;
  readonly cache: MeasureCache;
  readonly optics: FieldOptics;
  /** Grows. */
  readonly measures: Map<Field, FieldMeasures>;
  readonly workers: number;
  readonly signal: AbortSignal | undefined;
}

/** Measures fields. @returns what is wrong with those that could not be, by the path of the image to blame */
async function* measureFields(
  fields: readonly Field[],
  { study: { index, known }, cache, optics, measures, workers, signal }: Measuring,
): AsyncGenerator<RunEvent, ReadonlyMap<string, ImageProblem>> {
  const problems = new Map<string, ImageProblem>();
  if (fields.length === 0) return problems;
  const url = new URL("./measure-worker.js", import.meta.url);
  const threads: Thread<MeasureFunctions>[] = Array.from({ length: workers }, () => openThread(url));
  const measure = async (field: Field, i: number): Promise<MeasureAnswer[]> => {
    try {
      const { folder } = index.study;
      const answer = await threads[i % workers]!.call("measure", { folder, field, ...optics });
      known.remember(answer.files);
      measures.set(field, answer.measures);
      return [answer];
    } catch (error) {
      if (!isFieldError(error)) throw error;
      const { path, ...found } = imageProblem(field, error);
      problems.set(path, found);
      known.rememberProblem(path, found);
      return [];
    }
  };
  const total = fields.reduce((sum, { paths }) => sum + paths.length, 0);
  const begun = performance.now();
  let done = 0;
  try {
    for (let i = 0; i < fields.length; i += fieldsAtOnce) {
      signal?.throwIfAborted();
      const some = fields.slice(i, i + fieldsAtOnce);
      await cache.append((await Promise.all(some.map(measure))).flat());
      done += some.reduce((sum, { paths }) => sum + paths.length, 0);
      const seconds = (performance.now() - begun) / 1000;
      const secondsLeft = (seconds / done) * (total - done);
      yield { kind: "checked", done, total, filesPerSecond: done / seconds, secondsLeft };
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
    await known.save();
  }
  return problems;
}
