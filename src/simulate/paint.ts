/**
 * Paints a scene at a given injury: light a stain, what is true of the view, and labels if they are asked for.
 *
 * Nothing here is random: the same scene at a lower injury differs only where damage did something.
 */
import { type Canvas, createCanvas } from "./canvas.ts";
import type { FieldFacts, PerStain } from "./conditions.ts";
import type { Labels } from "./labels.ts";
import { paintAxons, paintNeuron } from "./paint-neurons.ts";
import { paintGlia, paintNuclei } from "./paint-nuclei.ts";
import { paintPuncta } from "./paint-puncta.ts";
import type { Scene, World } from "./scene.ts";
import { type Injury, neuronState } from "./wounds.ts";

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
  /** Light of puncta against the rest of their stain. */
  readonly punctumLight: PerStain;
  readonly labels: Labels | null;
}

/** Paints the scene. */
export function paintScene(scene: Scene, options: PaintOptions): Painting {
  const { size, pixelSizeMicrometres, injury, addedLight, punctumLight, labels } = options;
  const canvas = createCanvas(size, pixelSizeMicrometres);
  const world: World = { side: size * pixelSizeMicrometres, margin: 0 };
  const states = scene.neurons.map((neuron) => neuronState(neuron, injury));

  paintGlia(canvas, scene.glia);
  paintAxons(canvas, scene.axons, world);
  let neuriteLengthMicrometres = 0;
  scene.neurons.forEach((neuron, i) => {
    neuriteLengthMicrometres += paintNeuron(canvas, neuron, states[i]!, { world, addedLight, labels, number: i + 1 });
  });
  const cells = paintNuclei(canvas, scene, states, { world, labels });
  const puncta = paintPuncta(canvas, scene, states, { world, injury, punctumLight, labels });
  return { canvas, counts: { neuriteLengthMicrometres, ...cells, ...puncta } };
}
