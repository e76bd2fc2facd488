/**
 * What `explain` leaves in `explain.json`: of each field what its network said, the maps that were drawn and what each stain
 * did; and, where it was asked for, whether the maps can be believed. Plain data, as a page is drawn from it.
 */
import type { Role } from "../plates/roles.ts";
import type { Part } from "../plates/split.ts";

/** The kinds of maps, in the order in which they are shown. */
export const explainMethods = ["gradcam", "gradient", "guided", "windows", "windows-exact", "coloured"] as const;
/** A kind of map. */
export type ExplainMethod = (typeof explainMethods)[number];

/** Why a field was taken: it was named, or what `--pick` says of it. */
export const fieldChoices = ["named", "best", "wrong", "unsure", "median"] as const;
export type FieldChoice = (typeof fieldChoices)[number];

/** A mean and the ends of its 95 % interval; the ends are null where too few were measured. */
export interface Interval {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
  /** What was measured: fields of a well, or wells. */
  readonly n: number;
}

/** One map of one field. */
export interface ExplainMap {
  readonly method: ExplainMethod;
  /** The stain whose pixels it is about; null: all stains together, as of a network that stacks them. */
  readonly stain: string | null;
  /** 0 negative, 1 positive: the class whose log-odds it explains; null of windows and coloured maps, which tell of both. */
  readonly class: 0 | 1 | null;
  /** Of Grad-CAM: the stage, such as `layer4`; else null. */
  readonly stage: string | null;
  /** The raw values, float32 [height, width], in the explanation's folder. */
  readonly npy: string;
  readonly height: number;
  readonly width: number;
  readonly least: number;
  readonly largest: number;
  /** The value drawn at the strongest colour; 0 where the whole map is zero. */
  readonly drawnTo: number;
  /** Drawn over the field at the field's own size. */
  readonly overlay: string;
  /** The same, small, for pages. */
  readonly thumbnail: string;
}

/** What becomes of the log-odds (positive minus negative) without a stain. */
export interface StainEffects {
  /** What stands in for a stain: its mean over the training fields, or the same stain of a vehicle field of the same plate. */
  readonly replacedBy: "mean" | "vehicle";
  /** Of `vehicle`: the field that lent its stains. */
  readonly vehicle: { readonly plate: string; readonly well: string; readonly site: number } | null;
  /** Log-odds of the field, and with all stains replaced. */
  readonly logit: number;
  readonly logitOfNone: number;
  /** By stain: log-odds of the field less those with this one stain replaced. Positive: the stain speaks for the positive class. */
  readonly alone: readonly number[];
  /** By stain: the exact Shapley value. They add up to `logit - logitOfNone`. */
  readonly shapley: readonly number[];
}

/** One explained field. Concentrations in micromoles per litre. */
export interface ExplainedField {
  readonly plate: string;
  /** `A01`. */
  readonly well: string;
  readonly site: number;
  readonly role: Role;
  /** What the well was to the network that explains it. */
  readonly part: Part | null;
  readonly compound: string | null;
  readonly concentrationMicromolar: number | null;
  readonly challenge: string | null;
  readonly challengeConcentrationMicromolar: number | null;
  readonly choice: FieldChoice;
  /** Index into {@link ExplanationRecord.models}. */
  readonly model: number;
  /** Log-odds of the positive class. */
  readonly logit: number;
  /** What the model's unsure band makes of it; without a band, the sign. */
  readonly verdict: "negative" | "positive" | "unsure";
  /** The field's folder, `fields/P01-B09-1`. */
  readonly folder: string;
  /** The stains side by side in grey, small, for pages. */
  readonly picture: string;
  readonly maps: readonly ExplainMap[];
  /** Spearman's rank correlation of `windows` and `windows-exact` over the places that both have; null unless both were made. */
  readonly windowsAgreement: number | null;
  readonly stains: readonly StainEffects[];
}

/** What the stains of a well did, over its fields. */
export interface WellStains {
  readonly plate: string;
  readonly well: string;
  readonly role: Role;
  readonly replacedBy: StainEffects["replacedBy"];
  readonly logit: Interval;
  /** By stain. */
  readonly alone: readonly Interval[];
  readonly shapley: readonly Interval[];
}

/** The same over the wells of a role: the interval is over wells. */
export interface RoleStains {
  readonly role: Role;
  readonly replacedBy: StainEffects["replacedBy"];
  readonly alone: readonly Interval[];
  readonly shapley: readonly Interval[];
}

/** The checks of the maps. */
export const explainChecks = ["enrichment", "deletion", "randomisation"] as const;
export type ExplainCheck = (typeof explainChecks)[number];

