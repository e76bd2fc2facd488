import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openRandom } from "../../src/base/random.ts";
import type { Calibration } from "../../src/records/calibration.ts";
import { evaluateControls } from "../../src/screening/evaluate.ts";
import { screenBothScores, screenWells } from "../../src/screening/screen.ts";
import type { ScreenInput } from "../../src/screening/wells.ts";
import { screenInput, type TestWell } from "./plate.ts";

/** Features of a well: the first runs from negative, 0, to positive, 20; the other 29 are noise, and the last of them what is new. */
const width = 30;

interface PlacedWell extends TestWell {
  readonly harm: number;
  readonly strange?: number;
}

/** Two plates with 12 controls of each role, and samples at places along the line and off it. */
function screen(samples: readonly { harm: number; strange?: number }[], perRole = 12): ScreenInput {
  const wells = ["P1", "P2"].flatMap((plate) => [
    ...Array.from({ length: perRole }, (_, i) => control(plate, "negative", 1, i)),
    ...Array.from({ length: perRole }, (_, i) => control(plate, "positive", 2, i)),
    ...samples.map((sample, i): PlacedWell => {
      const place = { plate, well: name(i, 3), role: "sample", compound: `C${i}`, micromolar: 1 } as const;
      return { ...place, ...sample, logits: [10 * sample.harm - 5] };
    }),
  ]);
  const random = openRandom(4, "features");
  const input = screenInput(wells);
  const scores = input.scores.map((score, i) => {
    const { harm, strange = 0, plate } = wells[i]!;
    const features = Float32Array.from(
      { length: width },
      (_, k) => (plate === "P2" ? 3 : 0) + k / 10 + random.normal(),
    );
    features[0]! += 20 * harm;
    features[width - 1]! += strange;
    return { ...score, features: [features] };
  });
  return { ...input, scores };
}

function control(plate: string, role: "negative" | "positive", column: number, row: number): PlacedWell {
  const harm = role === "negative" ? 0 : 1;
  return { plate, well: name(row, column), role, part: "test", harm, logits: [10 * harm - 5 + (row % 3) / 10] };
}

function name(row: number, column: number): string {
  return `${String.fromCharCode(65 + (row % 26))}${String(column + 3 * Math.floor(row / 26)).padStart(2, "0")}`;
}

const samplesOf = (input: ScreenInput) =>
  screenWells({ ...input, score: "logit" }).wells.filter(({ role }) => role === "sample");

describe("A well that is like neither control", () => {
  test("has no percent effect, and the note says why; partial effects and more than full ones keep theirs", () => {
    const wells = samplesOf(
      screen([{ harm: 0 }, { harm: 0.5 }, { harm: 1 }, { harm: 1.5 }, { harm: 0.5, strange: 40 }]),
    );
    expect(wells.map(({ note }) => note).slice(0, 5)).toEqual([null, null, null, null, "unlike-controls"]);
    const [, half, , beyond, stranger] = wells;
    expect(half!.percentEffect).toBeCloseTo(50, -0.5);
    expect(beyond!.percentEffect).toBeGreaterThan(140);
    expect(stranger).toMatchObject({ percentEffect: null, percentEffectSd: null, percentRescue: null });
    expect(stranger!.logit).toBe(0);
    expect(stranger!.unlikeness).toBeGreaterThan(2);
    // Halfway between two controls that stand far apart, a well is far from both and yet not strange.
    expect(Math.min(half!.distanceNegative!, half!.distancePositive!)).toBeGreaterThan(1);
    expect(half!.unlikeness).toBeLessThan(1);
  });

  test("is told in a warning, counted by compound", () => {
    const { warnings, strangers } = screenWells({ ...screen([{ harm: 0 }, { harm: 0, strange: 40 }]), score: "logit" });
    expect(warnings).toContain(
      "2 wells are like neither control (C1 2) and have no percent effect: look at the pictures for what the network was never shown, such as dead cells, or a compound that glows.",
    );
    expect(strangers).toEqual([{ nControls: 48, nUntouched: 48, judges: "untouched" }]);
  });

  test("is left out of its dose and of the compound's fit, and both say so", () => {
    const { doses, compounds } = screenWells({ ...screen([{ harm: 0.3, strange: 40 }]), score: "logit" });
    const dose = doses.find(({ compound }) => compound === "C0")!;
    expect(dose).toMatchObject({ nWells: 1, mean: null, note: "unlike-controls" });
    expect(compounds[0]!.note).toContain("unlike-controls");
  });

  test("is about one in a hundred of wells that are controls in all but name", () => {
    const wells = samplesOf(screen(Array.from({ length: 250 }, (_, i) => ({ harm: i % 2 }))));
    const beyond = wells.filter(({ note }) => note === "unlike-controls").length;
    expect(wells).toHaveLength(500);
    expect(beyond).toBeLessThan(20);
  });

  test("is held against both roles where there are more controls than a cloud is made of", () => {
    // 600 controls, by name a negative and a positive one in turn. Positive ones differ widely in a feature in which negative ones do not.
    const input = screen([{ harm: 1 }, { harm: 1, strange: 40 }], 150);
    const scores = input.scores.map((score, i) => {
      const { role, compound } = input.wells[i]!;
      const features = Float32Array.from(score.features[0]!);
      if (role === "positive") features[5]! += 30 * ((i % 3) - 1);
      if (compound === "C0") features[5]! += 30;
      return { ...score, features: [features] };
    });
    const result = screenWells({ ...input, scores, score: "logit" });
    expect(result.strangers).toEqual([{ nControls: 600, nUntouched: 600, judges: "untouched" }]);
    const samples = result.wells.filter(({ role }) => role === "sample");
    expect(samples.map(({ note }) => note === "unlike-controls")).toEqual([false, true, false, true]);
  });

  test("is not looked for with fewer than 20 control wells", () => {
    const input = screen([{ harm: 0, strange: 400 }], 4);
    const result = screenWells({ ...input, score: "logit" });
    expect(result.strangers).toEqual([{ nControls: 16, nUntouched: 16, judges: null }]);
    expect(samplesOf(input)[0]).toMatchObject({ unlikeness: null, distanceNegative: null, note: null });
  });

  test("is never a control, and is held against controls scored by the same network only", () => {
    const input = screen([{ harm: 0 }]);
    // The second plate's network has other features altogether: 0 where the first one's are, and three more.
    const scores = input.scores.map((score) =>
      score.plate === "P1" ? score : { ...score, features: [...score.features, Float32Array.of(1, 2, 3)] },
    );
    const judgeOf = (plate: string) => ({ network: plate, calibration: null });
    const result = screenWells({ ...input, scores, judgeOf, score: "logit" });
    expect(result.strangers.map(({ nControls }) => nControls)).toEqual([24, 24]);
    expect(result.wells.filter(({ role, note }) => role !== "sample" && note !== null)).toEqual([]);
    expect(result.wells.every(({ unlikeness }) => unlikeness !== null && unlikeness > 0)).toBe(true);
  });

  test("is the same whatever the order of the plate map and the fields, and whatever is added to all features of a plate", () => {
    const input = screen([{ harm: 0.2 }, { harm: 0.7, strange: 9 }], 10);
    const byKey = (own: ScreenInput) =>
      new Map(samplesOf(own).map(({ plate, well, unlikeness, note }) => [`${plate}/${well}`, { unlikeness, note }]));
    const expected = byKey(input);
    fc.assert(
      fc.property(fc.shuffledSubarray([...input.wells.keys()], { minLength: input.wells.length }), (order) => {
        const shuffled = { wells: order.map((i) => input.wells[i]!), scores: order.map((i) => input.scores[i]!) };
        for (const [key, own] of byKey({ ...input, ...shuffled })) expect(own).toEqual(expected.get(key));
      }),
      { numRuns: 5 },
    );
    const scores = input.scores.map((score) => ({
      ...score,
      features: score.features.map((own) => own.map((value) => value + (score.plate === "P1" ? 8 : 0))),
    }));
    for (const [key, own] of byKey({ ...input, scores }))
      expect(own.unlikeness).toBeCloseTo(expected.get(key)!.unlikeness!, 3);
  });
});

