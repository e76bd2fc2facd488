/** Nuclei of neurons, glia and dead cells, each with an outline, a texture and bright spots of its own. */
import type { Random } from "../base/random.ts";
import { nuclei } from "./biology.ts";
import { between, logNormal, poisson } from "./draws.ts";
import type { DeadCell, Glia, Nucleus, Outline } from "./scene.ts";

/** An outline of about this radius whose waves have about this amplitude. */
export function drawOutline(
  random: Random,
  x: number,
  y: number,
  radius: number,
  elongation: number,
  wave: number,
): Outline {
  const stretch = Math.sqrt(between(random, 1, elongation));
  const waves = [2, 3, 4, 5].flatMap((k) => [(wave * random.normal()) / k, between(random, 0, 2 * Math.PI)]);
  return { x, y, long: radius * stretch, short: radius / stretch, angle: between(random, 0, Math.PI), waves };
}

/** The nucleus of a neuron, somewhat off the middle of its soma. */
export function drawNeuronNucleus(random: Random, soma: Outline): Nucleus {
  const radius = Math.min(0.72 * soma.short, logNormal(random, nuclei.neuronRadius, nuclei.neuronRadiusLogSd));
  const off = 0.5 * Math.max(0, soma.short - radius);
  const x = soma.x + between(random, -off, off);
  const y = soma.y + between(random, -off, off);
  const outline = drawOutline(random, x, y, radius, 1.2, 0.05);
  return textured(random, outline, logNormal(random, nuclei.neuronLight, nuclei.lightLogSd));
}

/** A glial cell. */
export function drawGlia(random: Random, x: number, y: number): Glia {
  const radius = logNormal(random, nuclei.gliaRadius, nuclei.gliaRadiusLogSd);
  const outline = drawOutline(random, x, y, radius, nuclei.gliaElongation, 0.08);
  const nucleus = textured(random, outline, logNormal(random, nuclei.gliaLight, nuclei.lightLogSd));
  const size = logNormal(random, nuclei.gliaBodyRadius, 0.25);
  return {
    nucleus,
    body: drawOutline(random, x + 4 * random.normal(), y + 4 * random.normal(), size, 2, 0.5),
    textureKey: random.below(2 ** 31),
  };
}

/** A cell that died before: one small bright nucleus, or a few pieces of one. */
export function drawDead(random: Random, x: number, y: number): DeadCell {
  const count = random.next() < nuclei.fragmented ? 2 + random.below(3) : 1;
  const radius = logNormal(random, nuclei.deadRadius, nuclei.deadRadiusLogSd);
  const light = logNormal(random, nuclei.deadLight, nuclei.deadLightLogSd);
  const nucleus = Array.from({ length: count }, () => {
    const shift = count === 1 ? 0 : 0.9 * radius;
    const px = x + shift * random.normal();
    const py = y + shift * random.normal();
    const size = count === 1 ? radius : radius * between(random, 0.35, 0.75);
    return textured(random, drawOutline(random, px, py, size, 1.3, 0.06), light * between(random, 0.7, 1.2), 1);
  });
  const size = logNormal(random, nuclei.ghostRadius, 0.2);
  const ghost = drawOutline(random, x + random.normal(), y + random.normal(), size, 1.5, 0.15);
  return { pieces: nucleus, ghost };
}

function textured(random: Random, outline: Outline, light: number, most = Number.POSITIVE_INFINITY): Nucleus {
  const count = Math.min(most, poisson(random, nuclei.chromocentres));
  const spots = Array.from({ length: count }, () => {
    const angle = between(random, 0, 2 * Math.PI);
    const distance = 0.8 * Math.sqrt(random.next());
    return [
      outline.x + distance * outline.short * Math.cos(angle),
      outline.y + distance * outline.short * Math.sin(angle),
      nuclei.chromocentreRadius * between(random, 0.6, 1.4),
      nuclei.chromocentreLight * between(random, 0.3, 1.2),
    ];
  });
  return { outline, light, textureKey: random.below(2 ** 31), spots: spots.flat() };
}