/** Whose maps were measured. */
export type CheckedNetwork = "trained" | "random" | "permuted";

/** Share of a map's weight inside a structure ÷ the structure's share of area: 1 where the map does not care. */
export interface EnrichmentFigure {
  readonly network: CheckedNetwork;
  readonly method: ExplainMethod;
  /** Of Grad-CAM; else null. */
  readonly stage: string | null;
  /** Null: all stains together. */
  readonly stain: string | null;
  /** `changed`, or a structure: `somata`, `neurites`, `nuclei`, `prePuncta`, `postPuncta`. */
  readonly inside: string;
  /** Over fields, the interval by bootstrap over wells; null where no field had the structure and a map that is not zero. */
  readonly enrichment: Interval | null;
  /** Of a network that learned nothing: the trained network's less this one's, paired by field; null of the trained one. */
  readonly gain: Interval | null;
  readonly nFields: number;
  readonly nWells: number;
  /** Fields whose map was zero everywhere: they say nothing and are not counted in. */
  readonly nZero: number;
}

/** How far the explained log-odds fall when the tenth of the pixels that a map calls most important is replaced by the plate's median. */
export interface DeletionFigure {
  readonly method: ExplainMethod;
  readonly stage: string | null;
  /** Fall by the map's own pixels, over fields, intervals over wells. */
  readonly top: Interval;
  /** By the same shape rolled to random places. */
  readonly rolled: Interval;
  /** By as many pixels drawn singly. */
  readonly scattered: Interval;
  /** `top` less `rolled`, paired by field. */
  readonly difference: Interval;
  readonly nFields: number;
  readonly nWells: number;
}

/** Whether a map changes when the parameters are randomised from the head downwards. */
export interface RandomisationFigure {
  readonly method: ExplainMethod;
  readonly stage: string | null;
  /** In the order in which they were randomised, each with those before it: Spearman's rank correlation with the trained network's map. */
  readonly layers: readonly { readonly layer: string; readonly correlation: Interval }[];
}

/** What the checks say of a method on this network. */
export interface MethodVerdict {
  readonly method: ExplainMethod;
  readonly stage: string | null;
  /** Null where the checks that were run do not tell. */
  readonly holds: boolean | null;
  /** In a sentence, for where the map is drawn. */
  readonly sentence: string;
}

export interface ExplainChecks {
  /** Fields that were looked at: positive controls that the network has not seen, unless the sentence says otherwise. */
  readonly fields: string;
  readonly nFields: number;
  readonly nWells: number;
  readonly enrichment: readonly EnrichmentFigure[];
  readonly deletion: readonly DeletionFigure[];
  readonly randomisation: readonly RandomisationFigure[];
  readonly verdicts: readonly MethodVerdict[];
}

/** `explain.json`. */
export interface ExplanationRecord {
  readonly study: {
    readonly name: string;
    /** The users' words for the two controls. */
    readonly classes: { readonly negative: string; readonly positive: string };
    /** Names of the stains, in the network's order. */
    readonly channels: readonly string[];
  };
  readonly models: readonly {
    /** `fold-1` of a crossvalidation; else `model`. */
    readonly name: string;
    /** SHA-256 of its `model.onnx`. */
    readonly hash: string;
    /** In words: `separate resnet34`. */
    readonly network: string;
    /** Whether its stains share their maps, as where they are stacked. */
    readonly sharesMaps: boolean;
    /** Of windows: side and step in pixels of the network's image. */
    readonly window: { readonly size: number; readonly step: number } | null;
    /** Log-odds between which a field is unsure; null without a band, and then why. */
    readonly unsure: { readonly low: number; readonly high: number } | null;
  }[];
  readonly methods: readonly ExplainMethod[];
  /** The class whose log-odds gradient, guided and coloured maps explain. */
  readonly class: 0 | 1;
  /** In sentences: what a reader must know of this explanation before the maps. */
  readonly notes: readonly string[];
  readonly fields: readonly ExplainedField[];
  /** Fields of a montage along the score, lowest first. */
  readonly montage: readonly {
    readonly plate: string;
    readonly well: string;
    readonly site: number;
    readonly role: Role;
    readonly logit: number;
    readonly picture: string;
  }[];
  readonly wells: readonly WellStains[];
  readonly roles: readonly RoleStains[];
  readonly checks: ExplainChecks | null;
  /** How it was made, as pairs to print. */
  readonly provenance: readonly { readonly label: string; readonly value: string }[];
  readonly commands: readonly string[];
}
