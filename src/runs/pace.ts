/** How far a run of many fields is, and how long the rest will take. */
import type { RunEvent } from "./events.ts";

/**
 * Counts fields as they are done. What an earlier run left is done, but says nothing of how long one takes.
 *
 * @param total how many there will be
 * @returns to be called after each field, with whether it had to be computed
 */
export function openPace(total: number): (isNew: boolean) => RunEvent {
  const begun = performance.now();
  let [done, computed] = [0, 0];
  return (isNew) => {
    done += 1;
    computed += isNew ? 1 : 0;
    const perField = (performance.now() - begun) / 1000 / Math.max(1, computed);
    return { kind: "explained", done, total, secondsLeft: perField * (total - done) };
  };
}
