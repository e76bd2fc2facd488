/**
 * Whether the maps can be believed: measured on positive control fields that the network has not seen, beside networks that learned nothing.
 */
import { join } from "node:path";
import { openRandom } from "../base/random.ts";
import type { WeightMap } from "../engine/graph/graph.ts";
import { initialWeights } from "../engine/nn/initial-weights.ts";
import { rolled, scattered, topPixels, without } from "../explain/deletion.ts";
import { enrichment } from "../explain/enrichment.ts";
import type { FieldMaps } from "../explain/field-maps.ts";
import { importance, kindsOf, type MapKind, mapsOfKind } from "../explain/importance.ts";
import { layersFromHead, withLayers } from "../explain/randomise.ts";
import { meanInterval } from "../explain/stain-effects.ts";
import { verdictOfKind } from "../explain/verdicts.ts";
import { type Field, fieldKey } from "../images/fields.ts";
import { type Part, wellKey } from "../plates/split.ts";
import type {
  CheckedNetwork,
  DeletionFigure,
  EnrichmentFigure,
  ExplainChecks,
  Interval,
  RandomisationFigure,
} from "../records/explain.ts";
import { groupBy } from "../screening/group.ts";
import { maskName, maskNames, masksFolder } from "../simulate/study-files.ts";
import { mean } from "../statistics/descriptive.ts";
import { spearman } from "../statistics/rank-correlation.ts";
import { readGrey } from "../store/images.ts";
import type { RunEvent } from "./events.ts";
import { soleJudges } from "./explain-candidates.ts";
import type { ExplainSettings } from "./explain-settings.ts";
import type { OpenStudy } from "./index-study.ts";
import { type Judges, judgesOf, openModels, partsOf } from "./judges.ts";
import { type OpenedExplainer, openExplainer, weightsOf } from "./opened-explainer.ts";

/** What was measured of one field by one network. */
interface Measured {
  readonly well: string;
  readonly network: CheckedNetwork;
  readonly kind: MapKind;
  /** By structure; null where it says nothing. */
  readonly enrichment: Readonly<Record<string, number | null>>;
  readonly isZero: boolean;
  readonly falls: { readonly top: number; readonly rolled: number; readonly scattered: number } | null;
}

/** Maps at so many fields are randomised layer by layer: each layer opens the network anew. */
const randomisedFields = 12;
/** The pixels that are taken away. */
const deletedShare = 0.1;
/** The plate's median is that of so many vehicle fields. */
const vehicleFields = 8;

// Drawings of other maps, and what takes minutes a field, are not measured.
const isMeasured = (method: MapKind["method"]) => method !== "coloured" && method !== "windows-exact";

