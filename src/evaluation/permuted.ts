/**
 * Labels that mean nothing: what a network reaches with them, it reaches by chance, or because the wells are not kept apart.
 */
import { openRandom } from "../base/random.ts";
import type { PlateMapWell } from "../plates/platemap.ts";
import { isControl } from "../plates/roles.ts";
import { wellKey } from "../plates/split.ts";
import type { Folds } from "../records/folds.ts";

/**
 * Shuffles the labels of the control wells of each plate, by `plate/A01`. Where folds split plates, they are shuffled among the wells of a plate
 * that are tested together, so that every part keeps both classes.
 */
export function permuteLabels(
  wells: readonly PlateMapWell[],
  { folds }: Folds,
  seed: number,
): ReadonlyMap<string, 0 | 1> {
  const groups = new Map<string, PlateMapWell[]>();
  for (const well of wells.filter(({ role }) => isControl(role))) {
    const fold = folds.find(({ parts }) => parts[wellKey(well)] === "test")!;
    const name = `${fold.name}/${well.plate}`;
    groups.set(name, [...(groups.get(name) ?? []), well]);
  }
  const labels = new Map<string, 0 | 1>();
  for (const name of [...groups.keys()].sort()) {
    const own = groups.get(name)!.sort((a, b) => (wellKey(a) < wellKey(b) ? -1 : 1));
    const shuffled = openRandom(seed, "permuted", name).shuffled(own.map(({ role }) => role));
    for (const [i, well] of own.entries()) labels.set(wellKey(well), shuffled[i] === "positive" ? 1 : 0);
  }
  return new Map([...labels].sort(([a], [b]) => (a < b ? -1 : 1)));
}
