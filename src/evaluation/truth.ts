/**
 * A screen of simulated plates held against what is true of them: are its verdicts right, does its score rise with the damage?
 *
 * The rules were set before any screen was looked at, and are those of the screen's own report: a compound is judged at its highest
 * dose, by the 95 % interval of the mean over its wells on one plate. It is said to bring cells back if its challenged wells' interval lies
 * below 100 % effect (rescue above 0), and to harm if the interval of its wells without a challenge lies above 0 %. The first is true of
 * protective compounds, the second of toxic ones, and neither of any other. A network that does not tell a plate's controls apart says
 * nothing of that plate: else blindness would pass for the right word on every inert compound.
 */
import { wellKey } from "../plates/split.ts";
import type { DoseRecord, WellRecord } from "../records/screen.ts";
import type { CompoundTruth, WellTruth } from "../records/truth.ts";
import type { ClaimCheck, CompoundCheck, DoseCheck, TruthCheck, WellCheck } from "../records/truth-check.ts";
import { spearman } from "../statistics/rank-correlation.ts";

/** What is needed of the truth. */
export interface Truth {
  readonly compounds: readonly CompoundTruth[];
  readonly wells: readonly TrueWell[];
}

/** What is needed of a well's truth. */
export type TrueWell = Pick<
  WellTruth,
  "plate" | "well" | "damageNeurites" | "damageSynapses" | "expectedDamageNeurites" | "expectedDamageSynapses"
>;

/** What is needed of a screen. */
export interface ScoredScreen {
  readonly wells: readonly WellRecord[];
  readonly doses: readonly DoseRecord[];
}

/**
 * Holds a screen against the truth, on the plates that taught the network nothing; on all plates where there is none such.
 *
 * @param truth null for a screen whose truth nobody knows: then it is what the screen says, for itself
 */
export function checkTruth({ wells, doses }: ScoredScreen, truth: Truth | null): TruthCheck {
  const untouched = untouchedPlates(wells);
  const plates = untouched.length > 0 ? untouched : [...new Set(wells.map(({ plate }) => plate))];
  const trueWells = new Map((truth?.wells ?? []).map((well) => [wellKey(well), well]));
  const own = wells.filter(({ plate }) => plates.includes(plate));
  const checked = plates.flatMap((plate) =>
    checkWells(
      own.filter((well) => well.plate === plate),
      trueWells,
    ),
  );
  return {
    plates,
    areUntouched: untouched.length > 0,
    compounds: checkCompounds(
      doses.filter(({ plate }) => plates.includes(plate)),
      truth,
      trueWells,
    ),
    wells: checked,
    spearman: checked.length < 3 ? null : spearman(checked.map(({ damage, percentEffect }) => [damage, percentEffect])),
    effectAtHalf: effectAtDamage(checked, 0.5),
  };
}

/** The plates with scored control wells of which none was learned from or chosen by, in the order of the wells. */
export function untouchedPlates(wells: readonly WellRecord[]): string[] {
  const scored = wells.filter(({ nFields }) => nFields > 0);
  const touched = new Set(
    wells.filter(({ part }) => part === "train" || part === "validate").map(({ plate }) => plate),
  );
  const tested = new Set(scored.filter(({ part }) => part === "test").map(({ plate }) => plate));
  return [...tested].filter((plate) => !touched.has(plate));
}

/** Half the width in damage of the window that {@link effectAtDamage} looks through. */
const window = 0.3;

/** Wells that a line needs to be worth drawing. */
const fewestInWindow = 5;

/**
 * The percent effect of wells at a damage, by local regression: the straight line through the wells within 0.3 of it, those nearer
 * weighing more (tricube), read off at the damage.
 *
 * @returns null with fewer than 5 wells in the window, or with none on one of its sides: a line is no guess beyond its ends
 * @see Cleveland (1979), doi:10.1080/01621459.1979.10481038
 */
export function effectAtDamage(
  wells: readonly Pick<WellCheck, "damage" | "percentEffect">[],
  damage: number,
): number | null {
  const near = wells.filter((well) => Math.abs(well.damage - damage) < window);
  const hasBothSides = near.some((well) => well.damage <= damage) && near.some((well) => well.damage >= damage);
  if (near.length < fewestInWindow || !hasBothSides) return null;
  let [sw, sx, sy, sxx, sxy] = [0, 0, 0, 0, 0];
  for (const well of near) {
    const x = well.damage - damage;
    const w = (1 - (Math.abs(x) / window) ** 3) ** 3;
    sw += w;
    sx += w * x;
    sy += w * well.percentEffect;
    sxx += w * x * x;
    sxy += w * x * well.percentEffect;
  }
  const spread = sw * sxx - sx * sx;
  // Wells that all have one damage have no slope, and need none: it is the damage asked for, since it has both sides.
  if (spread <= 1e-12 * sw * sw) return sy / sw;
  return (sxx * sy - sx * sxy) / spread;
}

