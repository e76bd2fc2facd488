/**
 * Screen: a model, or several, over every field of a study; wells, doses and compounds from what it says.
 */
import { cpus } from "node:os";
import { basename, join } from "node:path";
import { version } from "../base/version.ts";
import { onnxruntimeVersion } from "../engine/runtime/node.ts";
import { checkPosition } from "../evaluation/position.ts";
import { fieldKey, type Problem } from "../images/fields.ts";
import { wellKey } from "../plates/split.ts";
import type { Evaluation } from "../records/evaluation.ts";
import {
  compoundColumns,
  doseColumns,
  featureColumns,
  predictionColumns,
  wellColumns,
} from "../records/screen-columns.ts";
import { chooseExamples } from "../report/examples.ts";
import type { ReportInput } from "../report/input.ts";
import { renderReport } from "../report/report.ts";
import { evaluateControls } from "../screening/evaluate.ts";
import { groupBy } from "../screening/group.ts";
import { type Screen, screenBothScores } from "../screening/screen.ts";
import { fieldFeatures, type Judge, predictions, type ScreenInput } from "../screening/wells.ts";
import { mean } from "../statistics/descriptive.ts";
import { refuseTakenFolder, sha256, writeAtomically, writeFolder } from "../store/files.ts";
import { type Ledger, openLedger } from "../store/opened.ts";
import { ledgerPlaces } from "../store/places.ts";
import { writeTable } from "../store/tables.ts";
import { readThumbnails, writeThumbnails } from "../store/thumbnails.ts";
import type { RunEvent, ScreenOptions, ScreenSummary } from "./events.ts";
import { type OpenStudy, openStudy, type StudyIndex } from "./index-study.ts";
import { type Judges, judgesOf, openModels, partsOf } from "./judges.ts";
import { isLostField, lostWells, wellOf } from "./lost-fields.ts";
import { runRecord } from "./run-record.ts";
import { type StudyScores, scoreStudy } from "./score-study.ts";
import { fieldsAtOnce, type Model, testWells } from "./screen-models.ts";
import { isHint, strictly } from "./strict.ts";

