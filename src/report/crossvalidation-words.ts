/**
 * Who beats whom, and by how much, in words that claim no more than the wells bear out.
 */
import type { PairedComparison } from "../records/comparison.ts";
import type { CrossvalidatedNetworks, JudgeFigures } from "../records/crossvalidation.ts";
import { count, decimals, percent } from "./numbers.ts";

/** Two judges, as they are called in the middle of a sentence: `the network`, `brightness`. */
export interface Judges {
  readonly first: string;
  readonly second: string;
}

/**
 * A sentence or two: whether the first beats the second, the difference in points with its interval, and on how many wells each was
 * right alone.
 *
 * “Beats” is said only where the 95 % interval lies on one side of 0. With too few plates for an interval nobody is said to beat anyone.
 */
export function comparisonWords(comparison: PairedComparison, { first, second }: Judges): string {
  const { difference, low, high, onlyFirstRight, onlySecondRight, nWells, nPlates } = comparison;
  const alone = `on ${count(onlyFirstRight, "well")} ${first} alone was right, ${second} alone on ${onlySecondRight}`;
  if (onlyFirstRight + onlySecondRight === 0)
    return sentence(`${first} and ${second} were right and wrong on the same of ${count(nWells, "well")}.`);
  const better = difference > 0 ? "better" : "worse";
  const size =
    difference === 0
      ? `${first} is right as often as ${second}`
      : `${first} is ${by(difference)} ${better} than ${second}`;
  if (low === null || high === null)
    return sentence(
      `${size}; ${alone} (McNemar’s exact p ${pWords(comparison.mcnemarP)}). ${capital(count(nPlates, "plate"))} ${nPlates === 1 ? "is" : "are"} too few for an interval.`,
    );
  if (low > 0) return sentence(`${first} beats ${second} by ${by(difference)} (${range(low, high)}); ${alone}.`);
  if (high < 0) return sentence(`${second} beats ${first} by ${by(difference)} (${range(-high, -low)}); ${alone}.`);
  return sentence(`it cannot be told whether ${first} beats ${second}: ${size} (${range(low, high)}); ${alone}.`);
}

/** How the networks do on wells that they had not seen. */
export function networksWords(
  networks: Omit<CrossvalidatedNetworks, "pooledAuc">,
  { negative, positive }: { readonly negative: string; readonly positive: string },
): string {
  const { folds, nWells, correct, accuracy, auc, interval, nCommoner } = networks;
  const verdict = isBeyondChance(networks)
    ? `The network tells ${positive} from ${negative} in wells that it has never seen.`
    : `It cannot be told whether the network does better than chance: ${chanceWords(networks)}.`;
  const always = 2 * nCommoner === nWells ? "" : ` To say the same of every well would be right in ${nCommoner}.`;
  return `${verdict} Of ${count(nWells, "control well")}, each judged by the one of ${folds.length} networks that had not seen it, ${correct} were told right (95 % interval ${percent(interval.low)} to ${percent(interval.high)}).${isBeyondChance(networks) ? always : ""} Within a fold, on average: accuracy ${percent(accuracy)}, AUC ${decimals(auc, 3)}.`;
}

/** Always saying the commoner role is right as often as that role is: half the wells only where both are as many. */
function isBeyondChance({ interval, nWells, nCommoner }: Pick<JudgeFigures, "interval" | "nWells" | "nCommoner">) {
  return interval.low > nCommoner / nWells;
}

function chanceWords({ nWells, nCommoner }: Pick<JudgeFigures, "nWells" | "nCommoner">): string {
  return 2 * nCommoner === nWells
    ? "a coin would be right in half of the wells"
    : `to say the same of every well would be right in ${nCommoner} of ${nWells}`;
}

/** What the network reaches on labels that were shuffled within plates, where there is nothing to learn. */
export function permutedWords(figures: JudgeFigures): string {
  const { correct, nWells, interval } = figures;
  const range = `95 % interval ${percent(interval.low)} to ${percent(interval.high)}`;
  const found = `Taught labels that were shuffled among the control wells of each plate, the same network is right in ${correct} of ${nWells} wells (${range}; ${chanceWords(figures)})`;
  return isBeyondChance(figures)
    ? `${found}: more than chance, where nothing can be learned. Something tells wells apart that lie on two sides of a fold; look for images or wells that stand there twice.`
    : `${found}: no more than chance, as it should be.`;
}

/** `23 points`: percentage points, without a sign. */
function by(share: number): string {
  const text = points(Math.abs(share));
  return `${text} ${text === "1" ? "point" : "points"}`;
}

function range(low: number, high: number): string {
  return `95 % ${points(low)} to ${points(high)}`;
}

/** A share of 1 as percentage points, a decimal where it says something: `23`, `−3.5`. */
export function points(share: number): string {
  return decimals(100 * share, 1).replace(/\.0$/, "");
}

/** A p value with its sign: `= 0.004`, `< 0.001`. */
export function pWords(p: number): string {
  return p < 0.001 ? "< 0.001" : `= ${decimals(p, p < 0.1 ? 3 : 2)}`;
}

/** For the head of a narrow table, which would break at each space and stand taller than the table. */
export function unbroken(text: string): string {
  return text.replaceAll(" ", "\u00a0");
}

function sentence(text: string): string {
  return capital(text);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
