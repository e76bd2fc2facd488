/**
 * Control wells against each other, and those that the network learned from apart from those that it did not.
 */
import type { WellRecord } from "../records/screen.ts";
import { html, type Markup } from "./html.ts";
import { count, decimals } from "./numbers.ts";
import { linearScale, px, type Scale, ticks } from "./scales.ts";
import type { ClassNames } from "./treatments.ts";

const width = 420;
const margin = { left: 10, right: 12, top: 6, bottom: 38 };

/** Height of a lane's name, and of the dots below it. */
const heading = 18;
const dotsHeight = 34;

/** The lanes of each role, what matters most first. */
const lanes = [
  { part: "test", words: "test, never learned from" },
  { part: "validate", words: "validation, seen while training" },
  { part: "train", words: "training" },
  { part: "unused", words: "unused" },
] as const;

/** Wells in a lane from which on they have no tooltip. */
const mostTooltips = 200;

/**
 * An SVG with a dot a control well at its mean log-odds, a lane a role and part. Null without a scored control well.
 *
 * @param unsure the log-odds between which the network cannot tell, drawn as a band
 */
export function controlsPlot(
  wells: readonly WellRecord[],
  classes: ClassNames,
  unsure: { readonly low: number; readonly high: number } | null = null,
): Markup | null {
  const filled = (["negative", "positive"] as const).flatMap((role) =>
    lanes.flatMap(({ part, words }) => {
      const own = wells.flatMap((well) =>
        well.role === role && well.part === part && well.logit !== null ? [{ ...well, logit: well.logit }] : [],
      );
      return own.length === 0 ? [] : [{ role, part, words, wells: own }];
    }),
  );
  const logits = filled.flatMap(({ wells }) => wells.map(({ logit }) => logit));
  if (logits.length === 0) return null;
  const ends = unsure === null ? [] : [unsure.low, unsure.high];
  const [low, high] = [...logits, ...ends].reduce(
    ([low, high], logit) => [Math.min(low, logit), Math.max(high, logit)],
    [0, 0],
  );
  const air = (high - low || 1) * 0.04;
  const range = [low - air, high + air] as const;
  const height = margin.top + margin.bottom + filled.length * (heading + dotsHeight);
  const bottom = height - margin.bottom;
  const x = linearScale(range, [margin.left, width - margin.right]);
  const spoken = filled.map(({ role, words, wells }) => `${classes[role]}, ${words}: ${count(wells.length, "well")}`);
  return html`<svg class="plot" viewBox="0 0 ${width} ${height}" style="max-width:${width}px" role="img" aria-label="${`Mean log-odds of the control wells. ${spoken.join("; ")}.`}">
${
  unsure === null
    ? null
    : html`<rect class="other band" x="${px(x(unsure.low))}" y="${margin.top}" width="${px(x(unsure.high) - x(unsure.low))}" height="${bottom - margin.top}"><title>unsure: ${decimals(unsure.low, 2)} to ${decimals(unsure.high, 2)}</title></rect>`
}${ticks(range, 6).map(
  (tick) =>
    html`<line class="${tick === 0 ? "zero" : "grid"}" x1="${px(x(tick))}" x2="${px(x(tick))}" y1="${margin.top}" y2="${bottom}"/><text class="axis" x="${px(x(tick))}" y="${bottom + 16}" text-anchor="middle">${decimals(tick, tick % 1 === 0 ? 0 : 1)}</text>`,
)}<text class="axis" x="${px((margin.left + width - margin.right) / 2)}" y="${bottom + 33}" text-anchor="middle">log-odds, mean of a well’s fields (0: undecided)</text>
${filled.map(({ role, part, words, wells }, i) => {
  const top = margin.top + i * (heading + dotsHeight);
  return html`<g class="${role} ${part}"><text class="name" x="${margin.left}" y="${top + 14}">${classes[role]}: ${words} (${wells.length})</text>${dots(wells, x, { middle: top + heading + dotsHeight / 2, isTest: part === "test" })}</g>`;
})}
</svg>`;
}

// Dots that would touch are piled up around the lane's middle, closer where the pile is high.
function dots(
  wells: readonly (WellRecord & { readonly logit: number })[],
  x: Scale,
  { middle, isTest }: { readonly middle: number; readonly isTest: boolean },
): Markup[] {
  const piles = new Map<number, number>();
  const placed = wells.map((well) => {
    const pile = Math.round(x(well.logit) / 5);
    const level = piles.get(pile) ?? 0;
    piles.set(pile, level + 1);
    return { well, pile, level };
  });
  const highest = Math.max(...piles.values());
  const step = Math.min(6, (dotsHeight - 6) / highest);
  return placed.map(({ well, pile, level }) => {
    const y = middle + (level - (piles.get(pile)! - 1) / 2) * step;
    return html`<circle class="control" cx="${px(x(well.logit))}" cy="${px(y)}" r="${isTest ? 4.2 : 3.4}">${
      wells.length > mostTooltips ? null : html`<title>${well.plate} ${well.well}: ${decimals(well.logit, 2)}</title>`
    }</circle>`;
  });
}
