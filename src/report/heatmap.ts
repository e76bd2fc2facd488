/**
 * The plate as it stands on the bench, each well coloured by its percent effect.
 */
import { formatLine, type PlateGeometry, parseWell, smallestPlate } from "../plates/wells.ts";
import type { PlateQuality, WellRecord } from "../records/screen.ts";
import { groupBy } from "../screening/group.ts";
import { effectColor, inkOn } from "./effect-color.ts";
import { html, type Markup } from "./html.ts";
import { noteWords } from "./notes.ts";
import { decimals } from "./numbers.ts";
import { px } from "./scales.ts";
import { type ClassNames, treatmentName } from "./treatments.ts";

/** How large a plate is drawn: across the page, half as wide, or as a small multiple. */
export type MapSize = "full" | "half" | "small";

/** Edge of a well's square in pixels, by the plate's columns. */
const cellEdges = [
  { columns: 6, full: 62, half: 50, small: 38 },
  { columns: 12, full: 46, half: 34, small: 19 },
  { columns: 24, full: 34, half: 17, small: 11 },
  { columns: 48, full: 20, half: 8.5, small: 5 },
];

/** Squares smaller than this hold no sign, and smaller than the next no number. */
const smallestSign = 10;
const smallestNumber = 30;

/** Squares smaller than this hold a number or a sign, not both. */
const smallestBoth = 40;

/** How {@link plateHeatmap} draws. */
export interface HeatmapOptions {
  readonly classes: ClassNames;
  readonly size: MapSize;
  /** The plate's rows and columns of wells; the smallest plate that has them all if left out. */
  readonly geometry?: PlateGeometry;
  /** Whether each well tells its story where a pointer rests on it; it costs about 100 bytes a well. */
  readonly hasTooltips: boolean;
}

/** An SVG of one plate of 6 to 1536 wells. Large squares carry the percent and the role's sign, smaller ones less. */
export function plateHeatmap(plate: string, wells: readonly WellRecord[], options: HeatmapOptions): Markup {
  const places = wells.map((well) => ({ well, ...parseWell(well.well) }));
  const { rows, columns } = options.geometry ?? smallestPlate(places);
  const edges = cellEdges.find((edge) => columns <= edge.columns) ?? cellEdges.at(-1)!;
  const cell = edges[options.size];
  const [left, top] = [cell < smallestNumber ? 20 : 28, cell < smallestNumber ? 16 : 22];
  const [width, height] = [left + columns * cell + 2, top + rows * cell + 2];
  const scored = wells.filter(({ percentEffect }) => percentEffect !== null).length;
  const { negative, positive } = options.classes;
  const label = `Plate ${plate}: ${scored} of ${wells.length} wells with a percent effect, from 0 (${negative}) to 100 (${positive}). The same numbers stand in the tables.`;
  // As many names as have room: 13 pixels a letter row, 26 a column number.
  const [rowStep, columnStep] = [Math.ceil(13 / cell), Math.ceil(26 / cell)];
  const named = (n: number, step: number) => Array.from({ length: Math.ceil(n / step) }, (_, i) => i * step);
  return html`<svg class="plate" viewBox="0 0 ${width} ${height}" style="max-width:${width}px${options.size === "small" ? "" : `;min-width:${Math.round(Math.min(width, Math.max(280, width * 0.6)))}px`}" role="img" aria-label="${label}">
${named(columns, columnStep).map((column) => html`<text class="axis" x="${px(left + (column + 0.5) * cell)}" y="${top - 6}" text-anchor="middle">${column + 1}</text>`)}
${named(rows, rowStep).map((row) => html`<text class="axis" x="${left - 5}" y="${px(top + (row + 0.5) * cell + 4)}" text-anchor="end">${formatLine(row, "rows")}</text>`)}
${unusedPlaces(places, { rows, columns }, { cell, left, top })}${
  cell < smallestSign && !options.hasTooltips
    ? squaresByColor(places, { cell, left, top })
    : places.map(({ well, row, column }) =>
        wellCell(well, { x: left + column * cell, y: top + row * cell, cell }, options),
      )
}
</svg>`;
}

/** A strip that shows what the colours and signs of {@link plateHeatmap} mean. */
export function heatmapLegend(classes: ClassNames, quality: readonly PlateQuality[]): Markup {
  const hasUntouched = quality.some(({ untouched }) => untouched.nNegative + untouched.nPositive > 0);
  return html`<p class="legend">${effectStrip()} percent effect: 0 is the plate’s ${classes.negative} wells, 100 its ${classes.positive} ones.
<span class="mark">−</span> ${classes.negative} control, <span class="mark">+</span> ${classes.positive} control, <span class="mark">R</span> reference compound${
    hasUntouched
      ? html`; <span class="mark untouched">ringed</span>: a control that the network never learned from`
      : null
  }. Dashed: a well without a percent effect; a dot: a place that the plate map does not name.</p>`;
}

