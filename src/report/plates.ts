/**
 * The plates: as they stand on the bench, and drawn by dose and challenge.
 */
import { parseWell, smallestPlate } from "../plates/wells.ts";
import type { WellRecord } from "../records/screen.ts";
import { groupBy } from "../screening/group.ts";
import { doseTable } from "./dose-table.ts";
import { fieldsPlots } from "./fields-plot.ts";
import { glossary } from "./glossary.ts";
import { effectStrip, heatmapLegend, plateHeatmap } from "./heatmap.ts";
import { html, type Markup } from "./html.ts";
import type { ReportInput } from "./input.ts";
import { groupDigits } from "./numbers.ts";

/** Plates drawn across the page, and half as wide; more stand side by side as small ones. */
const mostFull = 2;
const mostHalf = 8;

/** Plates whose tables and distributions stand open, and treatments that they may have; the others are folded in. */
const mostOpen = 2;
const mostOpenTreatments = 60;

/** Wells whose table, and whose fields, are printed: folded parts open on paper, but nobody asked for a hundred pages. */
const mostPrinted = 200;

/** Wells of a page beyond which it would outgrow a mail: no tooltips, no tables by dose, only the controls' fields. */
const mostTooltips = 4000;
const mostInTables = 12_000;
const mostWithFields = 4000;

/** The heat maps: one or two large, more as small multiples. */
export function plateMaps({ wells, study, quality }: ReportInput): Markup {
  const plates = [...groupBy(wells, ({ plate }) => plate)];
  const size = plates.length <= mostFull ? "full" : plates.length <= mostHalf ? "half" : "small";
  // One geometry for all plates, and the study’s largest: a plate of which few wells were used is no smaller plate.
  const geometry = smallestPlate(wells.map(({ well }) => parseWell(well)));
  const options = { classes: study.classes, size, geometry, hasTooltips: wells.length <= mostTooltips } as const;
  return html`<section id="plates"><h2>${plates.length === 1 ? "The plate" : "The plates"}</h2>${heatmapLegend(study.classes, quality)}<div class="${{ full: "maps", half: "pair", small: "multiples" }[size]}">${plates.map(
    ([name, own]) =>
      html`<figure><h3>${name}</h3><div class="scroll">${plateHeatmap(name, own, options)}</div></figure>`,
  )}</div>${glossary("percent effect")}</section>`;
}

/** A table a plate: rows are treatments, cells are wells. Null without a treatment. */
export function platesByDose({ doses, wells, study }: ReportInput): Markup | null {
  if (doses.length === 0) return null;
  const open = html`<section id="doses"><h2>By dose and challenge</h2>`;
  if (wells.length > mostInTables)
    return html`${open}<p>${groupDigits(wells.length)} wells are too many for this page: doses.csv has a row for each plate, dose and challenge.</p></section>`;
  const plates = [...groupBy(doses, ({ plate }) => plate)];
  return html`${open}<p class="legend">${effectStrip()} percent effect. A row a treatment, a cell a well; mean and sd are between wells, and the interval is Student’s t of the mean: with wells of one plate only, it says nothing of other plates.</p>${plates.map(
    ([name, own], i) =>
      folded(
        name,
        { isOpen: i < mostOpen && own.length <= mostOpenTreatments, isAlone: plates.length === 1 },
        doseTable(own, study.classes),
      ),
  )}</section>`;
}

/** The fields of each well, plate by plate. Null where no field was scored. */
export function platesByField({ fields, wells, study }: ReportInput): Markup | null {
  const range = logitRange(fields);
  if (range === null) return null;
  const onlyControls = wells.length > mostWithFields;
  const shown = onlyControls ? wells.filter(({ role }) => role === "negative" || role === "positive") : wells;
  const ownFields = groupBy(fields, ({ plate }) => plate);
  const plates = [...groupBy(shown, ({ plate }) => plate)];
  return html`<section id="fields"><h2>Field by field</h2><p class="legend">${fieldsWords(fields)}${
    onlyControls
      ? ` Of ${groupDigits(wells.length)} wells only the controls are drawn here; predictions.csv has all.`
      : ""
  }</p>${glossary("log-odds")}${plates.map(([name, own], i) => {
    const input = { wells: own, fields: ownFields.get(name) ?? [], classes: study.classes, range };
    const plots = fieldsPlots(name, input);
    return plots.length === 0
      ? null
      : folded(
          name,
          {
            isOpen: i < mostOpen && treatments(own) <= mostOpenTreatments,
            isAlone: plates.length === 1,
            isPrinted: shown.length <= mostPrinted,
          },
          html`<div class="pair">${plots.map((plot) => html`<figure>${plot}</figure>`)}</div>`,
        );
  })}</section>`;
}

// A plate alone needs no heading; the first of several stand open, the others wait behind their name.
function folded(
  name: string,
  {
    isOpen,
    isAlone,
    isPrinted = true,
  }: { readonly isOpen: boolean; readonly isAlone: boolean; readonly isPrinted?: boolean },
  content: Markup,
): Markup {
  if (isAlone && isOpen) return content;
  return html`<details class="plate-part${isPrinted ? "" : " unprinted"}"${isOpen ? html` open` : null}><summary>${name}</summary>${content}</details>`;
}

function fieldsWords(fields: ReportInput["fields"]): string {
  const most = fields.reduce((most, { logits }) => Math.max(most, logits.length), 0);
  if (most <= 1) return "A dot a well: each has one field.";
  const box = most >= 8 ? ", a box the middle half of its fields" : "";
  return `A line a field, a dot the well’s mean${box}. A well whose fields disagree is one to look at.`;
}

function treatments(wells: readonly WellRecord[]): number {
  return new Set(wells.map(({ compound, concentrationMicromolar }) => `${compound} ${concentrationMicromolar}`)).size;
}

function logitRange(fields: ReportInput["fields"]): readonly [number, number] | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { logits } of fields)
    for (const logit of logits) {
      low = Math.min(low, logit);
      high = Math.max(high, logit);
    }
  if (low > high) return null;
  const air = (high - low || 1) * 0.03;
  return [Math.min(low, 0) - air, Math.max(high, 0) + air];
}

/** The wells' own table, folded in; too many stand in the file alone. */
export function everyWell(wells: readonly WellRecord[], table: (wells: readonly WellRecord[]) => Markup): Markup {
  return html`<section id="wells"><h2>Every well</h2>${
    wells.length > mostTooltips
      ? html`<p>${groupDigits(wells.length)} wells are too many for this page: they stand in wells.csv.</p>`
      : html`<details${wells.length > mostPrinted ? html` class="unprinted"` : null}><summary>${groupDigits(wells.length)} ${wells.length === 1 ? "well" : "wells"}</summary>${table(wells)}</details>`
  }</section>`;
}
