/**
 * The tables of the page.
 */
import type { AccuracyInterval, PartEvaluation, ScoreComparison } from "../records/evaluation.ts";
import type { CompoundRecord, PlateQuality, QualityFigures, WellRecord } from "../records/screen.ts";
import { html, type Markup, type Part } from "./html.ts";
import type { ReportInput } from "./input.ts";
import { noteWords, plainNote } from "./notes.ts";
import { decimals, dose, doseWithInterval, missing, percent } from "./numbers.ts";
import { seriesName } from "./treatments.ts";

/** Compounds whose EC50s the two scores are compared by. */
const mostCompared = 6;

/** Plates from which on their quality is folded in. */
const mostOpenPlates = 8;

/** The two scores side by side, the recommended one marked in words. */
export function comparisonTable({ scores, recommended }: ScoreComparison): Markup {
  const compounds = scores[0]?.compounds ?? [];
  // Where neither score gives an EC50 there is nothing to compare.
  const compared = compounds
    .map((compound, i) => ({ compound, records: scores.map((figures) => figures.compounds[i]) }))
    .filter(({ records }) => records.some((record) => record !== undefined && record.ec50Micromolar !== null))
    .slice(0, mostCompared);
  return table(
    ["", ...scores.map(({ score }) => `${score}${score === recommended ? " (used here)" : ""}`)],
    [
      ["Z′, untouched controls", ...scores.map(({ zPrime }) => decimals(zPrime, 2))],
      ["robust Z′", ...scores.map(({ robustZPrime }) => decimals(robustZPrime, 2))],
      ["SSMD", ...scores.map(({ ssmd }) => decimals(ssmd, 1))],
      [
        "sample wells from 15 to 85 % effect",
        ...scores.map(({ nBetween, nSampleWells }) => `${nBetween} of ${nSampleWells}`),
      ],
      ["… at doses that are graded", ...scores.map(({ nGraded, nSampleWells }) => `${nGraded} of ${nSampleWells}`)],
      ...compared.flatMap(({ compound, records }) => [
        [`EC50 ${seriesName(compound)}`, ...records.map((record) => ec50(record))],
        [`Hill slope ${seriesName(compound)}`, ...records.map((record) => hill(record))],
      ]),
    ],
  );
}

/** Accuracy by part of the split: wells with interval, fields as a figure. */
export function evaluationTable({ evaluation, study }: ReportInput): Markup {
  const { negative, positive } = study.classes;
  const row = (name: string, part: PartEvaluation | null): Part[] => {
    if (part === null) return [name, ...Array.from({ length: 8 }, () => missing)];
    const { wells, fields } = part;
    const { truePositive, falsePositive, trueNegative, falseNegative } = wells.confusion;
    return [
      name,
      `${wells.correct} of ${wells.n}`,
      wells.nPlates,
      interval(wells.wilson),
      wells.bootstrap === null ? missing : interval(wells.bootstrap),
      `${trueNegative} of ${trueNegative + falsePositive}`,
      `${truePositive} of ${truePositive + falseNegative}`,
      decimals(wells.auc, 3),
      `${percent(fields.accuracy)} of ${fields.n}`,
    ];
  };
  return table(
    [
      "control wells",
      "right",
      "plates",
      "95 % interval, Wilson",
      "over plates, bootstrap",
      `${negative} right`,
      `${positive} right`,
      "AUC",
      "fields right",
    ],
    [
      row("test (never learned from)", evaluation.test),
      row("validation", evaluation.validation),
      row("training", evaluation.train),
    ],
  );
}

function interval({ low, high }: AccuracyInterval): string {
  return `${percent(low)} to ${percent(high)}`;
}

