/**
 * Screen: a model, or several, over every field of a study; wells, doses and compounds from what it says.
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { version } from "../base/version.ts";
import { onnxruntimeVersion } from "../engine/runtime/node.ts";
import { fieldKey, type Problem } from "../images/fields.ts";
import {
  compoundColumns,
  doseColumns,
  featureColumns,
  predictionColumns,
  wellColumns,
} from "../records/screen-columns.ts";
import type { ReportInput } from "../report/input.ts";
import { renderReport } from "../report/report.ts";
import { screenBothScores } from "../screening/screen.ts";
import { fieldFeatures, predictions, type ScreenInput } from "../screening/wells.ts";
import { refuseTakenFolder, sha256, writeAtomically, writeFolder } from "../store/files.ts";
import { type Ledger, openLedger } from "../store/opened.ts";
import { ledgerPlaces } from "../store/places.ts";
import { writeTable } from "../store/tables.ts";
import { readThumbnails, writeThumbnails } from "../store/thumbnails.ts";
import type { RunEvent, ScreenOptions, ScreenSummary } from "./events.ts";
import { openStudy, type StudyIndex } from "./index-study.ts";
import { hasMixedFeatures, plateJudges, withoutFeatures } from "./judged.ts";
import { judgesOf, openModels, partsOf } from "./judges.ts";
import { isLostField, lostWells, wellOf } from "./lost-fields.ts";
import { runRecord } from "./run-record.ts";
import { scoreStudy } from "./score-study.ts";
import { fieldsAtOnce, type Model, testWells } from "./screen-models.ts";
import { reportInput, screenConfig } from "./screen-record.ts";
import { strictly } from "./strict.ts";

/**
 * Scores every field of a study and writes the screen folder: complete, or not at all.
 *
 * With several models, a field's logit and projection are the means of theirs, each on its own scale, put back among log-odds by the mean
 * of these scales.
 *
 * @throws {NeuroscreenError} what `index` throws; `bad-model`; `other-study` if the images are not what the model was
 *   trained on; `too-many-lost`; `folder-taken`; the signal's reason if it was aborted
 */
