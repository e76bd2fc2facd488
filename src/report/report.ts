/**
 * The report of a screen: one HTML file that stands alone.
 */
import { dosePlot, treatmentName } from "./dose-plot.ts";
import { heatmapLegend, plateHeatmap } from "./heatmap.ts";
import { escapeHtml, html, type Markup } from "./html.ts";
import type { ReportInput } from "./input.ts";
import { count, decimals, dose, doseRange, doseWithInterval, percent } from "./numbers.ts";
import { pageStyle } from "./page-style.ts";
import { comparisonTable, compoundTable, evaluationTable, pairs, qualityTable, wellTable } from "./tables.ts";
import { trainingPlot } from "./training-plot.ts";
import { verdict } from "./verdict.ts";

/** How many compounds the figures on top name. */
const tileCompounds = 4;

/**
 * Writes the report as HTML: no script, nothing loaded from elsewhere. The same input gives the same bytes.
 */
export function renderReport(input: ReportInput): string {
  const body = html`<main>
<header><h1>${input.study.name}</h1>${asked(input)}</header>
${warnings(input)}
${verdictSection(input)}
${curves(input)}
${plates(input)}
<section><h2>Which score</h2><p>${input.comparison.reason}</p>${comparisonTable(input.comparison)}<p class="quiet">Two ways to place a well between its controls: the <em>logit</em> is the network’s own log-odds; the <em>projection</em> is where its features lie on the line between the two kinds of training wells. The rule: ${input.comparison.rule} A high Z′ alone is not enough, since a score that pushes every well to one end has one and hides partial effects.</p></section>
<section><h2>Right and wrong</h2>${evaluationTable(input)}<p class="quiet">By well, each judged by the mean of its fields. Fields of one well are no independent witnesses, so they have no interval.</p></section>
<section><h2>Plate quality</h2>${qualityTable(input.quality)}</section>
${input.compounds.length === 0 ? null : html`<section><h2>Compounds</h2>${compoundTable(input.compounds)}</section>`}
${training(input)}
<section><h2>Every well</h2><details><summary>${count(input.wells.length, "well")}</summary>${wellTable(input.wells)}</details></section>
<section><h2>How it was made</h2>${pairs(input.provenance)}</section>
</main>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(input.study.name)} – screen report</title>
<style>${pageStyle}</style>
</head>
<body>
${body.markup}
</body>
</html>
`;
}

function asked({ study, wells }: ReportInput): Markup {
  const plates = new Set(wells.map(({ plate }) => plate)).size;
  const fields = wells.reduce((sum, { nFields }) => sum + nFields, 0);
  return html`<p class="asked">Asked of ${count(plates, "plate")}, ${count(wells.length, "well")} and ${count(fields, "field")} in ${study.channels.join(", ")}: how far is each well from ${study.classes.negative}, on the way to ${study.classes.positive}?</p>`;
}

function warnings({ warnings: sentences, problems }: ReportInput): Markup | null {
  if (sentences.length === 0 && problems.length === 0) return null;
  return html`<section class="warnings"><h2>Read this first</h2><ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}${
    problems.length === 0
      ? null
      : html`<li><details${problems.length <= 5 ? html` open` : null}><summary>Left out: ${count(problems.length, "file or well").replace("file or wells", "files or wells")}</summary><ul>${problems.map(({ subject, message }) => html`<li>${subject}: ${message}</li>`)}</ul></details></li>`
  }</ul></section>`;
}

function verdictSection(input: ReportInput): Markup {
  const { evaluation, comparison, compounds } = input;
  const test = evaluation.test?.wells ?? null;
  const zPrime = comparison.scores.find(({ score }) => score === comparison.recommended)?.zPrime ?? null;
  const tiles = [
    test === null
      ? { value: "–", words: "no control well was kept aside" }
      : {
          value: `${test.correct} of ${test.n}`,
          words: `untouched control wells right; 95 % interval ${percent(test.interval.low)} to ${percent(test.interval.high)}`,
        },
    { value: decimals(zPrime, 2), words: "Z′ of the untouched controls" },
    ...compounds
      .filter(({ ec50Micromolar }) => ec50Micromolar !== null)
      .slice(0, tileCompounds)
      .map((record) => ({
        value: dose(record.ec50Micromolar),
        words: `EC50 of ${treatmentName(record)}; 95 % interval ${doseRange(record.ec50LowMicromolar, record.ec50HighMicromolar)}`,
      })),
  ];
  return html`<section class="verdict"><h2>The verdict</h2>${verdict(input).map((sentence) => html`<p>${sentence}</p>`)}<div class="tiles">${tiles.map(
    ({ value, words }) => html`<div class="tile"><b>${value}</b><span>${words}</span></div>`,
  )}</div></section>`;
}

function curves({ compounds, wells }: ReportInput): Markup | null {
  if (compounds.length === 0) return null;
  return html`<section><h2>Dose curves</h2><div class="curves">${compounds.map((record) => {
    const plot = dosePlot(record, wells);
    return html`<figure><h3>${treatmentName(record)}</h3>${plot ?? html`<p class="quiet">Nothing to draw.</p>`}<figcaption>${
      record.ec50Micromolar === null
        ? (record.note ?? "")
        : `EC50 ${doseWithInterval(record.ec50Micromolar, record.ec50LowMicromolar, record.ec50HighMicromolar)}, Hill slope ${decimals(record.curve?.hill ?? null, 2)}`
    }</figcaption></figure>`;
  })}</div><p class="quiet">A dot a well; the band is the 95 % interval of the EC50; a dashed curve is one whose EC50 may not be reported.</p></section>`;
}

function plates({ wells, study, quality }: ReportInput): Markup {
  const names = [...new Set(wells.map(({ plate }) => plate))];
  return html`<section><h2>${names.length === 1 ? "The plate" : "The plates"}</h2>${heatmapLegend(study.classes, quality)}${names.map(
    (name) =>
      html`<figure><h3>${name}</h3><div class="scroll">${plateHeatmap(
        name,
        wells.filter(({ plate }) => plate === name),
        study.classes,
      )}</div></figure>`,
  )}</section>`;
}

function training({ training: models }: ReportInput): Markup | null {
  const plots = models.flatMap(({ name, epochs }) => {
    const plot = trainingPlot(name, epochs);
    return plot === null ? [] : [html`<figure><h3>${name}</h3>${plot}</figure>`];
  });
  return plots.length === 0 ? null : html`<section><h2>Training</h2>${plots}</section>`;
}
