/**
 * What `crossvalidate` leaves: the figures of `crossvalidation.json`, the rows of `wells`, and what its `config.json` settles.
 */
import { z } from "zod";
import type { JudgedWell, PairedComparison, Shortcut } from "./comparison.ts";
import type { WellEvaluation } from "./evaluation.ts";
import type { FoldUnit } from "./folds.ts";
import type { ScoreName } from "./screen.ts";
import { type Column, double, int32, text } from "./table.ts";

/** Where one network has its own 0 and 1 in a score: the means of its untouched negative and of its untouched positive wells. */
export interface OwnScale {
  readonly at0: number;
  readonly at1: number;
}

/** A network's own scale in each score; null where both means are the same. */
export type OwnScales = Readonly<Record<ScoreName, OwnScale | null>>;

/** How one judge does on the test wells of one fold. */
export interface FoldFigures {
  readonly name: string;
  /** Test wells that were judged, and how many of them rightly: a log-odds above 0 says positive. */
  readonly nWells: number;
  readonly correct: number;
  readonly accuracy: number;
  /** By the log-odds of the fold's own network; null where the images of a role could not be used. */
  readonly auc: number | null;
}

/** What the folds come to, each fold judged by itself first. */
export interface JudgeFigures {
  readonly folds: readonly FoldFigures[];
  /** Means over the folds; the AUC over those that have one. */
  readonly accuracy: number;
  readonly auc: number | null;
  /** Of all wells, whatever their fold. */
  readonly nWells: number;
  readonly correct: number;
  /** Wells of the commoner role: as many are right for a judge that always says the same. */
  readonly nCommoner: number;
  /** Ends of the 95 % interval of `correct` of `nWells`: the wider of Wilson's and of the bootstrap over plates. */
  readonly interval: WellEvaluation["interval"];
}

/** One fold's network. */
export interface FoldNetwork extends FoldFigures {
  readonly testGroups: readonly string[];
  readonly validateGroups: readonly string[];
  /** SHA-256 of its `model.onnx`. */
  readonly model: string;
  /** Control wells of its other parts. */
  readonly nTrain: number;
  readonly nValidate: number;
  readonly scales: OwnScales;
}

/** The networks of all folds, and how they do. */
export interface CrossvalidatedNetworks extends Omit<JudgeFigures, "folds"> {
  readonly folds: readonly FoldNetwork[];
  /** Over the wells of all folds at once, each network's log-odds put on its own scale first; null where a network has none. */
  readonly pooledAuc: number | null;
}

/** Something that judged the same wells on the same folds, and the network against it. */
export interface Rival {
  readonly figures: JudgeFigures;
  /** The network first. */
  readonly comparison: PairedComparison;
}

/** A shortcut's figures, beside the network's. */
export interface ShortcutFigures extends Rival {
  readonly name: Shortcut["name"];
  readonly strengths: Shortcut["strengths"];
  readonly note: string | null;
}

/** `crossvalidation.json`. */
export interface Crossvalidation {
  readonly study: {
    readonly name: string;
    readonly classes: { readonly negative: string; readonly positive: string };
  };
  readonly unit: FoldUnit;
  /** Such as `separate resnet34`. */
  readonly networkName: string;
  readonly stains: readonly string[];
  readonly seed: number;
  readonly networks: CrossvalidatedNetworks;
  /** Without a network, on the same folds. */
  readonly shortcuts: readonly ShortcutFigures[];
  /** The same network taught labels that were shuffled among the control wells of each plate, and judged by them; null unless asked for. */
  readonly permuted: Rival | null;
  /** What a reader must know of the folds, in sentences. */
  readonly warnings: readonly string[];
}

/** A row of `wells`: a control well, judged by the one network that had not seen it. */
export interface CrossvalidatedWell extends JudgedWell {
  readonly batch: string;
  readonly nFields: number;
  /** As in a screen: where its features lie between the means of that network's training controls. */
  readonly projection: number;
  /** Both on the scale of that network: 0 and 1 at the means of its untouched negative and positive wells. Null without a scale. */
  readonly ownLogit: number | null;
  readonly ownProjection: number | null;
  /** Log-odds of what each shortcut says, by its name, where it said something. */
  readonly shortcuts: Readonly<Partial<Record<Shortcut["name"], number>>>;
}

/** The columns of `wells`. */
export function crossvalidatedColumns(records: readonly CrossvalidatedWell[]): Column[] {
  const shortcut = (name: Shortcut["name"]) =>
    double(`Logit_${name.replaceAll(" ", "_")}`, records, ({ shortcuts }) => shortcuts[name] ?? null);
  return [
    text("Metadata_Plate", records, ({ plate }) => plate),
    text("Metadata_Batch", records, ({ batch }) => batch),
    text("Metadata_Well", records, ({ well }) => well),
    text("Metadata_Role", records, ({ label }) => (label === 1 ? "positive" : "negative")),
    text("Fold", records, ({ fold }) => fold),
    int32("n_fields", records, ({ nFields }) => nFields),
    double("Logit", records, ({ logit }) => logit),
    double("Projection", records, ({ projection }) => projection),
    double("Own_Logit", records, ({ ownLogit }) => ownLogit),
    double("Own_Projection", records, ({ ownProjection }) => ownProjection),
    shortcut("position"),
    shortcut("brightness"),
    shortcut("focus and nuclei"),
  ];
}

/** `config.json`: what was settled before the first network; times and paths are in `run.json`. */
export const crossvalidationConfigSchema = z.object({
  neuroscreen: z.string(),
  onnxruntime: z.string(),
  study: z.object({ name: z.string(), mapHash: z.string() }),
  /** The options as resolved; each fold's model folder has the same recipe. */
  recipe: z.record(z.string(), z.unknown()),
  /** SHA-256 of the files that the networks begin with; empty for fresh weights. */
  origin: z.array(z.string()),
  permuted: z.boolean(),
  unit: z.enum(["batch", "plate", "well"]),
  folds: z.array(
    z.object({
      name: z.string(),
      testGroups: z.array(z.string()),
      validateGroups: z.array(z.string()),
      parts: z.record(z.string(), z.enum(["train", "validate", "test"])),
    }),
  ),
});

/** See {@link crossvalidationConfigSchema}. */
export type CrossvalidationConfig = z.output<typeof crossvalidationConfigSchema>;
