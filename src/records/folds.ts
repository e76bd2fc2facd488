/**
 * Folds: which control wells each of several networks learns from, is chosen by, and is judged by.
 */

/** What is kept together: wells of one batch, or of one plate, are never on two sides of a fold; `well` keeps nothing together. */
export type FoldUnit = "batch" | "plate" | "well";

/** One fold: a network of its own. */
export interface Fold {
  /** `fold-1`. */
  readonly name: string;
  /** The batches, plates or wells (`plate/A01`) that are held out, sorted. */
  readonly testGroups: readonly string[];
  /** Those that the network is chosen by: the next fold's test groups. */
  readonly validateGroups: readonly string[];
  /** Every control well, by `plate/A01`. */
  readonly parts: Readonly<Record<string, "train" | "validate" | "test">>;
}

/** All folds of a study; each control well is tested in exactly one. */
export interface Folds {
  readonly unit: FoldUnit;
  readonly folds: readonly Fold[];
}
