/**
 * What is written of an explanation beside its maps: the record, the tables, what a reader must know.
 */
import { basename } from "node:path";
import { version } from "../base/version.ts";
import { trunksOf } from "../engine/nn/networks.ts";
import { onnxruntimeVersion } from "../engine/runtime/node.ts";
import { fieldKey } from "../images/fields.ts";
import { wellKey } from "../plates/split.ts";
import type { ExplainChecks, ExplanationRecord, StainEffects } from "../records/explain.ts";
import { mapColumns, type StainRecord, stainColumns, stainWellColumns } from "../records/explain-columns.ts";
import { wellFacts } from "../records/screen.ts";
import type { Column } from "../records/table.ts";
import { partOf } from "../screening/wells.ts";
import type { ExplainOptions } from "./events.ts";
import type { Candidates, ScoredCandidate } from "./explain-candidates.ts";
import type { Explained } from "./explain-fields.ts";
import type { ExplainSettings } from "./explain-settings.ts";
import { stainsOfRoles, stainsOfWells } from "./explain-stains.ts";
import type { OpenStudy } from "./index-study.ts";
import { shuffledWarnings } from "./judged.ts";
import { type Judges, partsOf } from "./judges.ts";
import type { Model } from "./screen-models.ts";

/** All that a record is made of. */
export interface RecordParts {
  readonly study: OpenStudy;
  readonly judges: Judges;
  /** Whether the models' own judges were several somewhere, of which one speaks here. */
  readonly isOneOfSeveral: boolean;
  readonly options: ExplainOptions;
  readonly settings: ExplainSettings;
  readonly candidates: Candidates;
  readonly explained: Explained;
  readonly montage: readonly { readonly field: ScoredCandidate; readonly picture: string }[];
  readonly checks: ExplainChecks | null;
}

/** `explain.json`. */
export function explanationRecord(parts: RecordParts): ExplanationRecord {
  const { study, judges, settings, explained, montage, checks, options } = parts;
  const { index } = study;
  const { models } = judges;
  const roleOf = new Map(index.wells.map((well) => [wellKey(well), well.role]));
  const weighed = index.fields.flatMap((field) => {
    const stains = explained.stains.get(fieldKey(field));
    return stains === undefined ? [] : [{ ...field, role: roleOf.get(wellKey(field))!, stains }];
  });
  const wells = stainsOfWells(weighed, settings.seed);
  return {
    study: { name: index.study.name, classes: index.study.classes, channels: models[0]!.config.stains },
    models: models.map((model, i) => ({
      name: judges.folds?.[i] ?? "model",
      hash: model.hash,
      network: networkWords(model),
      sharesMaps: sharesMaps(model),
      window: explained.windows[i] ?? null,
      unsure: unsureOf(model),
    })),
    methods: settings.methods,
    class: settings.class,
    notes: notesOf(parts),
    fields: explained.fields,
    montage: montage.map(({ field: { plate, well, site, role, logit }, picture }) => {
      return { plate, well, site, role, logit, picture };
    }),
    wells,
    roles: stainsOfRoles(wells, settings.seed),
    checks,
    provenance: [
      { label: "neuroscreen", value: version },
      { label: "ONNX Runtime", value: onnxruntimeVersion },
      { label: "Network", value: [...new Set(models.map(networkWords))].join("; ") },
      { label: "Seed", value: String(settings.seed) },
      // Not that of their pixels: how many of them a study knows depends on what was done with it before.
      { label: "List of images (SHA-256)", value: study.listHash },
      { label: "Plate map (SHA-256)", value: index.mapHash },
    ],
    commands: [commandOf(options)],
  };
}

