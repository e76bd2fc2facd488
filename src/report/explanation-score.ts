/**
 * Where a field lies among the others that were explained.
 */
import type { ExplainedField, ExplanationRecord } from "../records/explain.ts";
import { html, type Markup } from "./html.ts";
import { decimals, plain } from "./numbers.ts";
import { linearScale, px, ticks } from "./scales.ts";
import type { ClassNames } from "./treatments.ts";

const frame = { width: 300, height: 62, left: 8, right: 8, line: 30 };

/** An SVG of the log-odds of all explained fields, this one large; the band in which the network cannot tell is grey. */
export function scoreStrip(
  field: ExplainedField,
  { fields, models, study }: Pick<ExplanationRecord, "fields" | "models" | "study">,
): Markup {
  const unsure = models[field.model]?.unsure ?? null;
  const ends = [0, ...fields.map(({ logit }) => logit), ...(unsure === null ? [] : [unsure.low, unsure.high])];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const air = (most - least || 1) * 0.06;
  const range = [least - air, most + air] as const;
  const x = linearScale(range, [frame.left, frame.width - frame.right]);
  const shown = ticks(range, 6);
  const spoken = `Log-odds ${decimals(field.logit, 1)}, on a line from ${decimals(least, 1)} to ${decimals(most, 1)} over all ${fields.length} explained fields.`;
  return html`<svg class="plot score" viewBox="0 0 ${frame.width} ${frame.height}" style="max-width:${frame.width}px" role="img" aria-label="${spoken}">
<text class="axis" x="${frame.left}" y="11">${study.classes.negative}</text><text class="axis" x="${frame.width - frame.right}" y="11" text-anchor="end">${study.classes.positive}</text>
${
  unsure === null
    ? null
    : html`<rect class="unsure" x="${px(x(unsure.low))}" y="${frame.line - 10}" width="${px(x(unsure.high) - x(unsure.low))}" height="20"/>`
}<line class="grid" x1="${frame.left}" x2="${frame.width - frame.right}" y1="${frame.line}" y2="${frame.line}"/>${shown.map(
    (tick) =>
      html`<line class="tick" x1="${px(x(tick))}" x2="${px(x(tick))}" y1="${frame.line + 11}" y2="${frame.line + 15}"/><text class="axis" x="${px(x(tick))}" y="${frame.line + 28}" text-anchor="middle">${plain(tick)}</text>`,
  )}<line class="zero" x1="${px(x(0))}" x2="${px(x(0))}" y1="${frame.line - 11}" y2="${frame.line + 11}"/>
${fields.map(({ logit, role }) => html`<line class="other-field ${sideOf(role)}" x1="${px(x(logit))}" x2="${px(x(logit))}" y1="${frame.line - 6}" y2="${frame.line + 6}"/>`)}<path class="own-field ${sideOf(field.role)}" d="M${px(x(field.logit))} ${frame.line - 9}l6 9l-6 9l-6 -9z"/>
</svg>`;
}

/** The class that gives a role its colour. */
export function sideOf(role: ExplainedField["role"]): string {
  return role === "negative" || role === "positive" ? role : "series2";
}

/** What the strip's signs mean. */
export function scoreLegend({ negative, positive }: ClassNames, hasBand: boolean): string {
  return `On the line of log-odds the large sign is the field itself, the strokes are the other explained fields; blue: ${negative} control, orange: ${positive} control, purple: any other well.${hasBand ? " In the grey band the network cannot tell." : ""}`;
}
