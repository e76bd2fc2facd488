/**
 * What each stain does to the answer, drawn: over roles with intervals, and of a single field.
 */
import type { ExplanationRecord, Interval, RoleStains, StainEffects } from "../records/explain.ts";
import { sideOf } from "./explanation-score.ts";
import { html, type Markup } from "./html.ts";
import { decimals, plain, signed } from "./numbers.ts";
import { linearScale, px, type Scale, ticks } from "./scales.ts";
import { type ClassNames, roleName } from "./treatments.ts";

type Study = Pick<ExplanationRecord["study"], "classes" | "channels">;

const frame = { width: 560, left: 190, right: 16, top: 6, lane: 24, gap: 16, bottom: 40 };

/** A lane a stain, role by role: the Shapley value as a dot, its interval as a bar. Null without a role. */
export function stainLanes(roles: readonly RoleStains[], { classes, channels }: Study): Markup | null {
  if (roles.length === 0) return null;
  const values = roles.flatMap(({ shapley }) =>
    shapley.flatMap(({ mean, low, high }) => [mean, low ?? mean, high ?? mean]),
  );
  const range = around(values);
  const x = linearScale(range, [frame.left, frame.width - frame.right]);
  const block = channels.length * frame.lane + frame.gap;
  const bottom = frame.top + roles.length * block - frame.gap;
  const spoken = roles.map(
    ({ role, shapley }) =>
      `${roleName(role, classes)}: ${shapley.map((own, i) => `${channels[i]!} ${signed(own.mean)}${intervalWords(own)}`).join(", ")}`,
  );
  return html`<svg class="plot" viewBox="0 0 ${frame.width} ${bottom + frame.bottom}" style="max-width:${frame.width}px" role="img" aria-label="${`What each stain does to the log-odds. ${spoken.join("; ")}.`}">
${ticks(range, 6).map(
  (tick) =>
    html`<line class="${tick === 0 ? "zero" : "grid"}" x1="${px(x(tick))}" x2="${px(x(tick))}" y1="${frame.top}" y2="${bottom}"/><text class="axis" x="${px(x(tick))}" y="${bottom + 16}" text-anchor="middle">${plain(tick)}</text>`,
)}${axisWords(classes, (frame.left + frame.width - frame.right) / 2, bottom + 34)}
${roles.map(
  ({ role, shapley }, r) =>
    html`<g class="${sideOf(role)}">${shapley.map((own, i) => {
      const y = frame.top + r * block + (i + 0.5) * frame.lane;
      return html`<text class="axis" x="${frame.left - 12}" y="${px(y + 4)}" text-anchor="end">${roleName(role, classes)}: ${channels[i]!}</text>${dot(own, x, y)}`;
    })}</g>`,
)}
</svg>`;
}

function dot({ mean, low, high }: Interval, x: Scale, y: number): Markup {
  const bar =
    low === null || high === null
      ? null
      : html`<path class="curve" d="M${px(x(low))} ${px(y - 5)}v10m0 -5H${px(x(high))}m0 -5v10"/>`;
  return html`${bar}<circle class="lone" cx="${px(x(mean))}" cy="${px(y)}" r="4.4"/>`;
}

const bars = { width: 300, left: 96, right: 44, top: 4, lane: 22, bottom: 20 };

/**
 * The Shapley values of one field as bars from 0.
 *
 * @param reach the largest value of all fields on the page, so that bars of different fields can be compared
 */
export function stainBars({ shapley }: StainEffects, { classes, channels }: Study, reach: number): Markup {
  const range = [-reach, reach] as const;
  const x = linearScale(range, [bars.left, bars.width - bars.right]);
  const bottom = bars.top + shapley.length * bars.lane;
  const spoken = shapley.map((value, i) => `${channels[i]!} ${signed(value)}`).join(", ");
  return html`<svg class="plot" viewBox="0 0 ${bars.width} ${bottom + bars.bottom}" style="max-width:${bars.width}px" role="img" aria-label="${`Shapley values of the stains: ${spoken}.`}">
<line class="zero" x1="${px(x(0))}" x2="${px(x(0))}" y1="${bars.top}" y2="${bottom}"/>
${shapley.map((value, i) => {
  const y = bars.top + i * bars.lane;
  const [from, to] = [Math.min(x(0), x(value)), Math.max(x(0), x(value))];
  return html`<g class="${value > 0 ? "positive" : "negative"}"><text class="axis" x="0" y="${px(y + 15)}">${channels[i]!}</text><rect class="control" x="${px(from)}" y="${px(y + 4)}" width="${px(Math.max(0.5, to - from))}" height="${bars.lane - 8}"/><text class="axis" x="${bars.width}" y="${px(y + 15)}" text-anchor="end">${signed(value)}</text></g>`;
})}${axisWords(classes, x(0), bottom + 15)}
</svg>`;
}

/** A mean's interval in brackets, to be set behind it; nothing where there is none. */
export function intervalWords({ low, high }: Interval): string {
  return low === null || high === null ? "" : ` (95 % ${decimals(low, 1)} to ${decimals(high, 1)})`;
}

function axisWords({ negative, positive }: ClassNames, x: number, y: number): Markup {
  return html`<text class="axis" x="${px(x)}" y="${px(y)}" text-anchor="middle">← ${negative} · log-odds · ${positive} →</text>`;
}

// From below the least to above the most, 0 within.
function around(values: readonly number[]): readonly [number, number] {
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const air = (most - least || 1) * 0.05;
  return [least - air, most + air];
}
