/** One field of view, from its conditions to pixels. FIRST DRAFT: blobs, so that others can build on it. */
import { openRandom } from "../base/random.ts";
import type { FieldRequest, SimulatedField } from "./conditions.ts";

/** Draws the field. */
export function simulateField(request: FieldRequest): SimulatedField {
  const { seed, plate, well, site, size, pixelSizeMicrometres, conditions } = request;
  const path = [plate, well, site];
  const spread = openRandom(seed, "damage", ...path);
  const damage = {
    neurites: Math.max(0, conditions.damage.neurites + 0.1 * spread.normal()),
    synapses: Math.max(0, conditions.damage.synapses + 0.1 * spread.normal()),
  };
  const side = size * pixelSizeMicrometres;
  const counts = [3, 10, 600 * (1 - 0.5 * damage.synapses), 600 * (1 - 0.5 * damage.synapses)];
  const radius = [8, 5, 0.5, 0.5];
  const images = counts.map((count, stain) => {
    const light = new Float32Array(size * size);
    const random = openRandom(seed, "blobs", ...path, stain);
    const n = Math.max(1, Math.round((count * side * side) / 166 ** 2));
    const r = radius[stain]! / pixelSizeMicrometres;
    for (let k = 0; k < n; k++) {
      const x = random.next() * size;
      const y = random.next() * size;
      for (let j = Math.max(0, Math.floor(y - 2 * r)); j < Math.min(size, y + 2 * r); j++)
        for (let i = Math.max(0, Math.floor(x - 2 * r)); i < Math.min(size, x + 2 * r); i++)
          light[j * size + i]! += Math.exp(-((i - x) ** 2 + (j - y) ** 2) / (r * r));
    }
    const noise = openRandom(seed, "noise", ...path, stain);
    return Uint16Array.from(light, (v) =>
      Math.min(
        65535,
        Math.max(
          0,
          250 +
            conditions.gain[stain]! * (1500 * v * conditions.staining[stain]! + conditions.background[stain]!) +
            12 * noise.normal(),
        ),
      ),
    );
  });
  return {
    images,
    facts: {
      neurons: 3,
      nuclei: 10,
      gliaNuclei: 4,
      neuriteLengthMicrometres: 1000 * (1 - 0.4 * damage.neurites),
      prePuncta: counts[3]!,
      postPuncta: counts[2]!,
      colocalisedShare: 0.6 * (1 - 0.4 * damage.synapses),
      defocusMicrometres: conditions.defocusMicrometres,
      damage,
    },
  };
}
