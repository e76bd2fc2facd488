/**
 * Reading many fields for the first time: what each adds to the normalisation, and what its files are like, kept for
 * the next run.
 */
import { NeuroscreenError } from "../base/errors.ts";
import { badImage } from "../images/alike.ts";
import type { Field } from "../images/fields.ts";
import type { Moments } from "../images/normalize.ts";
import type { FieldLoader } from "../store/field-loader.ts";
import type { KnownFiles } from "../store/file-facts.ts";
import type { RunEvent } from "./events.ts";

/** So many fields are asked of the decoding threads at once: enough to keep them busy, few enough to stop soon. */
const fieldsAtOnce = 16;

/** What is known is written down this often, so that a reading of hours that is killed does not begin again. */
const saveEveryMilliseconds = 30_000;

/**
 * Reads fields, and remembers what their files are like, or why they cannot be read.
 *
 * @returns the moments of each field that could be read
 * @throws the signal's reason if it was aborted; what was found until then is kept
 */
export async function* readFields(
  fields: readonly Field[],
  loader: FieldLoader,
  known: KnownFiles,
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, ReadonlyMap<Field, Moments[]>> {
  const moments = new Map<Field, Moments[]>();
  const total = fields.reduce((sum, { paths }) => sum + paths.length, 0);
  const begun = performance.now();
  let [done, saved] = [0, begun];
  const read = async (field: Field) => {
    try {
      const answer = await loader.moments(field);
      known.remember(answer.files);
      moments.set(field, answer.moments);
    } catch (error) {
      if (!(error instanceof NeuroscreenError && error.code === "bad-image")) throw error;
      const { path, problem } = badImage(field, error);
      known.rememberProblem(path, problem);
    }
    done += field.paths.length;
  };
  try {
    for (let i = 0; i < fields.length; i += fieldsAtOnce) {
      signal?.throwIfAborted();
      await Promise.all(fields.slice(i, i + fieldsAtOnce).map(read));
      const seconds = (performance.now() - begun) / 1000;
      const secondsLeft = (seconds / done) * (total - done);
      yield { kind: "checked", done, total, filesPerSecond: done / seconds, secondsLeft };
      if (performance.now() - saved < saveEveryMilliseconds) continue;
      await known.save();
      saved = performance.now();
    }
  } finally {
    await known.save();
  }
  return moments;
}
