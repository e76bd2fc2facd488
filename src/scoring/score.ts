/**
 * A network over fields: what it says of each.
 *
 * Fields are decoded ahead of the network that reads them. Which fields share a batch changes nothing that is
 * said of them beyond rounding, and the same fields in the same order give the same bytes.
 */
import type { Prediction } from "../engine/runtime/predictor.ts";
import { imageProblem, isFieldError } from "../images/alike.ts";
import type { Field, Problem } from "../images/fields.ts";
import { fieldKey } from "../images/fields.ts";
import type { WholeField } from "../store/decode-worker.ts";

export interface ScoringRun {
  /** Fields that are given to the network at once, one group after the other. */
  readonly batches: readonly (readonly Field[])[];
  readonly whole: (field: Field) => Promise<WholeField>;
  readonly predict: (request: {
    image: Float32Array;
    count: number;
    height: number;
    width: number;
  }) => Promise<Prediction>;
}

/** What the network said of one field. */
export interface ScoredField {
  readonly field: Field;
  readonly logits: readonly [number, number];
  readonly features: Float32Array;
}

/** One batch: the fields that were scored, and those whose files could not be read. */
export interface ScoredBatch {
  readonly scored: readonly ScoredField[];
  readonly problems: readonly UnreadField[];
}

/** A field left out, and which of its files is to blame. */
export interface UnreadField extends Problem {
  readonly path: string;
}

/** A list in groups of `size`, the last one smaller where it does not come out even. */
export function inBatches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** Scores fields, batch after batch, in order. Stops between batches when the signal says so, throwing its reason. */
export async function* scoreFields(
  { batches, whole, predict }: ScoringRun,
  signal?: AbortSignal,
): AsyncGenerator<ScoredBatch> {
  const begin = (batch: readonly Field[] | undefined) => {
    const promise = batch && decoded(batch, whole);
    // Awaited below, or by nobody when the scoring is stopped; then a rejection is not an unhandled one.
    promise?.catch(() => {});
    return promise;
  };
  let next = begin(batches[0]);
  for (const [i] of batches.entries()) {
    signal?.throwIfAborted();
    const now = await next!;
    next = begin(batches[i + 1]);
    yield { scored: await predicted(now.images, predict), problems: now.problems };
  }
}

interface Decoded {
  readonly images: readonly { readonly field: Field; readonly whole: WholeField }[];
  readonly problems: readonly UnreadField[];
}

async function decoded(fields: readonly Field[], whole: ScoringRun["whole"]): Promise<Decoded> {
  const results = await Promise.all(
    fields.map((field) =>
      whole(field).then(
        (image) => ({ field, whole: image }),
        (error: unknown) => {
          if (!isFieldError(error)) throw error;
          const { path, problem } = imageProblem(field, error);
          return { code: error.code, subject: fieldKey(field), path, message: `left out: ${problem}` };
        },
      ),
    ),
  );
  return {
    images: results.flatMap((result) => ("whole" in result ? [result] : [])),
    problems: results.flatMap((result) => ("code" in result ? [result] : [])),
  };
}

async function predicted(images: Decoded["images"], predict: ScoringRun["predict"]): Promise<ScoredField[]> {
  const first = images[0]?.whole;
  if (!first) return [];
  const { height, width } = first;
  const image = new Float32Array(images.length * first.image.length);
  images.forEach(({ whole }, i) => {
    image.set(whole.image, i * first.image.length);
  });
  const { logits, features } = await predict({ image, count: images.length, height, width });
  const length = features.length / images.length;
  return images.map(({ field }, i) => ({
    field,
    logits: [logits[2 * i]!, logits[2 * i + 1]!],
    features: features.slice(i * length, (i + 1) * length),
  }));
}

/** The means of the features of the training controls' fields, a class each. */
export interface FeatureMeans {
  readonly negative: readonly number[];
  readonly positive: readonly number[];
}

/** Mean feature vectors of the fields of each class. */
export function featureMeans(
  fields: readonly { readonly label: 0 | 1; readonly features: Float32Array }[],
): FeatureMeans {
  const meanOf = (label: 0 | 1) => {
    const own = fields.filter((field) => field.label === label);
    const sum = new Float64Array(own[0]?.features.length ?? 0);
    for (const { features } of own) {
      features.forEach((value, k) => {
        sum[k]! += value;
      });
    }
    return Array.from(sum, (total) => total / own.length);
  };
  return { negative: meanOf(0), positive: meanOf(1) };
}

/**
 * Where features lie on the line between the classes' means: 0 at the negative one, 1 at the positive one; 0 where both
 * means are the same.
 */
export function projectFeatures(features: Float32Array, { negative, positive }: FeatureMeans): number {
  let along = 0;
  let length = 0;
  negative.forEach((from, k) => {
    const direction = positive[k]! - from;
    along += (features[k]! - from) * direction;
    length += direction * direction;
  });
  return length === 0 ? 0 : along / length;
}
