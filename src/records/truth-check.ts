/**
 * How a screen's scores stand beside the truth of a simulated screen, on the plates that taught its network nothing.
 */

import type { Role } from "../plates/roles.ts";
import type { CompoundTruth } from "./truth.ts";

/** A well with its score and its truth. Concentrations in micromoles per litre. */
export interface WellCheck {
  readonly plate: string;
  /** `A01`. */
  readonly well: string;
  readonly role: Role;
  readonly compound: string | null;
  readonly concentrationMicromolar: number | null;
  readonly challenge: string | null;
  readonly challengeConcentrationMicromolar: number | null;
  /** Latent damage, the mean of both axes: 0 healthy, 1 as the challenge alone on average. */
  readonly damage: number;
  readonly percentEffect: number;
  /** What the percent effect would be if it were straight in the damage: 0 and 100 at the true means of the plate's two controls. */
  readonly trueEffect: number | null;
}

/** A compound at a dose on a plate. */
export interface DoseCheck {
  readonly challenge: string | null;
  readonly challengeConcentrationMicromolar: number | null;
  readonly concentrationMicromolar: number;
  /** Wells with a score. */
  readonly nWells: number;
  /** Percent effect with the ends of its 95 % interval, Student's t over the wells; null where there are too few. */
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Expected damage of these wells, the mean of both axes, from dose, EC50, slope and maximum alone; null without a truth. */
  readonly expectedDamage: number | null;
}

/** A thing that can be said of a compound, what the network said, and what is true. */
export interface ClaimCheck {
  /** `brings-back`: challenged wells, towards the negative control; `harms`: wells without a challenge, away from it. */
  readonly claim: "brings-back" | "harms";
  /** The highest dose, by which it is judged. */
  readonly concentrationMicromolar: number;
  /** Null where there are too few wells for an interval, or the network does not tell the plate's controls apart. */
  readonly said: boolean | null;
  /** Null without a truth. */
  readonly isTrue: boolean | null;
}

/** A compound on a plate. */
export interface CompoundCheck {
  readonly plate: string;
  readonly compound: string;
  /** Null without a truth. */
  readonly truth: CompoundTruth | null;
  /** Whether the network tells the plate's controls apart, without which it says nothing of it. */
  readonly tellsControls: boolean;
  /** By challenge, rising doses. */
  readonly doses: readonly DoseCheck[];
  readonly claims: readonly ClaimCheck[];
}

/** One screen beside the truth, or, where none is at hand, for itself. */
export interface TruthCheck {
  /** The plates looked at. */
  readonly plates: readonly string[];
  /** Whether the network learned from no well of these plates and was not chosen by one. */
  readonly areUntouched: boolean;
  readonly compounds: readonly CompoundCheck[];
  /** Wells with a percent effect; empty without a truth. */
  readonly wells: readonly WellCheck[];
  /** Spearman's ρ of percent effect and damage over `wells`; null with fewer than three of them, or where nothing rises. */
  readonly spearman: number | null;
  /** The percent effect of a well at damage 0.5, see `effectAtDamage`. */
  readonly effectAtHalf: number | null;
}
