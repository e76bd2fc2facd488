/**
 * Explain: why a network said so of a few fields, which stain it rests on, and whether its maps can be believed.
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { NeuroscreenError } from "../base/errors.ts";
import { version } from "../base/version.ts";
import { onnxruntimeVersion } from "../engine/runtime/node.ts";
import { fieldKey } from "../images/fields.ts";
import { wellKey } from "../plates/split.ts";
import { renderExplanation } from "../report/explanation.ts";
import { refuseTakenFolder, sha256, writeAtomically, writeFolder } from "../store/files.ts";
import { readPictures } from "../store/pictures.ts";
import { writeTable } from "../store/tables.ts";
import type { ExplainOptions, ExplainSummary, RunEvent } from "./events.ts";
import { type Candidates, type ScoredCandidate, scoreCandidates, soleJudges } from "./explain-candidates.ts";
import { checkMaps, planChecks } from "./explain-checks.ts";
import { fileWord } from "./explain-draw.ts";
import { explainFields, type FieldToExplain } from "./explain-fields.ts";
import { kindName } from "./explain-figures.ts";
import { openExplainFolder } from "./explain-folder.ts";
import { refuseWithoutMasks } from "./explain-masks.ts";
import { type Picked, pickFields } from "./explain-pick.ts";
import { drawStains } from "./explain-pictures.ts";
import { plannedWords } from "./explain-plan.ts";
import { explanationRecord, explanationTables, type RecordParts } from "./explain-record.ts";
import { type ExplainSettings, explainSettings } from "./explain-settings.ts";
import type { FieldToWeigh } from "./explain-stains.ts";
import { type OpenStudy, openStudy } from "./index-study.ts";
import { type Judges, judgesOf, openModels } from "./judges.ts";
import { seenSize } from "./opened-explainer.ts";
import { runRecord } from "./run-record.ts";
import type { Model } from "./screen-models.ts";

/**
 * Explains fields of a study and writes the explanation's folder: complete, or not at all.
 *
 * @throws {NeuroscreenError} what `index` and `screen` throw; `bad-option`; `unknown-field`; `no-masks`; `folder-taken`; the signal's
 *   reason if it was aborted
 */