/** Z′ and its kin, plate by plate, untouched controls first. */
export function qualityTable(quality: readonly PlateQuality[]): Markup {
  const row = (plate: string, which: string, figures: QualityFigures): Part[] => [
    plate,
    which,
    `${figures.nNegative} + ${figures.nPositive}`,
    decimals(figures.zPrime, 2),
    decimals(figures.robustZPrime, 2),
    decimals(figures.ssmd, 1),
    figures.note ?? "",
  ];
  const rows = table(
    ["plate", "controls", "wells − and +", "Z′", "robust Z′", "SSMD", "note"],
    quality.flatMap(({ plate, untouched, all }) => [row(plate, "untouched", untouched), row(plate, "all", all)]),
  );
  return quality.length <= mostOpenPlates
    ? rows
    : html`<details><summary>${quality.length} plates</summary>${rows}</details>`;
}

/** A row a compound and challenge. */
export function compoundTable(compounds: readonly CompoundRecord[]): Markup {
  return table(
    ["compound", "wells", "doses", "EC50 (95 % interval)", "Hill slope", "bottom, top %", "note"],
    compounds.map((record) => [
      seriesName(record),
      record.nWells,
      record.nDoses,
      ec50(record),
      hill(record),
      record.curve === null || record.ec50Micromolar === null
        ? missing
        : `${decimals(record.curve.bottom, 0)}, ${decimals(record.curve.top, 0)}`,
      plainNote(record.note),
    ]),
  );
}

/** A row a well. What no well has, such as probabilities of a network without a temperature, has no column. */
export function wellTable(wells: readonly WellRecord[]): Markup {
  const hasProbability = wells.some(({ probabilityCalibrated }) => typeof probabilityCalibrated === "number");
  const hasUnlikeness = wells.some(({ unlikeness }) => typeof unlikeness === "number");
  return table(
    [
      "plate",
      "well",
      "role",
      "part",
      "compound",
      "dose",
      "challenge",
      "fields",
      "logit",
      "projection",
      ...(hasProbability ? ["probability"] : []),
      ...(hasUnlikeness ? ["unlikeness"] : []),
      "% effect",
      "note",
    ],
    wells.map((well) => [
      well.plate,
      well.well,
      well.role,
      well.part,
      well.compound ?? "",
      well.concentrationMicromolar === null ? "" : dose(well.concentrationMicromolar),
      well.challenge === null ? "" : `${well.challenge} ${dose(well.challengeConcentrationMicromolar)}`,
      well.nFields + (well.nFieldsMissing > 0 ? ` (${well.nFieldsMissing} missing)` : ""),
      decimals(well.logit, 2),
      decimals(well.projection, 3),
      ...(hasProbability ? [percent(well.probabilityCalibrated) + (well.isUnsure === true ? ", unsure" : "")] : []),
      ...(hasUnlikeness ? [decimals(well.unlikeness, 2)] : []),
      decimals(well.percentEffect, 1),
      noteWords(well.note),
    ]),
  );
}

/** Pairs of words, as a list of terms. */
export function pairs(entries: readonly { readonly label: string; readonly value: string }[]): Markup {
  return html`<dl>${entries.map(({ label, value }) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`;
}

function ec50(record: CompoundRecord | undefined): string {
  if (record === undefined) return missing;
  return doseWithInterval(record.ec50Micromolar, record.ec50LowMicromolar, record.ec50HighMicromolar);
}

function hill(record: CompoundRecord | undefined): string {
  return record === undefined || record.ec50Micromolar === null ? missing : decimals(record.curve?.hill ?? null, 2);
}

/** A table. The first cell of a row heads it; short cells keep to one line, and a narrow screen scrolls the table sideways. */
export function table(head: readonly string[], rows: readonly (readonly Part[])[]): Markup {
  return html`<div class="scroll"><table><thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr>${row.map((cell, i) => (i === 0 ? html`<th scope="row">${cell}</th>` : html`<td${isLong(cell) ? html` class="long"` : null}>${cell}</td>`))}</tr>`,
  )}</tbody></table></div>`;
}

function isLong(cell: Part): boolean {
  return typeof cell === "string" && cell.length > 40;
}
