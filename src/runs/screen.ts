/**
 * Screen: a model, or several, over every field of a study; wells, doses and compounds from what it says.
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { NeuroscreenError } from "../base/errors.ts";
import { version } from "../base/version.ts";
import { decodeOnnx } from "../engine/graph/bytes.ts";
import type { Graph } from "../engine/graph/graph.ts";
import { onnxruntimeVersion } from "../engine/runtime/node.ts";
import { fieldKey, type Problem } from "../images/fields.ts";
import { scaledSize } from "../images/resize.ts";
import { type Part, wellKey } from "../plates/split.ts";
import type { ModelConfig } from "../records/model.ts";
import { compoundColumns, type FieldScore, predictionColumns, wellColumns } from "../records/screen.ts";
import type { ReportInput } from "../report/input.ts";
import { renderReport } from "../report/report.ts";
import { projectFeatures, scoreFields } from "../scoring/score.ts";
import { evaluateControls } from "../screening/evaluate.ts";
import { type Screen, screenBothScores } from "../screening/screen.ts";
import { predictions, type ScreenInput } from "../screening/wells.ts";
import { openFieldLoader } from "../store/field-loader.ts";
import { refuseTakenFolder, sha256, writeAtomically, writeFolder } from "../store/files.ts";
import { modelFolder, modelFolderState } from "../store/model-folder.ts";
import { openScoreJournal, type ScoreJournal } from "../store/score-journal.ts";
import { writeTable } from "../store/tables.ts";
import { openEngineThread } from "./engine-thread.ts";
import type { RunEvent, ScreenOptions, ScreenSummary } from "./events.ts";
import { indexStudy, type StudyIndex } from "./index-study.ts";
import { runRecord } from "./run-record.ts";
import { strictly } from "./strict.ts";

interface Model {
  readonly path: string;
  readonly config: ModelConfig & { readonly projection: NonNullable<ModelConfig["projection"]> };
  readonly graph: Graph;
  /** SHA-256 of `model.onnx`. */
  readonly hash: string;
  readonly epochs: ReportInput["training"][number]["epochs"];
}

/**
 * Scores every field of a study and writes the screen folder: complete, or not at all.
 *
 * With several models, a field's logit and projection are the means of theirs.
 *
 * @throws {NeuroscreenError} what `indexStudy` throws; `bad-model`; `other-study` if the images are not what the model was
 *   trained on; `folder-taken`; the signal's reason if it was aborted
 */
