/** Numbers from the distributions that biology uses. Each takes a fixed count of draws, whatever its parameters. */
import type { Random } from "../base/random.ts";

/** A number from the log-normal distribution with this median and this standard deviation of the log. */
export function logNormal(random: Random, median: number, logSd: number): number {
  return median * Math.exp(logSd * random.normal());
}

/** A number evenly between two ends. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.next();
}

/** A number from the exponential distribution with this mean. */
export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random.next());
}

/**
 * A count from the Poisson distribution. It grows with `mean` for the same draw, so that a denser well has the
 * cells of a sparser one and more. Above 200 it is the rounded normal distribution.
 */
export function poisson(random: Random, mean: number): number {
  const u = random.next();
  const z = random.normal();
  if (mean > 200) return Math.max(0, Math.round(mean + Math.sqrt(mean) * z));
  let chance = Math.exp(-mean);
  let sum = chance;
  let count = 0;
  while (sum < u && count < 1000) {
    count++;
    chance *= mean / count;
    sum += chance;
  }
  return count;
}
