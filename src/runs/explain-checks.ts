/**
 * Whether the maps can be believed: measured on positive control fields that the network has not seen, beside networks that learned nothing.
 */
import { NeuroscreenError } from "../base/errors.ts";
import { openRandom } from "../base/random.ts";
import { initialWeights } from "../engine/nn/initial-weights.ts";
import type { MapKind } from "../explain/importance.ts";
import { verdictOfKind } from "../explain/verdicts.ts";
import { type Field, fieldKey } from "../images/fields.ts";
import { type Part, wellKey } from "../plates/split.ts";
import type { CheckedNetwork, ExplainChecks } from "../records/explain.ts";
import { groupBy } from "../screening/group.ts";
import { sha256 } from "../store/files.ts";
import type { RunEvent } from "./events.ts";
import { soleJudges } from "./explain-candidates.ts";
import {
  deletionFigures,
  enrichmentFigures,
  kindName,
  type MeasuredMap,
  type RandomisedMap,
  randomisationFigures,
} from "./explain-figures.ts";
import type { ExplainFolder } from "./explain-folder.ts";
import { measureField, plateMedians } from "./explain-measures.ts";
import { randomiseMaps } from "./explain-randomised.ts";
import type { ExplainSettings } from "./explain-settings.ts";
import type { OpenStudy } from "./index-study.ts";
import { type Judges, judgesOf, openModels, openShuffled, partsOf } from "./judges.ts";
import { type ExplainerRequest, openExplainer } from "./opened-explainer.ts";

/** Maps of so many fields are randomised layer by layer: each layer opens the network anew. */
const randomisedFields = 12;

// Drawings of other maps, and what takes minutes a field, are not measured.
const isMeasured = (method: MapKind["method"]) => method !== "coloured" && method !== "windows-exact";

/** Whose maps of which fields are measured. */
export interface ChecksPlan {
  readonly fields: readonly Field[];
  /** The least seen part of the wells, which they are of. */
  readonly part: Part;
  readonly networks: readonly { readonly network: CheckedNetwork; readonly by: Judges }[];
}

/**
 * Says what will be measured; null where nothing was asked for.
 *
 * @param path of the models that are explained: a crossvalidation that kept networks taught shuffled labels has them beside its own
 * @throws {NeuroscreenError} `bad-option` where `--beside` learned true labels or has other stains; `no-candidates` without a positive control
 */
export async function planChecks(
  judges: Judges,
  study: OpenStudy,
  { settings, path }: { readonly settings: ExplainSettings; readonly path: string },
): Promise<ChecksPlan | null> {
  const { checks, beside } = settings;
  if (checks.length === 0) return null;
  const opened = checks.includes("enrichment")
    ? beside === null
      ? await openShuffled(path)
      : ((await openShuffled(beside)) ?? (await openModels([beside])))
    : null;
  const shuffled = opened && soleJudges(judgesOf(opened, study));
  if (shuffled && beside !== null) refuseOther(shuffled, judges, beside);
  const sample = sampled(judges, study, settings);
  if (sample.fields.length === 0)
    throw new NeuroscreenError({
      code: "no-candidates",
      what: `Checking maps on ${study.index.study.name}`,
      found: "no field of a positive control well that a network of this folder judges",
      expected: "at least one: they are where something was done to the cells",
      remedy: "Leave --checks out, or take a study with positive controls.",
    });
  const others: ChecksPlan["networks"] = checks.includes("enrichment")
    ? [{ network: "random", by: judges }, ...(shuffled ? [{ network: "permuted" as const, by: shuffled }] : [])]
    : [];
  return { ...sample, networks: [{ network: "trained", by: judges }, ...others] };
}

/**
 * Measures the maps. What was measured of a field is kept, so that a run that was cut short goes on.
 */
