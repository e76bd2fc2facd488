/**
 * The fields that may be explained, scored: control fields that their network has not seen, and some of every other role.
 */
import { NeuroscreenError } from "../base/errors.ts";
import { openRandom } from "../base/random.ts";
import { version } from "../base/version.ts";
import { onnxruntimeVersion } from "../engine/runtime/node.ts";
import { type Field, fieldKey } from "../images/fields.ts";
import type { PlateMapWell } from "../plates/platemap.ts";
import { isControl, type Role } from "../plates/roles.ts";
import { type Part, wellKey } from "../plates/split.ts";
import { fieldLogit, partOf } from "../screening/wells.ts";
import { sha256 } from "../store/files.ts";
import type { RunEvent } from "./events.ts";
import { namedFields } from "./explain-named.ts";
import type { Candidate } from "./explain-pick.ts";
import type { ExplainSettings } from "./explain-settings.ts";
import type { OpenStudy } from "./index-study.ts";
import { averaged, type Judges, partsOf } from "./judges.ts";
import { scoreStudy } from "./score-study.ts";
import { fieldsAtOnce } from "./screen-models.ts";

/** A field that was scored by the one network that explains it. */
export interface ScoredCandidate extends Candidate {
  /** The network's place among the judges' models. */
  readonly model: number;
  readonly part: Part;
  readonly field: Field;
  readonly facts: PlateMapWell;
}

/** Fields to pick from. */
export interface Candidates {
  /** In the study's order. */
  readonly scored: readonly ScoredCandidate[];
  /** In sentences: which fields these are. */
  readonly notes: readonly string[];
  /** Forgets the scores, once what they were for stands. */
  forget(): Promise<void>;
}

/** More fields of a role are not scored, but as many drawn at random: the surest of these are sure enough. */
const mostOfControls = 300;
const mostOfOthers = 100;

/**
 * For each well one judge: the network that was tested by it. Where none was, as for a plate that a crossvalidation does not know, the first
 * speaks, for an explanation is of one network.
 */
export function soleJudges(judges: Judges): Judges {
  return { ...judges, of: (place) => judges.of(place).slice(0, 1), pool: averaged };
}

/**
 * Scores the fields among which is picked, or those that are named.
 *
 * @param judges as {@link soleJudges} gives them
 * @throws {NeuroscreenError} `unknown-field`; `lost-field` if a named one cannot be read; `no-candidates`; what scoring throws
 */
export async function* scoreCandidates(
  judges: Judges,
  study: OpenStudy,
  settings: ExplainSettings,
  { out, workers, resume }: { readonly out: string; readonly workers: number; readonly resume: boolean },
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, Candidates> {
  const { index } = study;
  const parts = partsOf(judges, study);
  const wells = new Map(index.wells.map((well) => [wellKey(well), well]));
  const factsOf = (field: Field) => wells.get(wellKey(field))!;
  const chosen =
    settings.fields === null
      ? drawn(index.fields, { factsOf, partOf: (field) => partOf(factsOf(field), parts), settings })
      : { fields: namedFields(settings.fields, index), notes: [] };
  if (chosen.fields.length === 0) throw refuseNone(index.study.name);
  const wanted = new Set(chosen.fields.map(fieldKey));
  const batch = fieldsAtOnce(judges.models);
  const isWanted = (field: Pick<Field, "plate" | "well"> & { readonly site?: number }) =>
    field.site !== undefined && wanted.has(fieldKey({ ...field, site: field.site }));
  const scored = yield* scoreStudy(
    { ...judges, of: (field) => (isWanted(field) ? judges.of(field) : []) },
    study,
    {
      ...{ out, batch, workers, resume, accept: settings.accept, strict: false },
      key: sha256(
        JSON.stringify({
          ...{ neuroscreen: version, onnxruntime: onnxruntimeVersion, models: judges.models.map(({ hash }) => hash) },
          ...{ listHash: study.listHash, mapHash: index.mapHash, accept: settings.accept, batch, fields: [...wanted] },
        }),
      ),
    },
    signal,
  );
  const logits = new Map(scored.scores.map((score) => [fieldKey(score), fieldLogit(score)]));
  const [lost] = scored.problems;
  if (settings.fields !== null && lost !== undefined) throw refuseLost(lost);
  if (logits.size === 0) throw refuseNone(index.study.name);
  return {
    scored: chosen.fields.flatMap((field) => {
      const logit = logits.get(fieldKey(field));
      if (logit === undefined) return [];
      const facts = factsOf(field);
      const [model] = judges.of(field);
      const band = judges.models[model!]!.config.calibration?.unsure ?? null;
      const { plate, well, site } = field;
      return [
        { plate, well, site, role: facts.role, logit, band, model: model!, part: partOf(facts, parts), field, facts },
      ];
    }),
    notes: chosen.notes,
    forget: () => scored.journal.remove(),
  };
}

/** How seen a control well is, least first. */
export const unseenFirst = ["test", "validate", "train"] as const;

/** Control fields of the least seen wells, and fields of the other roles where typical ones are wanted. */
function drawn(
  fields: readonly Field[],
  {
    factsOf,
    partOf,
    settings: { picks, seed },
  }: {
    readonly factsOf: (field: Field) => PlateMapWell;
    readonly partOf: (field: Field) => Part;
    readonly settings: Pick<ExplainSettings, "picks" | "seed">;
  },
): { readonly fields: Field[]; readonly notes: string[] } {
  const controls = fields.filter((field) => isControl(factsOf(field).role));
  const part = unseenFirst.find((part) => controls.some((field) => partOf(field) === part));
  const notes: string[] = [];
  if (part === "validate")
    notes.push(
      "The network has no test wells here: control fields are of its validation wells, which chose its weights.",
    );
  if (part === "train")
    notes.push(
      "The network has learned from every control well here: its control fields look surer than new ones would.",
    );
  const taken = new Set<Field>();
  const take = (role: Role, own: readonly Field[], most: number) => {
    if (own.length > most)
      notes.push(
        `Of ${own.length} fields of the role ${role}, ${most} were drawn at random, and of these the fields shown were picked.`,
      );
    for (const field of openRandom(seed, "candidates", role).shuffled(own).slice(0, most)) taken.add(field);
  };
  const of = (role: Role) => fields.filter((field) => factsOf(field).role === role);
  for (const role of ["negative", "positive"] as const)
    take(
      role,
      of(role).filter((field) => partOf(field) === part),
      mostOfControls,
    );
  if (picks.median > 0) for (const role of ["sample", "reference"] as const) take(role, of(role), mostOfOthers);
  return { fields: fields.filter((field) => taken.has(field)), notes };
}

function refuseLost({ subject, message }: { readonly subject: string; readonly message: string }): NeuroscreenError {
  return new NeuroscreenError({
    code: "lost-field",
    what: `Reading the field ${subject}`,
    found: message.replace(/^left out: /, ""),
    expected: "images that can be read",
    remedy: "Mend the image, or name another field.",
  });
}

function refuseNone(study: string): NeuroscreenError {
  return new NeuroscreenError({
    code: "no-candidates",
    what: `Looking for fields of ${study} to explain`,
    found: "none that a network of this folder judges",
    expected: "at least one",
    remedy: "Name a model that was trained on these plates, or name the fields with --fields.",
  });
}