export async function* screen(options: ScreenOptions, signal?: AbortSignal): AsyncGenerator<RunEvent, ScreenSummary> {
  const started = new Date();
  const { out, accept = [], strict = false, resume = false } = options;
  await refuseTakenFolder(out);
  const opening = await openModels(options.models);
  const { models } = opening;
  const study = yield* openStudy(options, signal, { ignoresSplit: true });
  const { index } = study;
  const judges = judgesOf(opening, study);
  yield* strictly(index.problems, strict);

  const batch = options.batch ?? fieldsAtOnce(models);
  const workers = options.workers ?? Math.min(4, Math.max(1, cpus().length - 1));
  const ledger = await openLedger(ledgerPlaces(options.study, options));
  const { listHash } = study;
  const { mapHash, width, height, bitDepth } = index;
  const made = { neuroscreen: version, onnxruntime: onnxruntimeVersion, models: models.map(({ hash }) => hash) };
  const key = sha256(
    JSON.stringify({ ...made, folds: judges.folds, listHash, mapHash, width, height, bitDepth, accept, batch }),
  );
  const scored = yield* scoreStudy(judges, study, { out, accept, batch, workers, strict, resume, key }, signal);
  const lost = lostWells(study.named, scored.scores);
  yield* strictly(
    lost.filter(({ subject }) => !index.problems.some((earlier) => earlier.subject === subject)),
    strict,
  );
  // Sorted where it depends on what was known beforehand which were found when.
  const fieldProblems = [...index.problems.filter(isLostField), ...scored.problems].sort(bySubject);
  const others = index.problems.filter((problem) => !isLostField(problem) && problem.code !== "well-lost");
  const problems = [...others, ...fieldProblems, ...lost];
  const input: ScreenInput = {
    wells: index.wells,
    parts: partsOf(judges, study),
    scores: scored.scores,
    judgeOf: plateJudges(judges, index.wells),
    fieldsMissing: missingByWell(problems, study.absentByWell),
  };
  const result = screenBothScores(hasMixedFeatures(judges, index) ? withoutFeatures(input) : input);
  const opened = await openTestWells(ledger, index, input.parts, { models, started });
  const page = reportInput(study, judges, options, {
    ...{ input, scored, result, problems, opened },
    crossvalidation: opening.folds?.figures,
  });

  await writeFolder(out, async (folder) => {
    const json = (name: string, value: unknown) =>
      writeAtomically(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
    const { recommended } = result;
    const networks = models.map(({ config }) => config.network.backbone);
    await writeTable(folder, "predictions", predictionColumns(predictions(input)), ["csv", "parquet"]);
    await writeTable(folder, "features", featureColumns(fieldFeatures(input), networks), ["parquet"]);
    await writeTable(folder, "wells", wellColumns(recommended.wells), ["csv", "parquet"]);
    await writeTable(folder, "doses", doseColumns(recommended.doses), ["csv", "parquet"]);
    await writeTable(folder, "compounds", compoundColumns(recommended.compounds), ["csv", "parquet"]);
    await json("quality.json", {
      scores: result.comparison,
      plates: [...result.logit.quality, ...result.projection.quality],
    });
    await json("evaluation.json", page.evaluation);
    for (const [i, { config, epochs, evaluation }] of models.entries()) {
      const below = models.length === 1 ? "model" : `model-${i + 1}`;
      await json(join(below, "config.json"), config);
      await json(join(below, "evaluation.json"), evaluation);
      await writeAtomically(
        join(folder, below, "metrics.jsonl"),
        epochs.map((line) => `${JSON.stringify(line)}\n`).join(""),
      );
    }
    await json("config.json", screenConfig(study, judges, options, { result, scored }));
    await json(
      "run.json",
      runRecord("screen", { paths: { study: options.study, models: options.models, out }, workers, started }),
    );
    const fieldByKey = new Map(index.fields.map((field) => [fieldKey(field), field]));
    const examples = page.examples.map(({ image, role, ...place }) => ({
      image,
      role,
      field: fieldByKey.get(fieldKey(place))!,
    }));
    await writeThumbnails(folder, { studyFolder: index.study.folder, examples });
    await json("report.json", page);
    const images = await readThumbnails(
      folder,
      examples.map(({ image }) => image),
    );
    await writeAtomically(join(folder, "report.html"), renderReport(page, images));
  });
  // Not before the folder stands: a run that dies while it writes has its scores.
  await scored.journal.remove();
  yield { kind: "saved", path: out };
  return {
    out,
    fields: scored.scores.length,
    wells: result.recommended.wells.filter(({ nFields }) => nFields > 0).length,
    compounds: new Set(result.recommended.compounds.map(({ compound }) => compound)).size,
    score: result.comparison.recommended,
    plates: page.quality.map(({ plate, untouched, all }) => ({
      plate,
      zPrime: untouched.zPrime,
      zPrimeOfAll: all.zPrime,
    })),
    report: join(out, "report.html"),
  };
}

/** Notes that these models were judged by the study's test wells, and counts how many were by now; null where there are none. */
async function openTestWells(
  ledger: Ledger,
  index: StudyIndex,
  parts: ScreenInput["parts"],
  { models, started }: { models: readonly Model[]; started: Date },
): Promise<ReportInput["opened"]> {
  const wells = testWells(index, parts);
  if (wells.length === 0) return null;
  const model = models
    .map(({ hash }) => hash)
    .sort()
    .join("+");
  await ledger.record({ time: started.toISOString(), by: "screen", model, wells });
  return { models: await ledger.countModels(new Set(wells)) };
}

/** By well and site, as the fields are sorted. */
function bySubject(a: Problem, b: Problem): number {
  return a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0;
}

/** The fields that should be there and were not scored: those told as problems, and those without any image. */
function missingByWell(problems: readonly Problem[], absent: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const counts = new Map(absent);
  for (const problem of problems.filter(isLostField)) {
    const key = wellOf(problem.subject);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