export async function* checkMaps(
  { fields, part, networks }: ChecksPlan,
  study: OpenStudy,
  {
    settings,
    workers,
    folder,
  }: { readonly settings: ExplainSettings; readonly workers: number; readonly folder: ExplainFolder },
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, ExplainChecks> {
  const { checks, methods, window, accept, seed } = settings;
  const request: ExplainerRequest = { methods: methods.filter(isMeasured), class: 1, window, accept, workers };
  const keptAs = keyOf(settings, fields);
  const measured: MeasuredMap[] = [];
  const total = networks.length * fields.length;
  const pace = { begun: performance.now(), done: 0, computed: 0 };
  for (const { network, by } of networks)
    for (const [which, model] of by.models.entries()) {
      const own = fields.filter((field) => by.of(field)[0] === which);
      if (own.length === 0) continue;
      // Each fold has random weights of its own.
      const weights = network === "random" ? initialWeights(model.config.network, seed + which) : undefined;
      const opened = yield* openExplainer(model, study, { ...request, weights }, signal);
      try {
        const greys = new Map<string, number[]>();
        for (const field of own) {
          signal?.throwIfAborted();
          const name = `${keptAs(network, model.hash)}-${fields.indexOf(field)}`;
          const earlier = await folder.earlier(name, isListOfMeasures<MeasuredMap>);
          if (!earlier && !greys.has(field.plate))
            greys.set(field.plate, await plateMedians(field.plate, opened, study, settings));
          const stains = model.config.stains;
          const found =
            earlier ??
            (await measureField(field, opened, { network, study, settings, stains, greys: greys.get(field.plate)! }));
          if (!earlier) await folder.keep(name, found);
          measured.push(...found);
          pace.done += 1;
          pace.computed += earlier ? 0 : 1;
          const perField = (performance.now() - pace.begun) / 1000 / Math.max(1, pace.computed);
          yield { kind: "explained", done: pace.done, total, secondsLeft: perField * (total - pace.done) };
        }
      } finally {
        await opened.close();
      }
    }
  const randomised: RandomisedMap[] = [];
  if (checks.includes("randomisation")) {
    const { by } = networks[0]!;
    for (const [which, model] of by.models.entries()) {
      const own = fields.slice(0, randomisedFields).filter((field) => by.of(field)[0] === which);
      if (own.length === 0) continue;
      const name = keptAs("randomised", model.hash);
      const earlier = await folder.earlier(name, isListOfMeasures<RandomisedMap>);
      const found = earlier ?? (yield* randomiseMaps(own, model, study, { request, seed: seed + which }, signal));
      if (!earlier) await folder.keep(name, found);
      randomised.push(...found);
    }
  }
  const figures = {
    enrichment: checks.includes("enrichment") ? enrichmentFigures(measured, seed) : [],
    deletion: checks.includes("deletion") ? deletionFigures(measured, seed) : [],
    randomisation: randomisationFigures(randomised, seed),
  };
  const kinds = new Map(measured.map(({ kind }) => [kindName(kind), kind]));
  const seen = {
    test: "that the network has not seen",
    validate: "that chose the network’s weights",
    train: "that the network learned from",
    unused: "that the network was not tried on",
  };
  return {
    fields: `fields of positive control wells ${seen[part]}, drawn evenly from the wells; intervals are over wells.`,
    nFields: fields.length,
    nWells: new Set(fields.map(wellKey)).size,
    ...figures,
    verdicts: [...kinds.values()].map((kind) => verdictOfKind(kind, figures)),
  };
}

/** Fields of the least seen positive controls: a round of the wells after the other, so that wells count alike. */
function sampled(judges: Judges, study: OpenStudy, { seed, checkFields }: ExplainSettings) {
  const parts = partsOf(judges, study);
  const positive = study.index.wells.filter(({ role }) => role === "positive").map(wellKey);
  const part = (["test", "validate", "train"] as const).find((part) => positive.some((key) => parts.get(key) === part));
  // A study that the network does not know has no parts.
  const wells = new Set(part === undefined ? positive : positive.filter((key) => parts.get(key) === part));
  const own = study.index.fields.filter((field) => wells.has(wellKey(field)) && judges.of(field).length > 0);
  const inTurn = openRandom(seed, "checks")
    .shuffled([...groupBy(own, wellKey).values()])
    .map((fields) => openRandom(seed, "checks", wellKey(fields[0]!)).shuffled(fields));
  const rounds = Math.max(0, ...inTurn.map(({ length }) => length));
  const fields = Array.from({ length: rounds }, (_, i) => inTurn.flatMap((fields) => fields[i] ?? [])).flat();
  return { fields: fields.slice(0, checkFields), part: part ?? ("unused" as const) };
}

/** Held against another kind of network, or one that learned the same, a map would look good or bad for nothing. */
function refuseOther(shuffled: Judges, judges: Judges, path: string): void {
  const words = ({ models }: Judges) =>
    `a ${models[0]!.config.network.fusion} network over ${models[0]!.config.stains.join(", ")}`;
  const refuse = (found: string, expected: string, remedy: string) =>
    new NeuroscreenError({ code: "bad-option", what: `--beside ${path}`, found, expected, remedy });
  if (shuffled.models.some(({ config }) => config.labels === undefined))
    throw refuse(
      "a network that was taught the true labels",
      "one that was taught shuffled labels",
      "Make one with `neuroscreen crossvalidate --permuted`, and name its folder.",
    );
  if (words(shuffled) !== words(judges))
    throw refuse(words(shuffled), words(judges), "Shuffle the labels of the same kind of network.");
}

/** Names for what is kept: measures of other fields, in other ways, or by other networks are not taken for these. */
function keyOf(
  { checks, methods, window, accept, seed }: ExplainSettings,
  fields: readonly Field[],
): (network: string, hash: string) => string {
  const how = { checks, methods, window, accept, seed, fields: fields.map(fieldKey) };
  return (network, hash) => `check-${network}-${sha256(JSON.stringify({ ...how, hash })).slice(0, 12)}`;
}

// Our own files, under a key that says by what they were written.
function isListOfMeasures<T>(value: unknown): value is T[] {
  return Array.isArray(value);
}
