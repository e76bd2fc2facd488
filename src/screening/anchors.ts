/**
 * The two ends of a plate's scale: its control wells.
 */
import type { EffectScale, ScoreName } from "../records/screen.ts";
import type { Controls } from "../statistics/assay-quality.ts";
import { mean } from "../statistics/descriptive.ts";
import { type MeasuredWell, rawScore } from "./wells.ts";

/** Untouched control wells of each role that a scale may stand on alone. */
const fewestUntouched = 3;

/** Control wells of each role, trained on or not, below which there is no scale. */
const fewestOfAll = 2;

/** Where 0 and 100 % effect lie in a score, on one plate; or why nowhere. */
export type Anchors =
  | { readonly kind: "found"; readonly scale: EffectScale }
  | { readonly kind: "too-few" }
  | { readonly kind: "equal" };

/**
 * The ends of one plate's scale: the means of its untouched control wells where there are at least {@link fewestUntouched} of
 * each role, else of all its control wells where there are {@link fewestOfAll}, else none.
 *
 * @param wells the wells of one plate
 */
export function findAnchors(wells: readonly MeasuredWell[], score: ScoreName): Anchors {
  const untouched = controlScores(wells, score, { untouched: true });
  if (fewest(untouched) >= fewestUntouched) return anchorsAt(untouched, null);
  const all = controlScores(wells, score, { untouched: false });
  if (fewest(all) < fewestOfAll) return { kind: "too-few" };
  // On a plate that the network never saw, all its controls are untouched, however few.
  const isTouched = all.negative.length > untouched.negative.length || all.positive.length > untouched.positive.length;
  return anchorsAt(all, isTouched ? "anchors-trained-on" : "few-anchors");
}

function fewest({ negative, positive }: Controls): number {
  return Math.min(negative.length, positive.length);
}

function anchorsAt({ negative, positive }: Controls, note: EffectScale["note"]): Anchors {
  if (haveOneMean({ negative, positive })) return { kind: "equal" };
  const counts = { nNegative: negative.length, nPositive: positive.length };
  return { kind: "found", scale: { at0: mean(negative), at100: mean(positive), ...counts, note } };
}

/** The control wells that set one plate's scale in any score, by the rule of {@link findAnchors}; null where there is none. */
export function anchorWells(
  wells: readonly MeasuredWell[],
): Readonly<Record<"negative" | "positive", readonly MeasuredWell[]>> | null {
  const scored = wells.filter(({ nFields }) => nFields > 0);
  const of = (role: "negative" | "positive", own: readonly MeasuredWell[]) => own.filter((well) => well.role === role);
  for (const [own, least] of [
    [scored.filter(({ part }) => part === "test"), fewestUntouched],
    [scored, fewestOfAll],
  ] as const) {
    const [negative, positive] = [of("negative", own), of("positive", own)];
    if (Math.min(negative.length, positive.length) >= least) return { negative, positive };
  }
  return null;
}

/**
 * Whether two groups have the same mean but for rounding: the mean of three times 0.1 is not 0.1 in floating point, and a
 * scale over that difference would be noise.
 */
export function haveOneMean({ negative, positive }: Controls): boolean {
  const size = Math.max(...[...negative, ...positive].map(Math.abs));
  return Math.abs(mean(positive) - mean(negative)) <= 1e-12 * size;
}

/** A score's place on the scale, in percent. */
export function percentEffect(value: number, { at0, at100 }: EffectScale): number {
  return (100 * (value - at0)) / (at100 - at0);
}

/** A spread of scores in percent effect, never below 0. */
export function percentSpread(spread: number, { at0, at100 }: EffectScale): number {
  return (100 * spread) / Math.abs(at100 - at0);
}

/**
 * The scores of the scored control wells.
 *
 * @param options.untouched only wells of the test part, which the network has neither learned from nor been chosen by
 */
export function controlScores(
  wells: readonly MeasuredWell[],
  score: ScoreName,
  { untouched }: { readonly untouched: boolean },
): Controls {
  const of = (role: "negative" | "positive") =>
    wells
      .filter((well) => well.role === role && (!untouched || well.part === "test"))
      .map((well) => rawScore(well, score))
      .filter((value) => value !== null);
  return { negative: of("negative"), positive: of("positive") };
}
