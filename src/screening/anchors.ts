/**
 * The two ends of a plate's scale: its control wells.
 */
import type { ScoreName } from "../records/screen.ts";
import type { Controls } from "../statistics/assay-quality.ts";
import { mean } from "../statistics/descriptive.ts";
import { type MeasuredWell, rawScore } from "./wells.ts";

/** Control wells of a role that make an end of the scale; with fewer there is none. */
const fewestAnchors = 2;

/** Where 0 and 100 % effect lie in a score, on one plate. */
export type Anchors =
  | { readonly kind: "found"; readonly negative: number; readonly positive: number; readonly untouched: boolean }
  | { readonly kind: "too-few" }
  | { readonly kind: "equal" };

/**
 * The ends of one plate's scale: the means of its untouched control wells where there are at least {@link fewestAnchors} of
 * each role, else of all its control wells, else none.
 *
 * @param wells the wells of one plate
 */
export function findAnchors(wells: readonly MeasuredWell[], score: ScoreName): Anchors {
  for (const untouched of [true, false]) {
    const { negative, positive } = controlScores(wells, score, { untouched });
    if (negative.length < fewestAnchors || positive.length < fewestAnchors) continue;
    const ends = { negative: mean(negative), positive: mean(positive) };
    return haveOneMean({ negative, positive }) ? { kind: "equal" } : { kind: "found", ...ends, untouched };
  }
  return { kind: "too-few" };
}

/**
 * Whether two groups have the same mean but for rounding: the mean of three times 0.1 is not 0.1 in floating point, and a
 * scale over that difference would be noise.
 */
export function haveOneMean({ negative, positive }: Controls): boolean {
  const size = Math.max(...[...negative, ...positive].map(Math.abs));
  return Math.abs(mean(positive) - mean(negative)) <= 1e-12 * size;
}

/** A score's place between the ends, in percent: 0 at the negative one, 100 at the positive one. */
export function percentEffect(value: number, { negative, positive }: { negative: number; positive: number }): number {
  return (100 * (value - negative)) / (positive - negative);
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
