/**
 * Which stain the answer rests on: over roles and wells, and in a single field.
 */
import type {
  ExplainedField,
  ExplanationRecord,
  Interval,
  RoleStains,
  StainEffects,
  WellStains,
} from "../records/explain.ts";
import { intervalWords, stainBars, stainLanes } from "./explanation-stain-plots.ts";
import { html, type Markup, type Part } from "./html.ts";
import { count, decimals, groupDigits, missing, signed } from "./numbers.ts";
import { table } from "./tables.ts";
import { type ClassNames, roleName } from "./treatments.ts";

type Study = Pick<ExplanationRecord["study"], "classes" | "channels">;
type StandIn = StainEffects["replacedBy"];

/** Rows of wells on the page; more are in the table's file. */
const mostRows = 300;

/** What a stain is replaced by. */
const standIns: Readonly<Record<StandIn, string>> = {
  mean: "its training mean",
  vehicle: "that of a vehicle field",
};

/** The section; null where no stain was measured. */
export function stainsSection({
  study,
  roles,
  wells,
}: Pick<ExplanationRecord, "study" | "roles" | "wells">): Markup | null {
  if (roles.length === 0) return null;
  return html`<section id="stains"><h2>Which stain</h2>${stainSentences(roles, study).map((words) => html`<p>${words}</p>`)}${stainsFigure(roles, study)}${roleTable(roles, study)}<p class="quiet">${stainsMeaning(study.classes)}</p>${wellsPart(wells, study)}</section>`;
}

/** What the control wells rest on, a sentence each. “Most” is said only where the intervals bear it out. */
export function stainSentences(roles: readonly RoleStains[], { classes, channels }: Study): string[] {
  const shown = shownStandIn(roles);
  return roles.flatMap(({ role, replacedBy, shapley }) => {
    if (replacedBy !== shown || (role !== "negative" && role !== "positive")) return [];
    const ranked = shapley
      .map((own, i) => ({ own, words: `${channels[i]!} ${signed(own.mean)}${intervalWords(own)}` }))
      .sort((a, b) => Math.abs(b.own.mean) - Math.abs(a.own.mean));
    const [first, second] = ranked;
    if (first === undefined) return [];
    const wells = `In ${classes[role]} wells (${groupDigits(first.own.n)})`;
    const all = ranked.map(({ words }) => words).join(", ");
    if (second === undefined) return [`${wells} the stain changes the log-odds by this much: ${all}.`];
    return isClearlyMore(first.own, second.own)
      ? [`${wells} the answer rests most on the first of these: ${all}.`]
      : [`${wells} it cannot be told on which stain the answer rests most: ${all}.`];
  });
}

// In size: the end of the first's interval that is nearer to 0 lies beyond both ends of the second's.
function isClearlyMore(first: Interval, second: Interval): boolean {
  if (first.low === null || first.high === null || second.low === null || second.high === null) return false;
  const nearer = Math.max(first.low, -first.high, 0);
  return nearer > Math.max(Math.abs(second.low), Math.abs(second.high));
}

/** The lanes of all roles, with vehicle fields as stand-ins where there are any: they are real cells, and a mean is none. */
export function stainsFigure(roles: readonly RoleStains[], study: Study): Markup | null {
  const shown = shownStandIn(roles);
  const own = roles.filter(({ replacedBy }) => replacedBy === shown);
  const plot = stainLanes(own, study);
  return plot === null
    ? null
    : html`<figure>${plot}<figcaption>What each stain adds to the log-odds (Shapley value), replaced by ${standIns[shown]}; the mean over wells with its 95 % interval.</figcaption></figure>`;
}

function shownStandIn(of: readonly { readonly replacedBy: StandIn }[]): StandIn {
  return of.some(({ replacedBy }) => replacedBy === "vehicle") ? "vehicle" : "mean";
}

function roleTable(roles: readonly RoleStains[], { classes, channels }: Study): Markup {
  return table(
    ["wells", "stain", "replaced by", "wells counted", "alone (95 %)", "Shapley (95 %)"],
    roles.flatMap(({ role, replacedBy, alone, shapley }) =>
      channels.map((name, i): Part[] => [
        roleName(role, classes),
        name,
        standIns[replacedBy],
        shapley[i]?.n ?? missing,
        effect(alone[i]),
        effect(shapley[i]),
      ]),
    ),
  );
}

function effect(interval: Interval | undefined): string {
  return interval === undefined ? missing : `${signed(interval.mean)}${intervalWords(interval).replace("95 % ", "")}`;
}

/** What the two figures of a stain mean. */
export function stainsMeaning({ negative, positive }: ClassNames): string {
  return `Alone: by how much the log-odds fall when this one stain is replaced. Shapley: the same, averaged over every order in which the stains can be replaced one after the other, so that the stains add up to the whole. Above 0 a stain speaks for ${positive}, below for ${negative}. A stain may do nothing alone because another says the same. Intervals come from drawing anew; fewer than three have none.`;
}

function wellsPart(wells: readonly WellStains[], { classes, channels }: Study): Markup | null {
  if (wells.length === 0) return null;
  const rows = wells
    .slice(0, mostRows)
    .map(({ plate, well, role, replacedBy, logit, shapley }): Part[] => [
      `${plate} ${well}`,
      roleName(role, classes),
      logit.n,
      decimals(logit.mean, 1),
      standIns[replacedBy],
      ...shapley.map(effect),
    ]);
  const more = wells.length - mostRows;
  return html`<details class="unprinted"><summary>Well by well</summary>${table(["well", "kind", "fields", "log-odds", "replaced by", ...channels.map((name) => `Shapley, ${name}`)], rows)}${more > 0 ? html`<p class="quiet">${count(more, "more row")} in stain_wells.csv.</p>` : null}</details>`;
}

/** The stains of one field: bars and a sentence, every figure folded in. Null where they were not measured. */
export function fieldStains(field: ExplainedField, study: Study, reach: number): Markup | null {
  const shown = field.stains.find(({ replacedBy }) => replacedBy === shownStandIn(field.stains));
  if (shown === undefined) return null;
  const { vehicle, logit, logitOfNone } = shown;
  const lender =
    vehicle === null ? "the training means" : `those of ${vehicle.plate} ${vehicle.well}, field ${vehicle.site}`;
  return html`${stainBars(shown, study, reach)}<div class="fieldstains"><p class="mapnote">What each stain adds. With all of them replaced by ${lender} the log-odds would be ${decimals(logitOfNone, 1)}; the stains make up the ${signed(logit - logitOfNone)} to ${decimals(logit, 1)}.</p><details class="unprinted"><summary>In figures</summary>${fieldTable(field.stains, study.channels)}</details></div>`;
}

/** The largest Shapley value of all fields in size, for bars that can be compared. */
export function shapleyReach(fields: readonly ExplainedField[]): number {
  return Math.max(1e-9, ...fields.flatMap(({ stains }) => stains.flatMap(({ shapley }) => shapley.map(Math.abs))));
}

function fieldTable(stains: readonly StainEffects[], channels: readonly string[]): Markup {
  return table(
    ["stain", ...stains.flatMap(({ replacedBy }) => [`alone, ${replacedBy}`, `Shapley, ${replacedBy}`])],
    channels.map((name, i) => [
      name,
      ...stains.flatMap(({ alone, shapley }) =>
        [alone[i], shapley[i]].map((value) => (value === undefined ? missing : signed(value, 2))),
      ),
    ]),
  );
}
