/**
 * What the long verbs take, tell on the way, and give back: plain data, the only things that the command line and
 * the library's users see of a run.
 */
import type { Backbone } from "../engine/nn/backbones.ts";
import type { NetworkRows } from "../engine/nn/describe.ts";
import type { Fusion } from "../engine/nn/networks.ts";
import type { Optimizer } from "../engine/optim/optimizers.ts";
import type { Memory } from "../engine/step/memory.ts";
import type { StemFit } from "../engine/weights/fit.ts";
import type { Role } from "../plates/roles.ts";
import type { Crossvalidation } from "../records/crossvalidation.ts";
import type { Evaluation } from "../records/evaluation.ts";
import type { ExplainCheck, ExplainMethod, FieldChoice } from "../records/explain.ts";
import type { ScoreName } from "../records/screen.ts";
import type { TrainingEvent } from "../training/loop.ts";

/** The options of `index`, which the other verbs share. */
export interface IndexOptions {
  /** Path of the study file. */
  readonly study: string;
  /** The folder in which what is known of the images' files is kept; beside the study if left out. */
  readonly cache?: string;
  /** Whether every image is read and decoded now, to find those that cannot be used. */
  readonly check?: boolean;
  /** Number of threads that decode images. */
  readonly workers?: number;
}

/** The options of `train`. What is left out comes from the recipe; what is given here wins over it. */
export interface TrainOptions {
  /** Path of the study file. */
  readonly study: string;
  /** The model folder to grow. */
  readonly out: string;
  /** Path of a recipe (`train.yaml`). */
  readonly config?: string;
  /** Names of the study's channels to train on, in this order; all of them if left out. */
  readonly stains?: readonly string[];
  readonly fusion?: Fusion;
  readonly backbone?: Backbone;
  /** Multiplier of the backbone's channel counts. */
  readonly width?: number;
  /** Side of the whole field in pixels, after area averaging. */
  readonly size?: number;
  /** Side of the random training crops in pixels. */
  readonly crop?: number;
  readonly epochs?: number;
  readonly batch?: number;
  readonly learningRate?: number;
  readonly optimizer?: OptimizerName;
  readonly seed?: number;
  readonly device?: DeviceName;
  /** Path of the weights of a torchvision ResNet or VGG19 to begin with, `.pth` or `.safetensors`. */
  readonly pretrained?: string;
  /** Model folders of single-stain networks, to begin the branches of `separate` with. */
  readonly initFrom?: readonly string[];
  /** How the first convolution of `pretrained` is fitted to the stains. */
  readonly stem?: StemFit;
  /** Where the grey scale comes from: the training fields of the whole study, or each plate's own wells. */
  readonly normalize?: NormalizeBy;
  /** See {@link IndexOptions.cache}. */
  readonly cache?: string;
  /** Number of threads that decode and augment. The result does not depend on it. */
  readonly workers?: number;
  /** Whether a file that cannot be used ends the run instead of being left out. */
  readonly strict?: boolean;
  /** Whether a run that was cut short is taken up where its last checkpoint stands. */
  readonly resume?: boolean;
}

/** The options of `crossvalidate`: those of `train`, and how the control wells are dealt into folds. */
export interface CrossvalidateOptions extends TrainOptions {
  /** How many networks, each tested by another part of the control wells; 4 where it is left out and there are enough groups. */
  readonly folds?: number;
  /** Whether the same networks are also taught labels shuffled within each plate: what chance reaches in this very way of testing. */
  readonly permuted?: boolean;
}

/** The rules by which weights are moved. */
export type OptimizerName = Optimizer["kind"];
/** What computes. */
export type DeviceName = "cpu";

/** Where the grey scale that a network sees comes from. */
export type NormalizeBy = "study" | "plate";

/** In what images may differ from those that a model was trained on, where a person says so. */
export type Accepted = "bit-depth" | "pixel-size";

/** The options of `screen`. */
export interface ScreenOptions {
  /** Path of the study file. */
  readonly study: string;
  /** Model folders, or one of `crossvalidate`; what several say is averaged, each on its own scale. */
  readonly models: readonly string[];
  /** The screen folder: complete or absent. */
  readonly out: string;
  /** Differences from the images of the training that are known and wanted. */
  readonly accept?: readonly Accepted[];
  /** See {@link IndexOptions.cache}. */
  readonly cache?: string;
  readonly batch?: number;
  readonly workers?: number;
  readonly strict?: boolean;
  readonly resume?: boolean;
}

/** A rule by which `explain` takes fields. */
export type FieldPick = Exclude<FieldChoice, "named">;

