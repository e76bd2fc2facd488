/**
 * Crossvalidate: a network a fold, each tested by control wells that it neither learned from nor was chosen by, beside what needs no network.
 */
import { cpus } from "node:os";
import { version } from "../base/version.ts";
import { onnxruntimeVersion } from "../engine/runtime/node.ts";
import { makeFolds } from "../evaluation/folds.ts";
import { permuteLabels } from "../evaluation/permuted.ts";
import { judgeShortcuts, type MeasuredField } from "../evaluation/shortcuts.ts";
import { fieldKey } from "../images/fields.ts";
import { wellKey } from "../plates/split.ts";
import { type CrossvalidationConfig, crossvalidatedColumns } from "../records/crossvalidation.ts";
import type { Fold, Folds } from "../records/folds.ts";
import type { FieldScore } from "../records/screen.ts";
import { renderCrossvalidation } from "../report/crossvalidation.ts";
import {
  type CrossvalidationFolder,
  crossvalidationFolder,
  crossvalidationFolderState,
} from "../store/crossvalidation-folder.ts";
import { sha256 } from "../store/files.ts";
import { modelFolderState } from "../store/model-folder.ts";
import { type Ledger, openLedger } from "../store/opened.ts";
import { ledgerPlaces } from "../store/places.ts";
import { frozenInPhases } from "../training/phases.ts";
import type { Recipe } from "../training/recipe.ts";
import { crossvalidationFigures, judgedWells } from "./crossvalidation-figures.ts";
import { earlierConfig, refuseChange, refuseOtherImages, refuseOtherModel } from "./crossvalidation-settings.ts";
import type { CrossvalidateOptions, CrossvalidateSummary, RunEvent } from "./events.ts";
import { type OpenStudy, openStudy } from "./index-study.ts";
import { inputOf } from "./input-form.ts";
import { foldJudges, labelsOf } from "./judges.ts";
import { leaksOf } from "./leaks.ts";
import { measureControls } from "./measure-fields.ts";
import { runRecord } from "./run-record.ts";
import { scoreStudy } from "./score-study.ts";
import { fieldsAtOnce, type Model, openModel } from "./screen-models.ts";
import { refuseSeenWells, type StartingWeights, startingWeights } from "./starting-weights.ts";
import { strictly } from "./strict.ts";
import { relabelled, withStains } from "./study-views.ts";
import { parametersOf, trainModel } from "./train-model.ts";
import { given, networkOf, resolveRecipe } from "./training-settings.ts";

/**
 * Trains a network a fold and says how they do, each on its own test wells.
 *
 * Killed at any moment, it goes on with `resume`: finished folds are kept, an unfinished one goes on from its last checkpoint, and the
 * files come out the same.
 *
 * @throws {NeuroscreenError} what `openStudy`, `makeFolds`, `startingWeights` and `trainModel` throw; `leakage`; `folder-taken`,
 *   `unfinished-crossvalidation` or `changed-recipe` if the folder holds something else; the signal's reason if it was aborted
 */
