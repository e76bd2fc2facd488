/**
 * What stands first: what was asked, and what must be known before any number is believed.
 */
import type { PositionCheck } from "../records/position.ts";
import { html, type Markup } from "./html.ts";
import type { ReportInput } from "./input.ts";
import { count, groupDigits } from "./numbers.ts";

/** Warnings and left-out files that stand open; the others are folded in. */
const mostOpen = 6;

/** Left-out files that are named one by one; what is more is only counted. */
const mostNamed = 300;

/** The question, in a sentence. */
export function asked({ study, wells }: ReportInput): Markup {
  const plates = new Set(wells.map(({ plate }) => plate)).size;
  const fields = wells.reduce((sum, { nFields }) => sum + nFields, 0);
  return html`<p class="asked">Asked of ${count(plates, "plate")}, ${count(wells.length, "well")} and ${count(fields, "field")} in ${study.channels.join(", ")}: how far is each well from ${study.classes.negative}, on the way to ${study.classes.positive}?</p>`;
}

/** The warnings, gravest first; null where there is nothing to warn of. */
export function warnings(input: ReportInput): Markup | null {
  const sentences = [
    ...positionWarning(input.position),
    ...openedWarning(input.opened),
    ...input.warnings,
    ...missingWarning(input),
  ];
  const { problems } = input;
  if (sentences.length === 0 && problems.length === 0) return null;
  const items = sentences.map((sentence) => html`<li>${sentence}</li>`);
  const hidden = items.slice(mostOpen);
  return html`<section class="warnings" id="warnings" aria-label="Warnings"><h2>Read this first</h2><ul>${items.slice(0, mostOpen)}${
    hidden.length === 0
      ? null
      : html`<li><details><summary>${count(hidden.length, "more warning")}</summary><ul>${hidden}</ul></details></li>`
  }${problems.length === 0 ? null : leftOut(problems)}</ul></section>`;
}

/** How position fared where it does not explain the labels: a sentence for those who ask. Empty where there is nothing to say. */
export function positionSentence(position: PositionCheck | null): string {
  if (position === null || position.explains) return "";
  return `From its place on the plate alone, ${tally(position)} would have been told right: position does not explain the labels.`;
}

function positionWarning(position: PositionCheck | null): string[] {
  if (position === null || !position.explains) return [];
  return [
    `Position explains the labels. Without a look at any image, ${tally(position)} ${position.wells === 1 ? "is" : "are"} told right from nothing but where they lie: each takes the role of the nearest training control. So the network may have learned the place of a well (edge, column, order of pipetting) and not its cells, and nothing below can tell the two apart. Lay out controls at random places and screen again before believing it.`,
  ];
}

// `6 of 12 test wells`
function tally({ right, wells, heldOut }: PositionCheck): string {
  const what = {
    split: "test control wells",
    plate: "control wells, each plate guessed from the others,",
    well: "control wells, each guessed from the others,",
  }[heldOut];
  return `${right} of ${wells} ${what}`;
}

function openedWarning(opened: ReportInput["opened"]): string[] {
  if (opened === null || opened.models < 2) return [];
  return [
    `These test wells have judged ${opened.models} models, this one among them. The best of several looks better than it is: a plate that no model has seen settles it.`,
  ];
}

function missingWarning({ wells }: ReportInput): string[] {
  const missing = wells.reduce((sum, { nFieldsMissing }) => sum + nFieldsMissing, 0);
  if (missing === 0) return [];
  const own = wells.filter(({ nFieldsMissing }) => nFieldsMissing > 0).length;
  const all = missing + wells.reduce((sum, { nFields }) => sum + nFields, 0);
  return [
    `${groupDigits(missing)} of ${count(all, "field")} are missing, in ${count(own, "well")}; each well’s score is the mean of the fields that it has.`,
  ];
}

function leftOut(problems: ReportInput["problems"]): Markup {
  const more = problems.length - mostNamed;
  return html`<li><details${problems.length <= mostOpen ? html` open` : null}><summary>Left out: ${groupDigits(problems.length)} ${problems.length === 1 ? "file or well" : "files or wells"}</summary><ul>${problems
    .slice(0, mostNamed)
    .map(
      ({ subject, message }) => html`<li>${subject}: ${message}</li>`,
    )}${more > 0 ? html`<li>and ${groupDigits(more)} more, named in report.json</li>` : null}</ul></details></li>`;
}