/** The options of `explain`. */
export interface ExplainOptions {
  /** Path of the study file. */
  readonly study: string;
  /** A model folder, or one of `crossvalidate`: each plate is explained by the network that was tested by it. */
  readonly model: string;
  /** The folder of the explanation: complete or absent. */
  readonly out: string;
  /** The fields to explain, `PLATE/WELL/SITE`; not beside `pick`. */
  readonly fields?: readonly string[];
  /** By which rules fields are taken; three rules and a few of each role if neither is given. */
  readonly pick?: readonly FieldPick[];
  /** How many fields each rule takes, `median` of each role. */
  readonly count?: number;
  readonly methods?: readonly ExplainMethod[];
  /** The class whose log-odds gradients explain: `0` or `1`, `negative` or `positive`, or the study's own word. */
  readonly class?: string;
  /** Side of the windows in pixels of the network's image. */
  readonly window?: number;
  /** Whose stains are weighed: the explained fields', those of all fields of their wells, or nobody's. */
  readonly stains?: StainScope;
  /** Which checks of the maps are made; they look at fields of their own. */
  readonly checks?: readonly ExplainCheck[];
  /** For enrichment: a model that was taught permuted labels, or a crossvalidation that kept such; that of `model` unless told. */
  readonly beside?: string;
  /** How many fields the checks look at. */
  readonly checkFields?: number;
  /** Of all that is drawn at random. */
  readonly seed?: number;
  /** Differences from the images of the training that are known and wanted. */
  readonly accept?: readonly Accepted[];
  /** See {@link IndexOptions.cache}. */
  readonly cache?: string;
  readonly workers?: number;
  readonly resume?: boolean;
}

/** For which fields `explain` weighs the stains against each other. */
export type StainScope = "fields" | "wells" | "none";

/** What a run tells on its way. `epoch`, `step` and `done` count from one. */
export type RunEvent =
  | { readonly kind: "problem"; readonly subject: string; readonly message: string }
  | { readonly kind: "planned"; readonly text: string }
  | TrainingEvent
  | {
      readonly kind: "checked";
      readonly done: number;
      readonly total: number;
      readonly filesPerSecond: number;
      readonly secondsLeft: number;
    }
  | {
      readonly kind: "scored";
      readonly done: number;
      readonly total: number;
      readonly fieldsPerSecond: number;
      readonly secondsLeft: number;
    }
  | {
      readonly kind: "drawn";
      readonly done: number;
      readonly total: number;
      readonly fieldsPerSecond: number;
      readonly secondsLeft: number;
    }
  | { readonly kind: "explained"; readonly done: number; readonly total: number; readonly secondsLeft: number }
  | { readonly kind: "saved"; readonly path: string };

/** What `train` gives back. */
export interface TrainSummary {
  /** The model folder. */
  readonly out: string;
  /** The epoch, counted from one, whose weights were kept. */
  readonly keptEpoch: number;
  /** Whether validation chose it; else it is the last. */
  readonly chosen: boolean;
  readonly epochs: number;
  /** How often the kept network is right about the control wells of each part: what `evaluation.json` holds. */
  readonly evaluation: Evaluation;
}

/** What `crossvalidate` gives back. */
export interface CrossvalidateSummary {
  /** The folder. */
  readonly out: string;
  /** What `crossvalidation.json` holds. */
  readonly figures: Crossvalidation;
}

/** What `screen` gives back. */
export interface ScreenSummary {
  /** The screen folder. */
  readonly out: string;
  readonly fields: number;
  readonly wells: number;
  readonly compounds: number;
  /** The score that the report's scale uses. */
  readonly score: ScoreName;
  /**
   * The Z′ factor, in that score, of each plate's untouched control wells; `zPrimeOfAll` of all its control wells, those that the
   * network was trained on among them, which flatters. Null where a role has fewer than two wells.
   */
  readonly plates: readonly {
    readonly plate: string;
    readonly zPrime: number | null;
    readonly zPrimeOfAll: number | null;
  }[];
  /** Path of the report. */
  readonly report: string;
}

/** What `explain` gives back. */
export interface ExplainSummary {
  /** The folder. */
  readonly out: string;
  readonly fields: number;
  readonly maps: number;
  /** What the explained stains did, by role. */
  readonly stains: readonly {
    readonly role: Role;
    readonly replacedBy: "mean" | "vehicle";
    /** The mean Shapley value of each stain, in the order of `channels`. */
    readonly shapley: readonly number[];
  }[];
  readonly channels: readonly string[];
  /** What the checks say of each kind of map, such as `gradcam layer4`; `holds` is null where they cannot tell. */
  readonly verdicts: readonly { readonly map: string; readonly holds: boolean | null; readonly sentence: string }[];
  /** Path of the page. */
  readonly report: string;
}

/** A value that JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A network drawn in rows, over fields of one size, with the memory that it takes. */
export interface NetworkDescription extends NetworkRows {
  /** Names of the stains, in the order of the network's channels. */
  readonly stains: readonly string[];
  /** What the rows' shapes and multiply-adds are for, in pixels. */
  readonly field: { readonly width: number; readonly height: number };
  /** Of scoring one such field at a time, at its peak. */
  readonly scoring: Memory;
  /** Of a training step in which all parameters learn; null where the recipe is of another version and cannot be read. */
  readonly step: (Memory & { readonly batch: number; readonly crop: number }) | null;
}

/** What `info` tells of a study file, a model folder, a screen folder or the folder of a simulated screen. */
export interface Info {
  readonly kind: "study" | "model" | "screen" | "simulated" | "crossvalidation" | "explanation";
  readonly path: string;
  /** What is worth knowing, in the order in which it is to be read. */
  readonly facts: { readonly [name: string]: Json };
  /** Of a model: its network, layer by layer. */
  readonly network?: NetworkDescription;
}
