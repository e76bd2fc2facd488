/**
 * What the network said of each field, well by well: a short line a field, a dot at the well's mean.
 */
import type { WellFields } from "../records/report.ts";
import type { WellRecord } from "../records/screen.ts";
import { html, type Markup } from "./html.ts";
import { decimals } from "./numbers.ts";
import { linearScale, px, type Scale, ticks } from "./scales.ts";
import { type ClassNames, groupTreatments, type TreatmentGroup } from "./treatments.ts";

const width = 400;
const margin = { left: 38, right: 12, top: 4, bottom: 36 };

/** Height of a treatment's name, and the air below its wells. */
const heading = 19;
const air = 5;

/** A picture taller than this is cut in two between treatments, so that no page of paper has to cut it. */
const tallest = 560;

/** Fields from which on the middle half of a well is drawn as a box. */
const fewestForBox = 8;

/** What {@link fieldsPlots} draws. */
export interface FieldsPlotInput {
  /** The wells of one plate. */
  readonly wells: readonly WellRecord[];
  readonly fields: readonly WellFields[];
  readonly classes: ClassNames;
  /** Smallest and largest log-odds of the page, so that plates can be compared. */
  readonly range: readonly [number, number];
}

/** SVGs of one plate's wells, sorted by treatment, in as many pieces as keep each under a page. Wells without a field are left out. */
export function fieldsPlots(plate: string, { wells, fields, classes, range }: FieldsPlotInput): Markup[] {
  const logits = new Map(fields.map((own) => [own.well, own.logits]));
  const scored = wells.filter(({ well }) => (logits.get(well)?.length ?? 0) > 0);
  const lane = scored.length <= 100 ? 12 : 5;
  const groups = groupTreatments(scored, classes).flatMap((group) => cut(group, lane));
  return pages(groups, lane).map((own, i, all) => {
    const height = margin.top + margin.bottom + own.reduce((sum, group) => sum + groupHeight(group, lane), 0);
    const part = all.length === 1 ? "" : `, part ${i + 1} of ${all.length}`;
    const names = own.map(({ name, wells }) => `${name} (${wells.length})`).join(", ");
    const x = linearScale(range, [margin.left, width - margin.right]);
    return html`<svg class="plot" viewBox="0 0 ${width} ${height}" style="max-width:${width}px" role="img" aria-label="${`Log-odds of the fields of each well of plate ${plate}${part}, by treatment: ${names}.`}">
${axis(x, range, height, classes)}${drawGroups(own, { lane, logits, x })}
</svg>`;
  });
}

type Group = TreatmentGroup<WellRecord>;

// A treatment with more wells than a page holds goes on on the next.
function cut(group: Group, lane: number): Group[] {
  const most = Math.floor((tallest - margin.top - margin.bottom - heading - air) / lane);
  return Array.from({ length: Math.ceil(group.wells.length / most) }, (_, i) => ({
    ...group,
    name: i === 0 ? group.name : `${group.name}, continued`,
    wells: group.wells.slice(i * most, (i + 1) * most),
  }));
}

function pages(groups: readonly Group[], lane: number): Group[][] {
  const total = groups.reduce((sum, group) => sum + groupHeight(group, lane), 0);
  // Equal pieces rather than one full and one nearly empty.
  const room = total / Math.max(1, Math.ceil(total / (tallest - margin.top - margin.bottom)));
  const result: Group[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const group of groups) {
    const height = groupHeight(group, lane);
    if (used + height / 2 > room || used + height > tallest) {
      result.push([]);
      used = 0;
    }
    result.at(-1)!.push(group);
    used += height;
  }
  return result;
}

function groupHeight({ wells }: Group, lane: number): number {
  return heading + wells.length * lane + air;
}

function axis(x: Scale, range: readonly [number, number], height: number, classes: ClassNames): Markup {
  const bottom = height - margin.bottom;
  const zero = range[0] < 0 && range[1] > 0;
  return html`${ticks(range, 6).map(
    (tick) =>
      html`<line class="${tick === 0 ? "zero" : "grid"}" x1="${px(x(tick))}" x2="${px(x(tick))}" y1="${margin.top}" y2="${bottom}"/><text class="axis" x="${px(x(tick))}" y="${bottom + 15}" text-anchor="middle">${decimals(tick, tick % 1 === 0 ? 0 : 1)}</text>`,
  )}<text class="axis" x="${px((margin.left + width - margin.right) / 2)}" y="${bottom + 31}" text-anchor="middle">log-odds${zero ? ` (left of 0 ${classes.negative}, right ${classes.positive})` : ""}</text>`;
}

interface Lanes {
  readonly lane: number;
  readonly logits: ReadonlyMap<string, readonly number[]>;
  readonly x: Scale;
}

function drawGroups(groups: readonly Group[], { lane, logits, x }: Lanes): Markup[] {
  let top = margin.top;
  return groups.map((group) => {
    const from = top + heading;
    top += groupHeight(group, lane);
    const kind = group.role === "negative" || group.role === "positive" ? group.role : "other";
    return html`<g class="${kind}"><text class="name" x="0" y="${from - 5}">${group.name}</text>${group.wells.map((well, i) => wellLane(well, logits.get(well.well)!, { top: from + i * lane, lane, x }))}</g>`;
  });
}

function wellLane(
  { well, logit }: WellRecord,
  values: readonly number[],
  { top, lane, x }: { readonly top: number; readonly lane: number; readonly x: Scale },
): Markup {
  const middle = top + lane / 2;
  const half = lane * 0.36;
  // Fields that would lie on one tenth of a pixel are drawn once.
  const lines = [...new Set(values.map((value) => px(x(value))))].map(
    (at) => `M${at} ${px(middle - half)}v${px(2 * half)}`,
  );
  const title = `${well}: ${values.length} ${values.length === 1 ? "field" : "fields"}, mean log-odds ${decimals(logit, 2)}`;
  return html`${lane >= 12 ? html`<text class="well" x="${margin.left - 4}" y="${px(middle + 3.7)}">${well}</text>` : null}${middleHalf(values, x, middle, half)}<path class="fields" d="${lines.join("")}"><title>${title}</title></path>${logit === null ? null : html`<circle class="${values.length === 1 ? "lone" : "meandot"}" cx="${px(x(logit))}" cy="${px(middle)}" r="${lane < 12 ? 1.6 : values.length === 1 ? 3.2 : 2.6}"/>`}`;
}

// From the lower to the upper quartile, by nearest rank: a box to look at, not a number to quote.
function middleHalf(values: readonly number[], x: Scale, middle: number, half: number): Markup | null {
  if (values.length < fewestForBox) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => x(sorted[Math.round(share * (sorted.length - 1))]!);
  return html`<rect class="box" x="${px(at(0.25))}" y="${px(middle - half)}" width="${px(Math.max(0.5, at(0.75) - at(0.25)))}" height="${px(2 * half)}"/>`;
}
