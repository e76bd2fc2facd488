/**
 * How a training went, epoch by epoch: the losses, and below them the share of validation fields told right.
 */
import type { EpochMetrics } from "../records/report.ts";
import { html, type Markup } from "./html.ts";
import { decimals, percent } from "./numbers.ts";
import { linearScale, px, type Scale, ticks } from "./scales.ts";

const width = 420;
const margin = { left: 46, right: 76, top: 22, bottom: 36 };
const lossHeight = 170;
const accuracyHeight = 80;

/** The air between the two panels, which holds the name of the lower one. */
const between = 34;

interface Point {
  readonly epoch: number;
  readonly value: number;
}

/** An SVG with training and validation loss, and validation accuracy where there is one. Null with fewer than two epochs. */
export function trainingPlot(name: string, epochs: readonly EpochMetrics[]): Markup | null {
  const [first, last] = [epochs[0], epochs.at(-1)];
  if (first === undefined || last === undefined || epochs.length < 2) return null;
  const training = epochs.map(({ epoch, trainLoss }) => ({ epoch, value: trainLoss }));
  const validation = present(epochs, ({ validationLoss }) => validationLoss);
  const accuracy = present(epochs, ({ validationAccuracy }) => validationAccuracy);
  const highest = Math.max(...[...training, ...validation].map(({ value }) => value));
  const lossRange: [number, number] = [0, highest > 0 ? highest * 1.05 : 1];
  const right = width - margin.right;
  const x = linearScale([first.epoch, last.epoch], [margin.left, right]);
  const lossBottom = margin.top + lossHeight;
  const y = linearScale(lossRange, [lossBottom, margin.top]);
  const bottom = accuracy.length === 0 ? lossBottom : lossBottom + between + accuracyHeight;
  const share = linearScale([0, 1], [bottom, bottom - accuracyHeight]);
  const ends = labelPlaces(
    [
      { text: "training", y: y(training.at(-1)!.value), line: "curve" },
      ...(validation.length === 0 ? [] : [{ text: "validation", y: y(validation.at(-1)!.value), line: "second" }]),
    ],
    margin.top + 4,
  );
  return html`<svg class="plot" viewBox="0 0 ${width} ${bottom + margin.bottom}" style="max-width:${width}px" role="img" aria-label="${spoken(name, epochs)}">
<text class="axis" x="2" y="12">loss</text>${rules(y, ticks(lossRange, 4), right, String)}
<path class="curve" d="${path(training, x, y)}"/>${validation.length === 0 ? null : html`<path class="second" d="${path(validation, x, y)}"/>`}
${ends.map(({ text, y: at, line }) => html`<text class="axis ${line}-label" x="${right + 6}" y="${px(at + 4)}">${text}</text>`)}
${
  accuracy.length === 0
    ? null
    : html`<text class="axis" x="2" y="${lossBottom + between - 12}">validation fields told right</text>${rules(share, [0, 0.5, 1], right, percent)}<path class="second" d="${path(accuracy, x, share)}"/><text class="axis second-label" x="${right + 6}" y="${px(share(accuracy.at(-1)!.value) + 4)}">${percent(accuracy.at(-1)!.value)}</text>`
}
${ticks([first.epoch, last.epoch], 8)
  .filter(Number.isInteger)
  .map(
    (tick) => html`<text class="axis" x="${px(x(tick))}" y="${bottom + 16}" text-anchor="middle">${tick}</text>`,
  )}<text class="axis" x="${px((margin.left + right) / 2)}" y="${bottom + 32}" text-anchor="middle">epoch</text>
</svg>`;
}

function present(epochs: readonly EpochMetrics[], value: (epoch: EpochMetrics) => number | null): Point[] {
  return epochs.flatMap((metrics) => {
    const own = value(metrics);
    return own === null ? [] : [{ epoch: metrics.epoch, value: own }];
  });
}

function path(points: readonly Point[], x: Scale, y: Scale): string {
  return points.map(({ epoch, value }, i) => `${i === 0 ? "M" : "L"}${px(x(epoch))} ${px(y(value))}`).join("");
}

function rules(y: Scale, values: readonly number[], right: number, words: (value: number) => string): Markup[] {
  return values.map(
    (value) =>
      html`<line class="grid" x1="${margin.left}" x2="${right}" y1="${px(y(value))}" y2="${px(y(value))}"/><text class="axis" x="${margin.left - 6}" y="${px(y(value) + 4)}" text-anchor="end">${words(value)}</text>`,
  );
}

function spoken(name: string, epochs: readonly EpochMetrics[]): string {
  const [first, last] = [epochs[0]!, epochs.at(-1)!];
  const validated = last.validationLoss === null ? "" : `, validation at the end ${decimals(last.validationLoss, 3)}`;
  const right =
    last.validationAccuracy === null ? "" : `; ${percent(last.validationAccuracy)} of the validation fields right`;
  return `Loss of ${name} over ${epochs.length} epochs: training from ${decimals(first.trainLoss, 3)} to ${decimals(last.trainLoss, 3)}${validated}${right}.`;
}

// Two curves often end at one height: their names then stand 14 pixels apart.
function labelPlaces<T extends { readonly y: number }>(labels: readonly T[], top: number): T[] {
  let previous = top - 14;
  return [...labels]
    .sort((a, b) => a.y - b.y)
    .map((label) => {
      previous = Math.max(label.y, previous + 14);
      return { ...label, y: previous };
    });
}
