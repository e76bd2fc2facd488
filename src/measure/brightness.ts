/**
 * How bright the pixels of one stain are, wherever they lie: what a histogram knows, and nothing of shapes.
 */
import type { Plane } from "../images/grey.ts";

/** In per cent of the pixels, from the ground to the brightest structures. */
const percentileRanks = [1, 5, 25, 50, 75, 95, 99, 99.9] as const;

/** Numbers of one stain's histogram, in grey values. */
export interface Brightness {
  readonly mean: number;
  /** Standard deviation over all pixels, with their number in the denominator. */
  readonly sd: number;
  /** The percentiles of {@link percentileRanks}, in that order. */
  readonly percentiles: readonly number[];
}

/** Measures a stain; percentiles by linear interpolation between sorted pixels (R's type 7, NumPy's default). */
export function measureBrightness({ values }: Plane): Brightness {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  const shares = percentileRanks.map((rank) => rank / 100);
  return { mean, sd: Math.sqrt(squares / values.length), percentiles: pixelQuantiles(values, shares) };
}

/**
 * The quantiles of many pixels, exactly, without sorting them all: a histogram first says in which bin each wanted pixel lies.
 *
 * @param shares between 0 and 1, ascending
 */
export function pixelQuantiles(values: Float32Array, shares: readonly number[]): number[] {
  const places = shares.map((share) => (values.length - 1) * share);
  const wanted = new Set(places.flatMap((place) => [Math.floor(place), Math.ceil(place)]));
  const ranked = valuesAtRanks(values, [...wanted]);
  return places.map((place) => {
    const low = ranked.get(Math.floor(place))!;
    return low + (place - Math.floor(place)) * (ranked.get(Math.ceil(place))! - low);
  });
}

const bins = 4096;

function valuesAtRanks(values: Float32Array, ranks: readonly number[]): Map<number, number> {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const scale = high > low ? (bins - 1) / (high - low) : 0;
  const counts = new Uint32Array(bins);
  for (let i = 0; i < values.length; i++) counts[((values[i]! - low) * scale) | 0]!++;
  const firstRanks = new Float64Array(bins + 1);
  for (let bin = 0; bin < bins; bin++) firstRanks[bin + 1] = firstRanks[bin]! + counts[bin]!;
  const binOf = (rank: number) => firstRanks.findIndex((first) => first > rank) - 1;
  const members = new Map(ranks.map((rank) => [binOf(rank), [] as number[]]));
  const isWanted = new Uint8Array(bins);
  for (const bin of members.keys()) isWanted[bin] = 1;
  for (let i = 0; i < values.length; i++) {
    const bin = ((values[i]! - low) * scale) | 0;
    if (isWanted[bin] === 1) members.get(bin)!.push(values[i]!);
  }
  for (const [bin, list] of members) members.set(bin, [...Float32Array.from(list).sort()]);
  return new Map(ranks.map((rank) => [rank, members.get(binOf(rank))![rank - firstRanks[binOf(rank)]!]!]));
}
