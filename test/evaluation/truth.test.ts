import { describe, expect, test } from "vitest";
import { checkTruth, effectAtDamage, type TrueWell, untouchedPlates } from "../../src/evaluation/truth.ts";
import type { CompoundTruth } from "../../src/records/truth.ts";
import { screenBothScores } from "../../src/screening/screen.ts";
import { screenInput, type TestWell } from "../screening/plate.ts";

/** A plate: two kinds of controls, and a compound at 1 and 10 µM with and without Aβ, four wells each, at these logits. */
interface Story {
  readonly plate: string;
  readonly compound: string;
  readonly part?: "test" | "train";
  /** Mean logits at 1 and at 10 µM. The controls lie at −5 and 5. */
  readonly challenged: readonly [number, number];
  readonly alone: readonly [number, number];
}

const spread = [-0.6, -0.2, 0.2, 0.6];

function wellsOf({ plate, compound, part = "test", challenged, alone }: Story): TestWell[] {
  const group = (column: number, mean: number, well: Omit<TestWell, "well" | "logits">): TestWell[] =>
    spread.map((own, row) => ({ plate, well: `${"ABCD"[row]}0${column}`, logits: [mean + own], ...well }));
  const sample = { role: "sample", compound } as const;
  return [
    ...group(1, -5, { role: "negative", part }),
    ...group(2, 5, { role: "positive", part }),
    ...([1, 10] as const).flatMap((micromolar, i) => [
      ...group(3 + i, challenged[i]!, { ...sample, micromolar, challenge: "Abeta" }),
      ...group(5 + i, alone[i]!, { ...sample, micromolar }),
    ]),
  ];
}

/** The truth in which damage is (logit + 5) / 10. */
function truthOf(wells: readonly TestWell[]): TrueWell[] {
  return wells.map(({ plate, well, logits }) => {
    const damage = (logits[0]! + 5) / 10;
    return {
      plate: plate!,
      well,
      damageNeurites: damage - 0.05,
      damageSynapses: damage + 0.05,
      expectedDamageNeurites: 0.25,
      expectedDamageSynapses: 0.75,
    };
  });
}

const compoundTruth = (compound: string, kind: string): CompoundTruth => ({
  ...{ compound, class: kind, ec50Micromolar: 1, hillSlope: 1, maximalEffect: 0.9, axis: "both", stain: null },
  ...{ dosesMicromolar: [1, 10], plates: [] },
});

function check(stories: readonly Story[], kinds: Readonly<Record<string, string>>) {
  const wells = stories.flatMap(wellsOf);
  const { recommended } = screenBothScores(screenInput(wells));
  return checkTruth(recommended, {
    compounds: Object.entries(kinds).map(([compound, kind]) => compoundTruth(compound, kind)),
    wells: truthOf(wells),
  });
}

const rescuing = { challenged: [2, -4], alone: [-5, -5] } as const;
const idle = { challenged: [5, 5], alone: [-5, -5] } as const;
const harming = { challenged: [5, 5], alone: [-5, 1] } as const;

const lifted = (well: TestWell): TestWell => ({ ...well, logits: well.logits.map((logit) => logit + 1) });

