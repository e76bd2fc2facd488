/**
 * A compound's dose curves with the wells they were drawn from: one a challenge, in one frame.
 */
import type { CompoundRecord, DoseRecord, WellRecord } from "../records/screen.ts";
import { effectAt, wellsOf } from "../screening/compounds.ts";
import { html, type Markup } from "./html.ts";
import { decimals, dose, doseWithInterval } from "./numbers.ts";
import { linearScale, logScale, logTicks, px, type Scale, ticks } from "./scales.ts";
import { type ClassNames, challengeWords, seriesName } from "./treatments.ts";

/** The frame of every dose plot, in pixels. */
const frame = { width: 420, height: 280, left: 46, right: 16, top: 24, bottom: 44 };

/** Pixels between dots of wells that had the same dose, at most. */
const dotStep = 5;

/** The signs of the series, in their order; after the last they begin again. */
const signs = ["circle", "diamond", "triangle"] as const;

/** A compound with one challenge: its record, its wells above dose 0, its means by plate and dose. */
interface Series {
  readonly record: CompoundRecord;
  readonly index: number;
  readonly points: readonly { readonly well: WellRecord; readonly dose: number; readonly effect: number }[];
  readonly means: readonly {
    readonly dose: number;
    readonly mean: number;
    readonly low: number;
    readonly high: number;
  }[];
}

/** What {@link dosePlot} draws from. */
export interface DosePlotInput {
  /** One compound's records, one a challenge. */
  readonly records: readonly CompoundRecord[];
  readonly wells: readonly WellRecord[];
  readonly doses: readonly DoseRecord[];
  readonly classes: ClassNames;
}

/**
 * An SVG with a dot a well, the fitted curves, and each EC50 with its interval as a band.
 *
 * A curve whose EC50 may not be reported is dashed and has no band; its doses show their mean with its 95 % interval, plate
 * by plate. Null where no well has a dose above 0 and an effect.
 */
export function dosePlot({ records, wells, doses, classes }: DosePlotInput): Markup | null {
  const series = records.map((record, index) => seriesOf(record, index, wells, doses));
  const points = series.flatMap(({ points }) => points);
  if (points.length === 0) return null;
  const tested = [...new Set(points.map((point) => point.dose))].sort((a, b) => a - b);
  // A third of a decade of air on both sides, so that no dot sits on the frame.
  const doseRange: [number, number] = [tested[0]! / 1.6, tested.at(-1)! * 1.6];
  const effects = [
    ...points.map(({ effect }) => effect),
    ...series.flatMap(({ means }) => means.flatMap(({ low, high }) => [low, high])),
  ];
  const effectRange: [number, number] = [Math.min(-10, ...effects) - 4, Math.max(110, ...effects) + 4];
  const x = logScale(doseRange, [frame.left, frame.width - frame.right]);
  const y = linearScale(effectRange, [frame.height - frame.bottom, frame.top]);
  // Where several series were tested at one dose, they stand beside each other, each in a slot of its own.
  const slot = Math.min(40, closest(tested.map(x)) * 0.9) / series.length;
  const middle = (index: number) => (index - (series.length - 1) / 2) * slot;
  return html`<svg class="plot" viewBox="0 0 ${frame.width} ${frame.height}" style="max-width:${frame.width}px" role="img" aria-label="${spoken(series)}">
${series.map(({ record, index }) => band(record, index, x, doseRange))}
${axes({ x, y, doseRange, effectRange, tested, classes })}
${series.map((own) => html`<g class="series${own.index % signs.length}">${curvePath(own.record, { doses: doseRange, effects: effectRange }, x, y)}${own.means.map((mean) => meanBar(mean, x(mean.dose) + middle(own.index) + 0.36 * slot, y))}${dots(own, x, y, { middle: middle(own.index), slot })}</g>`)}
</svg>`;
}

/** What the signs and colours of a plot with several series mean; null for one series. */
export function seriesLegend(records: readonly CompoundRecord[]): Markup | null {
  if (records.length < 2) return null;
  return html`<p class="legend">${records.map(
    (record, index) =>
      html`<span class="key"><svg class="sign series${index % signs.length}" viewBox="0 0 14 14" role="img" aria-label="${signs[index % signs.length]!}"><path class="dot" d="${signPath(index, 7, 7, 4.4)}"/></svg>${challengeWords(record) === "" ? "without challenge" : challengeWords(record).trim()}</span> `,
  )}</p>`;
}

