/**
 * A compound's dose curve with the wells it was drawn from.
 */
import type { CompoundRecord, WellRecord } from "../records/screen.ts";
import { effectAt, wellsOf } from "../screening/compounds.ts";
import { html, type Markup } from "./html.ts";
import { decimals, dose, doseWithInterval } from "./numbers.ts";
import { linearScale, logScale, logTicks, px, type Scale, ticks } from "./scales.ts";

/** The frame of every dose plot, in pixels. */
const frame = { width: 440, height: 280, left: 46, right: 12, top: 12, bottom: 40 };

/**
 * An SVG with a dot a well, the fitted curve, and the EC50 with its interval as a band.
 *
 * A curve whose EC50 may not be reported is dashed and has no band. Null where no well has a dose above 0 and an effect.
 */
export function dosePlot(record: CompoundRecord, wells: readonly WellRecord[]): Markup | null {
  const points = wellsOf(record, wells).flatMap((well) =>
    well.concentrationMicromolar !== null && well.concentrationMicromolar > 0 && well.percentEffect !== null
      ? [{ well, dose: well.concentrationMicromolar, effect: well.percentEffect }]
      : [],
  );
  if (points.length === 0) return null;
  const doses = points.map((point) => point.dose);
  // A third of a decade of air on both sides, so that no dot sits on the frame.
  const doseRange: [number, number] = [Math.min(...doses) / 1.6, Math.max(...doses) * 1.6];
  const effects = points.map(({ effect }) => effect);
  const effectRange: [number, number] = [Math.min(-10, ...effects) - 4, Math.max(110, ...effects) + 4];
  const x = logScale(doseRange, [frame.left, frame.width - frame.right]);
  const y = linearScale(effectRange, [frame.height - frame.bottom, frame.top]);
  return html`<svg class="plot" viewBox="0 0 ${frame.width} ${frame.height}" style="max-width:${frame.width}px" role="img" aria-label="${spoken(record)}">
${band(record, x, doseRange)}
${axes(x, y, doseRange, effectRange)}
${curvePath(record, { doses: doseRange, effects: effectRange }, x, y)}
${points.map(
  (point) =>
    html`<circle class="dot" cx="${px(x(point.dose))}" cy="${px(y(point.effect))}" r="3.4"><title>${point.well.plate} ${point.well.well}: ${dose(point.dose)}, ${decimals(point.effect, 1)} % effect</title></circle>`,
)}
</svg>`;
}

interface FrameRanges {
  readonly doses: readonly [number, number];
  readonly effects: readonly [number, number];
}

/** A compound with its challenge, as a heading names it. */
export function treatmentName({ compound, challenge, challengeConcentrationMicromolar }: CompoundRecord): string {
  if (challenge === null) return compound;
  const amount = challengeConcentrationMicromolar === null ? "" : ` ${dose(challengeConcentrationMicromolar)}`;
  return `${compound} with ${challenge}${amount}`;
}

function spoken(record: CompoundRecord): string {
  const ec50 =
    record.ec50Micromolar === null
      ? (record.note ?? "no EC50")
      : `EC50 ${doseWithInterval(record.ec50Micromolar, record.ec50LowMicromolar, record.ec50HighMicromolar)}`;
  return `Dose curve of ${treatmentName(record)}: ${record.nWells} wells at ${record.nDoses} doses, ${ec50}.`;
}

function band(
  { ec50Micromolar, ec50LowMicromolar, ec50HighMicromolar }: CompoundRecord,
  x: Scale,
  range: [number, number],
) {
  if (ec50Micromolar === null || ec50LowMicromolar === null || ec50HighMicromolar === null) return null;
  const within = (value: number) => Math.min(range[1], Math.max(range[0], value));
  const [from, to] = [x(within(ec50LowMicromolar)), x(within(ec50HighMicromolar))];
  const bottom = frame.height - frame.bottom;
  return html`<rect class="band" x="${px(from)}" y="${frame.top}" width="${px(Math.max(1.5, to - from))}" height="${bottom - frame.top}"/>
<line class="ec50" x1="${px(x(ec50Micromolar))}" x2="${px(x(ec50Micromolar))}" y1="${frame.top}" y2="${bottom}"/>`;
}

function axes(x: Scale, y: Scale, doseRange: [number, number], effectRange: [number, number]): Markup {
  const [right, bottom] = [frame.width - frame.right, frame.height - frame.bottom];
  return html`${ticks(effectRange, 6).map(
    (tick) =>
      html`<line class="${tick === 0 || tick === 100 ? "anchor" : "grid"}" x1="${frame.left}" x2="${right}" y1="${px(y(tick))}" y2="${px(y(tick))}"/><text class="axis" x="${frame.left - 6}" y="${px(y(tick) + 4)}" text-anchor="end">${decimals(tick, 0)}</text>`,
  )}${logTicks(doseRange).map(
    (tick) =>
      html`<line class="tick" x1="${px(x(tick))}" x2="${px(x(tick))}" y1="${bottom}" y2="${bottom + 5}"/><text class="axis" x="${px(x(tick))}" y="${bottom + 18}" text-anchor="middle">${dose(tick)}</text>`,
  )}<line class="tick" x1="${frame.left}" x2="${right}" y1="${bottom}" y2="${bottom}"/><text class="axis" transform="translate(12 ${(bottom + frame.top) / 2}) rotate(-90)" text-anchor="middle">percent effect</text>`;
}

// The part of the curve that lies within the frame: where it leaves, the line ends and may begin again.
function curvePath(record: CompoundRecord, frameRanges: FrameRanges, x: Scale, y: Scale): Markup | null {
  const { curve } = record;
  if (curve === null) return null;
  const [low, high] = frameRanges.doses;
  const steps = 120;
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
