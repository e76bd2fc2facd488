/**
 * Two scores of one screen, side by side.
 *
 * Z′ alone can be bought by saturating: a score that throws every well to one end separates the controls and hides the
 * partial effects that a rescue screen is for. So how many sample wells stand in between counts too.
 */
import type { ScoreComparison, ScoreFigures } from "../records/evaluation.ts";
import type { CompoundRecord, PlateQuality, QualityFigures, ScoreName, WellRecord } from "../records/screen.ts";
import { median } from "../statistics/descriptive.ts";

/** The Z′ from which on a score is good enough to be chosen for its middle. */
const wantedZPrime = 0.5;

/** The ends, in percent effect, between which a well counts as a partial effect. */
const partialEffect = { low: 15, high: 85 } as const;

/** What the comparison reads of a screen; `ScreenResult` is one. */
export interface ScoredScreen {
  readonly score: ScoreName;
  readonly wells: readonly WellRecord[];
  readonly compounds: readonly CompoundRecord[];
  readonly quality: readonly PlateQuality[];
}

/**
 * Compares readings of one screen in different scores and recommends one, by a rule that the answer carries in words.
 *
 * @param screens at least one, in order of preference: the first wins where nothing else decides
 */
export function scoreComparison(screens: readonly ScoredScreen[]): ScoreComparison {
  const scores = screens.map(scoreFigures);
  return {
    scores,
    rule:
      `Among the scores whose Z′ on untouched controls is at least ${wantedZPrime}, the one with the most sample wells from ` +
      `${partialEffect.low} to ${partialEffect.high} % effect; where these are equal, or where no score reaches that Z′, the one with the highest Z′.`,
    ...recommend(scores),
  };
}

function scoreFigures({ score, wells, compounds, quality }: ScoredScreen): ScoreFigures {
  const effects = wells
    .filter(({ role }) => role === "sample")
    .map(({ percentEffect }) => percentEffect)
    .filter((effect) => effect !== null);
  const untouched = quality.map((plate) => plate.untouched);
  return {
    score,
    zPrime: medianOf(untouched, ({ zPrime }) => zPrime),
    robustZPrime: medianOf(untouched, ({ robustZPrime }) => robustZPrime),
    ssmd: medianOf(untouched, ({ ssmd }) => ssmd),
    nNegative: untouched.reduce((sum, { nNegative }) => sum + nNegative, 0),
    nPositive: untouched.reduce((sum, { nPositive }) => sum + nPositive, 0),
    nSampleWells: effects.length,
    nBetween: effects.filter((effect) => effect >= partialEffect.low && effect <= partialEffect.high).length,
    compounds,
  };
}

function medianOf(plates: readonly QualityFigures[], figure: (plate: QualityFigures) => number | null): number | null {
  const known = plates.map(figure).filter((value) => value !== null);
  return known.length === 0 ? null : median(known);
}

function recommend(scores: readonly ScoreFigures[]): { readonly recommended: ScoreName; readonly reason: string } {
  const zPrime = (figures: ScoreFigures) => figures.zPrime ?? Number.NEGATIVE_INFINITY;
  const good = scores.filter((figures) => zPrime(figures) >= wantedZPrime);
  const candidates = good.length > 0 ? good : scores;
  const middle = (figures: ScoreFigures) => (good.length > 0 ? figures.nBetween : 0);
  // Only what is better beyond rounding takes over, so the first of equals stays.
  const best = candidates.reduce((a, b) =>
    middle(b) > middle(a) || (middle(b) === middle(a) && zPrime(b) > zPrime(a) + 1e-9) ? b : a,
  );
  return { recommended: best.score, reason: reasonFor(best, scores, good) };
}

function reasonFor(best: ScoreFigures, scores: readonly ScoreFigures[], good: readonly ScoreFigures[]): string {
  const others = scores.filter(({ score }) => score !== best.score);
  if (scores.every(({ zPrime }) => zPrime === null))
    return `No score has a Z′ on untouched controls, so nothing decides; the ${best.score} is the network's own answer.`;
  if (good.length === 0)
    return `No score reaches a Z′ of ${wantedZPrime}; the ${best.score} has the highest, ${zText(best)}.`;
  const beaten = others.filter((other) => good.includes(other));
  const failed = others.filter((other) => !good.includes(other));
  const places = `${best.nBetween} of ${best.nSampleWells} sample wells stand from ${partialEffect.low} to ${partialEffect.high} %`;
  return [
    `With the ${best.score}, ${places}, at a Z′ of ${zText(best)}`,
    ...beaten.map((other) => `with the ${other.score} ${other.nBetween}, at ${zText(other)}`),
    ...failed.map((other) => `the ${other.score} stays below a Z′ of ${wantedZPrime} (${zText(other)})`),
  ]
    .join("; ")
    .concat(".");
}

function zText({ zPrime }: ScoreFigures): string {
  return zPrime === null ? "none" : zPrime.toFixed(2).replace("-", "−");
}
