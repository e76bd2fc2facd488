/**
 * Draws `docs/simulated-fields.png`: a vehicle, an Aβ, a rescued and a toxic field (rows) in four stains (columns), from
 * the built simulator. The same cells in every row: what differs is what damage did.
 *
 *     node scripts/simulated-fields.mjs [OUT.png]
 */
import sharp from "sharp";
import { idealConditions } from "../dist/simulate/conditions.js";
import { simulateField } from "../dist/simulate/field.js";

const out = process.argv[2] ?? "docs/simulated-fields.png";
const size = 512;
const tile = 232;
const gap = 4;
const rows = [
  { damage: 0, toxicity: 0 },
  { damage: 1, toxicity: 0 },
  { damage: 0.4, toxicity: 0 },
  { damage: 0, toxicity: 1 },
];

const fields = rows.map(({ damage, toxicity }) =>
  simulateField({
    seed: 1,
    plate: "P01",
    well: "B03",
    site: 4,
    size,
    pixelSizeMicrometres: 0.325,
    difficulty: 0.5,
    conditions: {
      ...idealConditions,
      damage: { neurites: damage, synapses: damage },
      toxicity,
      background: [40, 40, 40, 40],
      debris: 0.1,
      vignetting: 0.1,
      defocusMicrometres: 0.2,
    },
  }),
);
// One scale a stain, from the first row, so that rows can be compared.
const scales = fields[0].images.map((image) => {
  const sorted = Uint16Array.from(image).sort();
  return { low: sorted[Math.floor(0.02 * sorted.length)], high: sorted[Math.floor(0.998 * sorted.length)] };
});
const tiles = await Promise.all(
  fields.flatMap(({ images }, row) =>
    images.map(async (image, stain) => {
      const { low, high } = scales[stain];
      const grey = Uint8Array.from(
        image,
        (value) => 255 * Math.min(1, Math.max(0, (value - low) / (high - low))) ** 0.7,
      );
      const input = await sharp(grey, { raw: { width: size, height: size, channels: 1 } })
        .resize(tile)
        .png()
        .toBuffer();
      return { input, left: stain * (tile + gap), top: row * (tile + gap) };
    }),
  ),
);
const side = rows.length * (tile + gap) - gap;
const canvas = sharp({ create: { width: side, height: side, channels: 3, background: "white" } }).composite(tiles);
const whole = await canvas.png().toBuffer();
// Sixteen greys are enough for the eye and make a small file.
const { size: bytes } = await sharp(whole).png({ palette: true, colours: 16, effort: 10, dither: 0 }).toFile(out);
console.log(`wrote ${out}, ${Math.round(bytes / 1000)} kB`);
