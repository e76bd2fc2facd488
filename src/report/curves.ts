/**
 * Dose curves: a plot a compound, with and without challenge in one frame.
 */
import type { CompoundRecord } from "../records/screen.ts";
import { groupBy } from "../screening/group.ts";
import { dosePlot, dosesOf, seriesLegend } from "./dose-plot.ts";
import { html, type Markup } from "./html.ts";
import type { ReportInput } from "./input.ts";
import { plainNote } from "./notes.ts";
import { count, decimals, dose, doseWithInterval } from "./numbers.ts";
import { rankPlot } from "./rank-plot.ts";
import { compoundTable } from "./tables.ts";
import { challengeWords } from "./treatments.ts";

/** Compounds that are drawn, and rows of their table; what is more stands in compounds.csv. */
const mostDrawn = 60;
const mostRows = 1000;

/** Rows from which on the table of compounds is folded in. */
const mostOpenRows = 40;

/** The plots and the table of compounds; null without a compound. */
export function curves(input: ReportInput): Markup | null {
  const { compounds, wells, doses, study } = input;
  if (compounds.length === 0) return null;
  // One dose makes no curve: such compounds are drawn together, by rank.
  const byCompound = [...groupBy(compounds, ({ compound }) => compound)].filter(([, records]) =>
    records.some(({ nDoses }) => nDoses > 1),
  );
  // Those that have an EC50 are what people came for.
  const ordered =
    byCompound.length <= mostDrawn ? byCompound : [...byCompound].sort(([, a], [, b]) => ec50s(b) - ec50s(a));
  const ownWells = groupBy(wells, ({ compound }) => compound ?? "");
  const ownDoses = groupBy(doses, ({ compound }) => compound ?? "");
  const drawn = ordered.slice(0, mostDrawn);
  const plots =
    drawn.length === 0
      ? null
      : html`<p class="legend">A sign a well; the band is the 95 % interval of the EC50. A dashed curve is one whose EC50 may not be reported: there a bar shows each dose’s mean with its 95 % interval, plate by plate.</p><div class="curves">${drawn.map(
          ([name, records]) => {
            const own = {
              records,
              wells: ownWells.get(name) ?? [],
              doses: ownDoses.get(name) ?? [],
              classes: study.classes,
            };
            return html`<figure><h3>${name}</h3>${seriesLegend(records)}${dosePlot(own) ?? html`<p class="quiet">Nothing to draw.</p>`}<figcaption>${records.map((record) => caption(record, own.doses, records.length > 1))}</figcaption></figure>`;
          },
        )}</div>${
          byCompound.length > mostDrawn
            ? html`<p>${mostDrawn} of ${byCompound.length} compounds are drawn, those with an EC50 first.</p>`
            : null
        }`;
  return html`<section id="curves"><h2>${drawn.length === 0 ? "Compounds" : "Dose curves"}</h2>${plots}${ranks(input)}${table(compounds)}</section>`;
}

function ranks({ compounds, wells, study }: ReportInput): Markup | null {
  const atOneDose = new Set(
    [...groupBy(compounds, ({ compound }) => compound)]
      .filter(([, records]) => records.every(({ nDoses }) => nDoses <= 1))
      .map(([name]) => name),
  );
  const own = wells.filter(
    ({ role, compound }) => (role === "sample" || role === "reference") && compound !== null && atOneDose.has(compound),
  );
  const plot = rankPlot(own, study.classes);
  return plot === null
    ? null
    : html`<figure><h3>${count(atOneDose.size, "compound")} at one dose</h3><div class="scroll">${plot}</div></figure>`;
}

function table(compounds: readonly CompoundRecord[]): Markup {
  const rows = html`${compoundTable(compounds.slice(0, mostRows))}${
    compounds.length > mostRows
      ? html`<p>The first ${mostRows} of ${compounds.length}; compounds.csv has all.</p>`
      : null
  }`;
  return compounds.length > mostOpenRows
    ? html`<details><summary>Table of ${count(compounds.length, "row")}, a row a compound and challenge</summary>${rows}</details>`
    : html`<h3>Table of compounds</h3>${rows}`;
}

function ec50s(records: readonly CompoundRecord[]): number {
  return records.filter(({ ec50Micromolar }) => ec50Micromolar !== null).length;
}

function caption(record: CompoundRecord, doses: ReportInput["doses"], isNamed: boolean): Markup {
  const challenge = challengeWords(record).trim() || "without challenge";
  const name = isNamed ? `${challenge.charAt(0).toUpperCase()}${challenge.slice(1)}: ` : "";
  if (record.ec50Micromolar === null)
    return html`<p>${name}${plainNote(record.note)}.${effectAtHighest(record, doses)}</p>`;
  const ec50 = doseWithInterval(record.ec50Micromolar, record.ec50LowMicromolar, record.ec50HighMicromolar);
  return html`<p>${name}EC50 ${ec50}, Hill slope ${decimals(record.curve?.hill ?? null, 2)}.</p>`;
}

// What can be said without an EC50: how much the highest dose did. Over several plates it is said for each in the tables.
function effectAtHighest(record: CompoundRecord, doses: ReportInput["doses"]): string {
  const highest = dosesOf(record, doses).at(-1);
  if (highest === undefined || highest.mean === null || highest.concentrationMicromolar === null) return "";
  const { mean, low, high, nWells } = highest;
  const interval = low === null || high === null ? "" : `95 % interval ${decimals(low, 0)} to ${decimals(high, 0)}, `;
  const where = record.nPlates > 1 ? ` on plate ${highest.plate}` : "";
  return ` At ${dose(highest.concentrationMicromolar)}${where}: ${decimals(mean, 1)} % effect (${interval}${count(nWells, "well")}).`;
}
