/** Light that is no cell: unspecific specks, dust, lint, drifting clouds, bubbles. */
import type { Random } from "../base/random.ts";
import { synapses } from "./biology.ts";
import { type Canvas, finishStroke } from "./canvas.ts";
import type { PerStain } from "./conditions.ts";
import { addPoint, drawBody, drawTube, smoothNoise } from "./draw.ts";
import { between, logNormal, poisson } from "./draws.ts";
import { dirt } from "./instrument.ts";
import { drawOutline } from "./nuclei.ts";

/** Specks of antibody that binds anywhere, in each stain its own; `amount` 1 is that of difficulty 0.5. */
export function addSpecks(canvas: Canvas, random: Random, amount: number): void {
  const side = canvas.size / canvas.scale;
  const shares: PerStain = [0.04, 0.05, 1, 0.8];
  shares.forEach((share, stain) => {
    const count = poisson(random, synapses.specks * share * amount * side * side);
    for (let i = 0; i < count; i++) {
      const point = { x: side * random.next(), y: side * random.next(), diameter: between(random, 0.25, 0.6) };
      addPoint(canvas, canvas.light[stain]!, point, logNormal(random, synapses.speckLight, 0.6));
    }
  });
}

/** Dirt: `debris` 0 is none, 1 a filthy well. */
export function addDirt(canvas: Canvas, random: Random, debris: number): void {
  const side = canvas.size / canvas.scale;
  const place = () => ({ x: side * random.next(), y: side * random.next() });
  const count = (density: number) => poisson(random, density * debris * side * side);
  for (let i = count(dirt.dust); i > 0; i--) addDust(canvas, random, place());
  for (let i = count(dirt.fibres); i > 0; i--) addFibre(canvas, random, place());
  for (let i = count(dirt.clouds); i > 0; i--) addCloud(canvas, random, place());
  for (let i = count(dirt.bubbles); i > 0; i--) addBubble(canvas, random, place());
}

interface Place {
  readonly x: number;
  readonly y: number;
}

// A bright grain, in one stain above the others.
function addDust(canvas: Canvas, random: Random, { x, y }: Place): void {
  const outline = drawOutline(random, x, y, logNormal(random, 1.1, 0.5), 1.8, 0.25);
  drawBody(canvas, outline, 1, (distance) => 1 - distance * distance);
  const light = logNormal(random, 1.5, 0.6);
  const main = random.below(4);
  const share = (stain: number) => light * (stain === main ? 1 : 0.15 * random.next());
  finishStroke(canvas, [share(0), share(1), share(2), share(3)]);
}

// Lint: long, evenly thin, glowing in every stain.
function addFibre(canvas: Canvas, random: Random, { x, y }: Place): void {
  let heading = between(random, 0, 2 * Math.PI);
  const bend = 0.03 * random.normal();
  const radius = between(random, 0.8, 2);
  let from = { x, y, radius, light: 1 };
  for (let i = between(random, 15, 60); i > 0; i--) {
    heading += bend + 0.04 * random.normal();
    const to = { ...from, x: from.x + 2 * Math.cos(heading), y: from.y + 2 * Math.sin(heading) };
    drawTube(canvas, from, to);
    from = to;
  }
  const light = logNormal(random, 0.3, 0.5);
  finishStroke(canvas, [0.5 * light, light, 0.6 * light, 0.9 * light]);
}

// Something far out of focus.
function addCloud(canvas: Canvas, random: Random, { x, y }: Place): void {
  const outline = drawOutline(random, x, y, between(random, 6, 22), 1.8, 0.35);
  const key = random.below(2 ** 31);
  drawBody(
    canvas,
    outline,
    1,
    (distance, px, py) => (1 - distance * distance) ** 2 * (0.6 + 0.8 * smoothNoise(key, px / 6, py / 6)),
  );
  const light = logNormal(random, 0.1, 0.5);
  finishStroke(canvas, [light * random.next(), light * random.next(), light * random.next(), light * random.next()]);
}

// A bubble pushes the stained medium aside: darker within, a bright rim.
function addBubble(canvas: Canvas, random: Random, { x, y }: Place): void {
  const outline = drawOutline(random, x, y, between(random, 12, 35), 1.1, 0.01);
  const rim = 1.2 / outline.short;
  const light = between(random, 0.1, 0.35);
  drawBody(canvas, outline, 1, (distance) => 0.12 + Math.exp(-(((1 - rim - distance) / rim) ** 2)));
  finishStroke(canvas, [light, 0.7 * light, light, light]);
}
