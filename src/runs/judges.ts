/**
 * Judges: which of several models scores which well.
 *
 * Models named side by side all score every field, and their scores are averaged, each on its own scale. The networks of a crossvalidation know different wells:
 * a plate that one of them was tested by is scored by that one alone, since the others have learned from it or were chosen by it. A plate that none
 * of them knows is scored by all, each on its own scale: 0 and 1 are the means of its untouched negative and positive wells.
 */
import { NeuroscreenError } from "../base/errors.ts";
import { onOwnScale } from "../evaluation/figures.ts";
import { isControl } from "../plates/roles.ts";
import { type Part, wellKey } from "../plates/split.ts";
import type { Crossvalidation, OwnScales } from "../records/crossvalidation.ts";
import type { Fold, FoldUnit } from "../records/folds.ts";
import type { FieldScore, ScoreName } from "../records/screen.ts";
import { mean } from "../statistics/descriptive.ts";
import { crossvalidationFolder, crossvalidationFolderState } from "../store/crossvalidation-folder.ts";
import type { OpenStudy } from "./index-study.ts";
import { type JudgedField, type JudgeScore, type ModelScale, ownScales } from "./own-scales.ts";
import { type Model, openModel, plateOf, splitsKnownIn } from "./screen-models.ts";

/** A well by its place. */
interface Place {
  readonly plate: string;
  readonly well: string;
}

/** The models of a screen, and who of them says what. */
export interface Judges {
  readonly models: readonly Model[];
  /** The models that score this well, by their places in `models`, ascending; none: it is not scored. */
  readonly of: (well: Place) => readonly number[];
  /** What a field's scores come to, in the order of its judges; where there are {@link ownScales}, {@link onCommonScale} of these instead. */
  readonly pool: (scores: readonly JudgeScore[]) => Pick<FieldScore, "logits" | "projection">;
  /** Of several models side by side: the own scale of each, from what all of them said of this screen's fields. */
  readonly ownScales: ((fields: readonly JudgedField[]) => readonly ModelScale[]) | null;
  /** The name of each model where they are the folds of a crossvalidation: `fold-1`; else null. */
  readonly folds: readonly string[] | null;
}

/** What was opened: models, and, of a crossvalidation, how they belong together. */
export interface OpenedModels {
  readonly models: readonly Model[];
  readonly folds: {
    readonly unit: FoldUnit;
    readonly names: readonly string[];
    readonly scales: readonly OwnScales[];
    readonly figures: Crossvalidation;
  } | null;
}

/**
 * Opens what `--model` names: model folders, or one folder of `crossvalidate`.
 *
 * @throws {NeuroscreenError} `bad-model`; `bad-crossvalidation` if such a folder is unfinished, altered, or one of several
 */
export async function openModels(paths: readonly string[]): Promise<OpenedModels> {
  const states = await Promise.all(paths.map(crossvalidationFolderState));
  const which = states.findIndex((state) => state === "complete" || state === "unfinished");
  if (which < 0) {
    const models: Model[] = [];
    for (const path of paths) models.push(await openModel(path));
    return { models, folds: null };
  }
  const path = paths[which]!;
  const refuse = (found: string, expected: string, remedy: string) =>
    new NeuroscreenError({
      code: "bad-crossvalidation",
      what: `Reading the models in ${path}`,
      found,
      expected,
      remedy,
    });
  if (paths.length > 1)
    throw refuse("a crossvalidation beside other models", "it alone, or model folders", "Give --model once.");
  if (states[which] === "unfinished")
    throw refuse(
      "a crossvalidation that was cut short",
      "a finished one",
      "Finish it first, with `neuroscreen crossvalidate … --resume`.",
    );
  const folder = crossvalidationFolder(path);
  const figures = await folder.readFigures();
  const models: Model[] = [];
  for (const { name, model } of figures.networks.folds) {
    const opened = await openModel(folder.model(name));
    if (opened.hash !== model)
      throw refuse(
        `another network in ${name} than its figures are of`,
        "the networks that were crossvalidated",
        "Crossvalidate again, or take the folder from where it was written.",
      );
    models.push(opened);
  }
  return ofFolds(models, figures);
}

/**
 * The networks of a crossvalidation that were taught shuffled labels, each beside its fold; null where `path` is none, or did not make any.
 *
 * @throws {NeuroscreenError} `bad-crossvalidation`, `bad-model`
 */
export async function openShuffled(path: string): Promise<OpenedModels | null> {
  if ((await crossvalidationFolderState(path)) !== "complete") return null;
  const folder = crossvalidationFolder(path);
  const figures = await folder.readFigures();
  if (figures.permuted === null) return null;
  const models: Model[] = [];
  for (const { name } of figures.networks.folds) models.push(await openModel(folder.model(name, "permuted")));
  return ofFolds(models, figures);
}

function ofFolds(models: readonly Model[], figures: Crossvalidation): OpenedModels {
  const { folds } = figures.networks;
  return {
    models,
    folds: {
      ...{ unit: figures.unit, figures },
      names: folds.map(({ name }) => name),
      scales: folds.map(({ scales }) => scales),
    },
  };
}

