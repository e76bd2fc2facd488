/**
 * What a network says of wells against what is true of them.
 */
import type { WellCheck } from "../records/truth-check.ts";
import { html, type Markup } from "./html.ts";
import { count, decimals } from "./numbers.ts";
import { linearScale, px, ticks } from "./scales.ts";
import { type ClassNames, treatmentName } from "./treatments.ts";

const frame = { width: 420, height: 320, left: 46, right: 14, top: 24, bottom: 44 };

/** Half the side of the signs of untreated wells, and radius of the others. */
const size = 3.4;

/** The kinds of wells, what they are called and how they are drawn. */
const kinds = [
  { kind: "negative", series: "negative", isFilled: true },
  { kind: "positive", series: "positive", isFilled: true },
  { kind: "compound", series: "series2", isFilled: false },
] as const;

/** An SVG with a dot a well: true damage to the right, percent effect upwards. Null without a well. */
export function damagePlot(wells: readonly WellCheck[], classes: ClassNames): Markup | null {
  if (wells.length === 0) return null;
  const [right, bottom] = [frame.width - frame.right, frame.height - frame.bottom];
  const damages = wells.map(({ damage }) => damage);
  const effects = wells.map(({ percentEffect }) => percentEffect);
  const damageRange: [number, number] = [Math.min(0, ...damages) - 0.03, Math.max(1.1, ...damages) + 0.03];
  const effectRange: [number, number] = [Math.min(-10, ...effects) - 4, Math.max(110, ...effects) + 4];
  const x = linearScale(damageRange, [frame.left, right]);
  const y = linearScale(effectRange, [bottom, frame.top]);
  return html`<svg class="plot" viewBox="0 0 ${frame.width} ${frame.height}" style="max-width:${frame.width}px" role="img" aria-label="${`Percent effect against true damage of ${count(wells.length, "well")}, from ${decimals(Math.min(...effects), 0)} to ${decimals(Math.max(...effects), 0)} percent.`}">
${ticks(effectRange, 6).map(
  (tick) =>
    html`<line class="${tick === 0 || tick === 100 ? "anchor" : "grid"}" x1="${frame.left}" x2="${right}" y1="${px(y(tick))}" y2="${px(y(tick))}"/><text class="axis" x="${frame.left - 6}" y="${px(y(tick) + 4)}" text-anchor="end">${decimals(tick, 0)}</text>`,
)}${ticks(damageRange, 6).map(
  (tick) =>
    html`<line class="tick" x1="${px(x(tick))}" x2="${px(x(tick))}" y1="${bottom}" y2="${bottom + 5}"/><text class="axis" x="${px(x(tick))}" y="${bottom + 18}" text-anchor="middle">${decimals(tick, 1)}</text>`,
)}<line class="tick" x1="${frame.left}" x2="${right}" y1="${bottom}" y2="${bottom}"/><text class="axis" x="${px((frame.left + right) / 2)}" y="${bottom + 36}" text-anchor="middle">true damage</text><text class="axis" x="2" y="12">percent effect</text>
${kinds.map(
  ({ kind, series, isFilled }) =>
    html`<g class="${series}${isFilled ? "" : " train"}">${wells
      .filter((well) => kindOf(well) === kind)
      .map(
        (well) =>
          html`<path class="control" d="${sign(kind, x(well.damage), y(well.percentEffect))}"><title>${well.plate} ${well.well}: ${treatmentName(well, classes)}, damage ${decimals(well.damage, 2)}, ${decimals(well.percentEffect, 0)} % effect</title></path>`,
      )}</g>`,
)}
</svg>`;
}

/** What the signs of the plot mean. */
export function damageLegend(classes: ClassNames): Markup {
  const words = { ...classes, compound: "wells with a compound" };
  return html`<p class="legend">${kinds.map(
    ({ kind, series, isFilled }) =>
      html`<span class="key"><svg class="sign ${series}${isFilled ? "" : " train"}" viewBox="0 0 14 14" aria-hidden="true"><path class="control" d="${sign(kind, 7, 7)}"/></svg>${words[kind]}</span> `,
  )}</p>`;
}

function kindOf({ role }: WellCheck): (typeof kinds)[number]["kind"] {
  return role === "negative" || role === "positive" ? role : "compound";
}

// Shapes too, not colours alone: a square, a diamond, a ring.
function sign(kind: (typeof kinds)[number]["kind"], x: number, y: number): string {
  switch (kind) {
    case "negative":
      return `M${px(x - size)} ${px(y - size)}h${2 * size}v${2 * size}h${-2 * size}z`;
    case "positive":
      return `M${px(x)} ${px(y - 1.4 * size)}l${px(1.4 * size)} ${px(1.4 * size)}l${px(-1.4 * size)} ${px(1.4 * size)}l${px(-1.4 * size)} ${px(-1.4 * size)}z`;
    case "compound":
      return `M${px(x - size)} ${px(y)}a${size} ${size} 0 1 0 ${2 * size} 0a${size} ${size} 0 1 0 ${-2 * size} 0`;
  }
}
