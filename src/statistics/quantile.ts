/**
 * Quantiles, by linear interpolation between order statistics.
 */
import { NeuroscreenError } from "../base/errors.ts";
import { ascending } from "./descriptive.ts";

/**
 * The `q`-quantile in the definition of R's type 7, which is NumPy's default: place (n − 1)·q among the sorted values.
 *
 * @param q between 0 (the smallest value) and 1 (the largest)
 * @throws {NeuroscreenError} `too-few-values` of an empty list, `bad-quantile` of a `q` outside [0, 1]
 * @see Hyndman & Fan (1996), doi:10.1080/00031305.1996.10473566
 */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0)
    throw new NeuroscreenError({
      code: "too-few-values",
      what: "Computing a quantile",
      found: "0",
      expected: "at least 1 value",
      remedy: "Check that the wells meant here were imaged and scored.",
    });
  if (!(q >= 0 && q <= 1))
    throw new NeuroscreenError({
      code: "bad-quantile",
      what: "Computing a quantile",
      found: `${q}`,
      expected: "a share between 0 and 1",
      remedy: "Write 0.25 for the first quartile, not 25.",
    });
  const sorted = ascending(values);
  const place = (sorted.length - 1) * q;
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (place - below) * (high - low);
}
