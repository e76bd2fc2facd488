/**
 * Data to pixels, and where the ticks go.
 */

/** A mapping of numbers to places along an axis. */
export type Scale = (value: number) => number;

/** A straight mapping of [from[0], from[1]] onto [to[0], to[1]]. */
export function linearScale(from: readonly [number, number], to: readonly [number, number]): Scale {
  const span = from[1] - from[0] || 1;
  return (value) => to[0] + ((value - from[0]) / span) * (to[1] - to[0]);
}

/** The same in the logarithm; values must be above 0. */
export function logScale(from: readonly [number, number], to: readonly [number, number]): Scale {
  const straight = linearScale([Math.log10(from[0]), Math.log10(from[1])], to);
  return (value) => straight(Math.log10(value));
}

/** Round numbers (1, 2 or 5 times a power of ten apart) within the range, about `count` of them. */
export function ticks([low, high]: readonly [number, number], count: number): number[] {
  const rough = (high - low) / Math.max(1, count);
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The powers of ten within the range; where there are fewer than two, also their doubles and fivefolds. */
export function logTicks([low, high]: readonly [number, number]): number[] {
  const powers: number[] = [];
  for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.ceil(Math.log10(high)); exponent++)
    powers.push(Number(`1e${exponent}`));
  const within = (values: number[]) => values.filter((value) => value >= low * 0.999 && value <= high * 1.001);
  const decades = within(powers);
  if (decades.length >= 2) return decades;
  return within(powers.flatMap((power) => [power, 2 * power, 5 * power]));
}

/** A place in pixels, to a tenth: more digits only make the file larger. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}