export async function* crossvalidate(
  options: CrossvalidateOptions,
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, CrossvalidateSummary> {
  const started = new Date();
  const { out, strict = false } = options;
  const folder = crossvalidationFolder(out);
  const earlier = await earlierConfig(options, folder);
  const study = yield* openStudy(options, signal, { ignoresSplit: true });
  yield* strictly(study.index.problems, strict);
  const ledger = await openLedger(ledgerPlaces(options.study, options));
  const recipe = await resolveRecipe(options, earlier);
  const count = options.folds ?? earlier?.folds.length;
  const folds = makeFolds(study.namedWells, {
    ...given({ count }),
    seed: recipe.seed,
    study: study.index.study.name,
  });
  const run: Run = {
    ...{ options, study, recipe, folds, folder, ledger },
    permuted: options.permuted ?? earlier?.permuted ?? false,
    workers: options.workers ?? Math.min(4, Math.max(1, cpus().length - 1)),
  };
  const config = await configOf(run);
  // Every fold would refuse it, but only once images are read and a folder is begun that no other recipe may go on with.
  frozenInPhases(recipe, parametersOf(networkOf(recipe, withStains(study, recipe.stains).index)));
  if (earlier) refuseChange(earlier, config, out);
  else await folder.writeConfig(config);
  yield { kind: "planned", text: planText(run) };

  // Every control image is read here, so that a copied image is found before hours of training and not after.
  // In the stains that the networks see: what a shortcut reaches with others would be held against a network that is blind to them.
  const seen = withStains(study, recipe.stains);
  const measured = yield* measureControls(seen, { workers: run.workers, cacheFile: folder.state("measures") }, signal);
  await refuseOtherImages(folder, imagesHash(seen, measured), out);
  const leaks = leaksOfFolds(run);
  yield* strictly(leaks, false);
  const networks = yield* trainFolds(run, "networks", signal);
  const permuted = run.permuted ? yield* trainFolds(run, "permuted", signal) : null;

  const scale = recipe.normalize === "plate";
  const shortcuts = judgeShortcuts(inFolds(measured, folds), folds, { perPlate: scale });
  const trueLabels = labelsOf(study);
  const permutedLabels = permuteLabels(study.namedWells, folds, recipe.seed);
  const { figures, wells } = crossvalidationFigures({
    study: { name: study.index.study.name, classes: study.index.study.classes },
    ...{ folds, models: networks.models, scores: networks.scores, labels: trueLabels, shortcuts },
    batches: new Map(study.namedWells.map((well) => [wellKey(well), well.batch])),
    permuted: permuted && judgedWells(permuted.scores, folds, permutedLabels),
    seed: recipe.seed,
    warnings: leaks.map(({ subject, message }) => `${subject} ${message}.`),
  });
  const paths = { study: options.study, out };
  await folder.finish({
    columns: crossvalidatedColumns(wells),
    figures,
    page: renderCrossvalidation(figures),
    run: runRecord("crossvalidate", { paths, workers: run.workers, started }),
  });
  for (const { journal } of permuted ? [networks, permuted] : [networks]) await journal.remove();
  yield { kind: "saved", path: out };
  return { out, figures };
}

/** What is settled before the first network. */
interface Run {
  readonly options: CrossvalidateOptions;
  readonly study: OpenStudy;
  readonly recipe: Recipe;
  readonly folds: Folds;
  readonly folder: CrossvalidationFolder;
  readonly ledger: Ledger;
  readonly permuted: boolean;
  readonly workers: number;
}

async function configOf(run: Run): Promise<CrossvalidationConfig> {
  const { study, recipe, folds, permuted } = run;
  const origin: string[] = [];
  for (const fold of folds.folds) {
    const start = await startOf(run, fold, "networks");
    for (const { sha256: hash } of start?.origin ?? []) if (!origin.includes(hash)) origin.push(hash);
  }
  return {
    neuroscreen: version,
    onnxruntime: onnxruntimeVersion,
    study: { name: study.index.study.name, mapHash: study.index.mapHash },
    recipe,
    origin,
    permuted,
    unit: folds.unit,
    folds: folds.folds.map(({ testGroups, validateGroups, ...fold }) => ({
      ...fold,
      testGroups: [...testGroups],
      validateGroups: [...validateGroups],
    })),
  };
}

function planText({ folds: { unit, folds }, permuted }: Run): string {
  const things = { batch: "batches", plate: "plates", well: "wells" }[unit];
  const groups = folds.reduce((sum, { testGroups }) => sum + testGroups.length, 0);
  const twice = permuted ? ", and as many again with shuffled labels" : "";
  return `${folds.length} folds by ${unit}: ${groups} ${things} with controls, each tested once; a network a fold${twice}`;
}

/** Leaks of any fold, each told once. @throws {NeuroscreenError} `leakage` */
function leaksOfFolds({ study, recipe, folds: { unit, folds } }: Run): ReturnType<typeof leaksOf> {
  // In the stains that the networks see, a field is a copy even where its other stains were not copied.
  const seen = withStains(study, recipe.stains);
  const all = folds.flatMap(({ parts }) => leaksOf(seen, { parts, unit }));
  const told = new Map(all.map((leak) => [`${leak.code} ${leak.subject}`, leak]));
  return [...told.values()];
}

/** The weights that a fold's network begins with; null for fresh ones. */
async function startOf(
  { options: { pretrained, initFrom = [] }, study, recipe }: Run,
  fold: Fold,
  which: "networks" | "permuted",
): Promise<StartingWeights | null> {
  // Branches have learned true labels; a network that is to know none must not begin with them.
  const branches = which === "permuted" ? [] : await branchesOf(initFrom, fold);
  const seen = withStains(study, recipe.stains).index;
  const start = await startingWeights(
    { ...given({ pretrained }), initFrom: branches, stem: recipe.stem, input: inputOf(recipe, seen) },
    networkOf(recipe, seen),
    seen.study.channels.map(({ name }) => name),
  );
  if (start) refuseSeenWells(start, new Map(Object.entries(fold.parts)));
  return start;
}

/** Of a crossvalidation of single-stain networks, the network of the same fold: it has not seen this fold's test wells either. */
async function branchesOf(folders: readonly string[], { name }: Fold): Promise<string[]> {
  return Promise.all(
    folders.map(async (path) =>
      (await crossvalidationFolderState(path)) === "complete" ? crossvalidationFolder(path).model(name) : path,
    ),
  );
}

interface ScoredFolds {
  readonly models: readonly Model[];
  /** Of the test wells of each fold, by its own network. */
  readonly scores: readonly FieldScore[];
  readonly journal: { remove(): Promise<void> };
}

/** Trains what is not trained yet, then scores each fold's test wells with its own network. */
async function* trainFolds(
  run: Run,
  which: "networks" | "permuted",
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent, ScoredFolds> {
  const { options, study, recipe, folds, folder, ledger, workers } = run;
  const { strict = false } = options;
  const labels = which === "permuted" ? permuteLabels(study.namedWells, folds, recipe.seed) : undefined;
  const models: Model[] = [];
  for (const [i, fold] of folds.folds.entries()) {
    const out = folder.model(fold.name, which);
    if ((await modelFolderState(out)) !== "complete") {
      const shuffled = labels ? " with shuffled labels" : "";
      const { length } = folds.folds;
      const text = `fold ${i + 1} of ${length}${shuffled}: tested by ${shortList(fold.testGroups)}`;
      yield { kind: "planned", text };
      const task = {
        ...{ study, recipe, out, ledger, strict, workers, resume: true },
        split: new Map(Object.entries(fold.parts)),
        start: await startOf(run, fold, which),
        studyPath: options.study,
        ...given({ labels }),
      };
      yield* trainModel(task, signal);
    }
    const model = await openModel(out);
    refuseOtherModel(model, { recipe, study: study.index, parts: fold.parts });
    models.push(model);
  }
  const seen = relabelled(study, labels);
  const key = sha256(JSON.stringify({ version, models: models.map(({ hash }) => hash), list: study.listHash }));
  const scoring = {
    out: folder.state(which),
    accept: [],
    batch: fieldsAtOnce(models),
    workers,
    strict,
    resume: true,
    key,
  };
  const { unpooled, journal } = yield* scoreStudy(foldJudges(models, folds.folds), seen, scoring, signal);
  return { models, scores: unpooled, journal };
}

/** SHA-256 of the images that were measured: those of the control wells, as the networks see them. */
function imagesHash({ index, hashOf }: OpenStudy, measured: readonly MeasuredField[]): string {
  const own = new Set(measured.map(fieldKey));
  const hash = hashOf(index.fields.filter((field) => own.has(fieldKey(field))));
  if (hash === null) throw new Error("unreachable: what was measured was read");
  return hash;
}

/** Measured fields of wells that no fold has are no part of the test. */
function inFolds(measured: readonly MeasuredField[], { folds }: Folds): readonly MeasuredField[] {
  return measured.filter((field) => folds.some(({ parts }) => wellKey(field) in parts));
}

function shortList(names: readonly string[]): string {
  return `${names.slice(0, 4).join(", ")}${names.length > 4 ? ` and ${names.length - 4} more` : ""}`;
}
