/**
 * Whether a map lies on a structure: the structure's share of the map's weight against its share of the area.
 */

/**
 * 1 where the map does not care, 2 where it is twice as strong there.
 *
 * @param weights of the pixels, none below 0
 * @param inside as many pixels: 0 outside, anything else inside
 * @returns null where the map is zero everywhere, or no pixel lies inside
 */
export function enrichment(weights: Float32Array, inside: ArrayLike<number>): number | null {
  let [all, own, area] = [0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    all += weights[i]!;
    if (inside[i] === 0) continue;
    own += weights[i]!;
    area += 1;
  }
  return all === 0 || area === 0 ? null : own / all / (area / weights.length);
}
