/**
 * Scores without pixels: what a network would say of each field, drawn from variance components.
 *
 *     log-odds = separation · (damage − ½) + batch + plate + well + gradients + field
 *
 * Damage is the well's latent damage, both axes alike. A screen takes milliseconds instead of minutes, so that power, false
 * discoveries and coverage can be counted over thousands.
 */
import { openRandom } from "../base/random.ts";
import { parseConcentration } from "../plates/concentrations.ts";
import type { PlateMapWell } from "../plates/platemap.ts";
import type { FieldScore } from "../records/screen.ts";
import type { WellScoreRecord } from "../records/truth.ts";
import { type Components, deviation } from "./batches.ts";
import type { Design } from "./design.ts";
import { wellPlace } from "./truth.ts";
import { type WellOptions, wellBiology } from "./wells.ts";

/** Log-odds between a healthy well and one with Aβ alone. Assumed: a network that is right about nearly all wells. */
export const separation = 8;

/** Standard deviations at the default difficulty. All assumed. */
export const scoreComponents: Components = {
  unit: "log-odds",
  batch: 0.3,
  plate: 0.3,
  well: 0.6,
  row: 0.2,
  column: 0.2,
  edge: 0.3,
};

/** Log-odds; from field to field of a well, at the default difficulty. Assumed. */
export const fieldDeviation = 1;

/** A screen's scores, in the form in which `screening` takes a network's. */
export interface DrawnScores {
  readonly wells: readonly PlateMapWell[];
  readonly scores: readonly FieldScore[];
}

/**
 * Draws the scores of a design's fields.
 *
 * @param options.fields fields a well
 */
export function drawScores(design: Design, options: WellOptions & { readonly fields: number }): DrawnScores {
  const { seed, difficulty, fields } = options;
  const wells: PlateMapWell[] = [];
  const scores: FieldScore[] = [];
  for (const plate of design.plates) {
    for (const placed of plate.wells) {
      const place = { batch: plate.batch, plate: plate.name, well: placed.well };
      const { damage } = wellBiology(plate, placed, options);
      const centre =
        separation * ((damage.neurites + damage.synapses) / 2 - 0.5) +
        2 * difficulty * deviation(scoreComponents, place, [seed, "score"]);
      const random = openRandom(seed, "score", "field", plate.name, placed.well);
      const { compound, concentrationMicromolar, challenge, challengeConcentrationMicromolar, ...own } = wellPlace(
        plate,
        placed,
      );
      const molar = (micromolar: number | null) =>
        micromolar === null ? null : parseConcentration(String(micromolar), "uM");
      wells.push({
        ...own,
        compound,
        concentration: molar(concentrationMicromolar),
        challenge,
        challengeConcentration: molar(challengeConcentrationMicromolar),
        metadata: {},
      });
      for (let site = 1; site <= fields; site++) {
        const logit = centre + 2 * difficulty * fieldDeviation * random.normal();
        scores.push({
          plate: plate.name,
          well: placed.well,
          site,
          logits: [-logit / 2, logit / 2],
          features: [],
          projection: logit / separation + 0.5,
        });
      }
    }
  }
  return { wells, scores };
}

/** The scores of a screen as rows, one a well. */
export function wellScores(design: Design, { scores }: DrawnScores): WellScoreRecord[] {
  const byWell = new Map<string, number[]>();
  for (const { plate, well, logits } of scores) {
    const key = `${plate}/${well}`;
    const own = byWell.get(key);
    if (own === undefined) byWell.set(key, [logits[1] - logits[0]]);
    else own.push(logits[1] - logits[0]);
  }
  return design.plates.flatMap((plate) =>
    plate.wells.map((placed) => {
      const logits = byWell.get(`${plate.name}/${placed.well}`)!;
      const logit = logits.reduce((sum, value) => sum + value, 0) / logits.length;
      const squares = logits.reduce((sum, value) => sum + (value - logit) ** 2, 0);
      return {
        ...wellPlace(plate, placed),
        nFields: logits.length,
        logit,
        logitSd: logits.length < 2 ? null : Math.sqrt(squares / (logits.length - 1)),
      };
    }),
  );
}