function seriesOf(
  record: CompoundRecord,
  index: number,
  wells: readonly WellRecord[],
  doses: readonly DoseRecord[],
): Series {
  const points = wellsOf(record, wells).flatMap((well) =>
    well.concentrationMicromolar !== null && well.concentrationMicromolar > 0 && well.percentEffect !== null
      ? [{ well, dose: well.concentrationMicromolar, effect: well.percentEffect }]
      : [],
  );
  const means =
    record.ec50Micromolar !== null
      ? []
      : dosesOf(record, doses).flatMap(({ concentrationMicromolar, mean, low, high }) =>
          concentrationMicromolar === null ||
          concentrationMicromolar <= 0 ||
          mean === null ||
          low === null ||
          high === null
            ? []
            : [{ dose: concentrationMicromolar, mean, low, high }],
        );
  return { record, index, points, means };
}

/** The doses of a compound's record, rising, plate after plate. */
export function dosesOf(record: CompoundRecord, doses: readonly DoseRecord[]): DoseRecord[] {
  const isOwn = (own: DoseRecord) =>
    own.compound === record.compound &&
    own.challenge === record.challenge &&
    own.challengeConcentrationMicromolar === record.challengeConcentrationMicromolar &&
    own.roles.some((role) => role === "sample" || role === "reference");
  return doses.filter(isOwn).sort((a, b) => (a.concentrationMicromolar ?? 0) - (b.concentrationMicromolar ?? 0));
}

function spoken(series: readonly Series[]): string {
  const words = series.map(({ record }) => {
    const ec50 =
      record.ec50Micromolar === null
        ? (record.note ?? "no EC50")
        : `EC50 ${doseWithInterval(record.ec50Micromolar, record.ec50LowMicromolar, record.ec50HighMicromolar)}`;
    return `${seriesName(record)}: ${record.nWells} wells at ${record.nDoses} doses, ${ec50}`;
  });
  return `Dose curve of ${words.join("; ")}.`;
}

function band(
  { ec50Micromolar, ec50LowMicromolar, ec50HighMicromolar }: CompoundRecord,
  index: number,
  x: Scale,
  range: [number, number],
): Markup | null {
  if (ec50Micromolar === null || ec50LowMicromolar === null || ec50HighMicromolar === null) return null;
  const within = (value: number) => Math.min(range[1], Math.max(range[0], value));
  const [from, to] = [x(within(ec50LowMicromolar)), x(within(ec50HighMicromolar))];
  const bottom = frame.height - frame.bottom;
  return html`<g class="series${index % signs.length}"><rect class="band" x="${px(from)}" y="${frame.top}" width="${px(Math.max(1.5, to - from))}" height="${bottom - frame.top}"/>
<line class="ec50" x1="${px(x(ec50Micromolar))}" x2="${px(x(ec50Micromolar))}" y1="${frame.top}" y2="${bottom}"/></g>`;
}

interface Axes {
  readonly x: Scale;
  readonly y: Scale;
  readonly doseRange: [number, number];
  readonly effectRange: [number, number];
  readonly tested: readonly number[];
  readonly classes: ClassNames;
}

function axes({ x, y, doseRange, effectRange, tested, classes }: Axes): Markup {
  const [right, bottom] = [frame.width - frame.right, frame.height - frame.bottom];
  const doses = tested.length <= 5 ? tested : logTicks(doseRange);
  return html`${ticks(effectRange, 6).map(
    (tick) =>
      html`<line class="${tick === 0 || tick === 100 ? "anchor" : "grid"}" x1="${frame.left}" x2="${right}" y1="${px(y(tick))}" y2="${px(y(tick))}"/><text class="axis" x="${frame.left - 6}" y="${px(y(tick) + 4)}" text-anchor="end">${decimals(tick, 0)}</text>`,
  )}${doses.map(
    (tick) =>
      html`<line class="tick" x1="${px(x(tick))}" x2="${px(x(tick))}" y1="${bottom}" y2="${bottom + 5}"/><text class="axis" x="${px(x(tick))}" y="${bottom + 18}" text-anchor="middle">${dose(tick)}</text>`,
  )}<line class="tick" x1="${frame.left}" x2="${right}" y1="${bottom}" y2="${bottom}"/><text class="axis" x="${px((frame.left + right) / 2)}" y="${bottom + 36}" text-anchor="middle">concentration</text><text class="axis" x="${2}" y="12">percent effect (0 ${short(classes.negative)}, 100 ${short(classes.positive)})</text>`;
}

