/**
 * Does the 95 % interval of an EC50 hold the truth 95 times in 100? `npm run bench -- coverage [CURVES]`.
 *
 * Simulates plates with one compound each whose EC50 is known, 1,000 unless told, over designs that differ in doses, replicates,
 * noise and slope, and reads them as a screen does: anchors, percent effect, fit, rules. Counts how often an EC50 is
 * reported, and how often the reported interval holds the true one. Below: compounds without any effect, of which none should
 * have an EC50, and compounds on several plates between which the EC50 itself differs: three plates show how much, two cannot.
 */
import { openRandom, type Random } from "../src/base/random.ts";
import type { Molar } from "../src/plates/concentrations.ts";
import type { PlateMapWell } from "../src/plates/platemap.ts";
import { wellKey } from "../src/plates/split.ts";
import { formatWell } from "../src/plates/wells.ts";
import type { CompoundRecord, FieldScore } from "../src/records/screen.ts";
import { screenWells } from "../src/screening/screen.ts";
import { wilson } from "../src/statistics/proportion.ts";

interface Design {
  /** Doses, evenly spaced over four decades. */
  readonly doses: number;
  /** Wells a dose, on each plate. */
  readonly replicates: number;
  /** Standard deviation of a well, in percent effect. */
  readonly noise: number;
  readonly hill: number;
}

interface Outcome extends Design {
  readonly isReported: boolean;
  readonly holds: boolean;
}

const factors = { doses: [6, 8, 10], replicates: [1, 2, 3, 4], noise: [3, 6, 12], hill: [0.8, 1.2, 2.5, 5] } as const;
const designs: Design[] = factors.doses.flatMap((doses) =>
  factors.replicates.flatMap((replicates) =>
    factors.noise.flatMap((noise) => factors.hill.map((hill) => ({ doses, replicates, noise, hill }))),
  ),
);
const curves = Number(process.argv[2] ?? 1000);

const outcomes = Array.from({ length: curves }, (_, i) =>
  simulated(designs[i % designs.length]!, openRandom(1, "curve", i)),
);
console.log(
  `${curves} curves of ${designs.length} designs; reported: has an EC50; held: its interval holds the true EC50 (Wilson's 95 %)`,
);
line("all", outcomes);
for (const [factor, levels] of Object.entries(factors))
  for (const level of levels)
    line(
      `${factor} ${level}`,
      outcomes.filter((outcome) => outcome[factor as keyof typeof factors] === level),
    );

const inert = Array.from({ length: curves }, (_, i) =>
  recordOf(designs[i % designs.length]!, openRandom(2, "inert", i), { top: 0 }),
);
console.log(
  `without any effect: ${inert.filter(({ ec50Micromolar }) => ec50Micromolar !== null).length} of ${curves} have an EC50`,
);
for (const plates of [2, 3, 4, 6])
  for (const spread of [0, 0.1, 0.2])
    line(
      `${plates} plates, log10 EC50 ± ${spread}`,
      Array.from({ length: Math.ceil(curves / 4) }, (_, i) =>
        simulated({ ...designs[i % designs.length]!, replicates: 1 }, openRandom(3, plates, spread, i), {
          plates,
          spread,
        }),
      ),
    );

interface Conditions {
  readonly plates?: number;
  /** Standard deviation of log10 EC50 between plates. */
  readonly spread?: number;
  /** The percent effect of a dose without limit. */
  readonly top?: number;
  readonly logEc50?: number;
}

function simulated(design: Design, random: Random, conditions: Conditions = {}): Outcome {
  // The middle 1.5 of the four decades from 0.01 to 100 µM: a screen chooses its doses around what it expects.
  const logEc50 = 1.5 * (random.next() - 0.5);
  const { ec50LowMicromolar: low, ec50HighMicromolar: high } = recordOf(design, random, { ...conditions, logEc50 });
  const truth = 10 ** logEc50;
  return { ...design, isReported: low !== null, holds: low !== null && high !== null && low <= truth && truth <= high };
}

function recordOf(
  { doses, replicates, noise, hill }: Design,
  random: Random,
  { plates = 1, spread = 0, top = 100, logEc50 = 0 }: Conditions,
): CompoundRecord {
  const wells: PlateMapWell[] = [];
  const scores: FieldScore[] = [];
  for (let p = 0; p < plates; p++) {
    const plate = `P${p + 1}`;
    let placed = 0;
    const add = (effect: number, facts: Pick<PlateMapWell, "role" | "compound" | "concentration">) => {
      const well = formatWell({ row: Math.floor(placed / 24), column: placed++ % 24 });
      wells.push({ plate, well, batch: plate, challenge: null, challengeConcentration: null, metadata: {}, ...facts });
      const score = effect + noise * random.normal();
      scores.push({ plate, well, site: 1, logits: [0, score], features: [], projection: score });
    };
    for (const [role, effect] of [
      ["negative", 0],
      ["positive", 100],
    ] as const)
      for (let i = 0; i < 4; i++) add(effect, { role, compound: null, concentration: null });
    const own = logEc50 + spread * random.normal();
    for (let i = 0; i < doses; i++) {
      const logDose = -2 + (4 * i) / (doses - 1);
      const effect = top / (1 + 10 ** (hill * (own - logDose)));
      for (let k = 0; k < replicates; k++)
        add(effect, { role: "sample", compound: "A", concentration: (1e-6 * 10 ** logDose) as Molar });
    }
  }
  const parts = new Map(wells.map((well) => [wellKey(well), "unused" as const]));
  return screenWells({ wells, parts, scores, score: "logit" }).compounds[0]!;
}

function line(name: string, outcomes: readonly Outcome[]): void {
  const reported = outcomes.filter(({ isReported }) => isReported);
  const held = reported.filter(({ holds }) => holds).length;
  const { low, high } = wilson(held, reported.length);
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  console.log(
    `${name.padEnd(30)} reported ${percent(reported.length / outcomes.length).padStart(7)}   held ${percent(held / reported.length).padStart(7)}  (${percent(low)} to ${percent(high)}, n ${reported.length})`,
  );
}
