/**
 * Paints a scene at a given injury: light a stain, what is true of the view, and labels if they are asked for.
 *
 * Nothing here is random: the same scene at a lower injury differs only where damage did something.
 */
import { axons, dendrites, harm, nuclei, somata, synapses } from "./biology.ts";
import { type Canvas, createCanvas, finishStroke } from "./canvas.ts";
import type { FieldFacts, FieldMasks, PerStain } from "./conditions.ts";
import { addPoint, drawBody, drawTube, smoothNoise } from "./draw.ts";
import { isSeen, type Neuron, type Nucleus, type Scene, type World } from "./scene.ts";
import { dendriteWidth, hasLoose, hasPost, type Injury, type NeuronState, neuronState, presynapse } from "./wounds.ts";

/** The labels that painting can write; `changed` is made later, from light. */
export type Labels = Omit<FieldMasks, "changed">;

/** What painting counts. */
export type Counts = Omit<FieldFacts, "defocusMicrometres" | "damage">;

export interface Painting {
  readonly canvas: Canvas;
  readonly counts: Counts;
}

export interface PaintOptions {
  readonly size: number;
  readonly pixelSizeMicrometres: number;
  readonly injury: Injury;
  /** Light that a fluorescent compound adds to cells, a stain. */
  readonly addedLight: PerStain;
  readonly labels?: Labels | null;
}

const psd95 = 2;
const synaptophysin = 3;

/** Paints the scene. */
export function paintScene(
  scene: Scene,
  { size, pixelSizeMicrometres, injury, addedLight, labels = null }: PaintOptions,
): Painting {
  const canvas = createCanvas(size, pixelSizeMicrometres);
  const world: World = { side: size * pixelSizeMicrometres, margin: 0 };
  const states = scene.neurons.map((neuron) => neuronState(neuron, injury));

  paintGlia(canvas, scene);
  paintAxons(canvas, scene);
  let neuriteLengthMicrometres = 0;
  scene.neurons.forEach((neuron, i) => {
    neuriteLengthMicrometres += paintDendrites(canvas, neuron, states[i]!, {
      world,
      addedLight,
      labels,
      number: i + 1,
    });
    paintSoma(canvas, neuron, states[i]!, { addedLight, labels, number: i + 1 });
  });
  const nucleusCounts = paintNuclei(canvas, scene, states, { world, labels });
  const puncta = paintPuncta(canvas, scene, states, { world, injury, labels });
  return { canvas, counts: { neuriteLengthMicrometres, ...nucleusCounts, ...puncta } };
}

function paintGlia(canvas: Canvas, { glia }: Scene): void {
  for (const { body, textureKey } of glia) {
    drawBody(canvas, body, 1, (distance, x, y) => {
      const patchy = 0.5 + smoothNoise(textureKey, x / 4, y / 4);
      return nuclei.gliaBody * patchy * (1 - distance * distance) ** 0.8;
    });
    finishStroke(canvas, [1, 0.15, 1, 0.8]);
  }
}

function paintAxons(canvas: Canvas, scene: Scene): void {
  for (const { x, y, light } of scene.axons) {
    for (let i = 1; i < x.length; i++) {
      if (!isSeenOnCanvas(canvas, x[i]!, y[i]!, 3)) continue;
      drawTube(
        canvas,
        { x: x[i - 1]!, y: y[i - 1]!, radius: axons.radius, light },
        { x: x[i]!, y: y[i]!, radius: axons.radius, light },
      );
    }
    finishStroke(canvas, [0.004, 0, axons.postLight, axons.preLight]);
  }
}

interface Numbered {
  readonly addedLight: PerStain;
  readonly labels: Labels | null;
  readonly number: number;
}

