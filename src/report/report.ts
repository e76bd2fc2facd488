/**
 * The report of a screen: one HTML file that stands alone.
 */
import { certainty } from "./certainty.ts";
import { contents } from "./contents.ts";
import { controlsPlot } from "./controls-plot.ts";
import { shortcutsSection } from "./crossvalidation-shortcuts.ts";
import { networksWords } from "./crossvalidation-words.ts";
import { curves } from "./curves.ts";
import { explanationSection } from "./explanation-section.ts";
import { explanationStyle } from "./explanation-style.ts";
import { gallery } from "./gallery.ts";
import { glossary } from "./glossary.ts";
import { html, type Markup } from "./html.ts";
import type { ReportInput } from "./input.ts";
import { asked, positionSentence, warnings } from "./opening.ts";
import { renderPage } from "./page.ts";
import { everyWell, plateMaps, platesByDose, platesByField } from "./plates.ts";
import { comparisonTable, evaluationTable, pairs, qualityTable, wellTable } from "./tables.ts";
import { trainingPlot } from "./training-plot.ts";
import { verdict } from "./verdict.ts";

/**
 * Writes the report as HTML: no script, nothing loaded from elsewhere. The same input gives the same bytes.
 *
 * @param images the pictures of example and explained fields and their maps as data URIs, by the paths that the input names
 */
export function renderReport(input: ReportInput, images: ReadonlyMap<string, string>): string {
  const sections = [
    verdict(input),
    plateMaps(input),
    platesByDose(input),
    curves(input),
    platesByField(input),
    controls(input),
    rightAndWrong(input),
    shortcuts(input),
    certainty(input),
    training(input),
    examples(input, images),
    explanationSection(input, images),
    everyWell(input.wells, wellTable),
    made(input),
  ].filter((section) => section !== null);
  const body = html`<main>
<header><h1>${input.study.name}</h1>${asked(input)}</header>
${warnings(input)}
${contents(sections)}
${sections.map((section) => html`${section}\n`)}</main>`;
  const style = input.explanation === undefined ? "" : explanationStyle;
  return renderPage(`${input.study.name} – screen report`, body, style);
}

function controls(input: ReportInput): Markup {
  const unsure = input.calibration?.unsure ?? null;
  const plot = controlsPlot(input.wells, input.study.classes, unsure);
  return html`<section id="controls"><h2>The controls</h2>${plot === null ? null : html`<figure>${plot}<figcaption>A dot a control well. Wells that the network learned from say little of what it knows of new ones.${unsure === null ? "" : " In the grey band the network cannot tell."}</figcaption></figure>`}<h3>Plate by plate</h3>${qualityTable(input.quality)}${glossary("SSMD")}<h3>Which score</h3><p>${input.comparison.reason}</p>${comparisonTable(input.comparison)}<p class="quiet">Two ways to place a well between its controls: the <em>logit</em> is the network’s own log-odds; the <em>projection</em> is where its features lie on the line between the two kinds of training wells. The rule: ${input.comparison.rule} A high Z′ alone is not enough, since a score that pushes every well to one end has one and hides partial effects.</p></section>`;
}

function rightAndWrong(input: ReportInput): Markup {
  const position = positionSentence(input.position);
  const opened = input.opened?.models === 1 ? "These test wells have judged no model but this one." : "";
  return html`<section id="right"><h2>Right and wrong</h2>${evaluationTable(input)}<p class="quiet">By well, each judged by the mean of its fields. Fields of one well are no independent witnesses, so they have no interval. ${position} ${opened}</p>${glossary("95 % interval", "AUC")}</section>`;
}

/** Of the crossvalidation whose networks scored: the accuracy means little without what a shortcut would reach. */
function shortcuts({ crossvalidation }: ReportInput): Markup | null {
  if (crossvalidation === undefined) return null;
  const { study, unit, networks } = crossvalidation;
  const lead = `From the crossvalidation of ${study.name} by ${unit}, whose networks scored this screen. ${networksWords(networks, study.classes)}`;
  return shortcutsSection(crossvalidation, lead);
}

function training({ training: models }: ReportInput): Markup | null {
  const plots = models.flatMap(({ name, epochs }) => {
    const plot = trainingPlot(name, epochs);
    return plot === null ? [] : [html`<figure><h3>${name}</h3>${plot}</figure>`];
  });
  if (plots.length === 0) return null;
  return html`<section id="training"><h2>Training</h2><div class="pair">${plots}</div>${glossary("epoch")}</section>`;
}

function examples(input: ReportInput, images: ReadonlyMap<string, string>): Markup | null {
  if (input.examples.length === 0) return null;
  return html`<section id="examples"><h2>Example fields</h2>${gallery(input, images)}</section>`;
}

function made({ provenance, commands, normalization }: ReportInput): Markup {
  const scale =
    normalization === "plate" ? "fitted to each plate’s own wells" : "fitted to the training fields of the study";
  return html`<section id="made"><h2>How it was made</h2>${pairs([...provenance, { label: "Grey scale", value: scale }])}${
    commands.length === 0
      ? null
      : html`<p>To make it again:</p><pre>${commands.map((command) => html`<code>${command}</code>\n`)}</pre>`
  }</section>`;
}
