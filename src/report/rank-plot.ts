/**
 * Compounds that were tested at one dose, from the least to the greatest effect: a library at a glance.
 */
import type { WellRecord } from "../records/screen.ts";
import { html, type Markup } from "./html.ts";
import { count, decimals } from "./numbers.ts";
import { linearScale, px, ticks } from "./scales.ts";
import { type ClassNames, treatmentName } from "./treatments.ts";

const frame = { width: 860, height: 300, left: 46, right: 12, top: 24, bottom: 24 };

/** Wells from which on they have no tooltip. */
const mostTooltips = 2000;

/** An SVG with a dot a sample or reference well, in the order of percent effect. Null without one that has an effect. */
export function rankPlot(wells: readonly WellRecord[], classes: ClassNames): Markup | null {
  const ranked = wells
    .flatMap((well) => (well.percentEffect === null ? [] : [{ well, effect: well.percentEffect }]))
    .sort((a, b) => a.effect - b.effect);
  const [least, greatest] = [ranked[0], ranked.at(-1)];
  if (least === undefined || greatest === undefined) return null;
  const range: [number, number] = [Math.min(-10, least.effect) - 4, Math.max(110, greatest.effect) + 4];
  const x = linearScale([-0.5, ranked.length - 0.5], [frame.left, frame.width - frame.right]);
  const y = linearScale(range, [frame.height - frame.bottom, frame.top]);
  const spoken = `${count(ranked.length, "well")} by rising percent effect, from ${decimals(least.effect, 0)} to ${decimals(greatest.effect, 0)}; the greatest is ${treatmentName(greatest.well, classes)} in ${greatest.well.plate} ${greatest.well.well}.`;
  return html`<svg class="plot" viewBox="0 0 ${frame.width} ${frame.height}" style="max-width:${frame.width}px;min-width:480px" role="img" aria-label="${spoken}">
<text class="axis" x="2" y="12">percent effect (0 ${classes.negative}, 100 ${classes.positive})</text>${ticks(
    range,
    6,
  ).map(
    (tick) =>
      html`<line class="${tick === 0 || tick === 100 ? "anchor" : "grid"}" x1="${frame.left}" x2="${frame.width - frame.right}" y1="${px(y(tick))}" y2="${px(y(tick))}"/><text class="axis" x="${frame.left - 6}" y="${px(y(tick) + 4)}" text-anchor="end">${decimals(tick, 0)}</text>`,
  )}
<g class="series0">${ranked.map(
    ({ well, effect }, rank) =>
      html`<circle class="dot" cx="${px(x(rank))}" cy="${px(y(effect))}" r="3.4">${
        ranked.length > mostTooltips
          ? null
          : html`<title>${well.plate} ${well.well}: ${treatmentName(well, classes)}, ${decimals(effect, 1)} % effect</title>`
      }</circle>`,
  )}</g><text class="axis" x="${px((frame.left + frame.width - frame.right) / 2)}" y="${frame.height - 6}" text-anchor="middle">${count(ranked.length, "well")}, by rising effect</text>
</svg>`;
}
