/**
 * Does one judge of the control wells do better than another, and by how much?
 *
 * Both have judged the same wells, so their differences are paired: a plate on which every judge fails says nothing of who is better.
 * Wells of one plate err together, so the interval comes from drawing whole plates anew.
 */
import { NeuroscreenError } from "../base/errors.ts";
import { openRandom } from "../base/random.ts";
import { wellKey } from "../plates/split.ts";
import type { JudgedWell, PairedComparison } from "../records/comparison.ts";
import { bootstrapInterval } from "../statistics/bootstrap.ts";
import { mcnemarExact } from "../statistics/mcnemar.ts";

/** Plates below which drawing them anew says too little: the bootstrap of a handful is far too narrow. */
const fewestPlates = 8;

/**
 * Compares two judges on the wells that both have judged. Accuracies are over these wells, whatever their fold. Each is held to its own
 * label of a well, which is another where labels were permuted.
 *
 * @param options.seed of the bootstrap; the order of the wells does not matter
 * @throws {NeuroscreenError} `no-common-wells` if there are none
 */
export function pairedComparison(
  first: readonly JudgedWell[],
  second: readonly JudgedWell[],
  { seed }: { readonly seed: number },
): PairedComparison {
  const pairs = pairWells(first, second);
  const byPlate = new Map<string, Tally>();
  for (const { plate, isFirstRight, isSecondRight } of pairs) {
    const tally = byPlate.get(plate) ?? { wells: 0, onlyFirst: 0, onlySecond: 0, both: 0 };
    byPlate.set(plate, tally);
    tally.wells += 1;
    if (isFirstRight && isSecondRight) tally.both += 1;
    else if (isFirstRight) tally.onlyFirst += 1;
    else if (isSecondRight) tally.onlySecond += 1;
  }
  const plates = [...byPlate.values()];
  const sum = (count: keyof Tally) => plates.reduce((total, tally) => total + tally[count], 0);
  const [nWells, both, onlyFirst, onlySecond] = [sum("wells"), sum("both"), sum("onlyFirst"), sum("onlySecond")];
  const interval =
    plates.length < fewestPlates
      ? null
      : bootstrapInterval(plates, difference, { random: openRandom(seed, "comparison", "plates") });
  return {
    nWells,
    nPlates: plates.length,
    accuracyFirst: (both + onlyFirst) / nWells,
    accuracySecond: (both + onlySecond) / nWells,
    difference: (onlyFirst - onlySecond) / nWells,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    onlyFirstRight: onlyFirst,
    onlySecondRight: onlySecond,
    mcnemarP: mcnemarExact(onlyFirst, onlySecond),
  };
}

/** Wells of one plate, by who was right. */
interface Tally {
  wells: number;
  onlyFirst: number;
  onlySecond: number;
  both: number;
}

interface Pair {
  readonly plate: string;
  readonly isFirstRight: boolean;
  readonly isSecondRight: boolean;
}

function difference(plates: readonly Tally[]): number {
  let [more, wells] = [0, 0];
  for (const tally of plates) {
    more += tally.onlyFirst - tally.onlySecond;
    wells += tally.wells;
  }
  return more / wells;
}

/** The wells that both have, sorted, so that the draws do not depend on the order in which they came. */
function pairWells(first: readonly JudgedWell[], second: readonly JudgedWell[]): Pair[] {
  const others = new Map(second.map((well) => [wellKey(well), well]));
  const pairs = first.flatMap((one) => {
    const other = others.get(wellKey(one));
    if (other === undefined) return [];
    return [{ key: wellKey(one), plate: one.plate, isFirstRight: isRight(one), isSecondRight: isRight(other) }];
  });
  if (pairs.length === 0) throw noCommonWells(first.length, second.length);
  return pairs.sort((a, b) => (a.key < b.key ? -1 : 1));
}

// A logit of exactly 0 says negative, as everywhere.
function isRight({ label, logit }: JudgedWell): boolean {
  return logit > 0 === (label === 1);
}

function noCommonWells(first: number, second: number): NeuroscreenError {
  return new NeuroscreenError({
    code: "no-common-wells",
    what: "Comparing two judgements of the control wells",
    found: `${first} wells in one, ${second} in the other, and none in both`,
    expected: "wells that both have judged",
    remedy: "Compare results on the same study.",
  });
}
