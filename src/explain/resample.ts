/**
 * Maps at the size of the field: a coarse one laid over it, its values where the network's cells look.
 */
import type { RawMap } from "./explained.ts";

/** Width and height in pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * A map over a picture of its field, row by row: bilinear between the middles of its cells, held beyond the outermost ones.
 *
 * @param field the size of the network's image, which the map's place is in
 * @param picture the size to lay it over: the same field in more or fewer pixels
 */
export function layOver({ values, width, height, place }: RawMap, field: Size, picture: Size): Float32Array {
  const across = stepsAlong(picture.width, field.width, { from: place.left, step: place.step, cells: width });
  const down = stepsAlong(picture.height, field.height, { from: place.top, step: place.step, cells: height });
  const laid = new Float32Array(picture.width * picture.height);
  let at = 0;
  for (const y of down) {
    for (const x of across) {
      const above = between(values[y.low * width + x.low]!, values[y.low * width + x.high]!, x.share);
      const below = between(values[y.high * width + x.low]!, values[y.high * width + x.high]!, x.share);
      laid[at] = between(above, below, y.share);
      at += 1;
    }
  }
  return laid;
}

/** The two cells that a pixel lies between, and how far it is on the way from the first to the second. */
interface Between {
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

function stepsAlong(
  pixels: number,
  fieldPixels: number,
  { from, step, cells }: { readonly from: number; readonly step: number; readonly cells: number },
): Between[] {
  return Array.from({ length: pixels }, (_, i) => {
    // A pixel's centre is its number, so edges of the field lie half a pixel before the first and behind the last.
    const inField = ((i + 0.5) * fieldPixels) / pixels - 0.5;
    const cell = Math.min(cells - 1, Math.max(0, (inField - from) / step));
    const low = Math.floor(cell);
    return { low, high: Math.min(cells - 1, low + 1), share: cell - low };
  });
}

function between(a: number, b: number, share: number): number {
  return a + share * (b - a);
}
