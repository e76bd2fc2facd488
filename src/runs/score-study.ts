/**
 * Every field of a study, scored by one model or several: what can be taken up again after it was cut short.
 */
import { type Field, fieldKey, type Problem } from "../images/fields.ts";
import type { Normalization } from "../images/normalize.ts";
import type { FieldScore } from "../records/screen.ts";
import { inBatches, projectFeatures, scoreFields } from "../scoring/score.ts";
import { type FieldLoader, openFieldLoader } from "../store/field-loader.ts";
import { openScoreJournal, type ScoreJournal } from "../store/score-journal.ts";
import { openEngineThread } from "./engine-thread.ts";
import type { Accepted, RunEvent } from "./events.ts";
import { openFittedFields } from "./fitted-fields.ts";
import type { OpenStudy } from "./index-study.ts";
import { averaged, type Judges, onCommonScale } from "./judges.ts";
import { refuseTooManyLost } from "./lost-fields.ts";
import type { JudgeScore, ModelScale } from "./own-scales.ts";
import { readFields } from "./read-fields.ts";
import { fitStudy } from "./screen-models.ts";
import { strictly } from "./strict.ts";

interface ScoringOptions {
  /** The screen folder, beside which the journal lies. */
  readonly out: string;
  readonly accept: readonly Accepted[];
  readonly batch: number;
  readonly workers: number;
  readonly strict: boolean;
  readonly resume: boolean;
  /** Says what is being scored: entries of the journal under another key are forgotten. */
  readonly key: string;
}

/** What all models together said. */
export interface StudyScores {
  /** Of each field that all of its judges scored, what they pool to. */
  readonly scores: readonly FieldScore[];
  /**
   * What the judges' accuracy is counted from. Of a crossvalidation's networks: as they said it, plain means of log-odds, whose zero is where they turn
   * from one class to the other. Of models side by side: `scores`.
   */
  readonly unpooled: readonly FieldScore[];
  /** Of several models side by side, the own scale of each; else null. */
  readonly ownScales: readonly ModelScale[] | null;
  /** Fields that could not be scored, beside those that the index left out. */
  readonly problems: readonly Problem[];
  /** Of each model that wants it, the grey scale of each plate. */
  readonly plateScales: readonly (Readonly<Record<string, Normalization>> | null)[];
  readonly journal: ScoreJournal;
}

interface ModelScore extends JudgeScore {
  readonly features: Float32Array;
}

/**
 * Scores every field of a study with each of its judges.
 *
 * @throws {NeuroscreenError} `other-study`; `strict`; `too-many-lost`; the signal's reason if it was aborted
 */
