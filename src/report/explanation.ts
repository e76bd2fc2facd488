/**
 * The page of an explanation: why the network said so of a few fields, and whether its maps can be believed.
 */
import type { ExplanationRecord } from "../records/explain.ts";
import { contents } from "./contents.ts";
import { checksSection, uncheckedWords, verdictList } from "./explanation-checks.ts";
import { cardsLegend, galleries, montageSection } from "./explanation-fields.ts";
import type { MapsContext } from "./explanation-maps.ts";
import { stainSentences, stainsSection } from "./explanation-stains.ts";
import { explanationStyle } from "./explanation-style.ts";
import { choiceCounts, fieldsAndWells, methodMeaning, methodNames } from "./explanation-words.ts";
import { glossary } from "./glossary.ts";
import { html, type Markup } from "./html.ts";
import { renderPage } from "./page.ts";
import { pairs } from "./tables.ts";

/**
 * Writes the page as HTML: no script, nothing loaded from elsewhere. The same record gives the same bytes.
 *
 * The small pictures stand in the page; each map leads to the same at full size, beside the page in the explanation's folder.
 *
 * @param images small pictures as data URIs, by the paths that the record names: `picture` of fields and montage, `thumbnail` of maps
 */
export function renderExplanation(record: ExplanationRecord, images: ReadonlyMap<string, string>): string {
  const { study, models } = record;
  const context: MapsContext = {
    classes: study.classes,
    channels: study.channels,
    class: record.class,
    verdicts: record.checks?.verdicts ?? [],
    images,
    isLinked: true,
  };
  const sections = [
    summary(record),
    reading(record),
    ...galleries(record, context),
    montageSection(record, images),
    stainsSection(record),
    checksSection(record.checks),
    made(record),
  ].filter((section) => section !== null);
  const networks = [...new Set(models.map(({ network }) => network))].join(" and ");
  const body = html`<main>
<header><h1>${study.name}: why it says so</h1><p class="asked">Asked of ${networks} on ${study.channels.join(", ")}: what in ${fieldsAndWells(record.fields)} made it say ${study.classes.positive} or ${study.classes.negative}?</p></header>
${notes(record.notes)}
${contents(sections)}
${sections.map((section) => html`${section}\n`)}</main>`;
  return renderPage(`${study.name} – explanation`, body, explanationStyle);
}

function notes(sentences: readonly string[]): Markup | null {
  if (sentences.length === 0) return null;
  return html`<section class="warnings" id="notes" aria-label="Notes"><h2>Read this first</h2><ul>${sentences.map((words) => html`<li>${words}</li>`)}</ul></section>`;
}

function summary(record: ExplanationRecord): Markup {
  const { fields, roles, study, checks } = record;
  return html`<section class="verdict" id="verdict"><h2>What it comes to</h2><p>${fieldsAndWells(fields)}: ${choiceCounts(fields)}.</p>${stainSentences(roles, study).map((words) => html`<p>${words}</p>`)}${checks === null ? html`<p>${uncheckedWords}</p>` : html`<p>Whether the maps follow what the network has learned, as measured where the truth is known:</p>${verdictList(checks.verdicts)}`}${glossary("log-odds")}</section>`;
}

function reading(record: ExplanationRecord): Markup {
  const { study, methods, models } = record;
  const explained = record.class === 1 ? study.classes.positive : study.classes.negative;
  const windows = models.map(({ window }) => window).find((window) => window !== null);
  const size =
    windows === undefined ? null : html` A window is ${windows.size} pixels wide, every ${windows.step} pixels.`;
  return html`<section id="reading"><h2>How to read it</h2><dl>${methods.map(
    (method) =>
      html`<dt>${methodNames[method]}</dt><dd>${methodMeaning(method, study.classes)}${method === "windows" ? size : null}</dd>`,
  )}</dl><p class="quiet">Maps of one class explain the log-odds of ${explained}. Choose a map to see it at full size; its raw values lie beside it as .npy.</p>${cardsLegend(record)}</section>`;
}

function made({ provenance, commands, models }: ExplanationRecord): Markup {
  const hashes = models.map(({ name, hash }) => ({ label: `SHA-256 of ${name}`, value: hash }));
  return html`<section id="made"><h2>How it was made</h2>${pairs([...provenance, ...hashes])}${
    commands.length === 0
      ? null
      : html`<p>To make it again:</p><pre>${commands.map((command) => html`<code>${command}</code>\n`)}</pre>`
  }</section>`;
}