/**
 * Scores every field of a study and writes the screen folder: complete, or not at all.
 *
 * With several models, a field's logit and projection are the means of theirs.
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
  const study = yield* openStudy(options, signal);
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
  const page = reportInput(study, judges, options, { input, unpooled: scored.unpooled, result, problems, opened });

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

/** The hash of what was scored: of the fields that are left. */
function scoredHash({ index, hashOf }: OpenStudy, problems: readonly Problem[]): string | null {
  const lost = new Set(problems.map(({ subject }) => subject));
  return hashOf(index.fields.filter((field) => !lost.has(fieldKey(field))));
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

function reportInput(
  study: OpenStudy,
  judges: Judges,
  { study: path, accept = [], batch }: ScreenOptions,
  {
    input,
    unpooled,
    result,
    problems,
    opened,
  }: {
    input: ScreenInput;
    unpooled: StudyScores["unpooled"];
    result: Screen;
    problems: readonly Problem[];
    opened: ReportInput["opened"];
  },
): ReportInput {
  const { index, namedWells } = study;
  const { models } = judges;
  const { recommended, comparison } = result;
  const networks = models.map(
    ({ config: { network } }) =>
      `${network.fusion} ${network.backbone}${network.width === 1 ? "" : ` × ${network.width}`}`,
  );
  const fields = predictions(input);
  const imaged = new Set(input.scores.map(({ plate }) => plate));
  return {
    study: {
      name: index.study.name,
      classes: index.study.classes,
      channels: index.study.channels.map(({ name }) => name),
    },
    warnings: [
      ...shuffledWarnings(models),
      ...recommended.warnings,
      ...problems
        .filter((problem) => isHint(problem) && problem.code !== "fields-absent")
        .map(({ subject, message }) => `${subject}: ${message}.`),
    ],
    problems: problems
      .filter((problem) => !isHint(problem) || problem.code === "fields-absent")
      .map(({ subject, message }) => ({ subject, message: message.replace(/^left out: /, "") })),
    position: checkPosition(namedWells, input.parts) ?? index.position,
    opened,
    normalization: models.some(({ config }) => config.normalizeBy === "plate") ? "plate" : "study",
    evaluation: evaluateFolds({ ...input, scores: unpooled }, judges),
    // Several networks have each a temperature of their own; the page speaks of one.
    calibration: models.length === 1 ? (models[0]!.config.calibration ?? null) : null,
    strangers: recommended.strangers,
    comparison,
    // A plate without any image is told above, and there is nothing to draw of it.
    wells: recommended.wells.filter(({ plate }) => imaged.has(plate)),
    doses: recommended.doses.filter(({ plate }) => imaged.has(plate)),
    compounds: recommended.compounds,
    quality: recommended.quality.filter(({ plate }) => imaged.has(plate)),
    fields: [...groupBy(fields, wellKey).values()].map((own) => ({
      plate: own[0]!.plate,
      well: own[0]!.well,
      logits: own.map(({ logit }) => logit),
    })),
    examples: chooseExamples(fields, recommended.wells),
    training: models.map(({ epochs }, i) => ({ name: models.length === 1 ? "training" : `model ${i + 1}`, epochs })),
    provenance: [
      { label: "neuroscreen", value: version },
      { label: "ONNX Runtime", value: onnxruntimeVersion },
      { label: "Network", value: networks.join("; ") },
      { label: "Model (SHA-256 of model.onnx)", value: models.map(({ hash }) => hash).join(", ") },
      ...(judges.folds === null ? [] : [{ label: "Plates scored by", value: judgeWords(judges, study) }]),
      { label: "Seed", value: models.map(({ config }) => String(config.recipe.seed)).join(", ") },
      { label: "Data (SHA-256)", value: scoredHash(study, problems) ?? "not every file could be read" },
      { label: "Plate map (SHA-256)", value: index.mapHash },
      { label: "Fields scored", value: String(input.scores.length) },
    ],
    // Without folders: the same screen says the same wherever it was made; `run.json` has the paths.
    commands: [
      [
        `neuroscreen screen ${basename(path)}`,
        ...models.map(({ path: model }) => `--model ${basename(model)}`),
        ...accept.map((what) => `--accept ${what}`),
        ...(batch === undefined ? [] : [`--batch ${batch}`]),
        "--out DIR",
      ].join(" "),
    ],
  };
}

/**
 * How often the judges are right about control wells. Of a crossvalidation's networks each is right by its own zero, and orders wells on its own
 * scale: their AUC is the mean over the folds.
 */
function evaluateFolds(input: ScreenInput, judges: Judges): Evaluation {
  const all = evaluateControls(input);
  if (judges.folds === null || all.test === null) return all;
  const folds = judges.models.map((_, judge) => {
    const isOwn = (place: { plate: string; well: string }) => judges.of(place).join() === String(judge);
    return evaluateControls({ ...input, scores: input.scores.filter(isOwn) }).test;
  });
  const meanOf = (of: "fields" | "wells"): number | null => {
    const aucs = folds.flatMap((fold) => fold?.[of].auc ?? []);
    return aucs.length === 0 ? all.test![of].auc : mean(aucs);
  };
  const { fields, wells } = all.test;
  return { ...all, test: { fields: { ...fields, auc: meanOf("fields") }, wells: { ...wells, auc: meanOf("wells") } } };
}

/** Who scored each plate, and how sure that network may be; of several nothing is known of that. */
function plateJudges({ models, of }: Judges, wells: StudyIndex["wells"]): (plate: string) => Judge {
  // Asked for well by well: what is the same for a plate is found once.
  const byPlate = new Map(
    [...groupBy(wells, ({ plate }) => plate)].map(([plate, own]): [string, Judge] => {
      const places = new Set(own.flatMap(of));
      const scorers = models.filter((_, i) => places.has(i));
      return [
        plate,
        {
          network: scorers.map(({ hash }) => hash).join("+"),
          calibration: scorers.length === 1 ? (scorers[0]!.config.calibration ?? null) : null,
        },
      ];
    }),
  );
  return (plate) => byPlate.get(plate)!;
}

/** Whether wells of one plate have features of different networks, which cannot be held against each other. */
function hasMixedFeatures({ of }: Judges, { wells }: StudyIndex): boolean {
  const byPlate = groupBy(wells, ({ plate }) => plate);
  return [...byPlate.values()].some((own) => own.some((well) => of(well).join() !== of(own[0]!).join()));
}

function withoutFeatures(input: ScreenInput): ScreenInput {
  return { ...input, scores: input.scores.map((score) => ({ ...score, features: [] })) };
}

/** The folds whose networks score the wells of each plate, by plate. */
function scoredBy({ of, folds }: Judges, { index }: OpenStudy): Record<string, readonly string[]> {
  const byPlate = groupBy(index.wells, ({ plate }) => plate);
  const names = [...byPlate].map(([plate, wells]): [string, string[]] => {
    const judges = new Set(wells.flatMap(of));
    return [plate, folds!.filter((_, i) => judges.has(i))];
  });
  return Object.fromEntries(names.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Which plates each fold's network scored alone, and which all of them. */
function judgeWords(judges: Judges, study: OpenStudy): string {
  const byFolds = groupBy(Object.entries(scoredBy(judges, study)), ([, names]) => names.join(", "));
  return [...byFolds].map(([names, plates]) => `${names}: ${plates.map(([plate]) => plate).join(", ")}`).join("; ");
}

/** Networks of `crossvalidate --permuted` are there to be compared with, and not to be believed. */
function shuffledWarnings(models: readonly Model[]): string[] {
  if (models.every(({ config }) => config.labels === undefined)) return [];
  return [
    "This network was taught labels that were shuffled among the control wells: what it says of a compound means nothing.",
  ];
}

/** All that decides the tables; times and paths are in `run.json`. */
function screenConfig(
  study: OpenStudy,
  judges: Judges,
  { accept = [], batch = fieldsAtOnce(judges.models) }: ScreenOptions,
  { result: { comparison }, scored }: { result: Screen; scored: StudyScores },
) {
  return {
    neuroscreen: version,
    onnxruntime: onnxruntimeVersion,
    study: {
      name: study.index.study.name,
      dataHash: scoredHash(study, scored.problems),
      mapHash: study.index.mapHash,
    },
    models: judges.models.map(({ hash, config }, i) => ({
      hash,
      network: config.network,
      seed: config.recipe.seed,
      dataHash: config.study.dataHash,
      normalizeBy: config.normalizeBy,
      plateScales: scored.plateScales[i] ?? null,
    })),
    ...(judges.folds && { scoredBy: scoredBy(judges, study) }),
    accept,
    batch,
    score: comparison.recommended,
    split: Object.fromEntries(partsOf(judges, study)),
  };
}