/** The colours of 0, 25, 50, 75 and 100 percent effect. */
export function effectStrip(): Markup {
  return html`<span class="strip">${[0, 25, 50, 75, 100].map((step) => html`<span class="swatch" style="background:${effectColor(step)};color:${inkOn(step)}">${step}</span>`)}</span>`;
}

interface Frame {
  readonly cell: number;
  readonly left: number;
  readonly top: number;
}

// A dot at each place without a well, so that inner wells are seen to be inner: one path, since there may be a thousand.
function unusedPlaces(
  places: readonly { readonly row: number; readonly column: number }[],
  { rows, columns }: { readonly rows: number; readonly columns: number },
  { cell, left, top }: Frame,
): Markup | null {
  const used = new Set(places.map(({ row, column }) => row * columns + column));
  const free = Array.from({ length: rows * columns }, (_, i) => i).filter((i) => !used.has(i));
  if (free.length === 0) return null;
  const dots = free.map(
    (i) => `M${px(left + ((i % columns) + 0.5) * cell)} ${px(top + (Math.floor(i / columns) + 0.5) * cell)}h0`,
  );
  return html`<path class="noplace" d="${dots.join("")}"/>`;
}

// Bare squares of one colour are one path: 36 plates of 1536 wells would be megabytes of single squares.
function squaresByColor(
  places: readonly { readonly well: WellRecord; readonly row: number; readonly column: number }[],
  { cell, left, top }: Frame,
): Markup[] {
  const inner = px(cell - 0.8);
  const colorOf = ({ percentEffect }: WellRecord) =>
    percentEffect === null ? "" : effectColor(Math.round(percentEffect));
  return [...groupBy(places, ({ well }) => colorOf(well))].map(([color, own]) => {
    const squares = own.map(
      ({ row, column }) =>
        `M${px(left + column * cell + 0.4)} ${px(top + row * cell + 0.4)}h${inner}v${inner}h-${inner}z`,
    );
    return color === ""
      ? html`<path class="unscored" d="${squares.join("")}"/>`
      : html`<path fill="${color}" d="${squares.join("")}"/>`;
  });
}

interface Square {
  readonly x: number;
  readonly y: number;
  readonly cell: number;
}

function wellCell(well: WellRecord, { x, y, cell }: Square, { classes, hasTooltips }: HeatmapOptions): Markup {
  const { percentEffect: effect, part, role } = well;
  const air = cell < smallestSign ? 0.4 : cell < smallestNumber ? 0.8 : 1.5;
  const inner = cell - 2 * air;
  const [middle, ink] = [x + cell / 2, effect === null ? "var(--ink)" : inkOn(effect)];
  const isControl = role === "negative" || role === "positive";
  const sign = cell < smallestSign ? "" : { negative: "−", positive: "+", reference: "R", sample: "", empty: "" }[role];
  // In a small square the sign of a control takes the room of its number.
  const number =
    cell >= smallestNumber && effect !== null && (sign === "" || cell >= smallestBoth) ? decimals(effect, 0) : "";
  const ring = air + (cell < smallestNumber ? 0.9 : 2.5);
  const square = html`<rect x="${px(x + air)}" y="${px(y + air)}" width="${px(inner)}" height="${px(inner)}" rx="${px(cell / 9)}" ${
    effect === null ? html`class="unscored"` : html`fill="${effectColor(effect)}"`
  }/>`;
  return html`<g>${hasTooltips ? html`<title>${describe(well, classes)}</title>` : null}${square}${
    isControl && part === "test"
      ? html`<rect class="ring" x="${px(x + ring)}" y="${px(y + ring)}" width="${px(cell - 2 * ring)}" height="${px(cell - 2 * ring)}" rx="${px(cell / 12)}" stroke="${ink}" stroke-width="${cell < smallestNumber ? 0.9 : 1.4}"/>`
      : null
  }${sign === "" ? null : signText(sign, { x: middle, y, cell }, ink, number !== "")}${
    number === ""
      ? null
      : html`<text x="${px(middle)}" y="${px(y + cell * (sign === "" ? 0.6 : 0.8))}" text-anchor="middle" font-size="${px(Math.min(13, cell * 0.33))}" fill="${ink}">${number}</text>`
  }</g>`;
}

function signText(sign: string, { x, y, cell }: Square, ink: string, hasNumber: boolean): Markup {
  const size = Math.min(20, cell * (hasNumber ? 0.34 : 0.72));
  return html`<text x="${px(x)}" y="${px(y + (hasNumber ? cell * 0.44 : cell / 2 + size * 0.34))}" text-anchor="middle" font-size="${px(size)}" font-weight="700" fill="${ink}">${sign}</text>`;
}

function describe(well: WellRecord, classes: ClassNames): string {
  const isUntouched = (well.role === "negative" || well.role === "positive") && well.part === "test";
  const effect =
    well.percentEffect === null
      ? `no percent effect (${noteWords(well.note)})`
      : `${decimals(well.percentEffect, 1)} % effect`;
  return `${well.well}: ${treatmentName(well, classes)}${isUntouched ? ", untouched" : ""}, ${effect}`;
}
