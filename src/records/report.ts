/**
 * What a report needs that no table holds: the fields whose pictures it shows, and how a training went.
 */
import type { Role } from "../plates/roles.ts";
import type { Part } from "../plates/split.ts";

/** A field whose picture stands in the report. Concentrations in micromoles per litre. */
export interface ExampleField {
  readonly plate: string;
  /** `A01`. */
  readonly well: string;
  readonly site: number;
  readonly role: Role;
  readonly part: Part;
  readonly compound: string | null;
  readonly concentrationMicromolar: number | null;
  readonly challenge: string | null;
  readonly challengeConcentrationMicromolar: number | null;
  /** What the network said of this field: log-odds of the positive class. */
  readonly logit: number;
  /** Of the field's well, not of the field alone; null where the well has none. */
  readonly percentEffect: number | null;
  /**
   * - `typical`: the median field of its treatment;
   * - `surprise`: the field of its role that looks most like the other class, or least like its own treatment.
   */
  readonly choice: "typical" | "surprise";
  /** The picture's file in the screen folder, `examples/01.jpg`: the stains side by side, in the network's order. */
  readonly image: string;
}

/** The fields' log-odds of one well. */
export interface WellFields {
  readonly plate: string;
  /** `A01`. */
  readonly well: string;
  /** One a usable field, in the order of the sites. */
  readonly logits: readonly number[];
}

/** An epoch of a training, as far as a report draws it. */
export interface EpochMetrics {
  readonly epoch: number;
  readonly trainLoss: number;
  /** Null where nothing was validated. */
  readonly validationLoss: number | null;
  /** Share of the validation fields that were told right. */
  readonly validationAccuracy: number | null;
}
