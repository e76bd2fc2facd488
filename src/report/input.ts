/**
 * What a report is made from.
 */
import type { Evaluation, ScoreComparison } from "../records/evaluation.ts";
import type { CompoundRecord, PlateQuality, WellRecord } from "../records/screen.ts";

/** Everything that the page shows. Plain data: it survives being written as JSON and read back. */
export interface ReportInput {
  readonly study: {
    readonly name: string;
    /** The users' words for the two controls: `untreated`, `inhibited`. */
    readonly classes: { readonly negative: string; readonly positive: string };
    /** Names of the stains, in the network's order. */
    readonly channels: readonly string[];
  };
  /** In sentences; they stand first on the page. */
  readonly warnings: readonly string[];
  /** Files and wells that were left out, and why. */
  readonly problems: readonly { readonly subject: string; readonly message: string }[];
  readonly evaluation: Evaluation;
  readonly comparison: ScoreComparison;
  /** Wells, compounds and quality in the recommended score. */
  readonly wells: readonly WellRecord[];
  readonly compounds: readonly CompoundRecord[];
  readonly quality: readonly PlateQuality[];
  /** A curve a model; empty where the metrics are not at hand. */
  readonly training: readonly { readonly name: string; readonly epochs: readonly EpochMetrics[] }[];
  /** How it was made, as pairs to print: program version, model, seed, hash of the data, command, … */
  readonly provenance: readonly { readonly label: string; readonly value: string }[];
}

/** A line of a model's `metrics.jsonl`, as far as the page draws it. */
export interface EpochMetrics {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly validationLoss: number | null;
}
