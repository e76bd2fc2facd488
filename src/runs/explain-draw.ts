/**
 * The maps of one field as files: their values, and painted over the field, whole and small.
 */
import type { RawMap } from "../explain/explained.ts";
import { paintColoured, paintHeat, paintSigned, strongest } from "../explain/overlay.ts";
import { layOver } from "../explain/resample.ts";
import type { ExplainMap } from "../records/explain.ts";
import { groupBy } from "../screening/group.ts";
import { encodeNpy } from "../store/npy.ts";
import { encodePng, encodeSmall } from "../store/pictures.ts";
import type { UnsureBand } from "./explain-pick.ts";

/** The longer edge of the small pictures, in pixels. */
const smallEdge = 256;

/** What the maps of a field are painted over. */
export interface Canvas {
  /** The field's own size. */
  readonly width: number;
  readonly height: number;
  /** A stain each, 0 black to 255 white. */
  readonly greys: readonly Uint8Array[];
  /** The size of the image that the network saw. */
  readonly seen: { readonly width: number; readonly height: number };
  /** Names of the stains, in the network's order. */
  readonly stains: readonly string[];
  readonly unsure: UnsureBand | null;
}

/**
 * Writes the maps of a field, and gives what a record says of them.
 *
 * @param maps in the order in which they are shown
 * @param windows what colours the coloured map; may be one of `maps`
 * @param folder the field's, relative to the explanation's
 */
export async function drawMaps(
  maps: readonly RawMap[],
  windows: RawMap | null,
  canvas: Canvas,
  { folder, write }: { readonly folder: string; readonly write: (path: string, bytes: Uint8Array) => Promise<void> },
): Promise<ExplainMap[]> {
  const reach = new Map([...groupBy(maps, rowOf)].map(([row, own]) => [row, strongest(own)]));
  const together = brightest(canvas.greys);
  const laidWindows = windows && layOver(windows, canvas.seen, canvas);
  const drawn: ExplainMap[] = [];
  for (const map of maps) {
    const { method, stage, values, width, height } = map;
    const drawnTo = reach.get(rowOf(map))!;
    const grey = map.stain === null ? together : canvas.greys[map.stain]!;
    const painting = { grey, map: layOver(map, canvas.seen, canvas), drawnTo };
    const picture = {
      width: canvas.width,
      height: canvas.height,
      rgb:
        method === "gradcam"
          ? paintHeat(painting)
          : method === "coloured" && laidWindows
            ? paintColoured(painting, laidWindows, canvas.unsure)
            : paintSigned(painting),
    };
    const path = `${folder}/${mapName(map, canvas.stains)}`;
    const [npy, overlay, thumbnail] = [`${path}.npy`, `${path}.png`, `${path}.jpg`];
    await write(npy, encodeNpy({ shape: [height, width], data: values }));
    await write(overlay, await encodePng(picture));
    await write(thumbnail, await encodeSmall(picture, { edge: smallEdge }));
    const stain = map.stain === null ? null : canvas.stains[map.stain]!;
    const [least, largest] = endsOf(values);
    drawn.push({
      ...{ method, stain, class: map.class, stage, npy, height, width, least, largest, drawnTo, overlay, thumbnail },
    });
  }
  return drawn;
}

/** A word as part of a file's name: what may not stand there becomes a `-`. */
export function fileWord(text: string): string {
  return text.replace(/[^\w.-]+/gu, "-").replace(/^[.-]+/, "") || "_";
}

/** Maps that are drawn to the same value, so that their stains may be compared. */
function rowOf({ method, stage }: RawMap): string {
  return `${method} ${stage}`;
}

function mapName({ method, stage, stain, class: ofClass }: RawMap, stains: readonly string[]): string {
  // The number first: two stains may differ in what a file's name cannot hold.
  const stainName = stain === null ? [] : [`${stain + 1}-${fileWord(stains[stain]!)}`];
  const className = ofClass === null ? [] : [ofClass === 0 ? "negative" : "positive"];
  return [method, ...(stage === null ? [] : [fileWord(stage)]), ...stainName, ...className].join("-");
}

/** Of a map that is about all stains the field shows all: at each pixel the brightest. */
function brightest(greys: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = greys;
  const result = first!.slice();
  for (const grey of others) for (let i = 0; i < result.length; i++) if (grey[i]! > result[i]!) result[i] = grey[i]!;
  return result;
}

function endsOf(values: Float32Array): [least: number, largest: number] {
  let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > largest) largest = value;
  }
  return [least, largest];
}