/** The tables by name. */
export function explanationTables({ study, judges, explained }: RecordParts, record: ExplanationRecord) {
  const { index } = study;
  const { channels } = record.study;
  const parts = partsOf(judges, study);
  const wells = new Map(index.wells.map((well) => [wellKey(well), well]));
  const factsOf = (place: { readonly plate: string; readonly well: string }) => {
    const well = wells.get(wellKey(place))!;
    return wellFacts(well, partOf(well, parts));
  };
  const stains: StainRecord[] = index.fields.flatMap((field) => {
    const effects: readonly StainEffects[] = explained.stains.get(fieldKey(field)) ?? [];
    return effects.map((own) => ({ ...factsOf(field), site: field.site, effects: own }));
  });
  const tables: Readonly<Record<"maps" | "stains" | "stain_wells", Column[]>> = {
    maps: mapColumns(
      record.fields.flatMap((field) =>
        field.maps.map((map) => ({
          ...{ ...factsOf(field), site: field.site, logit: field.logit, choice: field.choice, map },
        })),
      ),
    ),
    stains: stainColumns(stains, channels),
    stain_wells: stainWellColumns(
      record.wells.map((own) => ({ ...factsOf(own), stains: own })),
      channels,
    ),
  };
  return tables;
}

/** Whether the stains of a network meet before its first convolution. */
export function sharesMaps({ config: { network } }: Model): boolean {
  return trunksOf(network).some((trunk) => trunk.stains.length > 1);
}

function networkWords({ config: { network } }: Model): string {
  return `${network.fusion} ${network.backbone}${network.width === 1 ? "" : ` × ${network.width}`}`;
}

function unsureOf({ config }: Model): ExplanationRecord["models"][number]["unsure"] {
  const unsure = config.calibration?.unsure ?? null;
  return unsure && { low: unsure.low, high: unsure.high };
}

/** What a reader must know before the maps. */
function notesOf({ judges, isOneOfSeveral, settings, candidates, explained }: RecordParts): string[] {
  const { models, folds } = judges;
  const used = new Set(explained.fields.map(({ model }) => model));
  const hasShared = models.some((model, i) => used.has(i) && sharesMaps(model));
  const withoutVehicle = [...explained.stains.values()].some((own) => own.length === 1);
  return [
    ...shuffledWarnings(models),
    ...candidates.notes,
    ...(hasShared && settings.methods.includes("gradcam")
      ? [
          "The stains of this network meet before its first layer: Grad-CAM gives one map for all of them, and cannot say which stain it is about.",
        ]
      : []),
    ...(folds !== null && used.size > 1
      ? ["Each plate is explained by the network that was tested by it. Log-odds of two networks are on two scales."]
      : []),
    ...(isOneOfSeveral
      ? [
          "Some wells are known to none of the crossvalidation's networks. A screen averages what all of them say; here the first speaks alone.",
        ]
      : []),
    ...(withoutVehicle
      ? ["Some plates have no vehicle field in another well: their stains were replaced by the training's mean alone."]
      : []),
    ...models.flatMap((model, i) =>
      used.has(i) && unsureOf(model) === null
        ? [`${folds?.[i] ?? "The network"} has no unsure band: above log-odds of 0 it says positive, below negative.`]
        : [],
    ),
  ];
}

/** Without folders: the same explanation says the same wherever it was made; `run.json` has the paths. */
function commandOf(options: ExplainOptions): string {
  const given: [string, readonly (string | number)[] | string | number | undefined][] = [
    ["--fields", options.fields],
    ["--pick", options.pick],
    ["--count", options.count],
    ["--methods", options.methods],
    ["--class", options.class],
    ["--window", options.window],
    ["--stains", options.stains],
    ["--checks", options.checks],
    ["--beside", options.beside && basename(options.beside)],
    ["--check-fields", options.checkFields],
    ["--seed", options.seed],
  ];
  return [
    `neuroscreen explain ${basename(options.study)} --model ${basename(options.model)}`,
    ...given.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${[value].flat().join(",")}`])),
    ...(options.accept ?? []).map((what) => `--accept ${what}`),
    "--out DIR",
  ].join(" ");
}
