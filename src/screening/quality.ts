/**
 * Is a plate good enough to be read? Z′, robust Z′ and SSMD of its controls.
 */
import { isControl } from "../plates/roles.ts";
import type { PlateQuality, QualityFigures, ScoreName } from "../records/screen.ts";
import { type Controls, robustZPrime, ssmd, zPrime } from "../statistics/assay-quality.ts";
import { type Anchors, controlScores, haveOneMean } from "./anchors.ts";
import type { MeasuredWell } from "./wells.ts";

/** The quality of one plate in one score, from untouched controls and from all. */
export function plateQuality(
  plate: string,
  { wells, score, anchors }: { wells: readonly MeasuredWell[]; score: ScoreName; anchors: Anchors },
): PlateQuality {
  return {
    plate,
    score,
    scale: anchors.kind === "found" ? anchors.scale : null,
    untouched: qualityFigures(controlScores(wells, score, { untouched: true })),
    all: withTouched(qualityFigures(controlScores(wells, score, { untouched: false })), wells),
  };
}

// Said with the figures, since they get copied: a network knows the wells that it learned from.
function withTouched(figures: QualityFigures, wells: readonly MeasuredWell[]): QualityFigures {
  const isTouched = wells.some(({ role, part }) => isControl(role) && (part === "train" || part === "validate"));
  return isTouched
    ? { ...figures, note: [figures.note, touched].filter((words) => words !== null).join("; ") }
    : figures;
}

const touched = "includes wells that the network was trained on";

/** The figures of one set of controls; those that do not exist are null, with a note. */
export function qualityFigures(controls: Controls): QualityFigures {
  const counts = { nNegative: controls.negative.length, nPositive: controls.positive.length };
  if (counts.nNegative < 2 || counts.nPositive < 2)
    return { ...counts, zPrime: null, robustZPrime: null, ssmd: null, note: "fewer than 2 scored wells of a control" };
  if (haveOneMean(controls))
    return { ...counts, zPrime: null, robustZPrime: null, ssmd: null, note: "both controls have the same mean" };
  return {
    ...counts,
    zPrime: finite(zPrime(controls)),
    robustZPrime: finite(robustZPrime(controls)),
    ssmd: finite(ssmd(controls)),
    note: isConstant(controls.positive) || isConstant(controls.negative) ? saturated : null,
  };
}

const saturated = "a control does not vary at all: look for a saturated score before trusting this Z′";

function isConstant(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