export async function* explain(
  options: ExplainOptions,
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, ExplainSummary> {
  const started = new Date();
  const { out, resume = false } = options;
  await refuseTakenFolder(out);
  const opening = await openModels([options.model]);
  const study = yield* openStudy(options, signal);
  const { index } = study;
  const settings = explainSettings(options, index.study.classes);
  refuseLargeWindow(settings, opening.models, study);
  await refuseWithoutMasks(settings.checks, index);
  const allJudges = judgesOf(opening, study);
  const judges = soleJudges(allJudges);
  const workers = options.workers ?? Math.min(4, Math.max(1, cpus().length - 1));
  const checking = await planChecks(judges, study, { settings, path: options.model });
  const candidates = yield* scoreCandidates(judges, study, settings, { out, workers, resume }, signal);
  const picked =
    settings.fields === null
      ? pickFields(candidates.scored, settings.picks)
      : candidates.scored.map((field): Picked<ScoredCandidate> => ({ field, choice: "named" }));
  const toExplain = placed(picked);
  const toWeigh = settings.stains === "wells" ? othersOfWells(picked, judges, study) : [];
  yield { kind: "planned", text: plannedWords(judges.models, study, { toExplain, toWeigh, settings, checking }) };

  const folder = await openExplainFolder(out, {
    resume,
    key: keyOf(judges, study, settings, { toExplain, toWeigh }),
  });
  const montage = montageOf(candidates).map((field, i) => ({ field, picture: `montage/${twoDigits(i + 1)}.jpg` }));
  const ranges = await drawStains([...toExplain, ...montage], judges.models[0]!, study, folder.write);
  const explained = yield* explainFields(
    { models: judges.models, toExplain, toWeigh, ranges, settings, folder, workers },
    study,
    signal,
  );
  const isOneOfSeveral = picked.some(({ field }) => allJudges.of(field).length > 1);
  const parts: RecordParts = {
    ...{ study, judges, isOneOfSeveral, options, settings, candidates, explained, montage },
    checks: checking && (yield* checkMaps(checking, study, { settings, workers, folder }, signal)),
  };
  const record = explanationRecord(parts);

  await writeFolder(out, async (temporary) => {
    await folder.lendTo(temporary, "fields");
    if (montage.length > 0) await folder.lendTo(temporary, "montage");
    for (const [name, columns] of Object.entries(explanationTables(parts, record)))
      await writeTable(temporary, name, columns, ["csv", "parquet"]);
    await writeAtomically(join(temporary, "explain.json"), `${JSON.stringify(record, null, 2)}\n`);
    const paths = { study: options.study, model: options.model, out };
    const run = runRecord("explain", { paths, workers, started });
    await writeAtomically(join(temporary, "run.json"), `${JSON.stringify(run, null, 2)}\n`);
    const images = await readPictures(temporary, [
      ...record.fields.flatMap(({ picture, maps }) => [picture, ...maps.map(({ thumbnail }) => thumbnail)]),
      ...record.montage.map(({ picture }) => picture),
    ]);
    await writeAtomically(join(temporary, "report.html"), renderExplanation(record, images));
  });
  // Not before the folder stands: a run that dies while it writes has its maps.
  await Promise.all([folder.remove(), candidates.forget()]);
  yield { kind: "saved", path: out };
  return {
    out,
    fields: record.fields.length,
    maps: record.fields.reduce((sum, { maps }) => sum + maps.length, 0),
    stains: record.roles.map(({ role, replacedBy, shapley }) => ({
      ...{ role, replacedBy, shapley: shapley.map(({ mean }) => mean) },
    })),
    channels: record.study.channels,
    verdicts: (record.checks?.verdicts ?? []).map((verdict) => ({
      ...{ map: kindName(verdict), holds: verdict.holds, sentence: verdict.sentence },
    })),
    report: join(out, "report.html"),
  };
}

function refuseLargeWindow({ window }: ExplainSettings, models: readonly Model[], { index }: OpenStudy): void {
  if (window === null) return;
  const { width, height } = seenSize(models[0]!, index);
  if (window <= Math.min(width, height)) return;
  throw new NeuroscreenError({
    code: "bad-option",
    what: "--window",
    found: `${window} pixels`,
    expected: `at most ${Math.min(width, height)}: the network sees fields of ${width} × ${height} pixels`,
    remedy: "Give --window a smaller number, or leave it out to take the training's crop.",
  });
}

/** A folder for each field, named by its place; plates whose names differ in what a file's name cannot hold get a number. */
function placed(picked: readonly Picked<ScoredCandidate>[]): FieldToExplain[] {
  const taken = new Map<string, number>();
  return picked.map((pick) => {
    const { plate, well, site } = pick.field;
    const name = `${fileWord(plate)}-${well}-${site}`;
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    const folder = `fields/${name}${count === 1 ? "" : `-${twoDigits(count)}`}`;
    return { ...pick, folder, picture: `${folder}/stains.jpg` };
  });
}

/** At most so many fields of a well are weighed: enough for its mean. */
const mostOfWell = 4;

/** The other fields of the explained wells: a well's stains are known from several fields of it. */
function othersOfWells(
  picked: readonly Picked<ScoredCandidate>[],
  judges: Judges,
  { index }: OpenStudy,
): FieldToWeigh[] {
  const wells = new Set(picked.map(({ field }) => wellKey(field)));
  const shown = new Set(picked.map(({ field }) => fieldKey(field)));
  const counts = new Map<string, number>();
  for (const { field } of picked) counts.set(wellKey(field), (counts.get(wellKey(field)) ?? 0) + 1);
  return index.fields.flatMap((field, i) => {
    const key = wellKey(field);
    const count = counts.get(key) ?? 0;
    const [model] = judges.of(field);
    if (!wells.has(key) || shown.has(fieldKey(field)) || count >= mostOfWell || model === undefined) return [];
    counts.set(key, count + 1);
    return [{ field, model, name: `weighed-${i}` }];
  });
}

/** So many fields stand along the score. */
const montageLength = 9;

/** Fields at even steps along the ranks of the score, lowest first; none where there are too few to see a change. */
function montageOf({ scored }: Candidates): ScoredCandidate[] {
  if (scored.length < 3) return [];
  const ranked = [...scored].sort((a, b) => a.logit - b.logit);
  const count = Math.min(montageLength, ranked.length);
  return Array.from({ length: count }, (_, i) => ranked[Math.round((i * (ranked.length - 1)) / (count - 1))]!);
}

/** Says what is explained, by what, how: what was kept under another key is of another explanation. */
function keyOf(
  judges: Judges,
  { listHash, index: { mapHash } }: OpenStudy,
  { checks: _checks, checkFields: _fields, beside: _beside, ...settings }: ExplainSettings,
  { toExplain, toWeigh }: { readonly toExplain: readonly FieldToExplain[]; readonly toWeigh: readonly FieldToWeigh[] },
): string {
  return sha256(
    JSON.stringify({
      ...{ neuroscreen: version, onnxruntime: onnxruntimeVersion, models: judges.models.map(({ hash }) => hash) },
      ...{ listHash, mapHash, settings },
      fields: toExplain.map(({ field, folder, choice }) => [fieldKey(field), folder, choice, field.model]),
      weighed: toWeigh.map(({ field, name, model }) => [fieldKey(field), name, model]),
    }),
  );
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}
