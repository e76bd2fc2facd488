/**
 * From field scores to wells with a percent effect, compounds with a curve, plates with a quality.
 */

import type { ScoreComparison } from "../records/evaluation.ts";
import {
  type CompoundRecord,
  type DoseRecord,
  type PlateQuality,
  type ScoreName,
  scoreNames,
  type WellNote,
  type WellRecord,
} from "../records/screen.ts";
import { type Anchors, findAnchors, percentEffect, percentSpread } from "./anchors.ts";
import { scoreComparison } from "./compare.ts";
import { compoundRecords } from "./compounds.ts";
import { doseRecords } from "./doses.ts";
import { groupBy } from "./group.ts";
import { plateQuality } from "./quality.ts";
import { type MeasuredWell, measureWells, rawScore, rawScoreSd, type ScreenInput, strayFields } from "./wells.ts";

/** A screen read in one score. */
export interface ScreenResult {
  readonly score: ScoreName;
  /** Every well of the plate map, in its order. */
  readonly wells: readonly WellRecord[];
  readonly doses: readonly DoseRecord[];
  readonly compounds: readonly CompoundRecord[];
  readonly quality: readonly PlateQuality[];
  /** What a reader must know before the numbers, in sentences. */
  readonly warnings: readonly string[];
}

/** A screen read in both scores, and which reading to believe. */
export interface Screen {
  readonly logit: ScreenResult;
  readonly projection: ScreenResult;
  readonly comparison: ScoreComparison;
  /** The one of the two that `comparison` recommends. */
  readonly recommended: ScreenResult;
}

/**
 * Reads a screen in one score.
 *
 * Each plate has its own scale, 0 % at its negative controls and 100 % at its positive ones (see `findAnchors` for which wells
 * those are). Missing controls, single wells and equal scores give nulls with a note; nothing here throws for them.
 */
export function screenWells(input: ScreenInput & { readonly score: ScoreName }): ScreenResult {
  const { score } = input;
  const measured = measureWells(input);
  const plates = groupBy(measured, ({ plate }) => plate);
  const anchors = new Map([...plates].map(([plate, wells]) => [plate, findAnchors(wells, score)]));
  const wells = measured.map((well) => wellRecord(well, score, anchors.get(well.plate)!));
  return {
    score,
    wells,
    doses: doseRecords(wells),
    compounds: compoundRecords(wells),
    quality: [...plates].map(([plate, own]) => plateQuality(plate, own, score)),
    warnings: [...strayWarnings(input), ...[...anchors].flatMap(([plate, found]) => anchorWarnings(plate, found))],
  };
}

/** Reads a screen in both scores and compares them. */
export function screenBothScores(input: ScreenInput): Screen {
  const [logit, projection] = scoreNames.map((score) => screenWells({ ...input, score })) as [
    ScreenResult,
    ScreenResult,
  ];
  const comparison = scoreComparison([logit, projection]);
  return { logit, projection, comparison, recommended: comparison.recommended === "logit" ? logit : projection };
}

function wellRecord(well: MeasuredWell, score: ScoreName, anchors: Anchors): WellRecord {
  const value = rawScore(well, score);
  const spread = rawScoreSd(well, score);
  const effect = value === null || anchors.kind !== "found" ? null : percentEffect(value, anchors);
  return {
    ...well,
    percentEffect: effect,
    percentEffectSd: spread === null || anchors.kind !== "found" ? null : percentSpread(spread, anchors),
    percentRescue: effect === null || well.challenge === null ? null : 100 - effect,
    effectScore: score,
    note: value === null ? "no-field" : anchorNote(anchors),
  };
}

function anchorNote(anchors: Anchors): WellNote | null {
  switch (anchors.kind) {
    case "found":
      return anchors.from === "untouched" ? null : anchors.from === "few" ? "few-anchors" : "anchors-trained-on";
    case "too-few":
      return "too-few-anchors";
    case "equal":
      return "equal-anchors";
  }
}

function anchorWarnings(plate: string, anchors: Anchors): string[] {
  switch (anchors.kind) {
    case "found":
      return [
        ...trustWarnings(plate, anchors.from),
        ...(anchors.positive > anchors.negative
          ? []
          : [
              `Plate ${plate}: the positive controls score below the negative ones. The network has them the wrong way round here.`,
            ]),
      ];
    case "too-few":
      return [
        `Plate ${plate}: fewer than 2 scored wells of a control, so its wells have scores but no percent effect.`,
      ];
    case "equal":
      return [`Plate ${plate}: both controls have the same mean score, so its wells have no percent effect.`];
  }
}

function trustWarnings(plate: string, from: "untouched" | "few" | "trained-on"): string[] {
  switch (from) {
    case "untouched":
      return [];
    case "few":
      return [
        `Plate ${plate}: only 2 wells set an end of its scale, so one bad well moves every percent effect of the plate.`,
      ];
    case "trained-on":
      return [
        `Plate ${plate}: too few control wells were kept from training, so 0 and 100 % effect are set by wells that the network learned from.`,
      ];
  }
}

function strayWarnings(input: ScreenInput): string[] {
  const strays = strayFields(input);
  if (strays.length === 0) return [];
  const named = strays.slice(0, 5).join(", ") + (strays.length > 5 ? ", …" : "");
  return [
    `Scored but on no plate map, and left out: ${strays.length} ${strays.length === 1 ? "well" : "wells"} (${named}).`,
  ];
}
