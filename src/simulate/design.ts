/**
 * The design of a screen: which compound stands on which plate, in which batch, in which wells, and what is held out.
 *
 * Pure bookkeeping: nothing here is biology, and apart from the `random` layout nothing is drawn.
 */
import { NeuroscreenError } from "../base/errors.ts";
import type { Role } from "../plates/roles.ts";
import { type LayoutName, type PlacedWell, placeWells } from "./layout.ts";
import type { Compound } from "./panel.ts";

/** What is asked for. */
export interface DesignOptions {
  readonly seed: number;
  /** Plates in all. */
  readonly plates: number;
  /** Plates a compound, each in a batch of its own. */
  readonly replicates: number;
  readonly layout: LayoutName;
  readonly panel: readonly Compound[];
}

/** One plate: one compound. */
export interface PlateDesign {
  /** `P01`. */
  readonly name: string;
  /** `batch-01`: what was cultured, stained and imaged together. */
  readonly batch: string;
  readonly compound: Compound;
  /** Which of the compound's plates, from 1. */
  readonly replicate: number;
  readonly wells: readonly PlacedWell[];
}

/** What is held out: whole plates, or wells of each plate where there are too few plates. */
export type DesignSplit =
  | { readonly unit: "plate"; readonly test: readonly string[]; readonly validate: readonly string[] }
  | { readonly unit: "well"; readonly test: readonly string[]; readonly validate: number };

/** A whole screen. */
export interface Design {
  readonly plates: readonly PlateDesign[];
  readonly split: DesignSplit;
}

/** Compounds cultured and imaged on one day. Assumed: what one person carries in a week of fixations. */
const compoundsPerBatch = 4;

/**
 * Lays a screen out.
 *
 * The panel's first compounds are taken, in its order. Batches hold {@link compoundsPerBatch} compounds; the replicates of a
 * compound come round after round, so each lies in another batch.
 *
 * @throws {NeuroscreenError} `bad-plates` if the plates are none, are no whole number of compounds, or ask for more compounds than the
 *   panel has; `doses-off-layout` from `placeWells`
 */
export function designScreen({ seed, plates: count, replicates, layout, panel }: DesignOptions): Design {
  refuseCount({ count, replicates, panel });
  const compounds = panel.slice(0, count / replicates);
  const batchesARound = Math.ceil(compounds.length / compoundsPerBatch);
  const plates = Array.from({ length: count }, (_, i) => {
    const [round, place] = [Math.floor(i / compounds.length), i % compounds.length];
    const compound = compounds[place]!;
    const name = numbered("P", i, count);
    const batch = round * batchesARound + Math.floor(place / compoundsPerBatch);
    return {
      name,
      batch: numbered("batch-", batch, batchesARound * replicates),
      compound,
      replicate: round + 1,
      wells: placeWells(layout, compound.dosesMicromolar, { seed, plate: name }),
    };
  });
  return { plates, split: splitOf(plates) };
}

/** What a well teaches: only wells without a compound are controls. */
export function roleOf({ doseMicromolar, isChallenged }: PlacedWell): Role {
  return doseMicromolar > 0 ? "sample" : isChallenged ? "positive" : "negative";
}

/** From so many plates on, whole plates are held out. */
const fewestPlatesToHoldOut = 3;

/** The share of the control wells outside the test that validates, where wells are held out. */
const validatingShare = 0.25;

/**
 * Holds out a twelfth of the plates, at least one, to test and as many to validate: the first ones, so that the first batch is seen
 * least in training. Below three plates, two wells of either control a plate.
 */
function splitOf(plates: readonly PlateDesign[]): DesignSplit {
  if (plates.length >= fewestPlatesToHoldOut) {
    const count = Math.max(1, Math.floor(plates.length / 12));
    const names = plates.map(({ name }) => name);
    return { unit: "plate", test: names.slice(0, count), validate: names.slice(count, 2 * count) };
  }
  const test = plates.flatMap(({ wells }) =>
    (["negative", "positive"] as const).flatMap((role) => {
      const ofRole = wells.filter((well) => roleOf(well) === role);
      // Of a published layout's two blocks of three, the middle ones.
      return [ofRole[1]!.well, ofRole[4]!.well];
    }),
  );
  return { unit: "well", test: [...new Set(test)].sort(), validate: validatingShare };
}

function refuseCount({
  count,
  replicates,
  panel,
}: {
  readonly count: number;
  readonly replicates: number;
  readonly panel: readonly Compound[];
}): void {
  const refuse = (found: string, expected: string, remedy: string) =>
    new NeuroscreenError({ code: "bad-plates", what: "Designing the plates", found, expected, remedy });
  if (!Number.isInteger(count) || count < 1)
    throw refuse(`${count} plates`, "at least 1", "Give --plates a whole number from 1 up.");
  if (!Number.isInteger(replicates) || replicates < 1)
    throw refuse(`${replicates} plates a compound`, "at least 1", "Give --replicates a whole number from 1 up.");
  if (count % replicates !== 0)
    throw refuse(
      `${count} plates with ${replicates} a compound`,
      "a whole number of compounds",
      `Take --plates ${Math.ceil(count / replicates) * replicates}, which counts all plates.`,
    );
  if (count / replicates > panel.length)
    throw refuse(
      `${count / replicates} compounds on ${count} plates, and a panel of ${panel.length}`,
      "one compound a plate",
      `Take at most --plates ${panel.length * replicates}, more --replicates, or a longer --panel.`,
    );
}

function numbered(prefix: string, index: number, count: number): string {
  return prefix + String(index + 1).padStart(Math.max(2, String(count).length), "0");
}
