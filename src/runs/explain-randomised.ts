/**
 * Do maps depend on what was learned? Parameters are drawn anew layer by layer, from the head down, and maps made each time.
 */
import type { WeightMap } from "../engine/graph/graph.ts";
import { initialWeights } from "../engine/nn/initial-weights.ts";
import type { RawMap } from "../explain/explained.ts";
import type { FieldMaps } from "../explain/field-maps.ts";
import { importance, kindsOf, mapsOfKind } from "../explain/importance.ts";
import { layersFromHead, withLayers } from "../explain/randomise.ts";
import type { Field } from "../images/fields.ts";
import { wellKey } from "../plates/split.ts";
import { spearman } from "../statistics/rank-correlation.ts";
import type { RunEvent } from "./events.ts";
import type { RandomisedMap } from "./explain-figures.ts";
import type { OpenStudy } from "./index-study.ts";
import { type ExplainerRequest, openExplainer, weightsOf } from "./opened-explainer.ts";
import type { Model } from "./screen-models.ts";

/** How often {@link randomiseMaps} makes the maps of a field: once as they are, and once a layer. */
export function passesOf(model: Model): number {
  return 1 + layersFromHead(weightsOf(model)).length;
}

/** The maps of fields by a network that knows less each time, held against those of the whole network. */
export async function* randomiseMaps(
  fields: readonly Field[],
  model: Model,
  study: OpenStudy,
  { request, seed, told }: { readonly request: ExplainerRequest; readonly seed: number; readonly told: () => RunEvent },
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, RandomisedMap[]> {
  const all = weightsOf(model);
  const fresh = initialWeights(model.config.network, seed);
  // The running statistics of batch normalisation go with their layer.
  const learned = new Map([...fresh.keys()].map((name) => [name, all.get(name)!]));
  const layers = layersFromHead(learned);
  const before = yield* mapsBy(learned);
  const compared: RandomisedMap[] = [];
  for (const [i, layer] of layers.entries()) {
    const after = yield* mapsBy(withLayers(learned, fresh, new Set(layers.slice(0, i + 1))));
    for (const [f, field] of fields.entries())
      for (const kind of kindsOf(before[f]!.maps)) {
        const [a, b] = [before, after].map((own) => atOwnPlaces(mapsOfKind(own[f]!.maps, kind, 1)));
        // A map that has become the same everywhere has no ranks: it is like no other.
        const correlation = spearman(a!.map((own, j) => [own, b![j]!] as const)) ?? 0;
        compared.push({ well: wellKey(field), kind, layer, correlation });
      }
  }
  return compared;

  async function* mapsBy(weights: WeightMap): AsyncGenerator<RunEvent, FieldMaps[]> {
    const opened = yield* openExplainer(model, study, { ...request, weights }, signal);
    try {
      const maps: FieldMaps[] = [];
      for (const field of fields) {
        signal?.throwIfAborted();
        maps.push(await opened.explainer.explain((await opened.fields.whole(field)).image));
        yield told();
      }
      return maps;
    } finally {
      await opened.close();
    }
  }
}

/** The weights of all stains at the map's own places: those of one kind are of one size. */
function atOwnPlaces(maps: readonly RawMap[]): number[] {
  const { width, height } = maps[0]!;
  const place = { left: 0, top: 0, step: 1 };
  return [
    ...importance(
      maps.map((map) => ({ ...map, place })),
      { width, height },
    ),
  ];
}
