/**
 * From field scores to wells with a percent effect, compounds with a curve, plates with a quality.
 */

import type { ScoreComparison } from "../records/evaluation.ts";
import {
  type CompoundRecord,
  type DoseRecord,
  type EffectScale,
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
    quality: [...plates].map(([plate, own]) =>
      plateQuality(plate, { wells: own, score, anchors: anchors.get(plate)! }),
    ),
    warnings: [...strayWarnings(input), ...plateWarnings(anchors)],
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
  const effect = value === null || anchors.kind !== "found" ? null : percentEffect(value, anchors.scale);
  return {
    ...well,
    percentEffect: effect,
    percentEffectSd: spread === null || anchors.kind !== "found" ? null : percentSpread(spread, anchors.scale),
    percentRescue: effect === null || well.challenge === null ? null : 100 - effect,
    effectScore: score,
    note: value === null ? "no-field" : anchorNote(anchors),
  };
}

function anchorNote(anchors: Anchors): WellNote | null {
  switch (anchors.kind) {
    case "found":
      return anchors.scale.note;
    case "too-few":
      return "too-few-anchors";
    case "equal":
      return "equal-anchors";
  }
}

/** How many plates a warning names before it counts the others. */
const namedPlates = 5;

// Once for all the plates that it holds for: a fault of the design is on every plate of a screen.
function plateWarnings(anchors: ReadonlyMap<string, Anchors>): string[] {
  const told = [...anchors].flatMap(([plate, found]) => anchorWarnings(found).map((words) => ({ plate, words })));
  return [...groupBy(told, ({ words }) => words)].map(([words, own]) => {
    const named = own.slice(0, namedPlates).map(({ plate }) => plate);
    const more = own.length - named.length;
    return `${own.length === 1 ? "Plate" : "Plates"} ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}: ${words}`;
  });
}

function anchorWarnings(anchors: Anchors): string[] {
  switch (anchors.kind) {
    case "found":
      return [
        ...trustWarnings(anchors.scale),
        ...(anchors.scale.at100 > anchors.scale.at0
          ? []
          : ["the positive controls score below the negative ones. The network has them the wrong way round here."]),
      ];
    case "too-few":
      return ["fewer than 2 scored wells of a control, so there are scores but no percent effect."];
    case "equal":
      return ["both controls have the same mean score, so there is no percent effect."];
  }
}

function trustWarnings({ note }: EffectScale): string[] {
  if (note === "few-anchors")
    return ["only 2 wells set an end of the scale, so one bad well moves every percent effect of the plate."];
  if (note === "anchors-trained-on")
    return [
      "too few control wells were kept from training, so 0 and 100 % effect are set by wells that the network learned from.",
    ];
  return [];
}

function strayWarnings(input: ScreenInput): string[] {
  const strays = strayFields(input);
  if (strays.length === 0) return [];
  const named = strays.slice(0, 5).join(", ") + (strays.length > 5 ? ", …" : "");
  return [
    `Scored but on no plate map, and left out: ${strays.length} ${strays.length === 1 ? "well" : "wells"} (${named}).`,
  ];
}
