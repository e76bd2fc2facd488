/**
 * A plate drawn by dose and challenge: a row a treatment, its wells as coloured numbers, their mean and spread.
 */
import type { DoseRecord } from "../records/screen.ts";
import { groupBy } from "../screening/group.ts";
import { effectColor, inkOn } from "./effect-color.ts";
import { html, type Markup } from "./html.ts";
import { decimals, dose, missing } from "./numbers.ts";
import { type ClassNames, challengeWords } from "./treatments.ts";

/** Wells that have a column of their own; a treatment with more wraps them in one. */
const mostColumns = 8;

/** The table of one plate's treatments: controls first, then each compound with rising doses, unchallenged before challenged. */
export function doseTable(records: readonly DoseRecord[], classes: ClassNames): Markup {
  const controls = records.filter(({ roles }) => roles.some((role) => role === "negative" || role === "positive"));
  const others = records.filter((record) => !controls.includes(record) && !record.roles.includes("empty"));
  const compounds = [...groupBy(others, ({ compound }) => compound ?? "no compound")];
  // A compound with one row needs no heading of its own.
  const lone = compounds.flatMap(([, own]) => (own.length === 1 ? own : []));
  const blocks = [
    { name: "controls", rows: [...controls].sort((a, b) => controlRank(a) - controlRank(b)), isNamed: false },
    ...compounds
      .filter(([, own]) => own.length > 1)
      .map(([name, own]) => ({ name, rows: [...own].sort(byDoseAndChallenge), isNamed: false })),
    { name: "at one dose", rows: lone, isNamed: true },
  ].filter(({ rows }) => rows.length > 0);
  const isChallenged = records.some(({ challenge }) => challenge !== null);
  const columns = Math.min(mostColumns, Math.max(1, ...records.map(({ wells }) => wells.length)));
  return html`<div class="scroll"><table class="doses"><thead><tr><th scope="col">dose</th>${isChallenged ? html`<th scope="col">challenge</th>` : null}<th scope="col" class="wells">wells, % effect</th><th scope="col" class="number">mean</th><th scope="col" class="number">sd</th><th scope="col" class="number">95 % interval</th><th scope="col" class="number">n</th></tr></thead>${blocks.map(
    ({ name, rows, isNamed }) =>
      html`<tbody><tr><th class="block" colspan="${isChallenged ? 7 : 6}" scope="rowgroup">${name}</th></tr>${rows.map((row) => doseRow(row, isNamed && row.compound !== null ? `${row.compound} ` : "", { columns, isChallenged, classes }))}</tbody>`,
  )}</table></div>`;
}

interface RowLook {
  readonly columns: number;
  /** Whether the table has a column for the challenge. */
  readonly isChallenged: boolean;
  readonly classes: ClassNames;
}

function doseRow(record: DoseRecord, name: string, { columns, isChallenged, classes }: RowLook): Markup {
  const { wells, mean, sdBetween, low, high, nWells } = record;
  const interval = low === null || high === null ? missing : `${decimals(low, 0)} to ${decimals(high, 0)}`;
  return html`<tr><th scope="row">${name}${doseWords(record, classes)}</th>${isChallenged ? html`<td>${challengeWords(record).replace(" with ", "")}</td>` : null}<td class="wells"><div class="cells" style="--n:${columns}">${wells.map(
    ({ well, percentEffect: effect }) =>
      effect === null
        ? html`<span class="cell none" title="${well}">${missing}</span> `
        : html`<span class="cell" title="${well}" style="background:${effectColor(effect)};color:${inkOn(effect)}">${decimals(effect, 0)}</span> `,
  )}</div></td>${meanCell(mean)}<td class="number">${decimals(sdBetween, 1)}</td><td class="number">${interval}</td><td class="number">${nWells}${nWells < wells.length ? ` of ${wells.length}` : ""}</td></tr>`;
}

function meanCell(mean: number | null): Markup {
  if (mean === null) return html`<td class="number">${missing}</td>`;
  return html`<td class="number"><span class="cell mean" style="background:${effectColor(mean)};color:${inkOn(mean)}">${decimals(mean, 1)}</span></td>`;
}

function doseWords({ roles, compound, concentrationMicromolar }: DoseRecord, classes: ClassNames): string {
  const role = roles.find((role) => role === "negative" || role === "positive");
  if (role === undefined) return concentrationMicromolar === null ? missing : dose(concentrationMicromolar);
  const also = compound === null ? "" : ` (${compound} ${dose(concentrationMicromolar)})`;
  return `${role === "negative" ? "− " : "+ "}${classes[role]}${also}`;
}

function controlRank({ roles }: DoseRecord): number {
  return roles.includes("negative") ? 0 : 1;
}

function byDoseAndChallenge(a: DoseRecord, b: DoseRecord): number {
  const [one, other] = [challengeWords(a), challengeWords(b)];
  return (
    (a.concentrationMicromolar ?? 0) - (b.concentrationMicromolar ?? 0) || (one === other ? 0 : one < other ? -1 : 1)
  );
}
