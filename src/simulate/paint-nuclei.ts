/** Nuclei of neurons, glia and dead cells, and the faint bodies of the latter two. */
import { harm, nuclei } from "./biology.ts";
import { type Canvas, finishStroke } from "./canvas.ts";
import { drawBody, smoothNoise } from "./draw.ts";
import type { Labels } from "./labels.ts";
import { type Glia, isSeen, type Nucleus, type Outline, type Scene, type World } from "./scene.ts";
import type { NeuronState } from "./wounds.ts";

/** Paints the flat bodies of glia: hardly more than a stain in the background. */
export function paintGlia(canvas: Canvas, glia: readonly Glia[]): void {
  for (const { body, textureKey } of glia) {
    drawBody(canvas, body, 1, (distance, x, y) => {
      const patchy = 0.5 + smoothNoise(textureKey, x / 4, y / 4);
      return nuclei.gliaBody * patchy * (1 - distance * distance) ** 0.8;
    });
    finishStroke(canvas, [1, 0.15, 1, 0.8]);
  }
}

/** Paints all nuclei and counts cells in the view. */
export function paintNuclei(
  canvas: Canvas,
  scene: Scene,
  states: readonly NeuronState[],
  { world, labels }: { readonly world: World; readonly labels: Labels | null },
): { readonly neurons: number; readonly nuclei: number; readonly gliaNuclei: number } {
  let number = 0;
  let neurons = 0;
  let others = 0;
  let gliaNuclei = 0;
  const inView = ({ x, y }: Outline) => isSeen(world, x, y);
  const paint = (nucleus: Nucleus, death: number) => {
    if (!isSeen(world, nucleus.outline.x, nucleus.outline.y, 3 * nucleus.outline.long)) return;
    paintNucleus(canvas, nucleus, death, labels, number);
  };
  scene.neurons.forEach(({ nucleus, soma }, i) => {
    number++;
    paint(nucleus, states[i]!.death);
    if (inView(nucleus.outline)) others++;
    if (inView(soma) && states[i]!.death < 0.5) neurons++;
  });
  for (const { nucleus } of scene.glia) {
    number++;
    paint(nucleus, 0);
    if (inView(nucleus.outline)) gliaNuclei++;
  }
  for (const { pieces, ghost } of scene.dead) {
    number++;
    for (const piece of pieces) paint(piece, 0);
    drawBody(canvas, ghost, 1, (distance) => nuclei.ghostLight * (1 - distance * distance) ** 1.2);
    finishStroke(canvas, [0.5, 1, 0.8, 0.8]);
    if (inView(ghost)) others++;
  }
  return { neurons, nuclei: others + gliaNuclei, gliaNuclei };
}

// A dying nucleus shrinks and keeps its DNA: it grows brighter by as much as its area falls.
function paintNucleus(canvas: Canvas, nucleus: Nucleus, death: number, labels: Labels | null, number: number): void {
  const { outline, light, textureKey, spots } = nucleus;
  const grown = 1 - harm.nucleusShrinks * death;
  const dense = light / (grown * grown);
  drawBody(canvas, outline, grown, (distance, x, y) => {
    // In the nucleus's own coordinates, so that its texture shrinks with it.
    const u = outline.x + (x - outline.x) / grown;
    const v = outline.y + (y - outline.y) / grown;
    const edge = Math.min(1, (1 - distance) * outline.short * grown * 1.5);
    const dome = 0.35 + 0.65 * Math.sqrt(1 - distance * distance);
    const coarse = smoothNoise(textureKey, u / 1.6, v / 1.6);
    const fine = smoothNoise(textureKey ^ 0x5bd1e995, u / 0.6, v / 0.6);
    const texture = 1 + 2 * nuclei.texture * (coarse + 0.6 * fine - 0.8);
    let spot = 0;
    for (let k = 0; k < spots.length; k += 4) {
      const near = 1 - ((u - spots[k]!) ** 2 + (v - spots[k + 1]!) ** 2) / (4 * spots[k + 2]! ** 2);
      if (near > 0) spot += spots[k + 3]! * near * near;
    }
    return dense * edge * dome * (texture + spot);
  });
  finishStroke(canvas, [0, 1, 0, 0], labels && { pixels: labels.nuclei, value: number, from: 0.02 });
}
