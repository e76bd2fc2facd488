/**
 * Many tests at once: the false discovery rate.
 */

/**
 * Benjamini–Hochberg adjusted p values: calling everything with q ≤ 0.05 a hit, 5 % of the hits are expected to be false.
 *
 * @param p the p values, in any order; an empty list gives an empty one
 * @returns the q values in the same order, each at least its p and at most 1
 * @see Benjamini & Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x
 */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => p[b]! - p[a]!);
  const q = new Array<number>(p.length);
  let smallest = 1;
  order.forEach((index, i) => {
    smallest = Math.min(smallest, (p[index]! * p.length) / (p.length - i));
    q[index] = smallest;
  });
  return q;
}