export async function* screen(options: ScreenOptions, signal?: AbortSignal): AsyncGenerator<RunEvent, ScreenSummary> {
  const started = new Date();
  await refuseTakenFolder(options.out);
  const models = await Promise.all(options.models.map(openModel));
  const index = await indexStudy(options.study);
  yield* strictly(index.problems, options.strict === true);
  for (const model of models) refuseOtherImages(model, index);

  const workers = options.workers ?? Math.min(4, Math.max(1, cpus().length - 1));
  const { scores, problems, journal } = yield* scoreAll(models, index, { ...options, workers }, signal);
  const wells = [...index.wells, ...index.missingWells];
  const input: ScreenInput = { wells, parts: partsOf(models), scores, fieldsMissing: missingByWell(problems) };
  const result = screenBothScores(input);
  const page = reportInput(index, models, { input, result, problems: [...index.problems, ...problems] });

  await writeFolder(options.out, async (folder) => {
    const json = (name: string, value: unknown) =>
      writeAtomically(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
    await writeTable(folder, "predictions", predictionColumns(predictions(input)), ["csv", "parquet"]);
    await writeTable(folder, "wells", wellColumns(result.recommended.wells), ["csv"]);
    await writeTable(folder, "compounds", compoundColumns(result.recommended.compounds), ["csv"]);
    await json("quality.json", {
      scores: result.comparison,
      plates: [...result.logit.quality, ...result.projection.quality],
    });
    await json("config.json", screenConfig(index, models, result));
    await json(
      "run.json",
      runRecord("screen", {
        paths: { study: options.study, models: options.models, out: options.out },
        workers,
        started,
      }),
    );
    await json("report.json", page);
    await writeAtomically(join(folder, "report.html"), renderReport(page));
  });
  // Not before the folder stands: a run that dies while it writes has its scores.
  await journal.remove();
  yield { kind: "saved", path: options.out };
  return {
    out: options.out,
    fields: scores.length,
    wells: result.recommended.wells.filter(({ nFields }) => nFields > 0).length,
    compounds: new Set(result.recommended.compounds.map(({ compound }) => compound)).size,
    score: result.comparison.recommended,
    plates: result.recommended.quality.map(({ plate, untouched, all }) => ({
      plate,
      zPrime: untouched.zPrime ?? all.zPrime,
    })),
    report: join(options.out, "report.html"),
  };
}

async function openModel(path: string): Promise<Model> {
  const state = await modelFolderState(path);
  const folder = modelFolder(path);
  const refuse = (found: string, remedy: string) =>
    new NeuroscreenError({
      code: "bad-model",
      what: `Reading the model in ${path}`,
      found,
      expected: "the folder of a finished training",
      remedy,
    });
  if (state === "absent" || state === "other")
    throw refuse(
      state === "absent" ? "nothing there" : "something that is not a model",
      "Check the path given with --model.",
    );
  if (state === "unfinished")
    throw refuse("a training that was cut short", "Finish it first, with `neuroscreen train … --resume`.");
  const [config, bytes, epochs] = await Promise.all([folder.readConfig(), folder.readModel(), folder.readMetrics()]);
  const { projection } = config;
  if (!projection)
    throw refuse(
      "a config.json without `projection`",
      "Train again: the configuration is not that of a finished training.",
    );
  return { path, config: { ...config, projection }, graph: decodeOnnx(bytes), hash: sha256(bytes), epochs };
}

/** A network says something of any image; what it says means nothing of images unlike those that it was trained on. */
function refuseOtherImages({ path, config }: Model, { study, bitDepth, width, height }: StudyIndex): void {
  const longer = Math.max(config.fieldSize.width, config.fieldSize.height);
  const size = scaledSize({ width, height }, longer);
  const stains = study.channels.map(({ name }) => name);
  const facts = [
    ["stains", config.stains.join(", "), stains.join(", ")],
    ["bit depth", config.bitDepth, bitDepth],
    ["pixel binning", config.pixelBinning.toPrecision(4), (width / size.width).toPrecision(4)],
  ] as const;
  const wrong = facts.filter(([, expected, found]) => expected !== found);
  if (wrong.length === 0) return;
  throw new NeuroscreenError({
    code: "other-study",
    what: `Scoring ${study.name} with the model in ${path}`,
    found: wrong.map(([name, , found]) => `${name} ${found}`).join("; "),
    expected: wrong.map(([name, expected]) => `${name} ${expected}`).join("; "),
    remedy:
      "Screen images taken as those of the training were, with the same channels in the same order, or train a model on this study.",
  });
}

interface ModelScores {
  readonly logits: readonly [number, number];
  readonly features: Float32Array;
  readonly projection: number;
}

async function* scoreAll(
  models: readonly Model[],
  index: StudyIndex,
  { out, batch = 4, workers, strict, resume }: ScreenOptions & { workers: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent, { scores: FieldScore[]; problems: Problem[]; journal: ScoreJournal }> {
  const key = sha256(JSON.stringify({ data: index.dataHash, models: models.map(({ hash }) => hash), batch }));
  const journal = await openScoreJournal(out, { key, resume: resume === true });
  const total = models.length * index.fields.length;
  const begun = performance.now();
  const byField = new Map<string, ModelScores[]>();
  const problems = new Map<string, Problem>();
  let done = 0;
  let computed = 0;
  for (const [which, { config, graph }] of models.entries()) {
    const entryKey = (field: Parameters<typeof fieldKey>[0]) => `${which}:${fieldKey(field)}`;
    const remember = (key: string, logits: readonly [number, number], features: Float32Array) => {
      const known = byField.get(key) ?? [];
      byField.set(key, [...known, { logits, features, projection: projectFeatures(features, config.projection) }]);
    };
    // Whole batches only: a field is scored again beside the same others as in a run that was never cut short.
    const batches = Array.from({ length: Math.ceil(index.fields.length / batch) }, (_, i) =>
      index.fields.slice(i * batch, (i + 1) * batch),
    );
    const left = batches.filter((fields) => !fields.every((field) => journal.earlier.has(entryKey(field)))).flat();
    for (const field of index.fields) {
      const entry = journal.earlier.get(entryKey(field));
      if (entry && !left.includes(field)) remember(fieldKey(field), entry.logits, entry.features);
    }
    done += index.fields.length - left.length;
    if (left.length === 0) continue;

    const loader = openFieldLoader({
      folder: index.study.folder,
      size: Math.max(config.fieldSize.width, config.fieldSize.height),
      workers,
    });
    const engine = openEngineThread();
    try {
      await engine.call("openPredictor", graph);
      const run = {
        fields: left,
        batch,
        whole: loader.whole,
        predict: (request: Parameters<typeof engine.call<"predict">>[1]) => engine.call("predict", request),
      };
      for await (const { scored, problems: bad } of scoreFields(run, signal)) {
        yield* strictly(
          bad.filter(({ subject }) => !problems.has(subject)),
          strict === true,
        );
        for (const problem of bad) problems.set(problem.subject, problem);
        for (const { field, logits, features } of scored) remember(fieldKey(field), logits, features);
        await journal.append(
          scored.map(({ field, logits, features }) => ({ field: entryKey(field), logits, features })),
        );
        done += scored.length + bad.length;
        computed += scored.length + bad.length;
        const perField = (performance.now() - begun) / 1000 / computed;
        yield { kind: "scored", done, total, fieldsPerSecond: 1 / perField, secondsLeft: perField * (total - done) };
      }
    } finally {
      await Promise.all([loader.close(), engine.close()]);
    }
  }
  signal?.throwIfAborted();
  const scores = index.fields.flatMap((field) => {
    const own = byField.get(fieldKey(field)) ?? [];
    return own.length === models.length ? [averaged(field, own)] : [];
  });
  return { scores, problems: [...problems.values()], journal };
}

function averaged(
  { plate, well, site }: { plate: string; well: string; site: number },
  scores: readonly ModelScores[],
): FieldScore {
  const mean = (of: (score: ModelScores) => number) =>
    scores.reduce((sum, score) => sum + of(score), 0) / scores.length;
  return {
    plate,
    well,
    site,
    logits: [mean(({ logits }) => logits[0]), mean(({ logits }) => logits[1])],
    features: scores[0]!.features,
    projection: mean(({ projection }) => projection),
  };
}

/** What each well was to the models: a well that any of them trained on counts as trained on. */
function partsOf(models: readonly Model[]): ReadonlyMap<string, Part> {
  const order = ["test", "validate", "train"] as const;
  const parts = new Map<string, Part>();
  for (const part of order) {
    for (const { config } of models)
      for (const [well, own] of Object.entries(config.split)) if (own === part) parts.set(well, part);
  }
  return parts;
}

function missingByWell(problems: readonly Problem[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { subject } of problems) {
    const [plate, well] = subject.split("/");
    const key = wellKey({ plate: plate ?? "", well: well ?? "" });
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function reportInput(
  { study, dataHash, fields }: StudyIndex,
  models: readonly Model[],
  { input, result, problems }: { input: ScreenInput; result: Screen; problems: readonly Problem[] },
): ReportInput {
  const { recommended, comparison } = result;
  const networks = models.map(
    ({ config: { network } }) =>
      `${network.fusion} ${network.backbone}${network.width === 1 ? "" : ` × ${network.width}`}`,
  );
  return {
    study: { name: study.name, classes: study.classes, channels: study.channels.map(({ name }) => name) },
    warnings: recommended.warnings,
    problems: problems.map(({ subject, message }) => ({ subject, message })),
    evaluation: evaluateControls(input),
    comparison,
    wells: recommended.wells,
    compounds: recommended.compounds,
    quality: recommended.quality,
    training: models.map(({ epochs }, i) => ({ name: models.length === 1 ? "training" : `model ${i + 1}`, epochs })),
    provenance: [
      { label: "neuroscreen", value: version },
      { label: "ONNX Runtime", value: onnxruntimeVersion },
      { label: "Network", value: networks.join("; ") },
      { label: "Model (SHA-256 of model.onnx)", value: models.map(({ hash }) => hash).join(", ") },
      { label: "Seed", value: models.map(({ config }) => String(config.recipe.seed)).join(", ") },
      { label: "Data (SHA-256)", value: dataHash },
      { label: "Fields scored", value: String(fields.length) },
    ],
  };
}

function screenConfig({ study, dataHash }: StudyIndex, models: readonly Model[], { comparison }: Screen) {
  return {
    neuroscreen: version,
    onnxruntime: onnxruntimeVersion,
    study: { name: study.name, dataHash },
    models: models.map(({ hash, config }) => ({
      hash,
      network: config.network,
      seed: config.recipe.seed,
      dataHash: config.study.dataHash,
    })),
    score: comparison.recommended,
    split: Object.fromEntries(partsOf(models)),
  };
}