describe("A calibrated network", () => {
  const calibration: Calibration = {
    ...{ nNegative: 12, nPositive: 12, temperature: 4, unsureNote: null },
    unsure: { low: -1, high: 2, youden: 1, standardError: 0 },
  };
  const input = {
    ...screen([{ harm: 0.5 }, { harm: 0.7 }, { harm: 0.6 }]),
    judgeOf: () => ({ network: "", calibration }),
  };

  test("gives wells a probability and says of which it is not sure, and changes no percent, accuracy or AUC", () => {
    const { wells } = screenWells({ ...input, score: "logit" });
    const plain = screenWells({ ...input, judgeOf: () => ({ network: "", calibration: null }), score: "logit" });
    const own = wells.filter(({ role, plate }) => role === "sample" && plate === "P1");
    // Log-odds 0, 2 and 1; the band's ends are out.
    expect(own.map(({ isUnsure }) => isUnsure)).toEqual([true, false, true]);
    expect(own[1]!.probabilityCalibrated).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 12);
    expect(
      plain.wells.every(({ isUnsure, probabilityCalibrated }) => isUnsure === null && probabilityCalibrated === null),
    ).toBe(true);
    expect(wells.map(({ percentEffect }) => percentEffect)).toEqual(
      plain.wells.map(({ percentEffect }) => percentEffect),
    );
    const [judged, unjudged] = [input, { ...input, judgeOf: () => ({ network: "", calibration: null }) }].map(
      evaluateControls,
    );
    const { calibration: figures, ...rest } = judged!.test!.wells;
    expect(rest).toEqual(unjudged!.test!.wells);
    expect(figures!.unsure).toEqual({ n: 0, nOthers: 48, correctOfOthers: 48 });
    expect(figures!.before.expectedError).toBeLessThan(figures!.after.expectedError);
    expect(figures!.after.bins.reduce((sum, { n }) => sum + n, 0)).toBe(48);
  });

  test("never changes the order of wells by its temperature", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 50, noNaN: true }), (temperature) => {
        const judgeOf = () => ({ network: "", calibration: { ...calibration, temperature } });
        const { wells } = screenWells({ ...input, judgeOf, score: "logit" });
        const byLogit = [...wells].sort((a, b) => a.logit! - b.logit!);
        byLogit.slice(1).forEach((well, i) => {
          expect(well.probabilityCalibrated).toBeGreaterThanOrEqual(byLogit[i]!.probabilityCalibrated!);
        });
      }),
      { numRuns: 10 },
    );
  });

  test("gives both readings of a screen the same probabilities", () => {
    const { logit, projection } = screenBothScores(input);
    const read = ({ wells }: typeof logit) =>
      wells.map(({ probabilityCalibrated, unlikeness }) => [probabilityCalibrated, unlikeness]);
    expect(read(projection)).toEqual(read(logit));
  });
});
