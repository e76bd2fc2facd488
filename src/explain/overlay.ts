/**
 * A map painted over the field that it is of.
 */
import { blue, bluishGreen, type Colour, diverging, sequential, vermillion } from "./colours.ts";
import type { RawMap } from "./explained.ts";

/**
 * The value at the strongest colour of some maps: the 99.5th percentile of their sizes, so that a few bright pixels do not leave the
 * rest dark; the largest where so few are not 0; 0 where all are.
 */
export function strongest(maps: readonly Pick<RawMap, "values">[]): number {
  const sizes = new Float32Array(maps.reduce((sum, { values }) => sum + values.length, 0));
  let at = 0;
  for (const { values } of maps) for (const value of values) sizes[at++] = Math.abs(value);
  sizes.sort();
  return sizes[Math.floor(0.995 * (sizes.length - 1))] || (sizes.at(-1) ?? 0);
}

/** What is painted, pixel by pixel over the whole picture. */
interface Painting {
  /** The field, 0 black to 255 white. */
  readonly grey: Uint8Array;
  /** The map at the picture's size. */
  readonly map: Float32Array;
  /** The value at the strongest colour. */
  readonly drawnTo: number;
}

/** A map without signs, as Grad-CAM: its colours over the field, evenly, so that the field shows through everywhere. */
export function paintHeat({ grey, map, drawnTo }: Painting): Uint8Array {
  return painted(grey, (i) => ({ colour: sequential(shareOf(map[i]!, drawnTo)), cover: 0.6 }));
}

/** A map with signs: vermillion above 0, blue below, the field alone at 0. */
export function paintSigned({ grey, map, drawnTo }: Painting): Uint8Array {
  return painted(grey, (i) => {
    const share = shareOf(map[i]!, drawnTo);
    return { colour: diverging(Math.sign(share)), cover: coverOf(Math.abs(share)) };
  });
}

/**
 * Coloured saliency: strong where the field matters, in the colour of what the window around says of it.
 *
 * @param windows log-odds at each pixel
 * @param unsure the log-odds between which the network cannot tell, both ends out; null: the sign tells
 */
export function paintColoured(
  { grey, map, drawnTo }: Painting,
  windows: Float32Array,
  unsure: { readonly low: number; readonly high: number } | null,
): Uint8Array {
  const colourOf = (logit: number): Colour => {
    if (unsure !== null && logit > unsure.low && logit < unsure.high) return bluishGreen;
    return logit > (unsure === null ? 0 : (unsure.low + unsure.high) / 2) ? vermillion : blue;
  };
  return painted(grey, (i) => ({ colour: colourOf(windows[i]!), cover: coverOf(shareOf(map[i]!, drawnTo)) }));
}

function shareOf(value: number, drawnTo: number): number {
  return drawnTo === 0 ? 0 : Math.min(1, Math.max(-1, value / drawnTo));
}

// A little more than in proportion: half of the strongest is still to be seen on a bright field.
function coverOf(share: number): number {
  return 0.9 * share ** 0.7;
}

function painted(
  grey: Uint8Array,
  of: (pixel: number) => { readonly colour: Colour; readonly cover: number },
): Uint8Array {
  const rgb = new Uint8Array(3 * grey.length);
  for (let i = 0; i < grey.length; i++) {
    const light = grey[i]!;
    const { colour, cover } = of(i);
    rgb[3 * i] = Math.round(light + cover * (colour[0] - light));
    rgb[3 * i + 1] = Math.round(light + cover * (colour[1] - light));
    rgb[3 * i + 2] = Math.round(light + cover * (colour[2] - light));
  }
  return rgb;
}