/** Measures the maps, as far as `settings.checks` asks; null where it asks nothing. */
export async function* checkMaps(
  judges: Judges,
  study: OpenStudy,
  { settings, workers }: { readonly settings: ExplainSettings; readonly workers: number },
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, ExplainChecks | null> {
  if (settings.checks.length === 0) return null;
  const { fields, part } = sampled(judges, study, settings);
  const beside = settings.beside === null ? null : soleJudges(judgesOf(await openModels([settings.beside]), study));
  const plan: readonly { readonly network: CheckedNetwork; readonly by: Judges }[] = [
    { network: "trained", by: judges },
    ...(settings.checks.includes("enrichment")
      ? [{ network: "random" as const, by: judges }, ...(beside ? [{ network: "permuted" as const, by: beside }] : [])]
      : []),
  ];
  const measured: Measured[] = [];
  const total = plan.length * fields.length;
  const begun = performance.now();
  for (const { network, by } of plan)
    for (const [which, model] of by.models.entries()) {
      const own = fields.filter((field) => by.of(field)[0] === which);
      if (own.length === 0) continue;
      const weights = network === "random" ? initialWeights(model.config.network, settings.seed) : undefined;
      const opened = yield* openExplainer(model, study, asked(settings, workers, weights), signal);
      try {
        const greys = new Map<string, number[]>();
        for (const field of own) {
          signal?.throwIfAborted();
          if (!greys.has(field.plate)) greys.set(field.plate, await plateMedians(field.plate, opened, study, settings));
          measured.push(
            ...(await measure(field, opened, { network, study, settings, greys: greys.get(field.plate)! })),
          );
          const secondsLeft =
            ((performance.now() - begun) / 1000 / measuredFields(measured)) * (total - measuredFields(measured));
          yield { kind: "explained", done: measuredFields(measured), total, secondsLeft };
        }
      } finally {
        await opened.close();
      }
    }
  const randomisation = settings.checks.includes("randomisation")
    ? yield* randomised(fields.slice(0, randomisedFields), judges, study, { settings, workers }, signal)
    : [];
  const figures = {
    enrichment: settings.checks.includes("enrichment") ? enrichmentFigures(measured, settings.seed) : [],
    deletion: settings.checks.includes("deletion") ? deletionFigures(measured, settings.seed) : [],
    randomisation,
  };
  const kinds = new Map(measured.map(({ kind }) => [nameOf(kind), kind]));
  const seen = {
    test: "that the network has not seen",
    validate: "that chose its weights",
    train: "that it learned from",
  };
  return {
    fields: `fields of positive control wells ${seen[part]}, drawn evenly from the wells; intervals are over wells.`,
    nFields: fields.length,
    nWells: new Set(fields.map(wellKey)).size,
    ...figures,
    verdicts: [...kinds.values()].map((kind) => verdictOfKind(kind, figures)),
  };
}

function asked({ methods, window, accept }: ExplainSettings, workers: number, weights?: WeightMap) {
  return { methods: methods.filter(isMeasured), class: 1, window, accept, workers, weights } as const;
}

/** Fields of the least seen positive controls: a round of the wells after the other, so that wells count alike. */
function sampled(judges: Judges, study: OpenStudy, { seed, checkFields }: ExplainSettings) {
  const parts = partsOf(judges, study);
  const positive = study.index.wells.filter(({ role }) => role === "positive").map(wellKey);
  const part = (["test", "validate", "train"] as const).find((part) => positive.some((key) => parts.get(key) === part));
  const chosen: Part = part ?? "train";
  const wells = new Set(positive.filter((key) => parts.get(key) === chosen));
  const own = study.index.fields.filter((field) => wells.has(wellKey(field)) && judges.of(field).length > 0);
  const inTurn = openRandom(seed, "checks")
    .shuffled([...groupBy(own, wellKey).values()])
    .map((fields) => openRandom(seed, "checks", wellKey(fields[0]!)).shuffled(fields));
  const rounds = Math.max(0, ...inTurn.map(({ length }) => length));
  const fields = Array.from({ length: rounds }, (_, i) => inTurn.flatMap((fields) => fields[i] ?? [])).flat();
  return { fields: fields.slice(0, checkFields), part: chosen };
}

/** Of each stain the median grey of vehicle fields, on the model's scale. */
async function plateMedians(plate: string, opened: OpenedExplainer, { index }: OpenStudy, { seed }: ExplainSettings) {
  const negative = new Set(index.wells.filter(({ role }) => role === "negative").map(wellKey));
  const own = index.fields.filter((field) => field.plate === plate && negative.has(wellKey(field)));
  const drawn = openRandom(seed, "median", plate).shuffled(own).slice(0, vehicleFields);
  const images = await Promise.all(drawn.map(async (field) => (await opened.fields.whole(field)).image));
  const pixels = opened.seen.width * opened.seen.height;
  return Array.from({ length: opened.network.stains }, (_, stain) => {
    const greys = new Float32Array(images.length * pixels);
    for (const [i, image] of images.entries())
      greys.set(image.subarray(stain * pixels, (stain + 1) * pixels), i * pixels);
    greys.sort();
    return greys[Math.floor(greys.length / 2)] ?? opened.network.normalization.offset[stain]!;
  });
}

async function measure(
  field: Field,
  { explainer, fields, seen }: OpenedExplainer,
  {
    network,
    study,
    settings,
    greys,
  }: {
    readonly network: CheckedNetwork;
    readonly study: OpenStudy;
    readonly settings: ExplainSettings;
    readonly greys: readonly number[];
  },
): Promise<Measured[]> {
  const { image } = await fields.whole(field);
  const found = await explainer.explain(image);
  const masks = settings.checks.includes("enrichment") ? await readMasks(field, study) : [];
  const kinds = kindsOf(found.maps);
  const measured: Measured[] = [];
  for (const kind of kinds) {
    const maps = mapsOfKind(found.maps, kind, 1);
    const picture = masks[0]?.mask ?? seen;
    const weights = importance(maps, seen, picture);
    const isZero = weights.every((weight) => weight === 0);
    const isDeleted = network === "trained" && settings.checks.includes("deletion");
    measured.push({
      ...{ well: wellKey(field), network, kind, isZero },
      enrichment: Object.fromEntries(masks.map(({ name, mask }) => [name, enrichment(weights, mask.pixels)])),
      falls: isDeleted
        ? await falls(field, { kind, found, image, greys, weights: importance(maps, seen) }, explainer, seen.width)
        : null,
    });
  }
  return measured;
}

async function falls(
  field: Field,
  {
    kind,
    found,
    image,
    greys,
    weights,
  }: {
    readonly kind: MapKind;
    readonly found: FieldMaps;
    readonly image: Float32Array;
    readonly greys: readonly number[];
    readonly weights: Float32Array;
  },
  explainer: OpenedExplainer["explainer"],
  width: number,
): Promise<Measured["falls"]> {
  const top = topPixels(weights, deletedShare);
  if (top === null) return null;
  const random = openRandom(1, "deletion", fieldKey(field), nameOf(kind));
  const logit = found.logits[1] - found.logits[0];
  const fall = async (pixels: Uint8Array) => {
    const pooled = await explainer.pooled(without(image, pixels, greys));
    const [logits] = await explainer.logitsOf([Float32Array.from(pooled.flatMap((own) => [...own]))]);
    return logit - (logits![1] - logits![0]);
  };
  return {
    top: await fall(top),
    rolled: await fall(rolled(top, width, random)),
    scattered: await fall(scattered(top, random)),
  };
}

async function readMasks(field: Field, { index: { study } }: OpenStudy) {
  return Promise.all(
    maskNames.map(async (name) => ({
      name,
      mask: await readGrey(join(study.folder, masksFolder, field.plate, maskName(field, name))),
    })),
  );
}

/** Layer by layer from the head: the maps of fewer fields, each time by a network that knows less. */
async function* randomised(
  fields: readonly Field[],
  judges: Judges,
  study: OpenStudy,
  { settings, workers }: { readonly settings: ExplainSettings; readonly workers: number },
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, RandomisationFigure[]> {
  const found = new Map<
    string,
    { readonly kind: MapKind; readonly layers: Map<string, { well: string; value: number }[]> }
  >();
  for (const [which, model] of judges.models.entries()) {
    const own = fields.filter((field) => judges.of(field)[0] === which);
    if (own.length === 0) continue;
    const learned = weightsOf(model);
    const fresh = initialWeights(model.config.network, settings.seed);
    const names = new Map([...fresh.keys()].map((name) => [name, learned.get(name)!]));
    const layers = layersFromHead(names);
    const before = yield* mapsOf(own, model, names);
    for (const [i, layer] of layers.entries()) {
      const after = yield* mapsOf(own, model, withLayers(names, fresh, new Set(layers.slice(0, i + 1))));
      for (const [f, field] of own.entries())
        for (const kind of kindsOf(before[f]!.maps)) {
          const [a, b] = [before, after].map((all) => rough(mapsOfKind(all[f]!.maps, kind, 1)));
          const entry = found.get(nameOf(kind)) ?? { kind, layers: new Map() };
          found.set(nameOf(kind), entry);
          const value = spearman(a!.map((own, j) => [own, b![j]!] as const)) ?? 0;
          entry.layers.set(layer, [...(entry.layers.get(layer) ?? []), { well: wellKey(field), value }]);
        }
    }
  }
  return [...found.values()].map(({ kind, layers }) => ({
    ...kind,
    layers: [...layers].map(([layer, values]) => ({
      layer,
      correlation: overWells(values, settings.seed, "randomisation", nameOf(kind), layer)!,
    })),
  }));

  async function* mapsOf(own: readonly Field[], model: Judges["models"][number], weights: WeightMap) {
    const opened = yield* openExplainer(model, study, asked(settings, workers, weights), signal);
    try {
      const maps: FieldMaps[] = [];
      for (const field of own) {
        signal?.throwIfAborted();
        maps.push(await opened.explainer.explain((await opened.fields.whole(field)).image));
      }
      return maps;
    } finally {
      await opened.close();
    }
  }
}

/** The weights of all stains at the map's own places: those of one kind are of one size. */
function rough(maps: readonly Parameters<typeof importance>[0][number][]): number[] {
  const { width, height } = maps[0]!;
  const place = { left: 0, top: 0, step: 1 };
  return [
    ...importance(
      maps.map((map) => ({ ...map, place })),
      { width, height },
    ),
  ];
}

function enrichmentFigures(measured: readonly Measured[], seed: number): EnrichmentFigure[] {
  const groups = groupBy(measured, ({ network, kind }) => `${network} ${nameOf(kind)}`);
  return [...groups.values()].flatMap((own) =>
    maskNames.map((inside) => {
      const { network, kind } = own[0]!;
      const values = own.flatMap(({ well, enrichment }) => {
        const value = enrichment[inside] ?? null;
        return value === null ? [] : [{ well, value }];
      });
      return {
        ...{ network, ...kind, stain: null, inside, nFields: values.length },
        enrichment: overWells(values, seed, "enrichment", network, nameOf(kind), inside),
        nWells: new Set(values.map(({ well }) => well)).size,
        nZero: own.filter(({ isZero }) => isZero).length,
      };
    }),
  );
}

function deletionFigures(measured: readonly Measured[], seed: number): DeletionFigure[] {
  const counted = measured.filter(({ falls }) => falls !== null);
  return [...groupBy(counted, ({ kind }) => nameOf(kind)).values()].map((own) => {
    const over = (name: string, value: (falls: NonNullable<Measured["falls"]>) => number): Interval =>
      overWells(
        own.map(({ well, falls }) => ({ well, value: value(falls!) })),
        ...([seed, "deletion", nameOf(own[0]!.kind), name] as const),
      )!;
    return {
      ...own[0]!.kind,
      top: over("top", ({ top }) => top),
      rolled: over("rolled", ({ rolled }) => rolled),
      scattered: over("scattered", ({ scattered }) => scattered),
      difference: over("difference", ({ top, rolled }) => top - rolled),
      nFields: own.length,
      nWells: new Set(own.map(({ well }) => well)).size,
    };
  });
}

/** The mean over wells of the means of their fields, which are not independent of each other. */
function overWells(
  values: readonly { readonly well: string; readonly value: number }[],
  seed: number,
  ...path: readonly string[]
): Interval | null {
  if (values.length === 0) return null;
  const wells = [...groupBy(values, ({ well }) => well)].sort(([a], [b]) => (a < b ? -1 : 1));
  return meanInterval(
    wells.map(([, own]) => mean(own.map(({ value }) => value))),
    ...([seed, ...path] as const),
  );
}

function measuredFields(measured: readonly Measured[]): number {
  const [first] = measured;
  return measured.filter(({ kind }) => nameOf(kind) === nameOf(first!.kind)).length;
}

function nameOf({ method, stage }: MapKind): string {
  return `${method} ${stage}`;
}
