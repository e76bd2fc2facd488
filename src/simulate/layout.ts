/**
 * Layouts: which condition stands in which well.
 *
 * A plate holds one compound: each dose, 0 among them, with and without Aβ, six wells each. Two layouts are those that the
 * published work shows; in them a condition stands in the same wells of every plate, so that place and treatment are
 * confounded. `random` draws the wells anew for each plate.
 */
import { NeuroscreenError, nearest } from "../base/errors.ts";
import { openRandom } from "../base/random.ts";
import { formatWell } from "../plates/wells.ts";

/** The layouts, the default first. */
export const layoutNames = ["random", "recovered", "figure"] as const;
export type LayoutName = (typeof layoutNames)[number];

/** What a well is treated with. */
export interface Condition {
  /** Of the plate's compound; 0 for none. */
  readonly doseMicromolar: number;
  /** Whether Aβ was added. */
  readonly isChallenged: boolean;
}

/** A well of a plate. */
export interface PlacedWell extends Condition {
  /** `B03`. */
  readonly well: string;
}

/** Wells of each condition, as published. */
const wellsPerCondition = 6;

/**
 * Reads a layout's name.
 *
 * @throws {NeuroscreenError} `unknown-layout` with the nearest name
 */
export function layoutNamed(name: string): LayoutName {
  const found = layoutNames.find((layout) => layout === name);
  if (found !== undefined) return found;
  const near = nearest(name, layoutNames);
  throw new NeuroscreenError({
    code: "unknown-layout",
    what: "Laying out plates",
    found: JSON.stringify(name),
    expected: `${layoutNames.slice(0, -1).join(", ")} or ${layoutNames.at(-1)}`,
    remedy: near === undefined ? "Name one of these layouts." : `Did you mean \`${near}\`?`,
  });
}

/**
 * Places the conditions of a plate's doses.
 *
 * @param dosesMicromolar the doses above zero, rising
 * @param options.plate draws its own `random` layout, whatever the other plates are
 * @returns the wells by row and column
 * @throws {NeuroscreenError} `doses-off-layout` if a published layout should hold other than three doses
 */
export function placeWells(
  layout: LayoutName,
  dosesMicromolar: readonly number[],
  { seed, plate }: { readonly seed: number; readonly plate: string },
): PlacedWell[] {
  if (layout === "random") return drawWells(dosesMicromolar, { seed, plate });
  if (dosesMicromolar.length !== 3) throw refuseDoses(layout, dosesMicromolar, plate);
  const doses = [0, ...dosesMicromolar];
  return published[layout]
    .flatMap(({ dose, isChallenged, upper, lower }) => [
      ...["B", "C", "D"].map((row) => ({ well: nameOf(row, upper), doseMicromolar: doses[dose]!, isChallenged })),
      ...["E", "F", "G"].map((row) => ({ well: nameOf(row, lower), doseMicromolar: doses[dose]!, isChallenged })),
    ])
    .sort(byWell);
}

/** A condition's two blocks: rows B to D of a column, and rows E to G of another or the same. */
interface Blocks {
  /** Which dose: 0 for none, then the lowest. */
  readonly dose: 0 | 1 | 2 | 3;
  readonly isChallenged: boolean;
  readonly upper: number;
  readonly lower: number;
}

// Facts of the published work. `recovered` is read from the titles of its plots; of the wells E05–G05 and E09–G09 they
// leave open which are without and which with Aβ. Assumed here: as with 3 and 10 µM, the challenged lower block stands one
// column to the right of the upper one. `figure` is the plate as drawn, whose letters B–H, J run along the long side,
// here columns 2–9; its last row, printed as a second F, is taken for the J that it lacks.
const published: { readonly [Layout in Exclude<LayoutName, "random">]: readonly Blocks[] } = {
  recovered: [
    { dose: 0, isChallenged: false, upper: 6, lower: 9 },
    { dose: 0, isChallenged: true, upper: 4, lower: 5 },
    { dose: 1, isChallenged: false, upper: 7, lower: 10 },
    { dose: 1, isChallenged: true, upper: 10, lower: 3 },
    { dose: 2, isChallenged: false, upper: 8, lower: 8 },
    { dose: 2, isChallenged: true, upper: 3, lower: 4 },
    { dose: 3, isChallenged: false, upper: 9, lower: 7 },
    { dose: 3, isChallenged: true, upper: 5, lower: 6 },
  ],
  figure: [
    { dose: 0, isChallenged: false, upper: 2, lower: 3 },
    { dose: 0, isChallenged: true, upper: 3, lower: 4 },
    { dose: 1, isChallenged: false, upper: 4, lower: 5 },
    { dose: 1, isChallenged: true, upper: 5, lower: 6 },
    { dose: 2, isChallenged: false, upper: 6, lower: 7 },
    { dose: 2, isChallenged: true, upper: 7, lower: 8 },
    { dose: 3, isChallenged: false, upper: 8, lower: 9 },
    { dose: 3, isChallenged: true, upper: 9, lower: 2 },
  ],
};

function nameOf(row: string, column: number): string {
  return `${row}${String(column).padStart(2, "0")}`;
}

/** A block of wells, from a row and column counted from zero. */
interface Block {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
}

/** Where `random` places wells: the smallest of these that holds them, away from the plate's edge as long as it can be. */
const blocks: readonly Block[] = [
  { top: 1, left: 2, rows: 6, columns: 8 }, // the published 48: B–G, 3–10
  { top: 1, left: 1, rows: 6, columns: 10 }, // all inner wells of 96
  { top: 0, left: 0, rows: 8, columns: 12 }, // all of 96
  { top: 1, left: 1, rows: 14, columns: 22 }, // the inner wells of 384
];

function drawWells(
  dosesMicromolar: readonly number[],
  { seed, plate }: { readonly seed: number; readonly plate: string },
): PlacedWell[] {
  const conditions = [0, ...dosesMicromolar].flatMap((doseMicromolar) =>
    [false, true].map((isChallenged) => ({ doseMicromolar, isChallenged })),
  );
  const count = conditions.length * wellsPerCondition;
  const block = blocks.find(({ rows, columns }) => rows * columns >= count);
  if (block === undefined) throw new Error(`unreachable: ${count} wells on a plate, which a panel does not ask for`);
  const places = Array.from({ length: block.rows * block.columns }, (_, i) =>
    formatWell({ row: block.top + Math.floor(i / block.columns), column: block.left + (i % block.columns) }),
  );
  return openRandom(seed, "layout", plate)
    .shuffled(places)
    .slice(0, count)
    .map((well, i) => ({ well, ...conditions[i % conditions.length]! }))
    .sort(byWell);
}

function byWell(a: PlacedWell, b: PlacedWell): number {
  return a.well < b.well ? -1 : 1;
}

function refuseDoses(layout: string, doses: readonly number[], plate: string): NeuroscreenError {
  return new NeuroscreenError({
    code: "doses-off-layout",
    what: `Laying out plate ${plate} as \`${layout}\``,
    found: `${doses.length} ${doses.length === 1 ? "dose" : "doses"} above 0 (${doses.join(", ")} µM)`,
    expected: "three, as the published plates have",
    remedy: "Give the compound three doses, or take `--layout random`, which has room for more.",
  });
}
