/**
 * Do two groups differ in their ranks? The Mann–Whitney U test with its exact distribution.
 */
import { NeuroscreenError } from "../base/errors.ts";

/** U of the first group and the two-sided p. */
export interface RankTest {
  readonly u: number;
  readonly p: number;
}

/**
 * The Mann–Whitney U test, two-sided, with the exact distribution that holds without ties (SciPy's `method="exact"`).
 *
 * U counts the pairs in which the value of `x` is the larger, a tie as half. With ties the p is an approximation, as
 * SciPy's is. Time and memory grow with the square of the groups' sizes: meant for tens of wells, not thousands.
 *
 * @throws {NeuroscreenError} `too-few-values` of an empty group
 * @see Mann & Whitney (1947), doi:10.1214/aoms/1177730491
 */
export function mannWhitney(x: readonly number[], y: readonly number[]): RankTest {
  if (x.length === 0 || y.length === 0)
    throw new NeuroscreenError({
      code: "too-few-values",
      what: "Comparing two groups by rank",
      found: `${x.length} and ${y.length}`,
      expected: "at least 1 value in each group",
      remedy: "Check that the wells meant here were imaged and scored.",
    });
  const u = pairsWon(x, y);
  const pairs = x.length * y.length;
  const larger = Math.floor(Math.max(u, pairs - u));
  const chances = uDistribution(x.length, y.length);
  let tail = 0;
  // The distribution is symmetric; from its small end the sum keeps more digits.
  for (let i = 0; i <= pairs - larger; i++) tail += chances[i]!;
  return { u, p: Math.min(1, 2 * tail) };
}

/** How often a value of `x` is above one of `y`, over all pairs; a tie counts half. */
export function pairsWon(x: readonly number[], y: readonly number[]): number {
  const all = [...x.map((value) => ({ value, own: 1 })), ...y.map((value) => ({ value, own: 0 }))];
  all.sort((a, b) => a.value - b.value);
  let rankSum = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    let own = 0;
    while (end < all.length && all[end]!.value === all[start]!.value) own += all[end++]!.own;
    rankSum += own * ((start + 1 + end) / 2);
    start = end;
  }
  return rankSum - (x.length * (x.length + 1)) / 2;
}

// P(U = u) for groups of m and n. The largest of all values belongs to the first group with chance m / (m + n) and
// then wins n pairs; so each table follows from the ones with a value less. Chances, not counts: counts overflow.
function uDistribution(m: number, n: number): Float64Array {
  let previous: Float64Array[] = Array.from({ length: n + 1 }, () => Float64Array.of(1));
  for (let i = 1; i <= m; i++) {
    const row: Float64Array[] = [Float64Array.of(1)];
    for (let j = 1; j <= n; j++) {
      const table = new Float64Array(i * j + 1);
      const lastIsFirst = previous[j]!;
      const lastIsSecond = row[j - 1]!;
      for (let u = 0; u < lastIsFirst.length; u++) table[u + j]! += (i / (i + j)) * lastIsFirst[u]!;
      for (let u = 0; u < lastIsSecond.length; u++) table[u]! += (j / (i + j)) * lastIsSecond[u]!;
      row.push(table);
    }
    previous = row;
  }
  return previous[n]!;
}
