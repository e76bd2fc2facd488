/**
 * From field scores to wells with a percent effect, compounds with a curve, plates with a quality.
 */

import type { Calibration } from "../records/calibration.ts";
import type { ScoreComparison } from "../records/evaluation.ts";
import {
  type CompoundRecord,
  type DoseRecord,
  type EffectScale,
  type PlateQuality,
  type ScoreName,
  type StrangersFigures,
  scoreNames,
  type WellNote,
  type WellRecord,
} from "../records/screen.ts";
import { sigmoid } from "../statistics/calibration.ts";
import { type Anchors, findAnchors, percentEffect, percentSpread } from "./anchors.ts";
import { scoreComparison } from "./compare.ts";
import { compoundRecords } from "./compounds.ts";
import { doseRecords } from "./doses.ts";
import { isUnsure } from "./evaluate.ts";
import { groupBy } from "./group.ts";
import { plateQuality } from "./quality.ts";
import { findStrangers, isStranger, type Strangeness, type Strangers, strangenessOf } from "./strangers.ts";
import {
  judgeOf,
  type MeasuredWell,
  measureWells,
  rawScore,
  rawScoreSd,
  type ScreenInput,
  strayFields,
} from "./wells.ts";

/** A screen read in one score. */
export interface ScreenResult {
  readonly score: ScoreName;
  /** Every well of the plate map, in its order. */
  readonly wells: readonly WellRecord[];
  readonly doses: readonly DoseRecord[];
  readonly compounds: readonly CompoundRecord[];
  readonly quality: readonly PlateQuality[];
  /** How wells like neither control were looked for, a network each. */
  readonly strangers: readonly StrangersFigures[];
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
  const measured = measureWells(input);
  return readIn(input.score, input, measured, findStrangers(input, measured));
}

function readIn(
  score: ScoreName,
  input: ScreenInput,
  measured: readonly MeasuredWell[],
  strangers: Strangers,
): ScreenResult {
  const plates = groupBy(measured, ({ plate }) => plate);
  const anchors = new Map([...plates].map(([plate, wells]) => [plate, findAnchors(wells, score)]));
  const wells = measured.map((well) => {
    const found = { anchors: anchors.get(well.plate)!, strangeness: strangenessOf(strangers, well) };
    return wellRecord(well, score, { ...found, calibration: judgeOf(input, well.plate).calibration });
  });
  return {
    score,
    wells,
    doses: doseRecords(wells),
    compounds: compoundRecords(wells),
    quality: [...plates].map(([plate, own]) =>
      plateQuality(plate, { wells: own, score, anchors: anchors.get(plate)! }),
    ),
    strangers: strangers.figures,
    warnings: [...strayWarnings(input), ...plateWarnings(anchors), ...strangerWarnings(wells)],
  };
}

/** Reads a screen in both scores and compares them. */
export function screenBothScores(input: ScreenInput): Screen {
  const measured = measureWells(input);
  const strangers = findStrangers(input, measured);
  const [logit, projection] = scoreNames.map((score) => readIn(score, input, measured, strangers)) as [
    ScreenResult,
    ScreenResult,
  ];
  const comparison = scoreComparison([logit, projection]);
  return { logit, projection, comparison, recommended: comparison.recommended === "logit" ? logit : projection };
}

function wellRecord(
  well: MeasuredWell,
  score: ScoreName,
  {
    anchors,
    strangeness,
    calibration,
  }: { readonly anchors: Anchors; readonly strangeness: Strangeness; readonly calibration: Calibration | null },
): WellRecord {
  const value = rawScore(well, score);
  const spread = rawScoreSd(well, score);
  const isWithheld = isStranger(well, strangeness);
  const scale = anchors.kind !== "found" || isWithheld ? null : anchors.scale;
  const effect = value === null || scale === null ? null : percentEffect(value, scale);
  return {
    ...well,
    ...certainty(well, calibration),
    ...strangeness,
    percentEffect: effect,
    percentEffectSd: spread === null || scale === null ? null : percentSpread(spread, scale),
    percentRescue: effect === null || well.challenge === null ? null : 100 - effect,
    effectScore: score,
    note:
      value === null ? "no-field" : anchors.kind === "found" && isWithheld ? "unlike-controls" : anchorNote(anchors),
  };
}

function certainty(
  { logit }: MeasuredWell,
  calibration: Calibration | null,
): Pick<WellRecord, "probabilityCalibrated" | "isUnsure"> {
  if (logit === null || calibration === null) return { probabilityCalibrated: null, isUnsure: null };
  const { temperature } = calibration;
  return {
    probabilityCalibrated: temperature === null ? null : sigmoid(logit / temperature),
    isUnsure: isUnsure(logit, calibration),
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

/** Treatments that a warning names before it counts the others. */
const namedTreatments = 5;

function strangerWarnings(wells: readonly WellRecord[]): string[] {
  const own = wells.filter(({ note }) => note === "unlike-controls");
  if (own.length === 0) return [];
  const treatments = [...groupBy(own, ({ compound }) => compound ?? "no compound")].sort(
    ([, a], [, b]) => b.length - a.length,
  );
  const named = treatments.slice(0, namedTreatments).map(([name, { length }]) => `${name} ${length}`);
  const more = treatments.length > namedTreatments ? ", …" : "";
  return [
    `${own.length === 1 ? "1 well is" : `${own.length} wells are`} like neither control (${named.join(", ")}${more}) and ` +
      `${own.length === 1 ? "has" : "have"} no percent effect: look at the pictures for what the network was never shown, such as dead cells, or a compound that glows.`,
  ];
}

function strayWarnings(input: ScreenInput): string[] {
  const strays = strayFields(input);
  if (strays.length === 0) return [];
  const named = strays.slice(0, 5).join(", ") + (strays.length > 5 ? ", …" : "");
  return [
    `Scored but on no plate map, and left out: ${strays.length} ${strays.length === 1 ? "well" : "wells"} (${named}).`,
  ];
}