export async function* scoreStudy(
  judges: Judges,
  study: OpenStudy,
  options: ScoringOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent, StudyScores> {
  const { models } = judges;
  const { index, named, known, lost, absent, expected } = study;
  const { out, accept, batch, workers, strict, resume, key } = options;
  // All of them before any time is spent on one.
  for (const model of models) fitStudy(model, index, accept);
  const journal = await openScoreJournal(out, { key, resume });
  const usable = new Set(index.fields);
  const total = index.fields.reduce((sum, field) => sum + judges.of(field).length, 0);
  const begun = performance.now();
  const byField = new Map<Field, ModelScore[]>();
  const problems = new Map<string, Problem>();
  const plateScales: StudyScores["plateScales"][number][] = [];
  let [done, computed] = [0, 0];
  for (const [which, model] of models.entries()) {
    const { config, graph } = model;
    const entryKey = (field: Field) => `${which}:${fieldKey(field)}`;
    const remember = (field: Field, logits: readonly [number, number], features: Float32Array) => {
      const score = { judge: which, logits, features, projection: projectFeatures(features, config.projection) };
      byField.set(field, [...(byField.get(field) ?? []), score]);
    };
    // Whole batches of all its fields by name: a field is scored beside the same others in a run that was never cut short, and in one
    // that knows beforehand which files are damaged.
    const own = named.filter((field) => judges.of(field).includes(which));
    const batches = inBatches(own, batch).map((fields) => fields.filter((field) => usable.has(field)));
    const isKnown = (field: Field) => journal.earlier.has(entryKey(field));
    const left = batches.filter((fields) => !fields.every(isKnown));
    for (const field of batches.filter((fields) => fields.every(isKnown)).flat()) {
      const entry = journal.earlier.get(entryKey(field))!;
      remember(field, entry.logits, entry.features);
      done += 1;
    }
    const fitted = yield* openFittedFields(model, study, { accept, workers }, signal);
    const engine = openEngineThread();
    try {
      plateScales.push(fitted.scales && Object.fromEntries(fitted.scales));
      if (left.length === 0) continue;
      await engine.call("openPredictor", graph);
      const run = {
        batches: left,
        whole: fitted.whole,
        predict: (request: Parameters<typeof engine.call<"predict">>[1]) => engine.call("predict", request),
      };
      let saved = performance.now();
      for await (const { scored, problems: bad } of scoreFields(run, signal)) {
        const isNew = bad.filter(({ subject }) => !problems.has(subject));
        for (const { path, code, subject, message } of isNew) {
          problems.set(subject, { code, subject, message });
          known.rememberProblem(path, { code, problem: message.replace("left out: ", "") });
        }
        yield* strictly(isNew, strict);
        refuseTooManyLost({ study: index.study, lost: [...lost, ...problems.values()], absent, expected });
        for (const { field, logits, features } of scored) remember(field, logits, features);
        await journal.append(
          scored.map(({ field, logits, features }) => ({ field: entryKey(field), logits, features })),
        );
        done += scored.length + bad.length;
        computed += scored.length + bad.length;
        const perField = (performance.now() - begun) / 1000 / computed;
        yield { kind: "scored", done, total, fieldsPerSecond: 1 / perField, secondsLeft: perField * (total - done) };
        if (performance.now() - saved < 30_000) continue;
        await known.save();
        saved = performance.now();
      }
    } finally {
      await Promise.all([fitted.close(), engine.close(), known.save()]);
    }
  }
  signal?.throwIfAborted();
  const scored = index.fields.filter((field) => {
    const count = judges.of(field).length;
    return count > 0 && byField.get(field)?.length === count;
  });
  const ownScales = judges.ownScales?.(scored.map((field) => ({ ...field, scores: byField.get(field)! }))) ?? null;
  const scoresBy = (pool: Judges["pool"]) =>
    scored.map((field) => fieldScore(field, byField.get(field)!, { pool, count: models.length }));
  yield* readUnread(study, judges, { scored: scored.length, workers }, signal);
  const scores = scoresBy(ownScales ? (own) => onCommonScale(own, ownScales) : judges.pool);
  return {
    scores,
    unpooled: ownScales ? scores : scoresBy(averaged),
    ownScales,
    problems: [...problems.values()],
    plateScales,
    journal,
  };
}

/** A run that was killed may have scored fields whose files are not known any more: the data's hash wants them. */
async function* readUnread(
  { index, known }: OpenStudy,
  judges: Judges,
  { scored, workers }: { readonly scored: number; readonly workers: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent> {
  const isUnread = (path: string) => known.facts(path) === undefined && known.problem(path) === undefined;
  const unread = index.fields.filter((field) => judges.of(field).length > 0 && field.paths.some(isUnread));
  if (scored === 0 || unread.length === 0) return;
  const loader: FieldLoader = openFieldLoader({ folder: index.study.folder, size: 16, workers });
  try {
    yield* readFields(unread, loader, known, signal);
  } finally {
    await loader.close();
  }
}

/** Features stand at the place of their model; those of models that do not judge the field are empty. */
function fieldScore(
  { plate, well, site }: Field,
  scores: readonly ModelScore[],
  { pool, count }: { readonly pool: Judges["pool"]; readonly count: number },
): FieldScore {
  const features: Float32Array[] = Array.from({ length: count }, () => new Float32Array(0));
  for (const score of scores) features[score.judge] = score.features;
  return { plate, well, site, ...pool(scores), features };
}
