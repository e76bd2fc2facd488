/**
 * The page of a cross-validation: one HTML file that stands alone.
 */
import type { Crossvalidation, FoldNetwork } from "../records/crossvalidation.ts";
import { bestShortcut, bestShortcutWords, shortcutsSection } from "./crossvalidation-shortcuts.ts";
import { networksWords, unbroken } from "./crossvalidation-words.ts";
import { glossary } from "./glossary.ts";
import { html, type Markup } from "./html.ts";
import { count, decimals, percent } from "./numbers.ts";
import { renderPage } from "./page.ts";
import { table } from "./tables.ts";

/** Test groups of a fold that are named in the table; of more, the number. */
const mostNamed = 8;

/** Writes the page as HTML: no script, nothing loaded from elsewhere. The same record gives the same bytes. */
export function renderCrossvalidation(record: Crossvalidation): string {
  const { study } = record;
  const body = html`<main>
<header><h1>${study.name}</h1><p class="asked">Asked of ${record.networkName} on ${record.stains.join(", ")}: how well does it tell ${study.classes.positive} from ${study.classes.negative} in wells that it has never seen? Cross-validated in ${record.networks.folds.length} folds by ${record.unit}, seed ${record.seed}.</p></header>
${warnings(record.warnings)}
${verdict(record)}
${shortcutsSection(record)}
${folds(record)}
</main>`;
  return renderPage(`${study.name} – cross-validation`, body);
}

function warnings(sentences: readonly string[]): Markup | null {
  if (sentences.length === 0) return null;
  return html`<section class="warnings" id="warnings" aria-label="Warnings"><h2>Read this first</h2><ul>${sentences.map((words) => html`<li>${words}</li>`)}</ul></section>`;
}

/** The networks' figures, and the shortcut that comes nearest to them. */
function verdict({ study, networks, shortcuts }: Crossvalidation): Markup {
  const best = bestShortcut(shortcuts);
  const tiles = [
    {
      value: `${networks.correct} of ${networks.nWells}`,
      words: `control wells right, each judged by a network that had not seen it; 95 % interval ${percent(networks.interval.low)} to ${percent(networks.interval.high)}`,
    },
    { value: decimals(networks.auc, 3), words: "AUC within a fold, on average" },
    ...(best === null
      ? []
      : [
          {
            value: `${best.figures.correct} of ${best.figures.nWells}`,
            words: `right by ${best.name} alone, the best shortcut`,
          },
        ]),
  ];
  return html`<section class="verdict" id="verdict"><h2>The verdict</h2><p>${networksWords(networks, study.classes)}</p>${
    best === null ? null : html`<p>${bestShortcutWords(shortcuts)}</p>`
  }<div class="tiles">${tiles.map(({ value, words }) => html`<div class="tile"><b>${value}</b><span>${words}</span></div>`)}</div>${glossary("95 % interval", "AUC")}</section>`;
}

function folds({ networks, unit, shortcuts }: Crossvalidation): Markup {
  const named = ({ testGroups }: FoldNetwork) =>
    testGroups.length > mostNamed ? count(testGroups.length, unit) : testGroups.join(", ");
  const rows = networks.folds.map((fold, k) => [
    fold.name,
    named(fold),
    fold.nTrain,
    fold.nValidate,
    `${fold.correct} of ${fold.nWells}`,
    decimals(fold.auc, 3),
    ...shortcuts.map(({ figures }) => percent(figures.folds[k]?.accuracy ?? null)),
  ]);
  const pooled =
    networks.pooledAuc === null
      ? ""
      : ` With the scores of all folds pooled, each network on its own scale first, the AUC is ${decimals(networks.pooledAuc, 3)}.`;
  return html`<section id="folds"><h2>Fold by fold</h2>${table(
    [
      "fold",
      `test ${unit === "batch" ? "batches" : `${unit}s`}`,
      "training wells",
      "validation wells",
      "right",
      "AUC",
      ...shortcuts.map(({ name }) => `right by ${unbroken(name)}`),
    ],
    rows,
  )}<p class="quiet">No network learned from its test wells or was chosen by them; each opened them once.${pooled}</p></section>`;
}
