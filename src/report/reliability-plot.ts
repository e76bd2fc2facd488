/**
 * A reliability diagram: among wells of about the same probability, how many are positive?
 */
import type { CalibrationBin, PartCalibration } from "../records/evaluation.ts";
import { html, type Markup } from "./html.ts";
import { count, percent } from "./numbers.ts";
import { linearScale, px } from "./scales.ts";
import type { ClassNames } from "./treatments.ts";

const width = 420;
const height = 330;
const margin = { left: 56, right: 14, top: 24, bottom: 40 };
const marks = [0, 0.25, 0.5, 0.75, 1];

/** An SVG with a dot a bin of probability, before (open) and after the temperature (filled), and the 95 % interval of the latter. */
export function reliabilityPlot({ before, after }: PartCalibration, classes: ClassNames): Markup {
  const x = linearScale([0, 1], [margin.left, width - margin.right]);
  const y = linearScale([0, 1], [height - margin.bottom, margin.top]);
  const [left, right] = [px(x(0)), px(x(1))];
  const spoken = after.bins.map(
    ({ n, positives, meanProbability }) => `${percent(meanProbability)} said, ${positives} of ${n} so`,
  );
  return html`<svg class="plot" viewBox="0 0 ${width} ${height}" style="max-width:${width}px" role="img" aria-label="${`Reliability of the probability of ${classes.positive}: ${spoken.join("; ")}.`}">
<text class="axis" x="2" y="12">wells that are ${classes.positive}</text>
${marks.map(
  (mark) =>
    html`<line class="grid" x1="${left}" x2="${right}" y1="${px(y(mark))}" y2="${px(y(mark))}"/><text class="axis" x="${margin.left - 6}" y="${px(y(mark) + 4)}" text-anchor="end">${percent(mark)}</text><text class="axis" x="${px(x(mark))}" y="${height - margin.bottom + 16}" text-anchor="middle">${percent(mark)}</text>`,
)}<line class="zero" x1="${left}" y1="${px(y(0))}" x2="${right}" y2="${px(y(1))}"/>
<text class="axis" x="${px((x(0) + x(1)) / 2)}" y="${height - 6}" text-anchor="middle">probability of ${classes.positive} that the network gives</text>
<g class="negative train">${before.bins.map((bin) => dot(bin, x, y))}</g>
<g class="negative">${after.bins.map(
    (bin) =>
      html`<line class="interval" x1="${px(x(bin.meanProbability))}" x2="${px(x(bin.meanProbability))}" y1="${px(y(bin.interval.low))}" y2="${px(y(bin.interval.high))}"/>${dot(bin, x, y)}`,
  )}</g>
</svg>`;
}

function dot(
  { n, positives, meanProbability }: CalibrationBin,
  x: (value: number) => number,
  y: (value: number) => number,
): Markup {
  return html`<circle class="control" cx="${px(x(meanProbability))}" cy="${px(y(positives / n))}" r="5"><title>${percent(meanProbability)} said; ${positives} of ${count(n, "well")} so</title></circle>`;
}
