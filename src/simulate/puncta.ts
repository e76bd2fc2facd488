/** Synapses along dendrites, in clusters, and loose presynaptic puncta along axons. */
import type { Random } from "../base/random.ts";
import { axons, harm, synapses } from "./biology.ts";
import { between, exponential, logNormal } from "./draws.ts";
import { type Axon, type Branch, isSeen, type Punctum, type Synapse, type World } from "./scene.ts";

/** What lies further outside the view does not reach into it. */
const reach = 6;

/** The synapses of a dendrite, as far as they can be seen. */
export function drawSynapses(random: Random, branch: Branch, neuron: number, world: World): Synapse[] {
  const found: Synapse[] = [];
  const density = logNormal(random, synapses.density, synapses.densityLogSd);
  let cluster = 0;
  for (let i = synapses.fromSoma; i < branch.x.length - 1; i++) {
    const x = branch.x[i]!;
    const y = branch.y[i]!;
    if (!isSeen(world, x, y, reach)) continue;
    cluster = synapses.clusterKept * cluster + synapses.clusterStep * random.normal();
    if (random.next() >= density * Math.exp(cluster - 0.28)) continue;
    const heading = Math.atan2(branch.y[i + 1]! - y, branch.x[i + 1]! - x);
    found.push(drawSynapse(random, { x, y, heading, radius: branch.radius[i]! }, neuron, branch.lostAt[i]!));
  }
  return found;
}

/** The loose puncta of an axon, as far as they can be seen. */
export function drawLoosePuncta(random: Random, axon: Axon, world: World): Punctum[] {
  const found: Punctum[] = [];
  for (let i = 0; i < axon.x.length; i++) {
    const x = axon.x[i]!;
    const y = axon.y[i]!;
    if (!isSeen(world, x, y, reach) || random.next() >= axons.puncta) continue;
    found.push(drawPunctum(random, x + 0.15 * random.normal(), y + 0.15 * random.normal()));
  }
  return found;
}

interface Site {
  readonly x: number;
  readonly y: number;
  readonly heading: number;
  readonly radius: number;
}

function drawSynapse(random: Random, site: Site, neuron: number, shaftLostAt: number): Synapse {
  const side = random.next() < 0.5 ? -1 : 1;
  const off = side * (site.radius * between(random, 0.5, 1) + synapses.spine * random.next());
  const along = between(random, -0.5, 0.5);
  const x = site.x + along * Math.cos(site.heading) - off * Math.sin(site.heading);
  const y = site.y + along * Math.sin(site.heading) + off * Math.cos(site.heading);
  const post = drawPunctum(random, x, y);
  const gap = synapses.gap * side;
  const pre = drawPunctum(random, x - gap * Math.sin(site.heading), y + gap * Math.cos(site.heading));
  const apart = between(random, ...synapses.apart);
  const direction = between(random, 0, 2 * Math.PI);
  const comesOffAt = exponential(random, harm.uncoupling);
  const isPaired = random.next() < synapses.paired;
  return {
    ...post,
    neuron,
    shaftLostAt,
    pre: isPaired
      ? { ...pre, comesOffAt, apartX: apart * Math.cos(direction), apartY: apart * Math.sin(direction) }
      : null,
  };
}

function drawPunctum(random: Random, x: number, y: number): Punctum {
  const [least, most] = synapses.diameterRange;
  const diameter = logNormal(random, synapses.diameter, synapses.diameterLogSd);
  const isLong = random.next() < synapses.elongated;
  const tail = (isLong ? 1 : 0) * between(random, 0.2, 1) * synapses.elongation;
  const heading = between(random, 0, 2 * Math.PI);
  return {
    x,
    y,
    diameter: Math.min(most, Math.max(least, diameter)),
    light: logNormal(random, synapses.light, synapses.lightLogSd),
    lostAt: exponential(random, harm.punctumLoss),
    tailX: tail * Math.cos(heading),
    tailY: tail * Math.sin(heading),
  };
}
