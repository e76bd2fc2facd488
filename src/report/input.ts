/**
 * What a report is made from.
 */
import type { Calibration } from "../records/calibration.ts";
import type { Crossvalidation } from "../records/crossvalidation.ts";
import type { Evaluation, ScoreComparison } from "../records/evaluation.ts";
import type { PositionCheck } from "../records/position.ts";
import type { EpochMetrics, ExampleField, WellFields } from "../records/report.ts";
import type { CompoundRecord, DoseRecord, PlateQuality, StrangersFigures, WellRecord } from "../records/screen.ts";
import type { ExplanationExcerpt } from "./explanation-excerpt.ts";

/** Everything that the page shows but for the pictures' pixels. Plain data: it survives being written as JSON and read back. */
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
  /** Whether a control's place on the plate gives it away; null where there was nothing to check. */
  readonly position: PositionCheck | null;
  /** How many models these test wells have judged, this one included; null without test wells. */
  readonly opened: { readonly models: number } | null;
  /** Whose grey values the network's scale was fitted to: the training fields of the study, or each plate's own wells. */
  readonly normalization: "study" | "plate";
  readonly evaluation: Evaluation;
  /** What the crossvalidation said whose networks scored: how they do beside what needs no network. Left out of other models' screens. */
  readonly crossvalidation?: Crossvalidation;
  /** Of the network that scored all plates; left out or null of several, and of one that has none. */
  readonly calibration?: Calibration | null;
  /** How wells like neither control were looked for, a network each; left out by earlier versions. */
  readonly strangers?: readonly StrangersFigures[];
  readonly comparison: ScoreComparison;
  /** Wells, doses, compounds and quality in the recommended score. */
  readonly wells: readonly WellRecord[];
  readonly doses: readonly DoseRecord[];
  readonly compounds: readonly CompoundRecord[];
  readonly quality: readonly PlateQuality[];
  /** The fields' log-odds, by well. */
  readonly fields: readonly WellFields[];
  /** The fields whose pictures are shown. */
  readonly examples: readonly ExampleField[];
  /** Why the network says so; left out until `report --explanation` brings one. */
  readonly explanation?: ExplanationExcerpt;
  /** A curve a model; empty where the metrics are not at hand. */
  readonly training: readonly { readonly name: string; readonly epochs: readonly EpochMetrics[] }[];
  /** How it was made, as pairs to print: program version, model, seed, hash of the data, … */
  readonly provenance: readonly { readonly label: string; readonly value: string }[];
  /** What to type to make it again, a line a command. */
  readonly commands: readonly string[];
}
