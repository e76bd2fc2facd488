/**
 * Plants a scene: how many cells there are, where they lie, and what grows from them.
 *
 * Each cell and axon has a random stream of its own, so that a cell more or less leaves the others as they are.
 */
import type { Random } from "../base/random.ts";
import { axons, dendrites, harm, nuclei, somata, synapses } from "./biology.ts";
import { between, logNormal, poisson } from "./draws.ts";
import { createGuide } from "./guide.ts";
import { growAxon, growDendrites } from "./neurites.ts";
import { drawDead, drawGlia, drawNeuronNucleus, drawOutline } from "./nuclei.ts";
import { drawLoosePuncta, drawSynapses } from "./puncta.ts";
import { type DeadCell, type Glia, isSeen, type Neuron, type Outline, type Scene, type World } from "./scene.ts";

/** What of the conditions decides which structures there are. */
export interface Planting {
  /** Opens the stream of a part of this field. */
  readonly open: (...part: readonly (string | number)[]) => Random;
  /** Neurons and glia relative to the default. */
  readonly density: number;
  readonly gliaFactor: number;
}

/** How far outside the view neurons are planted: as far as most dendrites reach; µm. */
const margin = 170;

/** Plants the world around a view of `side` µm. */
export function plantScene({ open, density, gliaFactor }: Planting, side: number): Scene {
  const world: World = { side, margin };
  const guide = createGuide(world);
  const taken: Place[] = [];

  const neurons: Neuron[] = [];
  const neuronCount = poisson(open("neurons"), somata.density * density * (side + 2 * margin) ** 2);
  for (let i = 0; i < neuronCount; i++) {
    const random = open("neuron", i);
    const place = findPlace(random, world, margin, taken, somata.spacing);
    if (place !== null) neurons.push(plantNeuron(random, place, (soma) => growDendrites(random, soma, guide)));
  }

  const planted = { glia: [] as Glia[], dead: [] as DeadCell[] };
  const cellMargin = 20;
  const cellArea = (side + 2 * cellMargin) ** 2;
  const gliaCount = poisson(open("glia"), nuclei.gliaDensity * gliaFactor * cellArea);
  for (let i = 0; i < gliaCount; i++) {
    const random = open("glial cell", i);
    const place = findPlace(random, world, cellMargin, taken, nuclei.spacing * 1.6);
    if (place !== null) planted.glia.push(drawGlia(random, place.x, place.y));
  }
  const deadCount = poisson(open("dead"), nuclei.deadDensity * cellArea);
  for (let i = 0; i < deadCount; i++) {
    const random = open("dead cell", i);
    const place = findPlace(random, world, cellMargin, taken, nuclei.spacing);
    if (place !== null) planted.dead.push(drawDead(random, place.x, place.y));
  }

  const fibres = plantAxons(open, world, (random, x, y) => growAxon(random, x, y, guide));
  const synapsesSeen = neurons.flatMap((neuron, i) => {
    const random = open("synapses", i);
    return neuron.branches.flatMap((branch) => drawSynapses(random, branch, i, world));
  });
  const loosePuncta = fibres.flatMap((axon, i) => drawLoosePuncta(open("loose puncta", i), axon, world));
  return { neurons, synapses: synapsesSeen, axons: fibres, loosePuncta, ...planted };
}

interface Place {
  readonly x: number;
  readonly y: number;
}

// A place that keeps its distance from those taken, or null after eight tries: cells lie side by side.
function findPlace(random: Random, { side }: World, reach: number, taken: Place[], spacing: number): Place | null {
  let found: Place | null = null;
  for (let attempt = 0; attempt < 8; attempt++) {
    const place = { x: between(random, -reach, side + reach), y: between(random, -reach, side + reach) };
    const isFree = taken.every(({ x, y }) => (x - place.x) ** 2 + (y - place.y) ** 2 >= spacing ** 2);
    if (found === null && isFree) found = place;
  }
  if (found !== null) taken.push(found);
  return found;
}

function plantNeuron(random: Random, { x, y }: Place, grow: (soma: Outline) => Neuron["branches"]): Neuron {
  const radius = logNormal(random, somata.radius, somata.radiusLogSd);
  const soma = drawOutline(random, x, y, radius, somata.elongation, 0.1);
  const granuleCount = poisson(random, somata.granules * Math.PI * radius ** 2);
  const granules = Array.from({ length: granuleCount }, () => {
    const angle = between(random, 0, 2 * Math.PI);
    const distance = radius * between(random, 0.35, 0.95);
    return [x + distance * Math.cos(angle), y + distance * Math.sin(angle), between(random, 0.5, 1.3), random.next()];
  });
  return {
    soma,
    nucleus: drawNeuronNucleus(random, soma),
    light: logNormal(random, 1, somata.lightLogSd),
    preLight: logNormal(random, somata.preLight, somata.preLightLogSd),
    granules: granules.flat(),
    textureKey: random.below(2 ** 31),
    vulnerability: logNormal(random, Math.exp((-harm.neuronLogSd * harm.neuronLogSd) / 2), harm.neuronLogSd),
    diesAt: logNormal(random, harm.death, harm.deathLogSd),
    poisonedAt: random.next(),
    branches: grow(soma),
  };
}

// Axons start evenly within their own length of the view: no edge of the view is richer or poorer in them.
function plantAxons(
  open: Planting["open"],
  world: World,
  grow: (random: Random, x: number, y: number) => Scene["axons"][number],
) {
  const reach = axons.length;
  const count = poisson(open("axons"), (axons.density / axons.length) * (world.side + 2 * reach) ** 2);
  return Array.from({ length: count }, (_, i) => {
    const random = open("axon", i);
    return grow(random, between(random, -reach, world.side + reach), between(random, -reach, world.side + reach));
  }).filter(({ x, y }) => x.some((value, i) => isSeen(world, value, y[i]!, dendrites.tipRadius + synapses.spine)));
}
