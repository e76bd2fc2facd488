/**
 * Nuisance: what makes two wells of the same treatment look different.
 *
 * Every quantity is a sum of independent parts: of the batch (a day), of the plate, of the well, and of gradients over the plate, each
 * with a standard deviation of its own ({@link nuisance}). Each part has its own random stream, named by quantity, stain and
 * place, so that none of them knows of the treatment, and changing one default redraws nothing else.
 */
import { openRandom } from "../base/random.ts";
import { parseWell } from "../plates/wells.ts";
import { idealConditions, type PerStain, type WellConditions } from "./conditions.ts";

/** Standard deviations at the default difficulty. */
export interface Components {
  /** `log`: natural logarithms, so 0.3 is a third more or less; else the quantity's own unit. */
  readonly unit: string;
  readonly batch: number;
  readonly plate: number;
  readonly well: number;
  /** Of the slope from the plate's middle to its last row; half of its variance is the same on all plates. */
  readonly row: number;
  /** The same over columns. */
  readonly column: number;
  /** Of what the outermost wells have over the middle ones; it halves with each well inwards. */
  readonly edge: number;
}

// All assumed, in the range of what plates of fluorescence
// assays show (coefficients of variation of 10 to 50 %); tuned until neither brightness nor
// sharpness tells treated wells (`npm run bench -- simulate`): staining, background and light of puncta hide what percentiles and
// their ratios would show, a focus of its own for each stain what sharpness would.
const table = {
  /** Neurons a field, from seeding. */
  density: { unit: "log", batch: 0.15, plate: 0.1, well: 0.35, row: 0.05, column: 0.05, edge: 0.1 },
  /** How strongly a stain bound, each stain by itself. */
  staining: { unit: "log", batch: 0.2, plate: 0.15, well: 0.5, row: 0.05, column: 0.05, edge: 0.05 },
  /** Lamp and exposure, each stain by itself. */
  gain: { unit: "log", batch: 0.15, plate: 0.05, well: 0.1, row: 0, column: 0, edge: 0 },
  /** Unspecific light, over {@link usualBackground}, each stain by itself. */
  background: { unit: "log", batch: 0.2, plate: 0.15, well: 0.5, row: 0.05, column: 0.05, edge: 0.1 },
  /** Light of puncta against the rest of their stain: how specific the antibody was, each stain by itself. */
  punctumLight: { unit: "log", batch: 0.1, plate: 0.1, well: 0.5, row: 0, column: 0, edge: 0 },
  /** Light scattered over the whole view, each stain by itself. */
  haze: { unit: "log", batch: 0.1, plate: 0.1, well: 0.4, row: 0, column: 0, edge: 0 },
  /** How far a stain's focus lies from the common one. */
  focusOffset: { unit: "µm", batch: 0.2, plate: 0.1, well: 0.4, row: 0, column: 0, edge: 0 },
  /** The plate's bottom is not flat. The well's distance from focus is the size of the sum. */
  focus: { unit: "µm", batch: 0.2, plate: 0.2, well: 0.5, row: 0.3, column: 0.3, edge: 0.2 },
  /** Over {@link usualDebris}. */
  debris: { unit: "log", batch: 0.3, plate: 0.2, well: 0.7, row: 0, column: 0, edge: 0.2 },
  /** Over {@link usualVignetting}. */
  vignetting: { unit: "log", batch: 0.2, plate: 0, well: 0.1, row: 0, column: 0, edge: 0 },
  /** Relative change over the view; where the well's walls and the meniscus bend the light. */
  tilt: { unit: "share of the light", batch: 0.03, plate: 0.03, well: 0.05, row: 0.02, column: 0.02, edge: 0 },
} satisfies Readonly<Record<string, Components>>;

/** What varies, and how much. */
export const nuisance: { readonly [Quantity in keyof typeof table]: Components } = table;
export type Quantity = keyof typeof nuisance;

/** Grey values of unspecific light at gain 1, a stain. Assumed. */
export const usualBackground: PerStain = [250, 150, 250, 250];

/** Of 1, a culture full of rubbish. Assumed. */
const usualDebris = 0.15;

/** Share of light lost in the corners. Assumed; flat-field corrected exports have about this left. */
export const usualVignetting = 0.12;

/** The plate's frame, in which gradients run: that of 96 wells, or of 384 where a well lies outside. */
const frames = [
  { rows: 8, columns: 12 },
  { rows: 16, columns: 24 },
] as const;

/** Where a well stands. */
export interface Place {
  readonly batch: string;
  readonly plate: string;
  readonly well: string;
}

/** The part of a well's conditions that is nuisance. */
export type NuisanceConditions = Omit<WellConditions, "damage" | "toxicity" | "gliaFactor" | "addedLight">;

/**
 * Draws the nuisance of a well.
 *
 * @param options.difficulty scales every standard deviation, and dirt: 0 none, 0.5 as in the table, 1 twice as much
 */
export function drawNuisance(
  place: Place,
  { seed, difficulty }: { readonly seed: number; readonly difficulty: number },
): NuisanceConditions {
  const scale = 2 * difficulty;
  const draw = (quantity: Quantity, part: string | number = "") =>
    scale === 0 ? 0 : scale * deviation(nuisance[quantity], place, [seed, "nuisance", quantity, part]);
  const factor = (quantity: Quantity, part?: number) => Math.exp(draw(quantity, part));
  return {
    ...idealConditions,
    density: factor("density"),
    staining: perStain((stain) => factor("staining", stain)),
    gain: perStain((stain) => factor("gain", stain)),
    background: perStain((stain) => usualBackground[stain]! * factor("background", stain)),
    punctumLight: perStain((stain) => factor("punctumLight", stain)),
    haze: perStain((stain) => factor("haze", stain)),
    focusOffsetMicrometres: perStain((stain) => draw("focusOffset", stain)),
    defocusMicrometres: Math.abs(draw("focus")),
    debris: Math.min(1, scale * usualDebris * factor("debris")),
    vignetting: Math.min(0.6, usualVignetting * factor("vignetting")),
    tilt: [draw("tilt", "x"), draw("tilt", "y")],
  };
}

/** The sum of a quantity's parts in one well, at the default difficulty. */
export function deviation(
  components: Components,
  { batch, plate, well }: Place,
  [seed, ...path]: readonly [seed: number, ...path: (string | number)[]],
): number {
  const normal = (...where: string[]) => openRandom(seed, ...path, ...where).normal();
  const { across, down, edge } = gradientsAt(well);
  // What a plate reader does to every plate, and what happened to this one.
  const slope = (which: string) => (normal(which) + normal(which, plate)) * Math.SQRT1_2;
  return (
    components.batch * normal("batch", batch) +
    components.plate * normal("plate", plate) +
    components.well * normal("well", plate, well) +
    components.row * down * slope("row") +
    components.column * across * slope("column") +
    components.edge * edge * slope("edge")
  );
}

/** Where a well stands in the plate's gradients: `down` and `across` from −1 to 1, `edge` from 1 in the outermost wells towards 0. */
function gradientsAt(name: string): { readonly across: number; readonly down: number; readonly edge: number } {
  const { row, column } = parseWell(name);
  const { rows, columns } = frames.find((frame) => row < frame.rows && column < frame.columns) ?? frames[1];
  const inwards = Math.min(row, column, rows - 1 - row, columns - 1 - column);
  return { across: centred(column, columns), down: centred(row, rows), edge: 2 ** -inwards };
}

function centred(index: number, count: number): number {
  return (2 * index) / (count - 1) - 1;
}

function perStain(value: (stain: number) => number): PerStain {
  return [value(0), value(1), value(2), value(3)];
}