/** Paints a neuron's dendrites, and its soma in MAP2 as one piece with them; gives the dendrites' length in the view. */
function paintDendrites(
  canvas: Canvas,
  neuron: Neuron,
  state: NeuronState,
  { world, addedLight, labels, number }: Numbered & { readonly world: World },
): number {
  const { damage, death } = state;
  let length = 0;
  for (const branch of neuron.branches) {
    const { x, y, radius } = branch;
    const light =
      neuron.light * branch.light * (1 + harm.map2Gathered * Math.min(1.5, damage.neurites)) * (1 - 0.4 * death);
    let before = dendriteWidth(branch, 0, damage.neurites) * radius[0]!;
    for (let i = 1; i < x.length; i++) {
      const here = dendriteWidth(branch, i, damage.neurites) * radius[i]!;
      if (here <= 0) break;
      if (isSeen(world, x[i]!, y[i]!, 5)) {
        drawTube(
          canvas,
          { x: x[i - 1]!, y: y[i - 1]!, radius: before, light: light * thicknessLight(before) },
          { x: x[i]!, y: y[i]!, radius: here, light: light * thicknessLight(here) },
          branch.blur,
        );
        if (isSeen(world, x[i]!, y[i]!)) length++;
      }
      before = here;
    }
  }
  const dispersed = 1 + harm.dispersed * Math.min(1, damage.synapses);
  const [dna, post, pre] = dendrites.shaft;
  const weights: PerStain = [
    1 + addedLight[0],
    dna + 0.5 * addedLight[1],
    post * dispersed + 0.5 * addedLight[2],
    pre * dispersed + 0.5 * addedLight[3],
  ];
  finishStroke(canvas, weights, labels && { pixels: labels.neurites, value: number, from: 0.04 });
  return length;
}

// The light of a tube as thick as this, 1 at a radius of 1 µm; the objective gathers from a limited depth.
function thicknessLight(radius: number): number {
  const at = (thickness: number) => thickness / (1 + thickness / dendrites.depth);
  return at(2 * radius) / at(2);
}

function paintSoma(
  canvas: Canvas,
  neuron: Neuron,
  { damage, death }: NeuronState,
  { addedLight, labels, number }: Numbered,
): void {
  const { soma, nucleus, light, preLight, granules, textureKey } = neuron;
  if (!isSeenOnCanvas(canvas, soma.x, soma.y, 2 * soma.long)) return;
  const grown = 1 - harm.somaShrinks * death;
  const gathered = (1 + 0.5 * harm.map2Gathered * Math.min(1.5, damage.neurites)) * (1 - 0.5 * death);
  const shadowReach = nucleus.outline.long * (1 - harm.nucleusShrinks * death);
  const body = (distance: number, x: number, y: number) => {
    const grain = 0.75 + 0.5 * smoothNoise(textureKey, x / 1.3, y / 1.3);
    return Math.sqrt(1 - distance * distance) * grain;
  };
  drawBody(canvas, soma, grown, (distance, x, y) => {
    const toNucleus = Math.hypot(x - nucleus.outline.x, y - nucleus.outline.y) / shadowReach;
    const shadow = toNucleus < 1 ? 1 - somata.nucleusShadow * Math.sqrt(1 - toNucleus * toNucleus) : 1;
    return body(distance, x, y) * shadow;
  });
  const weights: PerStain = [
    light * somata.map2 * gathered + addedLight[0],
    0.03 + 0.5 * addedLight[1],
    somata.postLight + 0.5 * addedLight[2],
    preLight + 0.5 * addedLight[3],
  ];
  finishStroke(canvas, weights, labels && { pixels: labels.somata, value: number, from: 0.05 });
  for (let i = 0; i < granules.length; i += 4) {
    const granule = { x: granules[i]!, y: granules[i + 1]!, diameter: granules[i + 2]! };
    addPoint(canvas, canvas.light[synaptophysin]!, granule, 1.6 * preLight * granules[i + 3]! * (1 - 0.5 * death));
  }
}

interface Seen {
  readonly world: World;
  readonly labels: Labels | null;
}

function paintNuclei(canvas: Canvas, scene: Scene, states: readonly NeuronState[], { world, labels }: Seen) {
  let number = 0;
  let neurons = 0;
  let count = 0;
  let gliaNuclei = 0;
  const inView = ({ x, y }: Nucleus["outline"]) => isSeen(world, x, y);
  scene.neurons.forEach(({ nucleus, soma }, i) => {
    paintNucleus(canvas, nucleus, states[i]!.death, labels, ++number);
    if (inView(nucleus.outline)) count++;
    if (inView(soma) && states[i]!.death < 0.5) neurons++;
  });
  for (const { nucleus } of scene.glia) {
    paintNucleus(canvas, nucleus, 0, labels, ++number);
    if (inView(nucleus.outline)) gliaNuclei++;
  }
  for (const pieces of scene.dead) {
    number++;
    for (const piece of pieces) paintNucleus(canvas, piece, 0, labels, number);
    if (inView(pieces[0]!.outline)) count++;
  }
  return { neurons, nuclei: count + gliaNuclei, gliaNuclei };
}

