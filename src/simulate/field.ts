/**
 * One field of view, from its conditions to four images.
 *
 * A field depends on (seed, plate, well, site) and its conditions alone. Each part of it opens a random stream of its
 * own, none of them named by a condition: another damage, staining or noise meets the same cells in the same places.
 */
import { openRandom, type Random } from "../base/random.ts";
import { harm } from "./biology.ts";
import { expose } from "./camera.ts";
import type { Canvas } from "./canvas.ts";
import { type Damage, type FieldRequest, type PerStain, type SimulatedField, stains } from "./conditions.ts";
import { addDirt, addSpecks } from "./dirt.ts";
import { smoothNoise } from "./draw.ts";
import { logNormal } from "./draws.ts";
import { optics, scenery } from "./instrument.ts";
import { emptyLabels, type Labels, whereChanged } from "./labels.ts";
import { addHaze, blur, blurSigma, illuminate } from "./optics.ts";
import { paintScene } from "./paint.ts";
import { plantScene } from "./plant.ts";
import type { Injury } from "./wounds.ts";

/** Draws the field: the same request gives the same bytes. */
export function simulateField(request: FieldRequest): SimulatedField {
  const { seed, plate, well, site, size, pixelSizeMicrometres, conditions, masks: wantsMasks = false } = request;
  const open = (...part: readonly (string | number)[]) => openRandom(seed, "field", plate, well, site, ...part);
  const damage = fieldDamage(conditions.damage, open("damage"));
  const nuisance = fieldNuisance(request, open("nuisance"));
  const scene = plantScene({ open, ...conditions }, size * pixelSizeMicrometres);

  const take = (injury: Injury, labels: Labels | null) => {
    const { addedLight, punctumLight } = conditions;
    const { canvas, counts } = paintScene(scene, {
      size,
      pixelSizeMicrometres,
      injury,
      addedLight,
      punctumLight,
      labels,
    });
    addSpecks(canvas, open("specks"), 2 * request.difficulty);
    addDirt(canvas, open("dirt"), conditions.debris);
    return { light: onCamera(canvas, request, nuisance), counts };
  };

  const labels = wantsMasks ? emptyLabels(size) : null;
  const { light, counts } = take({ damage, toxicity: conditions.toxicity }, labels);
  const noise = 2 * request.difficulty;
  const images = light.map((image, stain) => expose(image, seed, ["camera", plate, well, site, stain], noise));
  const facts = { ...counts, defocusMicrometres: nuisance.defocusMicrometres, damage };
  if (labels === null) return { images, facts };
  const healthy = take({ damage: { neurites: 0, synapses: 0 }, toxicity: conditions.toxicity }, null);
  return { images, facts, masks: { ...labels, changed: whereChanged(light, healthy.light, request) } };
}

// The field's own damage around that of its well; none stays none.
function fieldDamage(well: Damage, random: Random): Damage {
  const mean = Math.exp(-(harm.fieldLogSd ** 2) / 2);
  const both = logNormal(random, mean, harm.fieldLogSd);
  return { neurites: well.neurites * both, synapses: well.synapses * both };
}

interface Nuisance {
  readonly defocusMicrometres: number;
  readonly medium: PerStain;
  readonly textureKey: number;
}

function fieldNuisance({ conditions, difficulty }: FieldRequest, random: Random): Nuisance {
  const scale = 2 * difficulty;
  const defocus = conditions.defocusMicrometres + scale * optics.focusSpread * random.normal();
  const medium = () => logNormal(random, 1, scale * scenery.mediumLogSd);
  return {
    defocusMicrometres: Math.abs(defocus),
    medium: [medium(), medium(), medium(), medium()],
    textureKey: random.below(2 ** 31),
  };
}

// Grey values above the camera's offset, without noise.
function onCamera(
  canvas: Canvas,
  { size, pixelSizeMicrometres, conditions, difficulty }: FieldRequest,
  nuisance: Nuisance,
): Float32Array[] {
  return stains.map((_, stain) => {
    const image = canvas.light[stain]!;
    const at = <T>(values: readonly T[]) => values[stain]!;
    addHaze(image, size, Math.min(0.8, at(optics.haze) * at(conditions.haze)), optics.hazeSigma / pixelSizeMicrometres);
    const defocus = nuisance.defocusMicrometres + at(conditions.focusOffsetMicrometres);
    blur(image, size, blurSigma(stain, pixelSizeMicrometres, defocus) / pixelSizeMicrometres);
    const typical = at(scenery.typical);
    const medium = at(scenery.medium) * at(nuisance.medium) + 0.5 * at(conditions.addedLight) * typical;
    const base = medium + Math.max(0, at(conditions.background));
    const uneven = Math.min(1, 2 * difficulty) * scenery.unevenness;
    addMedium(image, size, typical * at(conditions.staining), base, uneven, {
      key: nuisance.textureKey + stain,
      cells: (size * pixelSizeMicrometres) / scenery.unevennessReach,
    });
    illuminate(image, size, conditions.vignetting, conditions.tilt);
    const gain = at(conditions.gain);
    for (let i = 0; i < image.length; i++) image[i]! *= gain;
    return image;
  });
}

// Stained light in grey values over a medium that lies unevenly; its noise is smooth, so every eighth pixel is enough.
function addMedium(
  image: Float32Array,
  size: number,
  signal: number,
  base: number,
  uneven: number,
  texture: { readonly key: number; readonly cells: number },
): void {
  const step = 8;
  const across = Math.ceil(size / step) + 1;
  const coarse = new Float32Array(across * across);
  for (let row = 0; row < across; row++) {
    for (let column = 0; column < across; column++) {
      const x = (column * step * texture.cells) / size;
      const y = (row * step * texture.cells) / size;
      // The second wave is turned and finer, so that the grid of the first does not show.
      const finer = smoothNoise(texture.key ^ 0x2545f491, 1.3 * x - 1.1 * y, 1.1 * x + 1.3 * y);
      const wave = smoothNoise(texture.key, 0.8 * x + 0.6 * y, 0.8 * y - 0.6 * x) + 0.6 * finer - 0.8;
      coarse[row * across + column] = base * Math.max(0.2, 1 + 4 * uneven * wave);
    }
  }
  for (let row = 0; row < size; row++) {
    const top = Math.floor(row / step) * across;
    const v = (row % step) / step;
    for (let column = 0; column < size; column++) {
      const left = top + Math.floor(column / step);
      const u = (column % step) / step;
      const upper = coarse[left]! * (1 - u) + coarse[left + 1]! * u;
      const lower = coarse[left + across]! * (1 - u) + coarse[left + across + 1]! * u;
      const at = row * size + column;
      image[at] = signal * image[at]! + upper * (1 - v) + lower * v;
    }
  }
}
