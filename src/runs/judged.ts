/**
 * What follows for a screen from which model judged which well: its accuracy, its calibration, and what is said of them.
 */
import type { Evaluation } from "../records/evaluation.ts";
import { evaluateControls } from "../screening/evaluate.ts";
import { groupBy } from "../screening/group.ts";
import type { Judge, ScreenInput } from "../screening/wells.ts";
import { mean } from "../statistics/descriptive.ts";
import type { OpenStudy, StudyIndex } from "./index-study.ts";
import type { Judges } from "./judges.ts";
import type { Model } from "./screen-models.ts";

/**
 * How often the judges are right about control wells. Of a crossvalidation's networks each is right by its own zero, and orders wells on its own
 * scale: their AUC is the mean over the folds.
 */
export function evaluateFolds(input: ScreenInput, judges: Judges): Evaluation {
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
export function plateJudges({ models, of }: Judges, wells: StudyIndex["wells"]): (plate: string) => Judge {
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
export function hasMixedFeatures({ of }: Judges, { wells }: StudyIndex): boolean {
  const byPlate = groupBy(wells, ({ plate }) => plate);
  return [...byPlate.values()].some((own) => own.some((well) => of(well).join() !== of(own[0]!).join()));
}

export function withoutFeatures(input: ScreenInput): ScreenInput {
  return { ...input, scores: input.scores.map((score) => ({ ...score, features: [] })) };
}

/** The folds whose networks score the wells of each plate, by plate. */
export function scoredBy({ of, folds }: Judges, { index }: OpenStudy): Record<string, readonly string[]> {
  const byPlate = groupBy(index.wells, ({ plate }) => plate);
  const names = [...byPlate].map(([plate, wells]): [string, string[]] => {
    const judges = new Set(wells.flatMap(of));
    return [plate, folds!.filter((_, i) => judges.has(i))];
  });
  return Object.fromEntries(names.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Which plates each fold's network scored alone, and which all of them. */
export function judgeWords(judges: Judges, study: OpenStudy): string {
  const byFolds = groupBy(Object.entries(scoredBy(judges, study)), ([, names]) => names.join(", "));
  return [...byFolds].map(([names, plates]) => `${names}: ${plates.map(([plate]) => plate).join(", ")}`).join("; ");
}

/** Networks of `crossvalidate --permuted` are there to be compared with, and not to be believed. */
export function shuffledWarnings(models: readonly Model[]): string[] {
  if (models.every(({ config }) => config.labels === undefined)) return [];
  return [
    "This network was taught labels that were shuffled among the control wells: what it says of a compound means nothing.",
  ];
}
