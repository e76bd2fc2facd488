/**
 * Neurites as persistent random walks: dendrites that taper and branch, axons that only pass.
 *
 * A walk has a heading and a curvature that drifts, so that it bends smoothly; it turns towards neurites that it
 * meets at a small angle. Points lie a µm apart.
 */
import type { Random } from "../base/random.ts";
import { axons, dendrites, harm, somata } from "./biology.ts";
import { between, logNormal, poisson } from "./draws.ts";
import { enterNeurite, type Guide, turnToFollow } from "./guide.ts";
import type { Axon, Branch, Outline } from "./scene.ts";

interface Root {
  readonly x: number;
  readonly y: number;
  readonly heading: number;
  readonly radius: number;
  readonly length: number;
  readonly order: number;
  readonly lostAt: number;
  readonly flare: number;
}

/** Grows the dendrites of a neuron, trunk before branch. */
export function growDendrites(random: Random, soma: Outline, guide: Guide): Branch[] {
  const roots = plantRoots(random, soma);
  const branches: Branch[] = [];
  for (let root = roots.pop(); root !== undefined; root = roots.pop()) {
    const branch = growBranch(random, root, guide, roots);
    if (branch.x.length < 3) continue;
    enterNeurite(guide, branch.x, branch.y);
    branches.push(branch);
  }
  return branches;
}

/** Grows an axon from a point. */
export function growAxon(random: Random, x: number, y: number, guide: Guide): Axon {
  const n = Math.round(axons.length);
  const xs = new Float32Array(n);
  const ys = new Float32Array(n);
  const light = new Float32Array(n);
  const base = logNormal(random, 1, axons.lightLogSd);
  const walk = { x, y, heading: between(random, 0, 2 * Math.PI), curvature: 0 };
  let uneven = 0;
  for (let i = 0; i < n; i++) {
    xs[i] = walk.x;
    ys[i] = walk.y;
    uneven = axons.unevenKept * uneven + axons.uneven * random.normal();
    light[i] = base * Math.exp(uneven);
    advance(walk, random, axons, guide);
  }
  enterNeurite(guide, xs, ys);
  return { x: xs, y: ys, light };
}

// Primary dendrites leave the soma in uneven steps around it: a few long thick ones, short thin ones between them.
function plantRoots(random: Random, soma: Outline): Root[] {
  const long = dendrites.fewest + poisson(random, dendrites.more);
  const count = long + poisson(random, dendrites.short);
  const isLong = random.shuffled(Array.from({ length: count }, (_, i) => i < long));
  const turn = between(random, 0, 2 * Math.PI);
  return Array.from({ length: count }, (_, i) => {
    const heading = turn + ((i + 0.7 * (random.next() - 0.5)) * 2 * Math.PI) / count;
    const medianRadius = isLong[i]! ? dendrites.baseRadius * (soma.long / somata.radius) : dendrites.shortRadius;
    const radius = logNormal(random, medianRadius, dendrites.baseRadiusLogSd);
    const medianLength = isLong[i]! ? dendrites.length : dendrites.shortLength;
    // An ellipse's radius towards the heading, and a little less: the root starts inside the soma's edge.
    const turned = heading - soma.angle;
    const edge = 1 / Math.hypot(Math.cos(turned) / soma.long, Math.sin(turned) / soma.short);
    return {
      x: soma.x + 0.8 * edge * Math.cos(heading),
      y: soma.y + 0.8 * edge * Math.sin(heading),
      heading,
      radius,
      length: logNormal(random, medianLength, dendrites.lengthLogSd),
      order: 0,
      lostAt: harm.rootLoss,
      flare: dendrites.flare * between(random, 0.2, 1) * Math.min(1, radius / dendrites.baseRadius),
    };
  });
}

function growBranch(random: Random, root: Root, guide: Guide, roots: Root[]): Branch {
  const n = Math.max(1, Math.round(root.length));
  const branch = {
    x: new Float32Array(n),
    y: new Float32Array(n),
    radius: new Float32Array(n),
    lostAt: new Float32Array(n),
    bead: new Float32Array(n),
    beadsFrom: between(random, ...harm.beadingFrom),
    light: logNormal(random, 1, dendrites.lightLogSd),
    blur: Math.abs(dendrites.blur * random.normal()),
  };
  const tipLostAt = Math.min(root.lostAt, logNormal(random, harm.tipLoss, harm.tipLossLogSd));
  const walk = { x: root.x, y: root.y, heading: root.heading, curvature: 0 };
  let sinceBranch = 0;
  let rough = 0;
  for (let i = 0; i < n; i++) {
    branch.x[i] = walk.x;
    branch.y[i] = walk.y;
    const body = dendrites.tipRadius + (root.radius - dendrites.tipRadius) * Math.exp(-i / dendrites.taper);
    rough = dendrites.roughKept * rough + dendrites.rough * random.normal();
    const out = Math.min(1, 0.3 + (n - i) / dendrites.tip);
    branch.radius[i] = body * out * Math.max(0.6, 1 + rough) + root.flare * Math.exp(-i / dendrites.flareReach);
    branch.lostAt[i] = root.lostAt + (tipLostAt - root.lostAt) * (i / n) ** harm.tipPower;
    const splits = random.next() < dendrites.branching;
    const side = random.next() < 0.5 ? -1 : 1;
    const angle = side * Math.abs(dendrites.branchAngle + dendrites.branchAngleSd * random.normal());
    const share = between(random, 0.4, 1);
    if (splits && sinceBranch > dendrites.branchSpacing && root.order < dendrites.deepest && i > 10 && n - i > 10) {
      sinceBranch = 0;
      walk.heading -= 0.25 * angle;
      roots.push({
        x: walk.x,
        y: walk.y,
        heading: walk.heading + angle,
        radius: Math.max(dendrites.tipRadius, body * dendrites.branchRadius),
        length: (n - i + 15) * dendrites.branchLength * share * 1.3,
        order: root.order + 1,
        lostAt: branch.lostAt[i]!,
        flare: 0,
      });
    }
    sinceBranch++;
    advance(walk, random, dendrites, guide);
  }
  growBeads(random, branch.bead);
  return branch;
}

interface Walk {
  x: number;
  y: number;
  heading: number;
  curvature: number;
}

function advance(walk: Walk, random: Random, gait: typeof axons | typeof dendrites, guide: Guide): void {
  walk.curvature = gait.curvatureKept * walk.curvature + gait.wiggle * random.normal();
  walk.heading += walk.curvature + gait.follow * turnToFollow(guide, walk.x, walk.y, walk.heading);
  walk.x += Math.cos(walk.heading);
  walk.y += Math.sin(walk.heading);
}

function growBeads(random: Random, bead: Float32Array): void {
  const reach = Math.ceil(3 * harm.beadLength);
  let middle = 4 * random.next();
  while (middle < bead.length) {
    const height = between(random, 0.5, 1);
    const from = Math.max(0, Math.floor(middle) - reach);
    const to = Math.min(bead.length - 1, Math.floor(middle) + reach);
    for (let i = from; i <= to; i++) {
      bead[i] = Math.max(bead[i]!, height * Math.exp(-(((i - middle) / harm.beadLength) ** 2) / 2));
    }
    middle += Math.max(2.2, harm.beadSpacing + harm.beadSpacingSd * random.normal());
  }
}
