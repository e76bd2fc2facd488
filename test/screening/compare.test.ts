import { describe, expect, test } from "vitest";
import type { QualityFigures, ScoreName, WellRecord } from "../../src/records/screen.ts";
import { type ScoredScreen, scoreComparison } from "../../src/screening/compare.ts";

describe("The comparison of scores", () => {
  test("prefers the score with more partial effects among those with a good Z′, though the other's Z′ is higher", () => {
    const comparison = scoreComparison([
      scored("logit", [0.95], [0, 14.9, 85.1, 100]),
      scored("projection", [0.8], [0, 15, 50, 85]),
    ]);
    expect(comparison.scores.map(({ nBetween, nSampleWells }) => [nBetween, nSampleWells])).toEqual([
      [0, 4],
      [3, 4],
    ]);
    expect(comparison).toMatchObject({
      recommended: "projection",
      reason: "With the projection, 3 of 4 sample wells are graded, at a Z′ of 0.80; with the logit 0, at 0.95.",
    });
  });

  test("does not count a lone well in the middle of a saturated dose", () => {
    const [figures] = scoreComparison([scored("logit", [0.9], [96, 97, 98, 60])]).scores;
    expect(figures).toMatchObject({ nBetween: 1, nGraded: 0 });
  });

  test("lets the higher Z′ win while it keeps three quarters of the graded wells", () => {
    const projection = scored("projection", [0.78], [20, 40, 60, 80]);
    expect(scoreComparison([scored("logit", [0.8], [20, 40, 60, 95]), projection]).recommended).toBe("logit");
    expect(scoreComparison([scored("logit", [0.8], [20, 40, 90, 95]), projection]).recommended).toBe("projection");
  });

  test("does not prefer a score for its middle where its Z′ is poor", () => {
    expect(scoreComparison([scored("logit", [0.8], [0]), scored("projection", [0.7], [50])])).toMatchObject({
      recommended: "logit",
      reason:
        "With the logit, 0 of 1 sample wells are graded, at a Z′ of 0.80; the projection stays below a Z′ of 0.75 (0.70).",
    });
  });

  test("takes the higher Z′ where the middles are equal, and where no Z′ is good", () => {
    expect(scoreComparison([scored("logit", [0.76], [50]), scored("projection", [0.8], [50])]).recommended).toBe(
      "projection",
    );
    expect(scoreComparison([scored("logit", [-0.2], [0]), scored("projection", [-0.3], [50])])).toMatchObject({
      recommended: "logit",
      reason: "No score reaches a Z′ of 0.75; the logit has the highest, −0.20.",
    });
  });

  test("stays with the first score where nothing decides", () => {
    expect(scoreComparison([scored("logit", [null], []), scored("projection", [null], [])])).toMatchObject({
      recommended: "logit",
      reason: "No score has a Z′ on untouched controls, so nothing decides; the logit is the network's own answer.",
    });
    expect(scoreComparison([scored("logit", [0.8], [50]), scored("projection", [0.8], [50])]).recommended).toBe(
      "logit",
    );
  });

  test("takes the median over the plates that have a Z′, and counts sample wells only", () => {
    const [figures] = scoreComparison([scored("logit", [0.9, null, 0.5, 0.6], [50, null, 20])]).scores;
    expect(figures).toMatchObject({ zPrime: 0.6, nNegative: 8, nPositive: 4, nSampleWells: 2, nBetween: 2 });
  });
});

function scored(
  score: ScoreName,
  zPrimes: readonly (number | null)[],
  effects: readonly (number | null)[],
): ScoredScreen {
  const figures = (zPrime: number | null): QualityFigures => ({
    nNegative: 2,
    nPositive: 1,
    zPrime,
    robustZPrime: zPrime,
    ssmd: null,
    note: null,
  });
  const well = (role: "sample" | "negative", percentEffect: number | null): WellRecord => ({
    plate: "P1",
    batch: "P1",
    well: "A01",
    role,
    compound: null,
    concentrationMicromolar: null,
    challenge: null,
    challengeConcentrationMicromolar: null,
    part: "unused",
    metadata: {},
    nFields: 1,
    nFieldsMissing: 0,
    logit: 0,
    logitSd: null,
    projection: 0,
    projectionSd: null,
    probabilityCalibrated: null,
    isUnsure: null,
    distanceNegative: null,
    distancePositive: null,
    unlikeness: null,
    percentEffect,
    percentEffectSd: null,
    percentRescue: null,
    effectScore: score,
    note: null,
  });
  return {
    score,
    wells: [well("negative", 50), ...effects.map((effect) => well("sample", effect))],
    compounds: [],
    quality: zPrimes.map((zPrime, i) => ({
      plate: `P${i}`,
      score,
      scale: null,
      untouched: figures(zPrime),
      all: figures(0.99),
    })),
  };
}
