/**
 * Two scores of one screen, side by side.
 *
 * Z′ alone can be bought by saturating: a score that throws every well to one end separates the controls and hides the
 * partial effects that a rescue screen is for. Wells in between can be bought by noise. So what counts beside Z′ is how
 * many wells stand in between at doses that do so on the whole.
 */
import type { ScoreComparison, ScoreFigures } from "../records/evaluation.ts";
import type { CompoundRecord, PlateQuality, QualityFigures, ScoreName, WellRecord } from "../records/screen.ts";
import { mean, median } from "../statistics/descriptive.ts";
import { groupBy } from "./group.ts";

/**
 * The Z′ below which no score is chosen for its graded wells: noise in the controls is noise in between too. 0.5 is called
 * excellent, but a plain intensity ratio reaches 0.75 on a good plate, and a network must not be recommended for less.
 */
const wantedZPrime = 0.75;

/** A score that loses more of the graded wells than this keeps its Z′ by saturating. */
const keptShare = 0.75;

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
      `A graded well lies from ${partialEffect.low} to ${partialEffect.high} % effect, at a dose whose mean does too. Among the scores whose Z′ on untouched ` +
      `controls is at least ${wantedZPrime} and which keep at least ${100 * keptShare} % of the graded wells that the best of them has, the one with the ` +
      "highest Z′; where no score reaches that Z′, the one with the highest.",
    ...recommend(scores),
  };
}

function scoreFigures({ score, wells, compounds, quality }: ScoredScreen): ScoreFigures {
  const samples = wells.flatMap(({ role, percentEffect, ...well }) =>
    role === "sample" && percentEffect !== null ? [{ ...well, effect: percentEffect }] : [],
  );
  const between = samples.filter(({ effect }) => isPartial(effect));
  const doses = groupBy(
    samples,
    ({ plate, compound, concentrationMicromolar, challenge, challengeConcentrationMicromolar }) =>
      JSON.stringify([plate, compound, concentrationMicromolar, challenge, challengeConcentrationMicromolar]),
  );
  const graded = [...doses.values()].filter((own) => isPartial(mean(own.map(({ effect }) => effect))));
  const untouched = quality.map((plate) => plate.untouched);
  return {
    score,
    zPrime: medianOf(untouched, ({ zPrime }) => zPrime),
    robustZPrime: medianOf(untouched, ({ robustZPrime }) => robustZPrime),
    ssmd: medianOf(untouched, ({ ssmd }) => ssmd),
    nNegative: untouched.reduce((sum, { nNegative }) => sum + nNegative, 0),
    nPositive: untouched.reduce((sum, { nPositive }) => sum + nPositive, 0),
    nSampleWells: samples.length,
    nBetween: between.length,
    nGraded: graded.flat().filter(({ effect }) => isPartial(effect)).length,
    compounds,
  };
}

function isPartial(effect: number): boolean {
  return effect >= partialEffect.low && effect <= partialEffect.high;
}

function medianOf(plates: readonly QualityFigures[], figure: (plate: QualityFigures) => number | null): number | null {
  const known = plates.map(figure).filter((value) => value !== null);
  return known.length === 0 ? null : median(known);
}

function recommend(scores: readonly ScoreFigures[]): { readonly recommended: ScoreName; readonly reason: string } {
  const zPrime = (figures: ScoreFigures) => figures.zPrime ?? Number.NEGATIVE_INFINITY;
  const good = scores.filter((figures) => zPrime(figures) >= wantedZPrime);
  const most = Math.max(0, ...good.map(({ nGraded }) => nGraded));
  const candidates = good.length > 0 ? good.filter(({ nGraded }) => nGraded >= keptShare * most) : scores;
  // Only what is better beyond rounding takes over, so the first of equals stays.
  const best = candidates.reduce((a, b) => (zPrime(b) > zPrime(a) + 1e-9 ? b : a));
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
  const places = `${best.nGraded} of ${best.nSampleWells} sample wells are graded`;
  return [
    `With the ${best.score}, ${places}, at a Z′ of ${zText(best)}`,
    ...beaten.map((other) => `with the ${other.score} ${other.nGraded}, at ${zText(other)}`),
    ...failed.map((other) => `the ${other.score} stays below a Z′ of ${wantedZPrime} (${zText(other)})`),
  ]
    .join("; ")
    .concat(".");
}

function zText({ zPrime }: ScoreFigures): string {
  return zPrime === null ? "none" : zPrime.toFixed(2).replace("-", "−");
}
