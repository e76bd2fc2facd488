/**
 * The plate as it stands on the bench, each well coloured by its percent effect.
 */
import { formatWell, parseWell, smallestPlate } from "../plates/wells.ts";
import type { PlateQuality, WellRecord } from "../records/screen.ts";
import { html, type Markup } from "./html.ts";
import { noteWords } from "./notes.ts";
import { decimals, dose } from "./numbers.ts";
import { px } from "./scales.ts";

/** The page's words for the two ends of the scale. */
export interface ClassNames {
  readonly negative: string;
  readonly positive: string;
}

/** An SVG of one plate. Plates of at most 96 wells carry the percent in each well; all carry it as the well's tooltip. */
export function plateHeatmap(plate: string, wells: readonly WellRecord[], classes: ClassNames): Markup {
  const places = wells.map((well) => ({ well, ...parseWell(well.well) }));
  const { rows, columns } = smallestPlate(places);
  const cell = columns <= 12 ? 46 : columns <= 24 ? 30 : 18;
  const [left, top] = [28, 22];
  const [width, height] = [left + columns * cell + 2, top + rows * cell + 2];
  const range = (n: number) => Array.from({ length: n }, (_, i) => i);
  const scored = wells.filter(({ percentEffect }) => percentEffect !== null).length;
  const label = `Plate ${plate}: ${scored} of ${wells.length} wells with a percent effect, from 0 (${classes.negative}) to 100 (${classes.positive}). The same numbers stand in the table of wells.`;
  const rowName = (row: number) => formatWell({ row, column: 0 }).replace(/\d+$/, "");
  return html`<svg class="plate" viewBox="0 0 ${width} ${height}" style="max-width:${width}px;min-width:${Math.round(width * 0.8)}px" role="img" aria-label="${label}">
${range(columns).map((column) => html`<text class="axis" x="${px(left + (column + 0.5) * cell)}" y="14" text-anchor="middle">${column + 1}</text>`)}
${range(rows).map((row) => html`<text class="axis" x="${left - 8}" y="${px(top + (row + 0.5) * cell + 4)}" text-anchor="end">${rowName(row)}</text>`)}
${places.map(({ well, row, column }) => wellCell(well, left + column * cell, top + row * cell, cell, classes))}
</svg>`;
}

/** The colour of a percent effect: blue at 0, pale at 50, orange at 100; beyond the ends, the ends. */
export function effectColor(percentEffect: number): string {
  return `rgb(${effectChannels(percentEffect).join(" ")})`;
}

/** A strip that shows what the colours and marks of {@link plateHeatmap} mean. */
export function heatmapLegend(classes: ClassNames, quality: readonly PlateQuality[]): Markup {
  const steps = [0, 25, 50, 75, 100];
  const hasUntouched = quality.some(({ untouched }) => untouched.nNegative + untouched.nPositive > 0);
  return html`<p class="legend">${steps.map(
    (step) => html`<span class="swatch" style="background:${effectColor(step)};color:${inkOn(step)}">${step}</span>`,
  )} percent effect: 0 is the plate’s ${classes.negative} wells, 100 its ${classes.positive} ones.
<span class="mark">−</span> ${classes.negative} control, <span class="mark">+</span> ${classes.positive} control, <span class="mark">R</span> reference compound${
    hasUntouched
      ? html`; <span class="mark untouched">ringed</span>: a control that the network never learned from`
      : null
  }.</p>`;
}

// Blues and oranges of ColorBrewer (RdBu and PuOr, C. Brewer, Apache-2.0): every common colour blindness tells them apart,
// and by lightness alone the middle is the palest.
const stops = [
  [33, 102, 172],
  [146, 197, 222],
  [247, 247, 240],
  [253, 184, 99],
  [179, 88, 6],
] as const;

function effectChannels(percentEffect: number): number[] {
  const place = Math.min(1, Math.max(0, percentEffect / 100)) * (stops.length - 1);
  const below = Math.min(Math.floor(place), stops.length - 2);
  const [from, to] = [stops[below]!, stops[below + 1]!];
  return from.map((value, i) => Math.round(value + (place - below) * (to[i]! - value)));
}

// Black or white, whichever stands out more: from a relative luminance of 0.18 on, black does (WCAG 2).
function inkOn(percentEffect: number): string {
  const [red, green, blue] = effectChannels(percentEffect).map((value) => (value / 255) ** 2.2) as [
    number,
    number,
    number,
  ];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#111" : "#fff";
}

function wellCell(well: WellRecord, x: number, y: number, cell: number, classes: ClassNames): Markup {
  const { percentEffect: effect } = well;
  const inner = cell - 3;
  const [middle, ink] = [x + cell / 2, effect === null ? "var(--ink)" : inkOn(effect)];
  const mark = { negative: "−", positive: "+", reference: "R", sample: "", empty: "" }[well.role];
  const isUntouched = well.part === "test";
  const fill = effect === null ? "none" : effectColor(effect);
  const number = cell >= 40 && effect !== null ? decimals(effect, 0) : "";
  return html`<g><title>${describe(well, classes)}</title><rect x="${px(x + 1.5)}" y="${px(y + 1.5)}" width="${inner}" height="${inner}" rx="${px(cell / 9)}" fill="${fill}" class="${effect === null ? "unscored" : "scored"}"/>${
    isUntouched
      ? html`<rect x="${px(x + 4)}" y="${px(y + 4)}" width="${inner - 5}" height="${inner - 5}" rx="${px(cell / 12)}" fill="none" stroke="${ink}" stroke-width="1.4"/>`
      : null
  }${mark === "" ? null : html`<text x="${px(middle)}" y="${px(y + cell * (number === "" ? 0.66 : 0.44))}" text-anchor="middle" font-size="${px(cell * 0.34)}" font-weight="700" fill="${ink}">${mark}</text>`}${
    number === ""
      ? null
      : html`<text x="${px(middle)}" y="${px(y + cell * (mark === "" ? 0.6 : 0.78))}" text-anchor="middle" font-size="12" fill="${ink}">${number}</text>`
  }</g>`;
}

function describe(well: WellRecord, classes: ClassNames): string {
  const what =
    well.role === "negative" || well.role === "positive"
      ? `${classes[well.role]} control${well.part === "test" ? ", untouched" : ""}`
      : [
          well.compound ?? well.role,
          ...(well.concentrationMicromolar === null ? [] : [dose(well.concentrationMicromolar)]),
        ].join(" ");
  const challenge =
    well.challenge === null ? "" : ` with ${well.challenge} ${dose(well.challengeConcentrationMicromolar)}`;
  const effect =
    well.percentEffect === null
      ? `no percent effect (${noteWords(well.note)})`
      : `${decimals(well.percentEffect, 1)} % effect`;
  return `${well.well}: ${what}${challenge}, ${effect}`;
}
