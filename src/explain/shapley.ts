/**
 * Shapley values: a sum shared out among those who made it together.
 */

/**
 * The exact Shapley values of n players: what each adds, averaged over all orders in which they could have come.
 *
 * They add up to the value of all less the value of none; a player who never adds anything gets 0, and two who add the same get the same.
 *
 * @param values 2ⁿ of them, by who is there: bit i of the index says whether player i is
 * @see Shapley (1953), A value for n-person games, doi:10.1515/9781400881970-018
 */
export function shapleyValues(values: readonly number[]): number[] {
  const players = Math.log2(values.length);
  if (!Number.isInteger(players)) throw new Error(`unreachable: ${values.length} values are no power of two`);
  const weights = weightsOf(players);
  return Array.from({ length: players }, (_, player) => {
    let sum = 0;
    for (const [others, value] of values.entries()) {
      if (others & (1 << player)) continue;
      sum += weights[sizeOf(others)]! * (values[others | (1 << player)]! - value);
    }
    return sum;
  });
}

/** What goes with each player alone: the value of all less that of all but this one. */
export function effectsAlone(values: readonly number[]): number[] {
  const everyone = values.length - 1;
  return Array.from(
    { length: Math.log2(values.length) },
    (_, player) => values[everyone]! - values[everyone & ~(1 << player)]!,
  );
}

/** By how many others are there: the share of the orders in which just these come first, k! (n − 1 − k)! / n!. */
function weightsOf(players: number): number[] {
  const weights = [1 / players];
  for (let others = 1; others < players; others++) weights.push((weights[others - 1]! * others) / (players - others));
  return weights;
}

function sizeOf(set: number): number {
  let count = 0;
  for (let left = set; left !== 0; left &= left - 1) count += 1;
  return count;
}