describe("checkTruth", () => {
  test("calls a verdict right or wrong by the compound's class: what brings back is protective, what harms is toxic", () => {
    const verdicts = (story: Omit<Story, "plate" | "compound">, kind: string) =>
      check([{ plate: "P1", compound: "c", ...story }], { c: kind }).compounds[0]!.claims.map(
        ({ claim, said, isTrue, concentrationMicromolar }) => [claim, concentrationMicromolar, said, isTrue],
      );
    expect(verdicts(rescuing, "protective")).toEqual([
      ["brings-back", 10, true, true],
      ["harms", 10, false, false],
    ]);
    expect(verdicts(idle, "protective")).toEqual([
      ["brings-back", 10, false, true],
      ["harms", 10, false, false],
    ]);
    expect(verdicts(harming, "toxic")).toEqual([
      ["brings-back", 10, false, false],
      ["harms", 10, true, true],
    ]);
    expect(verdicts(harming, "fluorescent")).toEqual([
      ["brings-back", 10, false, false],
      ["harms", 10, true, false],
    ]);
  });

  test("takes no word on a plate from a network that does not tell its controls apart", () => {
    const story = { plate: "P1", compound: "c", ...idle } as const;
    const turned = wellsOf(story).map((well) => ({ ...well, logits: well.logits.map((logit) => -logit) }));
    // Rows at −9, −3, 3 and 9 whatever stands in them.
    const blind = wellsOf(story).map((well) => ({ ...well, logits: [{ A: -9, B: -3, C: 3, D: 9 }[well.well[0]!]!] }));
    for (const wells of [turned, blind.map((well) => (well.role === "positive" ? lifted(well) : well))]) {
      const { recommended } = screenBothScores(screenInput(wells));
      const truth = { compounds: [compoundTruth("c", "inert")], wells: [] };
      const { claims, tellsControls } = checkTruth(recommended, truth).compounds[0]!;
      expect(tellsControls).toBe(false);
      expect(claims.map(({ said }) => said)).toEqual([null, null]);
    }
  });

  test("judges by the highest dose alone", () => {
    const { claims } = check([{ plate: "P1", compound: "c", challenged: [-4, 5], alone: [1, -5] }], { c: "inert" })
      .compounds[0]!;
    expect(claims.map(({ said }) => said)).toEqual([false, false]);
  });

  test("gives a dose's wells with their interval and the damage that is expected of them", () => {
    const { doses, truth } = check([{ plate: "P1", compound: "c", ...rescuing }], { c: "protective" }).compounds[0]!;
    expect(truth).toMatchObject({ class: "protective" });
    expect(doses.map(({ challenge, concentrationMicromolar }) => [challenge, concentrationMicromolar])).toEqual([
      [null, 1],
      [null, 10],
      ["Abeta", 1],
      ["Abeta", 10],
    ]);
    const highest = doses[3]!;
    expect(highest.nWells).toBe(4);
    expect(highest.mean).toBeCloseTo(10, 6);
    expect(highest.low).toBeLessThan(10);
    expect(highest.high).toBeGreaterThan(10);
    expect(highest.expectedDamage).toBeCloseTo(0.5, 12);
  });

  test("sets the score beside the damage, and on the scale of the plate's true controls", () => {
    const { wells, spearman, effectAtHalf } = check([{ plate: "P1", compound: "c", ...rescuing }], {
      c: "protective",
    });
    expect(wells).toHaveLength(24);
    expect(spearman).toBeCloseTo(1, 12);
    // Damage and score are one straight line here.
    for (const { percentEffect, trueEffect } of wells) expect(percentEffect).toBeCloseTo(trueEffect!, 6);
    expect(effectAtHalf).toBeNull();
  });

  test("looks at the plates that taught nothing, and at all where there is none, saying so", () => {
    const stories: Story[] = [
      { plate: "P1", compound: "a", part: "train", ...rescuing },
      { plate: "P2", compound: "b", ...idle },
    ];
    const kinds = { a: "protective", b: "inert" };
    expect(check(stories, kinds)).toMatchObject({ plates: ["P2"], areUntouched: true, compounds: [{ compound: "b" }] });
    expect(check([stories[0]!], kinds)).toMatchObject({ plates: ["P1"], areUntouched: false });
  });

  test("without a truth says what the network says, and no more", () => {
    const { recommended } = screenBothScores(screenInput(wellsOf({ plate: "P1", compound: "c", ...rescuing })));
    const { compounds, wells, spearman, effectAtHalf } = checkTruth(recommended, null);
    expect({ wells, spearman, effectAtHalf }).toEqual({ wells: [], spearman: null, effectAtHalf: null });
    expect(compounds[0]!.truth).toBeNull();
    expect(compounds[0]!.claims.map(({ said, isTrue }) => [said, isTrue])).toEqual([
      [true, null],
      [false, null],
    ]);
  });
});

describe("untouchedPlates", () => {
  test("leaves out a plate of which a single well taught", () => {
    const wells = wellsOf({ plate: "P1", compound: "c", ...idle });
    const one = wells.map((well, i): TestWell => (i === 0 ? { ...well, part: "train" } : well));
    const scored = (given: readonly TestWell[]) => screenBothScores(screenInput(given)).recommended.wells;
    expect(untouchedPlates(scored(wells))).toEqual(["P1"]);
    expect(untouchedPlates(scored(one))).toEqual([]);
  });
});

describe("effectAtDamage", () => {
  const line = (damages: readonly number[]) => damages.map((damage) => ({ damage, percentEffect: 100 * damage + 10 }));

  test("reads a straight line exactly, however unevenly the wells lie", () => {
    expect(effectAtDamage(line([0.25, 0.3, 0.31, 0.33, 0.7]), 0.5)).toBeCloseTo(60, 9);
  });

  test("does not see wells that lie beyond 0.3, and hardly those near it", () => {
    const far = [
      { damage: 0.1, percentEffect: 900 },
      { damage: 0.9, percentEffect: -900 },
    ];
    expect(effectAtDamage([...line([0.3, 0.4, 0.5, 0.6, 0.7]), ...far], 0.5)).toBeCloseTo(60, 9);
    const edge = [{ damage: 0.799, percentEffect: 900 }];
    expect(Math.abs(effectAtDamage([...line([0.3, 0.4, 0.5, 0.6, 0.7]), ...edge], 0.5)! - 60)).toBeLessThan(1);
  });

  test("is null with four wells, and with wells on one side only", () => {
    expect(effectAtDamage(line([0.4, 0.45, 0.55, 0.6]), 0.5)).toBeNull();
    expect(effectAtDamage(line([0.52, 0.55, 0.6, 0.65, 0.7]), 0.5)).toBeNull();
  });

  test("of wells that all have that damage is their mean", () => {
    const same = [10, 20, 30, 40, 50].map((percentEffect) => ({ damage: 0.5, percentEffect }));
    expect(effectAtDamage(same, 0.5)).toBe(30);
  });
});
