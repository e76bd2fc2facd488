/**
 * Percent effect as a colour.
 */

/** The colour of a percent effect: blue at 0, pale at 50, orange at 100; beyond the ends, the ends. */
export function effectColor(percentEffect: number): string {
  const [red, green, blue] = effectChannels(percentEffect).map((value) => value.toString(16).padStart(2, "0"));
  return `#${red}${green}${blue}`;
}

/** Black or white, whichever stands out more on that colour: from a relative luminance of 0.18 on, black does (WCAG 2). */
export function inkOn(percentEffect: number): string {
  const [red, green, blue] = effectChannels(percentEffect).map((value) => (value / 255) ** 2.2);
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue! > 0.18 ? "#111" : "#fff";
}

// Blues and oranges of ColorBrewer (RdBu and PuOr, C. Brewer, Apache-2.0): every common colour blindness tells them apart,
// and by lightness alone the middle is the palest.
const stops = [
  [33, 102, 172],
  [146, 197, 222],
  [247, 247, 240],
  [253, 184, 99],
  [179, 88, 6],
] as const;

function effectChannels(percentEffect: number): number[] {
  const place = Math.min(1, Math.max(0, percentEffect / 100)) * (stops.length - 1);
  const below = Math.min(Math.floor(place), stops.length - 2);
  const [from, to] = [stops[below]!, stops[below + 1]!];
  return from.map((value, i) => Math.round(value + (place - below) * (to[i]! - value)));
}