/** Who scores what of a study. */
export function judgesOf({ models, folds }: OpenedModels, study: OpenStudy): Judges {
  const all = models.map((_, i) => i);
  if (folds === null) {
    const parts = () => splitsKnownIn(models, study).map((split) => new Map(split));
    const scales = (fields: readonly JudgedField[]) => ownScales(fields, { labels: labelsOf(study), parts: parts() });
    // What one model says means what it says.
    return { models, of: () => all, pool: averaged, ownScales: models.length > 1 ? scales : null, folds: null };
  }
  const known = splitsKnownIn(models, study);
  const ofWell = new Map<string, number>();
  const ofPlate = new Map<string, number>();
  for (const [judge, split] of known.entries()) {
    for (const [well, part] of split) {
      if (part !== "test") continue;
      ofWell.set(well, judge);
      ofPlate.set(plateOf(well), judge);
    }
  }
  // A plate without controls has no part, and may still be of a batch that the other networks know.
  if (folds.unit === "batch") {
    const ofBatch = new Map(study.index.wells.flatMap(({ batch, plate }) => entryOf(batch, ofPlate.get(plate))));
    for (const { batch, plate } of study.index.wells) {
      const judge = ofPlate.get(plate) ?? ofBatch.get(batch);
      if (judge !== undefined) ofPlate.set(plate, judge);
    }
  }
  const isByWell = folds.unit === "well";
  return {
    models,
    of: (place) => {
      const judge = isByWell ? ofWell.get(wellKey(place)) : ofPlate.get(place.plate);
      return judge === undefined ? all : [judge];
    },
    // Where plates are kept together, all wells of a plate have the same judge, whose log-odds mean what they say. Where wells are, the
    // controls of a plate have others than its samples, and only on their own scales can they be held against each other.
    pool: (scores) => (scores.length === 1 && !isByWell ? averaged(scores) : onCommonScale(scores, folds.scales)),
    ownScales: null,
    folds: folds.names,
  };
}

/** The control wells' classes, by `plate/A01`. */
export function labelsOf({ namedWells }: Pick<OpenStudy, "namedWells">): ReadonlyMap<string, 0 | 1> {
  return new Map(
    namedWells
      .filter(({ role }) => isControl(role))
      .map((well) => [wellKey(well), well.role === "positive" ? 1 : 0] as const),
  );
}

function entryOf(key: string, value: number | undefined): [string, number][] {
  return value === undefined ? [] : [[key, value]];
}

/** What each well was to the models that score it: a well that any of these trained on counts as trained on. */
export function partsOf({ models, of }: Judges, study: OpenStudy): ReadonlyMap<string, Part> {
  const order = ["test", "validate", "train"] as const;
  const parts = new Map<string, Part>();
  const known = splitsKnownIn(models, study);
  const isJudge = (model: number, key: string) => {
    const plate = plateOf(key);
    return of({ plate, well: key.slice(plate.length + 1) }).includes(model);
  };
  for (const part of order)
    for (const [model, split] of known.entries())
      for (const [well, own] of split) if (own === part && isJudge(model, well)) parts.set(well, part);
  return parts;
}

/** Judges for the test wells of each fold alone: what a crossvalidation is judged by. */
export function foldJudges(models: readonly Model[], folds: readonly Fold[]): Judges {
  return {
    models,
    of: (place) => folds.flatMap(({ parts }, judge) => (parts[wellKey(place)] === "test" ? [judge] : [])),
    pool: averaged,
    ownScales: null,
    folds: folds.map(({ name }) => name),
  };
}

/** Plain means over the judges. */
export function averaged(scores: readonly JudgeScore[]): Pick<FieldScore, "logits" | "projection"> {
  const over = (of: (score: JudgeScore) => number) => mean(scores.map(of));
  return {
    logits: [over(({ logits }) => logits[0]), over(({ logits }) => logits[1])],
    projection: over(({ projection }) => projection),
  };
}

/**
 * The mean over the judges on their own scales, put back among log-odds by the mean of all networks' scales: 0 and 1 lie where they lie
 * for the networks on average. A network whose controls have one mean has no scale and no say.
 */
export function onCommonScale(
  scores: readonly JudgeScore[],
  scales: readonly OwnScales[],
): Pick<FieldScore, "logits" | "projection"> {
  const common = (name: ScoreName, value: (score: JudgeScore) => number): number => {
    const ends = scales.flatMap((own) => own[name] ?? []);
    const own = scores.flatMap((score) => onOwnScale(value(score), scales[score.judge]![name]) ?? []);
    if (own.length === 0) return mean(scores.map(value));
    const at0 = mean(ends.map((end) => end.at0));
    const at1 = mean(ends.map((end) => end.at1));
    return at0 + mean(own) * (at1 - at0);
  };
  const logit = common("logit", ({ logits: [negative, positive] }) => positive - negative);
  return { logits: [-logit / 2, logit / 2], projection: common("projection", ({ projection }) => projection) };
}
