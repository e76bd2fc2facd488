/**
 * Why the network says so, in the report of a screen.
 */
import { uncheckedWords, verdictList } from "./explanation-checks.ts";
import { cards, cardsLegend } from "./explanation-fields.ts";
import { stainSentences, stainsFigure, stainsMeaning } from "./explanation-stains.ts";
import { fieldsAndWells } from "./explanation-words.ts";
import { html, type Markup } from "./html.ts";
import type { ReportInput } from "./input.ts";
import { count } from "./numbers.ts";

/** The section; null where the screen was given no explanation. @param images pictures as data URIs, by their paths in the screen's folder */
export function explanationSection(
  { explanation, study }: Pick<ReportInput, "explanation" | "study">,
  images: ReadonlyMap<string, string>,
): Markup | null {
  if (explanation === undefined) return null;
  const { fields, models, roles, verdicts, nFields, notes } = explanation;
  const input = { study, models, fields };
  const context = { ...study, class: explanation.class, verdicts: verdicts ?? [], images, isLinked: false };
  const more = nFields - fields.length;
  return html`<section id="explanation"><h2>Why it says so</h2>${stainSentences(roles, study).map((words) => html`<p>${words}</p>`)}${
    verdicts === null ? html`<p>${uncheckedWords}</p>` : verdictList(verdicts)
  }${stainsFigure(roles, study)}${roles.length === 0 ? null : html`<p class="quiet">${stainsMeaning(study.classes)}</p>`}<h3>${fieldsAndWells(fields)}</h3>${notes.map((words) => html`<p>${words}</p>`)}${cardsLegend(input)}${cards(input, context)}${
    more > 0
      ? html`<p class="quiet">${count(more, "more field")}, more maps and all figures are on the explanation’s own page.</p>`
      : null
  }</section>`;
}