// A dying nucleus shrinks and keeps its DNA: it grows brighter by as much as its area falls.
function paintNucleus(canvas: Canvas, nucleus: Nucleus, death: number, labels: Labels | null, number: number): void {
  const { outline, light, textureKey, spots } = nucleus;
  if (!isSeenOnCanvas(canvas, outline.x, outline.y, 2 * outline.long)) return;
  const grown = 1 - harm.nucleusShrinks * death;
  const dense = light / (grown * grown);
  drawBody(canvas, outline, grown, (distance, x, y) => {
    const edge = Math.min(1, (1 - distance) * outline.short * grown * 1.5);
    const dome = 0.35 + 0.65 * Math.sqrt(1 - distance * distance);
    const coarse = smoothNoise(textureKey, x / 1.6, y / 1.6);
    const fine = smoothNoise(textureKey ^ 0x5bd1e995, x / 0.6, y / 0.6);
    const texture = 1 + nuclei.texture * (coarse + 0.6 * fine - 0.8) * 2;
    let spot = 0;
    for (let k = 0; k < spots.length; k += 4) {
      const sx = (x - outline.x) / grown - (spots[k]! - outline.x);
      const sy = (y - outline.y) / grown - (spots[k + 1]! - outline.y);
      const near = 1 - (sx * sx + sy * sy) / (4 * spots[k + 2]! ** 2);
      if (near > 0) spot += spots[k + 3]! * near * near;
    }
    return dense * edge * dome * (texture + spot);
  });
  const label = labels && { pixels: labels.nuclei, value: number, from: 0.02 };
  finishStroke(canvas, [0, 1, 0, 0], label);
}

function paintPuncta(
  canvas: Canvas,
  scene: Scene,
  states: readonly NeuronState[],
  { world, injury, labels }: Seen & { readonly injury: Injury },
) {
  let postPuncta = 0;
  let prePuncta = 0;
  let facing = 0;
  let postLabel = 0;
  let preLabel = 0;
  const post = canvas.light[psd95]!;
  const pre = canvas.light[synaptophysin]!;
  for (const synapse of scene.synapses) {
    const state = states[synapse.neuron]!;
    const partner = presynapse(synapse, state);
    const isSeenPost = isSeen(world, synapse.x, synapse.y);
    if (hasPost(synapse, state)) {
      addPoint(canvas, post, synapse, synapse.light * synapses.light);
      if (labels) labelPoint(canvas, labels.postPuncta, synapse, ++postLabel);
      if (isSeenPost) postPuncta++;
      if (isSeenPost && partner?.faces) facing++;
    }
    if (partner !== null) {
      addPoint(canvas, pre, partner, partner.light * synapses.light);
      if (labels) labelPoint(canvas, labels.prePuncta, partner, ++preLabel);
      if (isSeen(world, partner.x, partner.y)) prePuncta++;
    }
  }
  for (const punctum of scene.loosePuncta) {
    if (!hasLoose(punctum, injury)) continue;
    addPoint(canvas, pre, punctum, 0.7 * punctum.light * synapses.light);
    if (labels) labelPoint(canvas, labels.prePuncta, punctum, ++preLabel);
    if (isSeen(world, punctum.x, punctum.y)) prePuncta++;
  }
  return { prePuncta, postPuncta, colocalisedShare: postPuncta === 0 ? 0 : facing / postPuncta };
}

// The disc that a punctum fills, at least the pixel under its middle. Labels start again after the 65,535th.
function labelPoint(
  { size, scale }: Canvas,
  pixels: Uint16Array,
  point: { readonly x: number; readonly y: number; readonly diameter: number },
  number: number,
): void {
  const value = ((number - 1) % 65535) + 1;
  const radius = Math.max(0.71, (point.diameter / 2) * scale);
  const x = point.x * scale - 0.5;
  const y = point.y * scale - 0.5;
  for (let row = Math.max(0, Math.ceil(y - radius)); row <= Math.min(size - 1, y + radius); row++) {
    for (let column = Math.max(0, Math.ceil(x - radius)); column <= Math.min(size - 1, x + radius); column++) {
      if ((column - x) ** 2 + (row - y) ** 2 <= radius * radius) pixels[row * size + column] = value;
    }
  }
}

function isSeenOnCanvas({ size, scale }: Canvas, x: number, y: number, reach: number): boolean {
  return isSeen({ side: size / scale, margin: 0 }, x, y, reach);
}
