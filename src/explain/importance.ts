/**
 * One map of a method out of those of its stains, as weights of pixels: what the checks measure.
 */
import type { RawMap } from "./explained.ts";
import { layOver } from "./resample.ts";

/** Maps of one kind: of one method, and of one stage where it has stages. */
export interface MapKind {
  readonly method: RawMap["method"];
  readonly stage: string | null;
}

/** The kinds among maps, in their order. */
export function kindsOf(maps: readonly RawMap[]): MapKind[] {
  const kinds = new Map(maps.map(({ method, stage }) => [`${method} ${stage}`, { method, stage }]));
  return [...kinds.values()];
}

/** The maps of a kind that speak for a class; windows speak of both. */
export function mapsOfKind(maps: readonly RawMap[], { method, stage }: MapKind, explained: 0 | 1): RawMap[] {
  return maps.filter(
    (map) => map.method === method && map.stage === stage && (map.class === null || map.class === explained),
  );
}

/**
 * How much a map weighs each of its own places for the positive class, none below 0: the size of a gradient, and windows by how far they
 * lie above the lowest one.
 */
function weightsOfMap({ method, values }: RawMap): Float32Array {
  if (method === "gradient" || method === "guided") return values.map(Math.abs);
  if (method === "gradcam") return values;
  const least = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  return values.map((value) => value - least);
}

/** The weights of the maps of all stains together, pixel by pixel of a picture of the field. */
export function importance(
  maps: readonly RawMap[],
  field: { readonly width: number; readonly height: number },
  picture = field,
): Float32Array {
  const sum = new Float32Array(picture.width * picture.height);
  for (const map of maps) {
    const laid = layOver({ ...map, values: weightsOfMap(map) }, field, picture);
    for (let i = 0; i < sum.length; i++) sum[i]! += laid[i]!;
  }
  return sum;
}
