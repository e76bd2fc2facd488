/**
 * How a model's loss fell, epoch by epoch.
 */
import { html, type Markup } from "./html.ts";
import type { EpochMetrics } from "./input.ts";
import { decimals } from "./numbers.ts";
import { linearScale, px, ticks } from "./scales.ts";

const frame = { width: 500, height: 220, left: 46, right: 84, top: 12, bottom: 36 };

/** An SVG with the training loss and, where there is one, the validation loss. Null with fewer than two epochs. */
export function trainingPlot(name: string, epochs: readonly EpochMetrics[]): Markup | null {
  const first = epochs[0];
  const last = epochs.at(-1);
  if (first === undefined || last === undefined || epochs.length < 2) return null;
  const training = epochs.map(({ epoch, trainLoss }) => ({ epoch, loss: trainLoss }));
  const validation = epochs.flatMap(({ epoch, validationLoss }) =>
    validationLoss === null ? [] : [{ epoch, loss: validationLoss }],
  );
  const highest = Math.max(...[...training, ...validation].map(({ loss }) => loss));
  const lossRange: [number, number] = [0, highest > 0 ? highest * 1.05 : 1];
  const epochRange: [number, number] = [first.epoch, last.epoch];
  const bottom = frame.height - frame.bottom;
  const right = frame.width - frame.right;
  const x = linearScale(epochRange, [frame.left, right]);
  const y = linearScale(lossRange, [bottom, frame.top]);
  const path = (points: readonly { epoch: number; loss: number }[]) =>
    points.map(({ epoch, loss }, i) => `${i === 0 ? "M" : "L"}${px(x(epoch))} ${px(y(loss))}`).join("");
  const ends = labelPlaces(
    [
      { text: "training", y: y(training.at(-1)!.loss), line: "curve" },
      ...(validation.length === 0 ? [] : [{ text: "validation", y: y(validation.at(-1)!.loss), line: "second" }]),
    ],
    frame.top + 4,
  );
  const spoken = `Loss of ${name} over ${epochs.length} epochs: training from ${decimals(first.trainLoss, 3)} to ${decimals(last.trainLoss, 3)}${
    last.validationLoss === null ? "" : `, validation at the end ${decimals(last.validationLoss, 3)}`
  }.`;
  return html`<svg class="plot" viewBox="0 0 ${frame.width} ${frame.height}" style="max-width:${frame.width}px" role="img" aria-label="${spoken}">
${ticks(lossRange, 4).map(
  (tick) =>
    html`<line class="grid" x1="${frame.left}" x2="${right}" y1="${px(y(tick))}" y2="${px(y(tick))}"/><text class="axis" x="${frame.left - 6}" y="${px(y(tick) + 4)}" text-anchor="end">${tick}</text>`,
)}${ticks(epochRange, 8)
  .filter(Number.isInteger)
  .map(
    (tick) => html`<text class="axis" x="${px(x(tick))}" y="${bottom + 18}" text-anchor="middle">${tick}</text>`,
  )}<text class="axis" x="${px((frame.left + right) / 2)}" y="${bottom + 33}" text-anchor="middle">epoch</text><text class="axis" transform="translate(12 ${(bottom + frame.top) / 2}) rotate(-90)" text-anchor="middle">loss</text>
<path class="curve" d="${path(training)}"/>${validation.length === 0 ? null : html`<path class="second" d="${path(validation)}"/>`}
${ends.map(({ text, y: at, line }) => html`<text class="axis ${line}-label" x="${right + 6}" y="${px(at + 4)}">${text}</text>`)}
</svg>`;
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