function checkWells(wells: readonly WellRecord[], truth: ReadonlyMap<string, TrueWell>): WellCheck[] {
  const damageOf = (well: WellRecord) => {
    const found = truth.get(wellKey(well));
    return found === undefined ? null : (found.damageNeurites + found.damageSynapses) / 2;
  };
  const meanOf = (role: "negative" | "positive") => {
    const own = wells.filter((well) => well.role === role).flatMap((well) => damageOf(well) ?? []);
    return own.length === 0 ? null : own.reduce((sum, value) => sum + value, 0) / own.length;
  };
  const [at0, at100] = [meanOf("negative"), meanOf("positive")];
  const hasScale = at0 !== null && at100 !== null && at100 > at0;
  return wells.flatMap((well) => {
    const { plate, role, compound, concentrationMicromolar, percentEffect } = well;
    const { challenge, challengeConcentrationMicromolar } = well;
    const damage = damageOf(well);
    if (damage === null || percentEffect === null) return [];
    const trueEffect = hasScale ? (100 * (damage - at0)) / (at100 - at0) : null;
    const treatment = { compound, concentrationMicromolar, challenge, challengeConcentrationMicromolar };
    return [{ plate, well: well.well, role, ...treatment, damage, percentEffect, trueEffect }];
  });
}

function checkCompounds(
  doses: readonly DoseRecord[],
  truth: Truth | null,
  trueWells: ReadonlyMap<string, TrueWell>,
): CompoundCheck[] {
  const found = new Map<string, { plate: string; compound: string; doses: DoseCheck[] }>();
  for (const record of doses) {
    const { plate, compound, concentrationMicromolar } = record;
    if (compound === null || concentrationMicromolar === null || concentrationMicromolar <= 0) continue;
    const key = JSON.stringify([plate, compound]);
    const own = found.get(key) ?? { plate, compound, doses: [] };
    own.doses.push(checkDose(record, concentrationMicromolar, trueWells));
    found.set(key, own);
  }
  return [...found.values()].map(({ plate, compound, doses: own }) => {
    const known = truth?.compounds.find((one) => one.compound === compound) ?? null;
    const tellsControls = tellsControlsApart(doses.filter((record) => record.plate === plate));
    const claims = claimsOf(own, known).map((claim) => (tellsControls ? claim : { ...claim, said: null }));
    return { plate, compound, truth: known, tellsControls, doses: own.sort(byChallengeAndDose), claims };
  });
}

/** Whether a plate's positive controls lie above its negative ones, and by more than their spread: their interval lies above 0 %. */
function tellsControlsApart(doses: readonly DoseRecord[]): boolean {
  const [negative, positive] = (["negative", "positive"] as const).map((role) =>
    doses.find((record) => record.compound === null && record.roles.every((own) => own === role)),
  );
  const [at0, at100] = [negative?.logit.mean ?? null, positive?.logit.mean ?? null];
  return at0 !== null && at100 !== null && at100 > at0 && (positive?.low ?? 0) > 0;
}

function checkDose(record: DoseRecord, dose: number, trueWells: ReadonlyMap<string, TrueWell>): DoseCheck {
  const { challenge, challengeConcentrationMicromolar, nWells, mean, low, high } = record;
  // Alike in all wells that were treated alike, but for the last digits.
  const expected = trueWells.get(wellKey({ plate: record.plate, well: record.wells[0]?.well ?? "" }));
  return {
    ...{ challenge, challengeConcentrationMicromolar, concentrationMicromolar: dose, nWells, mean, low, high },
    expectedDamage:
      expected === undefined ? null : (expected.expectedDamageNeurites + expected.expectedDamageSynapses) / 2,
  };
}

function byChallengeAndDose(a: DoseCheck, b: DoseCheck): number {
  const challenge = ({ challenge, challengeConcentrationMicromolar }: DoseCheck) =>
    `${challenge ?? ""} ${challengeConcentrationMicromolar ?? 0}`;
  const [one, other] = [challenge(a), challenge(b)];
  return one < other ? -1 : one > other ? 1 : a.concentrationMicromolar - b.concentrationMicromolar;
}

/** The compound's claims; one that its wells cannot speak of, for want of a challenge or of wells without one, is left out. */
function claimsOf(doses: readonly DoseCheck[], truth: CompoundTruth | null): ClaimCheck[] {
  return (["brings-back", "harms"] as const).flatMap((claim) => {
    const own = doses.filter(({ challenge }) => (challenge !== null) === (claim === "brings-back"));
    const highest = own.reduce<DoseCheck | null>(
      (most, one) => (most === null || one.concentrationMicromolar > most.concentrationMicromolar ? one : most),
      null,
    );
    if (highest === null) return [];
    const { low, high, concentrationMicromolar } = highest;
    const said = low === null || high === null ? null : claim === "brings-back" ? high < 100 : low > 0;
    const isTrue = truth === null ? null : truth.class === (claim === "brings-back" ? "protective" : "toxic");
    return [{ claim, concentrationMicromolar, said, isTrue }];
  });
}
