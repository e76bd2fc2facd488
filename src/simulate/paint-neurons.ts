/** Somata, dendrites and axons. */
import { axons, dendrites, harm, somata } from "./biology.ts";
import { addStroke, type Canvas, finishStroke, labelStroke } from "./canvas.ts";
import type { PerStain } from "./conditions.ts";
import { addPoint, drawBody, drawTube, smoothNoise } from "./draw.ts";
import type { Labels } from "./labels.ts";
import { type Axon, isSeen, type Neuron, type World } from "./scene.ts";
import { dendriteWidth, type NeuronState } from "./wounds.ts";

/** How neurons are painted, and the number under which this one is labelled. */
export interface NeuronPaint {
  readonly world: World;
  /** Light that a fluorescent compound adds to cells, a stain. */
  readonly addedLight: PerStain;
  readonly labels: Labels | null;
  readonly number: number;
}

/** Paints axons: thin fibres in synaptophysin, fainter in PSD-95. */
export function paintAxons(canvas: Canvas, fibres: readonly Axon[], world: World): void {
  for (const { x, y, light } of fibres) {
    for (let i = 1; i < x.length; i++) {
      if (!isSeen(world, x[i]!, y[i]!, 2)) continue;
      drawTube(
        canvas,
        { x: x[i - 1]!, y: y[i - 1]!, radius: axons.radius, light: light[i - 1]! },
        { x: x[i]!, y: y[i]!, radius: axons.radius, light: light[i]! },
      );
    }
    finishStroke(canvas, [0.004, 0, axons.postLight, axons.preLight]);
  }
}

/** Paints a neuron and gives the length of its dendrites in the view, in µm. */
export function paintNeuron(canvas: Canvas, neuron: Neuron, state: NeuronState, paint: NeuronPaint): number {
  const { addedLight, labels, number, world } = paint;
  const length = strokeDendrites(canvas, neuron, state, world);
  const dispersed = 1 + harm.dispersed * Math.min(1, state.damage.synapses);
  const [dna, post, pre] = dendrites.shaft;
  addStroke(canvas, [
    0,
    dna + 0.5 * addedLight[1],
    post * dispersed + 0.5 * addedLight[2],
    pre * dispersed + 0.5 * addedLight[3],
  ]);
  if (labels) labelStroke(canvas, { pixels: labels.neurites, value: number, from: 0.04 });
  // In MAP2 soma and dendrites are one piece, without a seam.
  const isNear = isSeen(world, neuron.soma.x, neuron.soma.y, 2 * neuron.soma.long);
  if (isNear) strokeSoma(canvas, neuron, state, { shadow: somata.nucleusShadow, light: somaLight(neuron, state) });
  finishStroke(canvas, [1 + addedLight[0], 0, 0, 0]);
  if (isNear) paintSoma(canvas, neuron, state, paint);
  return length;
}

function strokeDendrites(canvas: Canvas, neuron: Neuron, { damage, death }: NeuronState, world: World): number {
  let length = 0;
  const gathered = (1 + harm.map2Gathered * Math.min(1.5, damage.neurites)) * (1 - 0.4 * death);
  for (const branch of neuron.branches) {
    const { x, y, radius } = branch;
    const light = neuron.light * branch.light * gathered;
    let before = dendriteWidth(branch, 0, damage.neurites) * radius[0]!;
    let lightBefore = light * thicknessLight(before);
    for (let i = 1; i < x.length; i++) {
      const here = dendriteWidth(branch, i, damage.neurites) * radius[i]!;
      if (here <= 0) break;
      if (isSeen(world, x[i]!, y[i]!, 5)) {
        const noise = smoothNoise(neuron.textureKey, x[i]! / dendrites.grain, y[i]! / dendrites.grain);
        const lightHere = light * thicknessLight(here) * (1 + dendrites.uneven * (2 * noise - 1));
        drawTube(
          canvas,
          { x: x[i - 1]!, y: y[i - 1]!, radius: before, light: lightBefore },
          { x: x[i]!, y: y[i]!, radius: here, light: lightHere },
          branch.blur,
        );
        lightBefore = lightHere;
        if (isSeen(world, x[i]!, y[i]!)) length++;
      }
      before = here;
    }
  }
  return length;
}

// The light of a tube as thick as this, 1 at a radius of 1 µm; the objective gathers from a limited depth.
function thicknessLight(radius: number): number {
  const at = (thickness: number) => thickness / (1 + thickness / dendrites.depth);
  return at(2 * radius) / at(2);
}

function somaLight({ light }: Neuron, { damage, death }: NeuronState): number {
  return light * somata.map2 * (1 + 0.5 * harm.map2Gathered * Math.min(1.5, damage.neurites)) * (1 - 0.5 * death);
}

function strokeSoma(
  canvas: Canvas,
  { soma, nucleus, textureKey }: Neuron,
  { death }: NeuronState,
  { shadow, light }: { readonly shadow: number; readonly light: number },
): void {
  const reach = nucleus.outline.long * (1 - harm.nucleusShrinks * death);
  drawBody(canvas, soma, 1 - harm.somaShrinks * death, (distance, x, y) => {
    const grain = 0.8 + 0.4 * smoothNoise(textureKey, x / 1.3, y / 1.3);
    const away = Math.hypot(x - nucleus.outline.x, y - nucleus.outline.y) / reach;
    const shade = away < 1 ? 1 - shadow * (1 - away * away) ** 0.4 : 1;
    return light * grain * shade * (1 - distance * distance) ** 0.35;
  });
}

// The soma in the other stains, with granules of synaptophysin around the nucleus.
function paintSoma(
  canvas: Canvas,
  neuron: Neuron,
  state: NeuronState,
  { addedLight, labels, number }: NeuronPaint,
): void {
  strokeSoma(canvas, neuron, state, { shadow: 0.3, light: 1 });
  finishStroke(
    canvas,
    [0, 0.03 + 0.5 * addedLight[1], somata.postLight + 0.5 * addedLight[2], neuron.preLight + 0.5 * addedLight[3]],
    labels && { pixels: labels.somata, value: number, from: 0.05 },
  );
  const { granules, preLight } = neuron;
  for (let i = 0; i < granules.length; i += 4) {
    const granule = { x: granules[i]!, y: granules[i + 1]!, diameter: granules[i + 2]! };
    addPoint(canvas, canvas.light[3]!, granule, 2.5 * preLight * granules[i + 3]! * (1 - 0.5 * state.death));
  }
}
