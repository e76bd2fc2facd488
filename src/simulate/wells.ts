/**
 * What is true of a well: its latent damage, what its compound does in it, and the nuisance that hides both.
 *
 * Latent damage is 0 in a healthy cell and 1 after Aβ alone, on average. A protective compound takes its Hill effect's share of
 * Aβ's damage away; a toxic one adds its own. Biology and nuisance are drawn from streams of their own.
 */
import { openRandom } from "../base/random.ts";
import { drawNuisance, type NuisanceConditions } from "./batches.ts";
import { type Damage, type PerStain, stains, type WellConditions } from "./conditions.ts";
import type { PlateDesign } from "./design.ts";
import type { PlacedWell } from "./layout.ts";
import { type Compound, hillEffect } from "./panel.ts";

/** Spreads of biology, from plate to plate and from well to well; `LogSd` are standard deviations of natural logarithms. All assumed. */
export const biologicalSpread = {
  /** Mean damage of untreated wells: no culture is perfect. */
  spontaneousDamage: 0.05,
  /** Of spontaneous damage, from well to well, each axis by itself. */
  spontaneousDamageWellLogSd: 0.5,
  /** How strongly Aβ works, from plate to plate: batches of peptide differ. */
  responsePlateLogSd: 0.08,
  /** The same from well to well, for both axes together … */
  responseWellLogSd: 0.1,
  /** … and for each by itself. */
  responseWellAxisLogSd: 0.06,
  /** How much of a compound arrives, from well to well: pipetting. */
  doseWellLogSd: 0.1,
} as const;

/** How much of the simulated effects is wanted. */
export interface WellOptions {
  readonly seed: number;
  /** Scales all damage by Aβ, 0 to 1. */
  readonly effect: number;
  /** Scales all nuisance; 0 none, 0.5 the default. */
  readonly difficulty: number;
}

/** The part of a well's conditions that is biology. */
export type Biology = Pick<WellConditions, "damage" | "toxicity" | "gliaFactor" | "addedLight">;

/** The truth of a well: its biology, and the nuisance that hides it. */
export function wellConditions(
  plate: PlateDesign,
  placed: PlacedWell,
  options: WellOptions,
): NuisanceConditions & Biology {
  const place = { batch: plate.batch, plate: plate.name, well: placed.well };
  return { ...drawNuisance(place, options), ...wellBiology(plate, placed, options) };
}

/**
 * The biology of a well.
 *
 * @returns damage from 0 up (`effect` on average after Aβ alone), toxicity 0 to 1
 */
export function wellBiology(
  plate: PlateDesign,
  placed: PlacedWell,
  options: Pick<WellOptions, "seed" | "effect">,
): Biology {
  const action = actionOf(plate, placed, options.seed);
  return {
    damage: damageOf(plate, placed, action, options),
    toxicity: plate.compound.class === "toxic" ? action : 0,
    gliaFactor: plate.compound.class === "proliferative" ? 1 + action : 1,
    addedLight: addedLight(plate.compound, action),
  };
}

/**
 * The damage that a dose leaves on average, without any spread: the closed form that wells vary around.
 *
 * @param options.effect what Aβ alone does
 */
export function expectedDamage(
  compound: Compound,
  { doseMicromolar, isChallenged }: Omit<PlacedWell, "well">,
  { effect }: { readonly effect: number },
): Damage {
  const spontaneous = biologicalSpread.spontaneousDamage;
  return combined(compound, hillEffect(compound, doseMicromolar), {
    spontaneous: { neurites: spontaneous, synapses: spontaneous },
    response: isChallenged ? { neurites: effect, synapses: effect } : { neurites: 0, synapses: 0 },
  });
}

/** The Hill effect of the dose that arrived in a well. */
function actionOf({ name, compound }: PlateDesign, { well, doseMicromolar }: PlacedWell, seed: number): number {
  const arrived = logNormal(openRandom(seed, "biology", "dose", name, well).normal(), biologicalSpread.doseWellLogSd);
  return hillEffect(compound, doseMicromolar * arrived);
}

function damageOf(
  { name, compound }: PlateDesign,
  { well, isChallenged }: PlacedWell,
  action: number,
  { seed, effect }: Pick<WellOptions, "seed" | "effect">,
): Damage {
  const normal = (...path: string[]) => openRandom(seed, "biology", ...path).normal();
  const {
    spontaneousDamage,
    spontaneousDamageWellLogSd,
    responsePlateLogSd,
    responseWellLogSd,
    responseWellAxisLogSd,
  } = biologicalSpread;
  const spontaneousOf = (axis: string) =>
    spontaneousDamage * logNormal(normal("spontaneous", axis, name, well), spontaneousDamageWellLogSd);
  const strength = isChallenged
    ? effect *
      logNormal(normal("response", name), responsePlateLogSd) *
      logNormal(normal("response", name, well), responseWellLogSd)
    : 0;
  const responseOf = (axis: string) =>
    strength * logNormal(normal("response", axis, name, well), responseWellAxisLogSd);
  return combined(compound, action, {
    spontaneous: { neurites: spontaneousOf("neurites"), synapses: spontaneousOf("synapses") },
    response: { neurites: responseOf("neurites"), synapses: responseOf("synapses") },
  });
}

/** A healthy cell can be damaged by all of 1, one with spontaneous damage by what is left of it. */
function combined(
  { class: kind, axis }: Compound,
  action: number,
  { spontaneous, response }: { readonly spontaneous: Damage; readonly response: Damage },
): Damage {
  const of = (which: keyof Damage) => {
    const acts = axis === "both" || axis === which ? action : 0;
    const left = kind === "protective" ? response[which] * (1 - acts) : response[which];
    const added = kind === "toxic" ? acts : 0;
    return spontaneous[which] + (1 - biologicalSpread.spontaneousDamage) * left + added;
  };
  return { neurites: of("neurites"), synapses: of("synapses") };
}

function addedLight({ class: kind, stain }: Compound, action: number): PerStain {
  const light = (own: (typeof stains)[number]) => (kind === "fluorescent" && own === stain ? action : 0);
  return [light(stains[0]), light(stains[1]), light(stains[2]), light(stains[3])];
}

/** A factor of mean 1. */
function logNormal(normal: number, sd: number): number {
  return Math.exp(sd * normal - (sd * sd) / 2);
}
