/**
 * The panel: which compounds a simulated screen tests, and what each truly does.
 *
 * A compound acts by a Hill curve over its dose. What the curve's top means depends on the class; see
 * {@link Compound.maximalEffect}. The names say nothing of the class, as on a plate of unknowns.
 */
import type { stains } from "./conditions.ts";

/** What a compound does, in the order in which documents list them. */
export const compoundClasses = ["protective", "toxic", "fluorescent", "proliferative", "inert"] as const;
/**
 * - `protective`: takes damage by Aβ away;
 * - `toxic`: adds damage and kills neurons, with and without Aβ;
 * - `fluorescent`: shines in one stain and does nothing to cells;
 * - `proliferative`: more glia;
 * - `inert`: nothing.
 */
export type CompoundClass = (typeof compoundClasses)[number];

/** Which damage a protective or toxic compound acts on. */
export const axes = ["both", "neurites", "synapses"] as const;
export type Axis = (typeof axes)[number];

/** One of the four stains. */
export type Stain = (typeof stains)[number];

/** A compound and its truth. What an inert one does not have is null. */
export interface Compound {
  readonly name: string;
  readonly class: CompoundClass;
  /** The dose of half the maximal effect. */
  readonly ec50Micromolar: number | null;
  readonly hillSlope: number | null;
  /**
   * The effect of an endless dose. Protective: the share of Aβ's damage that is taken away, 0…1; toxic: the share of neurons killed
   * and the damage added to the others, 0…1; fluorescent: light in units of the stain's typical signal; proliferative: glia added,
   * in units of the usual number.
   */
  readonly maximalEffect: number | null;
  /** Of protective and toxic compounds. */
  readonly axis: Axis | null;
  /** The stain in which a fluorescent compound shines. */
  readonly stain: Stain | null;
  /** The doses above zero, rising. */
  readonly dosesMicromolar: readonly number[];
}

/** The doses of the published screen beside 0. */
export const publishedDoses: readonly number[] = [1, 3, 10];

/** The slope where a panel does not say: a little steeper than one site, as cell assays often are. Assumed. */
export const usualHillSlope = 1.5;

/**
 * The effect of a dose: maximum · doseⁿ / (EC50ⁿ + doseⁿ), n being the Hill slope.
 *
 * @returns 0 at dose 0, half the maximum at the EC50; 0 for inert compounds
 */
export function hillEffect(
  { ec50Micromolar, hillSlope, maximalEffect }: Pick<Compound, "ec50Micromolar" | "hillSlope" | "maximalEffect">,
  doseMicromolar: number,
): number {
  if (ec50Micromolar === null || maximalEffect === null) return 0;
  return maximalEffect / (1 + (ec50Micromolar / doseMicromolar) ** (hillSlope ?? usualHillSlope));
}

type Action = Omit<Compound, "name" | "dosesMicromolar">;

const inert: Action = {
  class: "inert",
  ec50Micromolar: null,
  hillSlope: null,
  maximalEffect: null,
  axis: null,
  stain: null,
};

function protective(ec50Micromolar: number, hillSlope: number, maximalEffect: number, axis: Axis = "both"): Action {
  return { class: "protective", ec50Micromolar, hillSlope, maximalEffect, axis, stain: null };
}

function toxic(ec50Micromolar: number, hillSlope: number, maximalEffect: number): Action {
  return { class: "toxic", ec50Micromolar, hillSlope, maximalEffect, axis: "both", stain: null };
}

function fluorescent(ec50Micromolar: number, maximalEffect: number, stain: Stain): Action {
  return { class: "fluorescent", ec50Micromolar, hillSlope: 1, maximalEffect, axis: null, stain };
}

function proliferative(ec50Micromolar: number, maximalEffect: number): Action {
  return { class: "proliferative", ec50Micromolar, hillSlope: usualHillSlope, maximalEffect, axis: null, stain: null };
}

// All numbers are assumed: EC50s spread over 0.3 to 10 µM, two of six protective maxima partial, two acting on synapses
// only. The order is shuffled once and fixed; its first four hold a protective, a toxic and two inert compounds.
const defaultActions: readonly Action[] = [
  protective(1, 1.5, 0.95),
  inert,
  toxic(3, 2, 0.9),
  inert,
  inert,
  protective(3, 1.2, 0.9),
  fluorescent(3, 1.5, "synaptophysin"),
  inert,
  inert,
  proliferative(1, 2),
  inert,
  protective(0.3, 1.5, 0.6),
  inert,
  inert,
  toxic(0.5, 1.5, 0.8),
  inert,
  protective(1, 2, 0.9, "synapses"),
  inert,
  inert,
  inert,
  toxic(10, 1.5, 1),
  inert,
  fluorescent(5, 1, "Hoechst"),
  inert,
  protective(10, 1.5, 1),
  inert,
  inert,
  inert,
  proliferative(5, 1.5),
  inert,
  toxic(1, 1, 0.4),
  inert,
  protective(5, 1, 0.5, "synapses"),
  inert,
  inert,
  inert,
];

/** The panel where none is given: 6 protective, 4 toxic, 2 fluorescent, 2 proliferative and 22 inert compounds. */
export const defaultPanel: readonly Compound[] = defaultActions.map((action, i) => ({
  name: `cmp-${String(i + 1).padStart(2, "0")}`,
  ...action,
  dosesMicromolar: publishedDoses,
}));
