/**
 * Which fields are explained: the ones about which the network was surest, most wrong and most unsure, and typical ones.
 */
import { fieldKey } from "../images/fields.ts";
import { type Role, roles } from "../plates/roles.ts";
import { wellKey } from "../plates/split.ts";
import type { ExplainedField, FieldChoice } from "../records/explain.ts";
import { groupBy } from "../screening/group.ts";
import { median } from "../statistics/descriptive.ts";
import type { PickCounts } from "./explain-settings.ts";

/** Log-odds between which a network cannot tell, both ends out. */
export interface UnsureBand {
  readonly low: number;
  readonly high: number;
}

/** A field that may be explained, and what its network says of it. */
export interface Candidate {
  readonly plate: string;
  readonly well: string;
  readonly site: number;
  readonly role: Role;
  /** Log-odds of the positive class. */
  readonly logit: number;
  /** Of the network that said so; null where it has none. */
  readonly band: UnsureBand | null;
}

/** A field to explain, and why. */
export interface Picked<T extends Candidate = Candidate> {
  readonly field: T;
  readonly choice: FieldChoice;
}

/** What a network makes of a field: unsure inside its band; without one, the sign tells. */
export function verdictOf({ logit, band }: Pick<Candidate, "logit" | "band">): ExplainedField["verdict"] {
  if (band !== null && logit > band.low && logit < band.high) return "unsure";
  return logit > middleOf(band) ? "positive" : "negative";
}

/**
 * Picks fields: `best`, `wrong` and `unsure` ones among the controls, then `median` ones of every role. A field is taken
 * once, for the first reason; and a well once before any well is taken twice, since fields of one well show the same.
 *
 * @param candidates in the study's order, which decides between equals
 */
export function pickFields<T extends Candidate>(candidates: readonly T[], counts: PickCounts): Picked<T>[] {
  const controls = candidates.filter(({ role }) => role === "negative" || role === "positive");
  const taken = new Set<string>();
  const take = (choice: FieldChoice, ranked: readonly T[], count: number): Picked<T>[] =>
    wellsFirst(ranked.filter((field) => !taken.has(fieldKey(field))))
      .slice(0, count)
      .map((field) => {
        taken.add(fieldKey(field));
        return { field, choice };
      });
  return [
    ...take("best", best(controls), counts.best),
    ...take("wrong", wrong(controls), counts.wrong),
    ...take(
      "unsure",
      by(controls, ({ logit, band }) => Math.abs(logit - middleOf(band))),
      counts.unsure,
    ),
    ...roles.flatMap((role) => take("median", typical(candidates, role), counts.median)),
  ];
}

/** Right ones, farthest from the middle first. The two classes take turns: how far one side goes says nothing of the other. */
function best<T extends Candidate>(controls: readonly T[]): T[] {
  const right = controls.filter((field) => verdictOf(field) === field.role);
  const of = (role: Role) =>
    by(
      right.filter((field) => field.role === role),
      (field) => -marginOf(field),
    );
  const [positive, negative] = [of("positive"), of("negative")];
  return Array.from({ length: Math.max(positive.length, negative.length) }, (_, i) => [
    ...positive.slice(i, i + 1),
    ...negative.slice(i, i + 1),
  ]).flat();
}

/** Those told to be the other class, farthest from the middle first. */
function wrong<T extends Candidate>(controls: readonly T[]): T[] {
  const isWrong = (field: T) => verdictOf(field) !== "unsure" && verdictOf(field) !== field.role;
  return by(controls.filter(isWrong), marginOf);
}

/** Fields of a role, nearest to its median first. */
function typical<T extends Candidate>(candidates: readonly T[], role: Role): T[] {
  const own = candidates.filter((field) => field.role === role);
  if (own.length === 0) return [];
  const middle = median(own.map(({ logit }) => logit));
  return by(own, ({ logit }) => Math.abs(logit - middle));
}

/** How far on its own side of the middle a control field is; below 0 on the other. */
function marginOf({ role, logit, band }: Candidate): number {
  return (role === "positive" ? 1 : -1) * (logit - middleOf(band));
}

function middleOf(band: UnsureBand | null): number {
  return band === null ? 0 : (band.low + band.high) / 2;
}

/** The first field of each well, then the second of each, in the given order otherwise. */
function wellsFirst<T extends Candidate>(fields: readonly T[]): T[] {
  const turns = new Map<T, number>();
  for (const own of groupBy(fields, wellKey).values()) own.forEach((field, turn) => void turns.set(field, turn));
  return by(fields, (field) => turns.get(field)!);
}

/** Sorted by a number, ascending; equals stay in their order. */
function by<T>(items: readonly T[], value: (item: T) => number): T[] {
  return [...items].sort((a, b) => value(a) - value(b));
}
