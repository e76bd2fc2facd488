/**
 * Whether the maps can be believed: measured on positive control fields that the network has not seen, beside networks that learned nothing.
 */
import { NeuroscreenError } from "../base/errors.ts";
import { openRandom } from "../base/random.ts";
import { initialWeights } from "../engine/nn/initial-weights.ts";
import type { MapKind } from "../explain/importance.ts";
import { verdictOfKind } from "../explain/verdicts.ts";
import { type Field, fieldKey } from "../images/fields.ts";
import { wellKey } from "../plates/split.ts";
import type { CheckedNetwork, ExplainChecks } from "../records/explain.ts";
import { groupBy } from "../screening/group.ts";
import { partOf } from "../screening/wells.ts";
import { sha256 } from "../store/files.ts";
import type { RunEvent } from "./events.ts";
import { soleJudges, unseenFirst } from "./explain-candidates.ts";
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
import { passesOf, randomiseMaps } from "./explain-randomised.ts";
import type { ExplainSettings } from "./explain-settings.ts";
import type { OpenStudy } from "./index-study.ts";
import { type Judges, judgesOf, openModels, openShuffled, partsOf } from "./judges.ts";
import { type ExplainerRequest, openExplainer } from "./opened-explainer.ts";
import { openPace } from "./pace.ts";

/** Maps of so many fields are randomised layer by layer: each layer opens the network anew. */
const randomisedFields = 12;

// Drawings of other maps, and what takes minutes a field, are not measured.
const isMeasured = (method: MapKind["method"]) => method !== "coloured" && method !== "windows-exact";

/** Whose maps of which fields are measured. */
export interface ChecksPlan {
  readonly fields: readonly Field[];
  /** The least seen part of the wells, which they are of. */
  readonly part: (typeof unseenFirst)[number];
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

/** What the checks are run with. */
interface Checking {
  readonly settings: ExplainSettings;
  readonly workers: number;
  /** Keeps what was measured of a field, so that a run that was cut short goes on. */
  readonly folder: ExplainFolder;
}

/** Measures the maps, and says what follows. */
export async function* checkMaps(
  plan: ChecksPlan,
  study: OpenStudy,
  checking: Checking,
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, ExplainChecks> {
  const { fields, part } = plan;
  const { checks, seed } = checking.settings;
  const measured = yield* measureAll(plan, study, checking, signal);
  const randomised = checks.includes("randomisation") ? yield* randomiseAll(plan, study, checking, signal) : [];
  const figures = {
    enrichment: checks.includes("enrichment") ? enrichmentFigures(measured, seed) : [],
    deletion: deletionFigures(measured, seed),
    randomisation: randomisationFigures(randomised, seed),
  };
  const kinds = new Map(measured.map(({ kind }) => [kindName(kind), kind]));
  const seen = {
    test: "that the network has not seen",
    validate: "that chose the network’s weights",
    train: "that the network learned from",
  };
  return {
    fields: `fields of positive control wells ${seen[part]}, drawn evenly from the wells; intervals are over wells.`,
    nFields: fields.length,
    nWells: new Set(fields.map(wellKey)).size,
    ...figures,
    verdicts: [...kinds.values()].map((kind) => verdictOfKind(kind, figures)),
  };
}

/** Each network's maps of each field. */
async function* measureAll(
  { fields, networks }: ChecksPlan,
  study: OpenStudy,
  { settings, workers, folder }: Checking,
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, MeasuredMap[]> {
  const measured: MeasuredMap[] = [];
  const keptAs = keyOf(settings, fields);
  const told = openPace(networks.length * fields.length);
  for (const { network, by } of networks)
    for (const [which, model] of by.models.entries()) {
      const own = fields.filter((field) => by.of(field)[0] === which);
      if (own.length === 0) continue;
      // Each fold has random weights of its own.
      const weights = network === "random" ? initialWeights(model.config.network, settings.seed + which) : undefined;
      const opened = yield* openExplainer(model, study, { ...requestOf(settings, workers), weights }, signal);
      const isDeleting = network === "trained" && settings.checks.includes("deletion");
      const greys = new Map<string, number[]>();
      const greysOf = async (plate: string) => {
        if (!greys.has(plate)) greys.set(plate, await plateMedians(plate, opened, study, settings));
        return greys.get(plate)!;
      };
      try {
        for (const field of own) {
          signal?.throwIfAborted();
          const name = `${keptAs(network, model.hash)}-${fields.indexOf(field)}`;
          const earlier = await folder.earlier(name, isListOfMeasures<MeasuredMap>);
          const found =
            earlier ??
            (await measureField(field, opened, {
              ...{ network, study, settings, stains: model.config.stains },
              greys: isDeleting ? await greysOf(field.plate) : null,
            }));
          if (!earlier) await folder.keep(name, found);
          measured.push(...found);
          yield told(!earlier);
        }
      } finally {
        await opened.close();
      }
    }
  return measured;
}

/** The explained networks' maps of a few fields, by parameters drawn anew. */
async function* randomiseAll(
  { fields, networks }: ChecksPlan,
  study: OpenStudy,
  { settings, workers, folder }: Checking,
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, RandomisedMap[]> {
  const { by } = networks[0]!;
  const few = fields.slice(0, randomisedFields);
  const keptAs = keyOf(settings, fields);
  const work = by.models.flatMap((model, which) => {
    const own = few.filter((field) => by.of(field)[0] === which);
    return own.length === 0 ? [] : [{ model, own, which, passes: own.length * passesOf(model) }];
  });
  const pace = openPace(work.reduce((sum, { passes }) => sum + passes, 0));
  const randomised: RandomisedMap[] = [];
  for (const { model, own, which, passes } of work) {
    const name = keptAs("randomised", model.hash);
    const earlier = await folder.earlier(name, isListOfMeasures<RandomisedMap>);
    if (earlier) for (let i = 0; i < passes; i++) yield pace(false);
    const how = { request: requestOf(settings, workers), seed: settings.seed + which, told: () => pace(true) };
    const found = earlier ?? (yield* randomiseMaps(own, model, study, how, signal));
    if (!earlier) await folder.keep(name, found);
    randomised.push(...found);
  }
  return randomised;
}

/** Of the positive class, for which the fields were harmed. */
function requestOf({ methods, window, accept }: ExplainSettings, workers: number): ExplainerRequest {
  return { methods: methods.filter(isMeasured), class: 1, window, accept, workers };
}

/** Fields of the least seen positive controls: a round of the wells after the other, so that wells count alike. */
function sampled(
  judges: Judges,
  study: OpenStudy,
  { seed, checkFields }: ExplainSettings,
): Pick<ChecksPlan, "fields" | "part"> {
  const parts = partsOf(judges, study);
  const positive = study.index.wells.filter((well) => well.role === "positive" && judges.of(well).length > 0);
  const part = unseenFirst.find((part) => positive.some((well) => partOf(well, parts) === part)) ?? "test";
  const wells = new Set(positive.filter((well) => partOf(well, parts) === part).map(wellKey));
  const own = study.index.fields.filter((field) => wells.has(wellKey(field)));
  const inTurn = openRandom(seed, "checks")
    .shuffled([...groupBy(own, wellKey).values()])
    .map((fields) => openRandom(seed, "checks", wellKey(fields[0]!)).shuffled(fields));
  const rounds = Math.max(0, ...inTurn.map(({ length }) => length));
  const fields = Array.from({ length: rounds }, (_, i) => inTurn.flatMap((fields) => fields[i] ?? [])).flat();
  return { fields: fields.slice(0, checkFields), part };
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
