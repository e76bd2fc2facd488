/** Pre- and postsynaptic puncta, those that damage has left. */
import { synapses } from "./biology.ts";
import type { Canvas } from "./canvas.ts";
import type { PerStain } from "./conditions.ts";
import { addPoint } from "./draw.ts";
import type { Labels } from "./labels.ts";
import { isSeen, type Punctum, type Scene, type World } from "./scene.ts";
import { hasLoose, hasPost, type Injury, type NeuronState, presynapse, punctumGain } from "./wounds.ts";

const psd95 = 2;
const synaptophysin = 3;

/** Paints the puncta and counts those in the view. */
export function paintPuncta(
  canvas: Canvas,
  scene: Scene,
  states: readonly NeuronState[],
  {
    world,
    injury,
    punctumLight,
    labels,
  }: {
    readonly world: World;
    readonly injury: Injury;
    readonly punctumLight: PerStain;
    readonly labels: Labels | null;
  },
): { readonly prePuncta: number; readonly postPuncta: number; readonly colocalisedShare: number } {
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
    const gain = punctumGain(state.damage);
    if (hasPost(synapse, state)) {
      paintPunctum(canvas, post, synapse, gain * punctumLight[psd95]);
      if (labels) labelPoint(canvas, labels.postPuncta, synapse, ++postLabel);
      if (isSeen(world, synapse.x, synapse.y)) {
        postPuncta++;
        if (partner?.faces) facing++;
      }
    }
    if (partner !== null) {
      paintPunctum(canvas, pre, partner, gain * punctumLight[synaptophysin]);
      if (labels) labelPoint(canvas, labels.prePuncta, partner, ++preLabel);
      if (isSeen(world, partner.x, partner.y)) prePuncta++;
    }
  }
  const looseLight = synapses.looseLight * punctumGain(injury.damage) * punctumLight[synaptophysin];
  for (const punctum of scene.loosePuncta) {
    if (!hasLoose(punctum, injury)) continue;
    paintPunctum(canvas, pre, punctum, looseLight);
    if (labels) labelPoint(canvas, labels.prePuncta, punctum, ++preLabel);
    if (isSeen(world, punctum.x, punctum.y)) prePuncta++;
  }
  return { prePuncta, postPuncta, colocalisedShare: postPuncta === 0 ? 0 : facing / postPuncta };
}

type Spot = Omit<Punctum, "lostAt">;

// An elongated punctum is two points, the second at its tail; both together are as bright as a round one.
function paintPunctum(
  canvas: Canvas,
  image: Float32Array,
  { x, y, diameter, light, tailX, tailY }: Spot,
  gain: number,
): void {
  const isRound = tailX === 0 && tailY === 0;
  addPoint(canvas, image, { x, y, diameter }, (isRound ? 1 : 0.65) * light * gain);
  if (!isRound) addPoint(canvas, image, { x: x + tailX, y: y + tailY, diameter: 0.8 * diameter }, 0.5 * light * gain);
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
