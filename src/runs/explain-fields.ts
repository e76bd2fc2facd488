/**
 * Fields explained, one after the other: their maps drawn, their stains weighed, each kept as soon as it is whole.
 */
import { saliency } from "../explain/coloured.ts";
import type { RawMap } from "../explain/explained.ts";
import type { FieldMaps } from "../explain/field-maps.ts";
import { fieldKey } from "../images/fields.ts";
import type { ExplainedField, StainEffects } from "../records/explain.ts";
import { wellFacts } from "../records/screen.ts";
import { readField } from "../store/images.ts";
import type { GreyRange } from "../store/thumbnails.ts";
import { greyBytes } from "../store/thumbnails.ts";
import type { RunEvent } from "./events.ts";
import type { ScoredCandidate } from "./explain-candidates.ts";
import { type Canvas, drawMaps } from "./explain-draw.ts";
import type { ExplainFolder } from "./explain-folder.ts";
import { type Picked, verdictOf } from "./explain-pick.ts";
import type { ExplainSettings } from "./explain-settings.ts";
import { type FieldToWeigh, openScale } from "./explain-stains.ts";
import type { OpenStudy } from "./index-study.ts";
import { type OpenedExplainer, openExplainer } from "./opened-explainer.ts";
import { openPace } from "./pace.ts";
import { fitStudy, type Model } from "./screen-models.ts";

/** A field to explain, and where what is found goes. */
export interface FieldToExplain extends Picked<ScoredCandidate> {
  /** Relative to the explanation's folder: `fields/P01-B09-1`. */
  readonly folder: string;
  /** The stains in grey, relative to it too. */
  readonly picture: string;
}

/** All that is asked of the models. */
export interface ExplainWork {
  readonly models: readonly Model[];
  readonly toExplain: readonly FieldToExplain[];
  /** Fields whose stains are weighed and that are not shown. */
  readonly toWeigh: readonly FieldToWeigh[];
  /** Of each stain, the grey values that are drawn black and white. */
  readonly ranges: readonly GreyRange[];
  readonly settings: ExplainSettings;
  readonly folder: ExplainFolder;
  readonly workers: number;
}

/** What was found out. */
export interface Explained {
  readonly fields: readonly ExplainedField[];
  /** By {@link fieldKey}, of all fields that were weighed. */
  readonly stains: ReadonlyMap<string, readonly StainEffects[]>;
  /** Of each model, null where it explains no field or draws no windows. */
  readonly windows: readonly OpenedExplainer["explainer"]["window"][];
}

/** What is kept of a field. */
type KeptField = Pick<ExplainedField, "logit" | "maps" | "windowsAgreement" | "stains">;

/** Explains fields, model by model; what an earlier run kept is taken as it is. */
export async function* explainFields(
  work: ExplainWork,
  study: OpenStudy,
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, Explained> {
  const { models, toExplain, toWeigh, settings, folder } = work;
  const kept = new Map<string, KeptField>();
  const stains = new Map<string, readonly StainEffects[]>();
  const windows: Explained["windows"][number][] = [];
  const told = openPace(toExplain.length + toWeigh.length);
  for (const [which, model] of models.entries()) {
    const own = toExplain.filter(({ field }) => field.model === which);
    const others = toWeigh.filter(({ model }) => model === which);
    if (own.length + others.length === 0) {
      windows.push(null);
      continue;
    }
    const opened = yield* openExplainer(model, study, { ...settings, workers: work.workers }, signal);
    try {
      windows.push(opened.explainer.window);
      const scale = openScale(opened, study, settings);
      for (const item of own) {
        signal?.throwIfAborted();
        const name = recordName(item);
        const earlier = await folder.earlier(name, isKeptField);
        const found = earlier ?? (await explainField(item, opened, { study, model, work, scale }));
        if (!earlier) await folder.keep(name, found);
        kept.set(fieldKey(item.field), found);
        stains.set(fieldKey(item.field), found.stains);
        yield told(!earlier);
      }
      for (const item of others) {
        signal?.throwIfAborted();
        const earlier = await folder.earlier(item.name, isKeptStains);
        const found = earlier ?? (await scale.weigh(item.field));
        if (!earlier) await folder.keep(item.name, found);
        stains.set(fieldKey(item.field), found);
        yield told(!earlier);
      }
    } finally {
      await Promise.all([opened.close(), study.known.save()]);
    }
  }
  return {
    fields: toExplain.map((item) => explainedField(item, kept.get(fieldKey(item.field))!)),
    stains,
    windows,
  };
}

async function explainField(
  { field: { field, band }, folder }: FieldToExplain,
  { explainer, fields, seen }: OpenedExplainer,
  context: {
    readonly study: OpenStudy;
    readonly model: Model;
    readonly work: ExplainWork;
    readonly scale: ReturnType<typeof openScale>;
  },
): Promise<KeptField> {
  const { study, model, work, scale } = context;
  const { image } = await fields.whole(field);
  const found = await explainer.explain(image);
  const { stainsOf } = fitStudy(model, study.index, work.settings.accept);
  const { planes } = await readField(study.index.study.folder, stainsOf(field));
  const { width, height } = planes[0]!;
  const canvas: Canvas = {
    ...{ width, height, seen, stains: model.config.stains, unsure: band },
    greys: planes.map((plane, stain) => greyBytes(plane, work.ranges[stain]!)),
  };
  const { maps, windows } = mapsToDraw(found, work.settings);
  const drawn = await drawMaps(maps, windows, canvas, { folder, write: work.folder.write });
  return {
    logit: found.logits[1] - found.logits[0],
    maps: drawn,
    windowsAgreement: found.windowsAgreement,
    stains: await scale.weigh(field, { image, pooled: found.pooled }),
  };
}

/** The maps that were asked for, in the order of the methods: some were made only for others. */
function mapsToDraw(
  { maps }: FieldMaps,
  { methods }: Pick<ExplainSettings, "methods">,
): { readonly maps: readonly RawMap[]; readonly windows: RawMap | null } {
  const of = (method: RawMap["method"]) => maps.filter((map) => map.method === method);
  return {
    maps: methods.flatMap((method) => (method === "coloured" ? [saliency(of("gradient"))] : of(method))),
    windows: of("windows")[0] ?? null,
  };
}

function explainedField({ field, choice, folder, picture }: FieldToExplain, kept: KeptField): ExplainedField {
  const { plate, well, role, compound, concentrationMicromolar, challenge, challengeConcentrationMicromolar } =
    wellFacts(field.facts, field.part);
  return {
    ...{ plate, well, site: field.site, role, part: field.part, compound, concentrationMicromolar, challenge },
    ...{ challengeConcentrationMicromolar, choice, model: field.model, logit: kept.logit },
    verdict: verdictOf({ logit: kept.logit, band: field.band }),
    ...{ folder, picture, maps: kept.maps, windowsAgreement: kept.windowsAgreement, stains: kept.stains },
  };
}

function recordName({ folder }: FieldToExplain): string {
  return folder.replaceAll("/", "-");
}

// Our own files, under a key that says by what they were written.
function isKeptField(value: unknown): value is KeptField {
  return typeof value === "object" && value !== null && "maps" in value && "stains" in value;
}

function isKeptStains(value: unknown): value is StainEffects[] {
  return Array.isArray(value);
}