function short(name: string): string {
  return name.length <= 20 ? name : `${name.slice(0, 19)}…`;
}

// The least distance between neighbours; a lone dose has room.
function closest(places: readonly number[]): number {
  return Math.min(60, ...places.slice(1).map((place, i) => place - places[i]!));
}

// Wells of one dose spread sideways, so that six equal ones are seen to be six; where there is a bar, to its left.
function dots(
  { points, index, means }: Series,
  x: Scale,
  y: Scale,
  { middle, slot }: { readonly middle: number; readonly slot: number },
): Markup[] {
  const [centre, room] = means.length > 0 ? [middle - 0.16 * slot, 0.6 * slot] : [middle, 0.8 * slot];
  const seen = new Map<number, number>();
  const counts = new Map<number, number>();
  for (const point of points) counts.set(point.dose, (counts.get(point.dose) ?? 0) + 1);
  return points.map((point) => {
    const [i, n] = [seen.get(point.dose) ?? 0, counts.get(point.dose)!];
    seen.set(point.dose, i + 1);
    const sideways = (i - (n - 1) / 2) * Math.min(dotStep, room / n);
    return html`<path class="dot" d="${signPath(index, x(point.dose) + centre + sideways, y(point.effect), 3.4)}"><title>${point.well.plate} ${point.well.well}: ${dose(point.dose)}${challengeWords(point.well)}, ${decimals(point.effect, 1)} % effect</title></path>`;
  });
}

function signPath(index: number, x: number, y: number, r: number): string {
  switch (signs[index % signs.length]!) {
    case "circle":
      return `M${px(x - r)} ${px(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
    case "diamond":
      return `M${px(x)} ${px(y - 1.3 * r)}l${px(1.3 * r)} ${px(1.3 * r)}l${px(-1.3 * r)} ${px(1.3 * r)}l${px(-1.3 * r)} ${px(-1.3 * r)}z`;
    case "triangle":
      return `M${px(x)} ${px(y - 1.3 * r)}l${px(1.3 * r)} ${px(2.3 * r)}h${px(-2.6 * r)}z`;
  }
}

function meanBar({ mean, low, high }: Series["means"][number], x: number, y: Scale): Markup {
  return html`<path class="interval" d="M${px(x)} ${px(y(low))}V${px(y(high))}M${px(x - 2.5)} ${px(y(low))}h5M${px(x - 2.5)} ${px(y(high))}h5M${px(x - 4.5)} ${px(y(mean))}h9"/>`;
}

interface FrameRanges {
  readonly doses: readonly [number, number];
  readonly effects: readonly [number, number];
}

// The part of the curve that lies within the frame: where it leaves, the line ends and may begin again.
function curvePath(record: CompoundRecord, frameRanges: FrameRanges, x: Scale, y: Scale): Markup | null {
  const { curve } = record;
  if (curve === null) return null;
  const [low, high] = frameRanges.doses;
  const steps = 80;
  let path = "";
  let isInside = false;
  for (let i = 0; i <= steps; i++) {
    const at = low * (high / low) ** (i / steps);
    const effect = effectAt(curve, at);
    const wasInside = isInside;
    isInside = effect >= frameRanges.effects[0] && effect <= frameRanges.effects[1];
    if (isInside) path += `${wasInside ? "L" : "M"}${px(x(at))} ${px(y(effect))}`;
  }
  return html`<path class="${record.ec50Micromolar === null ? "curve unreported" : "curve"}" d="${path}"/>`;
}
