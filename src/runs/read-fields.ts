/**
 * Reading many fields for the first time: what each adds to the normalisation, and what its files are like, kept for
 * the next run.
 */
import { type ImageProblem, imageProblem, isFieldError } from "../images/alike.ts";
import type { Field } from "../images/fields.ts";
import type { Moments } from "../images/normalize.ts";
import type { FieldLoader } from "../store/field-loader.ts";
import type { KnownFiles } from "../store/file-facts.ts";
import type { RunEvent } from "./events.ts";

/** So many fields are asked of the decoding threads at once: enough to keep them busy, few enough to stop soon. */
const fieldsAtOnce = 16;

/** What is known is written down this often, so that a reading of hours that is killed does not begin again. */
const saveEveryMilliseconds = 30_000;

/** What reading fields came to. */
export interface ReadFields {
  /** What each field that could be read adds to the normalisation. */
  readonly moments: ReadonlyMap<Field, Moments[]>;
  /** Why the others could not, by the path of the image to blame. */
  readonly problems: ReadonlyMap<string, ImageProblem>;
}

/**
 * Reads fields, and remembers what their files are like, or what is wrong with their bytes. That a file is unlike others, or
 * that the system did not give it this time, is no fact about it, and not remembered.
 *
 * @throws the signal's reason if it was aborted; what was found until then is kept
 */
export async function* readFields(
  fields: readonly Field[],
  loader: FieldLoader,
  known: KnownFiles,
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, ReadFields> {
  const moments = new Map<Field, Moments[]>();
  const problems = new Map<string, ImageProblem>();
  const total = fields.reduce((sum, { paths }) => sum + paths.length, 0);
  const begun = performance.now();
  let [done, saved] = [0, begun];
  const read = async (field: Field) => {
    try {
      const answer = await loader.moments(field);
      known.remember(answer.files);
      moments.set(field, answer.moments);
    } catch (error) {
      if (!isFieldError(error)) throw error;
      const { path, ...found } = imageProblem(field, error);
      problems.set(path, found);
      known.rememberProblem(path, found);
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
  return { moments, problems };
}
