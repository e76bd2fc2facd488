/**
 * Do two quantities rise together? Spearman's rank correlation.
 */
import { NeuroscreenError } from "../base/errors.ts";

/**
 * Spearman's ρ of pairs: Pearson's correlation of their ranks, equal values sharing the mean of their ranks, as SciPy's `spearmanr`.
 *
 * It asks for a rising line and not for a straight one: any change of either quantity that keeps the order leaves it as it is.
 *
 * @returns −1 to 1; null where all values of either quantity are equal, since then nothing rises
 * @throws {NeuroscreenError} `too-few-values` with fewer than two pairs
 * @see Spearman (1904), doi:10.2307/1412159
 */
export function spearman(pairs: readonly (readonly [x: number, y: number])[]): number | null {
  if (pairs.length < 2)
    throw new NeuroscreenError({
      code: "too-few-values",
      what: "Correlating two quantities by rank",
      found: String(pairs.length),
      expected: "at least 2 pairs",
      remedy: "Check that the wells meant here were imaged and scored.",
    });
  const x = ranks(pairs.map(([first]) => first));
  const y = ranks(pairs.map(([, second]) => second));
  // Ranks have the mean (n + 1) / 2 with or without ties.
  const middle = (pairs.length + 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < pairs.length; i++) {
    const [dx, dy] = [x[i]! - middle, y[i]! - middle];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  if (xx === 0 || yy === 0) return null;
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

/** The ranks of values, from 1; equal values share the mean of theirs. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const result = new Array<number>(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) result[order[i]!] = (start + 1 + end) / 2;
    start = end;
  }
  return result;
}
