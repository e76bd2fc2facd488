/**
 * Fields to wells.
 */
import type { PlateMapWell } from "../plates/platemap.ts";
import { isControl } from "../plates/roles.ts";
import { type Part, wellKey } from "../plates/split.ts";
import type { Calibration } from "../records/calibration.ts";
import {
  type FeatureRecord,
  type FieldScore,
  type PredictionRecord,
  type ScoreName,
  type WellFacts,
  wellFacts,
} from "../records/screen.ts";
import { sigmoid } from "../statistics/calibration.ts";
import { mean, sd } from "../statistics/descriptive.ts";
import { groupBy } from "./group.ts";

/** The network that scored a plate, or several whose scores were averaged. */
export interface Judge {
  /** What tells it from others, such as a hash: features of different networks cannot be compared. */
  readonly network: string;
  /** Null where it has none, and of several networks. */
  readonly calibration: Calibration | null;
}

/** What a screen starts from. */
export interface ScreenInput {
  /** Every well of the plate map. */
  readonly wells: readonly PlateMapWell[];
  /**
   * What each well was to the network, by `plate/A01`. A control well that is not in it, such as any of a study that the network
   * was not trained on, is a `test` well.
   */
  readonly parts: ReadonlyMap<string, Part>;
  readonly scores: readonly FieldScore[];
  /** Fields that should be there and could not be scored, by `plate/A01`. */
  readonly fieldsMissing?: ReadonlyMap<string, number>;
  /** Who scored each plate; one and the same network without a calibration unless told. */
  readonly judgeOf?: (plate: string) => Judge;
}

/** Who scored a plate. */
export function judgeOf(input: ScreenInput, plate: string): Judge {
  return input.judgeOf?.(plate) ?? { network: "", calibration: null };
}

/** A well with the means of its fields, before any scale. */
export interface MeasuredWell extends WellFacts {
  readonly nFields: number;
  readonly nFieldsMissing: number;
  readonly logit: number | null;
  readonly logitSd: number | null;
  readonly projection: number | null;
  readonly projectionSd: number | null;
}

/**
 * What a well was to the network. A control well that no split names, or that the split of an older map names as none, is a `test`
 * well: the network has neither learned from it nor been chosen by it.
 *
 * @param parts as {@link ScreenInput.parts}
 */
export function partOf(well: PlateMapWell, parts: ReadonlyMap<string, Part>): Part {
  const part = parts.get(wellKey(well)) ?? "unused";
  return part === "unused" && isControl(well.role) ? "test" : part;
}

/** The log-odds of the positive class. */
export function fieldLogit({ logits: [negative, positive] }: FieldScore): number {
  return positive - negative;
}

/**
 * The wells of the plate map, in its order, with the means over their fields.
 *
 * A field whose logit or projection is not finite counts as missing. Fields of wells that the map does not name are left out;
 * {@link strayFields} counts them.
 */
export function measureWells({ wells, parts, scores, fieldsMissing }: ScreenInput): MeasuredWell[] {
  const fieldsByWell = groupBy(scores, wellKey);
  return wells.map((well) => {
    const key = wellKey(well);
    const fields = fieldsByWell.get(key) ?? [];
    const usable = fields.filter(isUsable);
    const logits = usable.map(fieldLogit);
    const projections = usable.map(({ projection }) => projection);
    return {
      ...wellFacts(well, partOf(well, parts)),
      nFields: usable.length,
      nFieldsMissing: (fieldsMissing?.get(key) ?? 0) + fields.length - usable.length,
      logit: usable.length === 0 ? null : mean(logits),
      logitSd: usable.length < 2 ? null : sd(logits),
      projection: usable.length === 0 ? null : mean(projections),
      projectionSd: usable.length < 2 ? null : sd(projections),
    };
  });
}

/** The rows of `predictions`: the usable fields of the map's wells, in the order of `scores`. */
export function predictions(input: ScreenInput): PredictionRecord[] {
  return usableFields(input).map(({ facts, field }) => {
    const logit = fieldLogit(field);
    return { ...facts, site: field.site, logit, probability: sigmoid(logit), projection: field.projection };
  });
}

/** The rows of `features`: the fields of {@link predictions}, in the same order. */
export function fieldFeatures(input: ScreenInput): FeatureRecord[] {
  return usableFields(input).map(({ facts, field: { site, features } }) => ({ ...facts, site, features }));
}

function usableFields({ wells, parts, scores }: ScreenInput): { facts: WellFacts; field: FieldScore }[] {
  const factsByKey = new Map(wells.map((well) => [wellKey(well), wellFacts(well, partOf(well, parts))]));
  return scores.flatMap((field) => {
    const facts = factsByKey.get(wellKey(field));
    return facts === undefined || !isUsable(field) ? [] : [{ facts, field }];
  });
}

/** The wells, by `plate/A01`, that were scored but stand on no plate map. */
export function strayFields({ wells, scores }: ScreenInput): string[] {
  const known = new Set(wells.map(wellKey));
  return [...new Set(scores.map(wellKey))].filter((key) => !known.has(key));
}

/** The well's value in one score, on that score's own scale. */
export function rawScore(well: MeasuredWell, score: ScoreName): number | null {
  return well[score];
}

/** The spread of the well's fields in one score, on that score's own scale. */
export function rawScoreSd(well: MeasuredWell, score: ScoreName): number | null {
  return score === "logit" ? well.logitSd : well.projectionSd;
}

/** Whether the network can be judged by this field. */
export function isUsable(field: FieldScore): boolean {
  return Number.isFinite(fieldLogit(field)) && Number.isFinite(field.projection);
}
