/** Shapes into a canvas: tubes, outlined bodies, and points of light. Coordinates and radii in µm. */
import { unit } from "../base/random.ts";
import { type Canvas, raise } from "./canvas.ts";
import type { Outline } from "./scene.ts";

/**
 * A piece of a tube whose radius and light change from end to end. It is as bright as it is thick. It is widened by
 * half a pixel, or by its blur where that is more, and dimmed by as much, so that the thinnest tube is seen.
 * The more it is blurred, the softer its edge.
 *
 * @param blur in µm, for both ends
 */
export function drawTube(
  { size, scale, stroke }: Canvas,
  from: { readonly x: number; readonly y: number; readonly radius: number; readonly light: number },
  to: { readonly x: number; readonly y: number; readonly radius: number; readonly light: number },
  blur = 0,
): void {
  const x0 = from.x * scale;
  const y0 = from.y * scale;
  const dx = to.x * scale - x0;
  const dy = to.y * scale - y0;
  const soft = 0.5 + blur * scale;
  const r0 = from.radius * scale;
  const r1 = to.radius * scale;
  const widest = Math.max(r0, r1) + soft;
  const left = Math.max(0, Math.floor(Math.min(x0, x0 + dx) - widest));
  const right = Math.min(size - 1, Math.floor(Math.max(x0, x0 + dx) + widest));
  const top = Math.max(0, Math.floor(Math.min(y0, y0 + dy) - widest));
  const bottom = Math.min(size - 1, Math.floor(Math.max(y0, y0 + dy) + widest));
  const lengthSquared = Math.max(1e-9, dx * dx + dy * dy);
  const sharp = blur === 0 ? 1 : widest / (widest + soft) - 0.3;
  const peak0 = (from.light * r0) / (r0 + soft);
  const peak1 = (to.light * r1) / (r1 + soft);
  for (let row = top; row <= bottom; row++) {
    const py = row + 0.5 - y0;
    for (let column = left; column <= right; column++) {
      const px = column + 0.5 - x0;
      const along = (px * dx + py * dy) / lengthSquared;
      const t = along < 0 ? 0 : Math.min(along, 1);
      const ex = px - t * dx;
      const ey = py - t * dy;
      const radius = r0 + (r1 - r0) * t + soft;
      const inside = 1 - (ex * ex + ey * ey) / (radius * radius);
      if (inside <= 0) continue;
      const across = sharp * Math.sqrt(inside) + (1 - sharp) * inside * inside;
      raise(stroke, row * size + column, (peak0 + (peak1 - peak0) * t) * across);
    }
  }
}

/**
 * A body with an outline, its radii scaled by `grown`. `shade` gives the light from the distance to the middle (0) and
 * the edge (1), and the place in µm; 0 or less leaves the pixel.
 */
export function drawBody(
  { size, scale, stroke }: Canvas,
  outline: Outline,
  grown: number,
  shade: (distance: number, x: number, y: number) => number,
): void {
  const { x, y, long, short, angle, waves } = outline;
  const reach = grown * long * 1.5;
  const left = Math.max(0, Math.floor((x - reach) * scale));
  const right = Math.min(size - 1, Math.floor((x + reach) * scale));
  const top = Math.max(0, Math.floor((y - reach) * scale));
  const bottom = Math.min(size - 1, Math.floor((y + reach) * scale));
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  for (let row = top; row <= bottom; row++) {
    const py = (row + 0.5) / scale - y;
    for (let column = left; column <= right; column++) {
      const px = (column + 0.5) / scale - x;
      const u = (px * cos + py * sin) / (grown * long);
      const v = (py * cos - px * sin) / (grown * short);
      const round = Math.sqrt(u * u + v * v);
      if (round > 1.5) continue;
      const distance = round / waveAt(waves, Math.atan2(v, u));
      if (distance >= 1) continue;
      const light = shade(distance, px + x, py + y);
      if (light > 0) raise(stroke, row * size + column, light);
    }
  }
}

/** Adds a point of light of this diameter (full width at half maximum) to one stain. */
export function addPoint(
  { size, scale }: Canvas,
  image: Float32Array,
  point: { readonly x: number; readonly y: number; readonly diameter: number },
  light: number,
): void {
  const sigma = (point.diameter * scale) / 2.355;
  // Narrower than a pixel can hold: widened, and dimmed so that the light stays the same.
  const wide = Math.max(0.45, sigma);
  const peak = light * (sigma / wide) ** 2;
  const x = point.x * scale - 0.5;
  const y = point.y * scale - 0.5;
  const reach = 3 * wide;
  const left = Math.max(0, Math.ceil(x - reach));
  const right = Math.min(size - 1, Math.floor(x + reach));
  const top = Math.max(0, Math.ceil(y - reach));
  const bottom = Math.min(size - 1, Math.floor(y + reach));
  const narrow = 1 / (2 * wide * wide);
  for (let row = top; row <= bottom; row++) {
    const rowLight = peak * Math.exp(-((row - y) ** 2) * narrow);
    for (let column = left; column <= right; column++) {
      image[row * size + column]! += rowLight * Math.exp(-((column - x) ** 2) * narrow);
    }
  }
}

/** Smooth noise from 0 to 1 that varies over about one unit of `x` and `y`; the same for the same key. */
export function smoothNoise(key: number, x: number, y: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const u = ease(x - column);
  const v = ease(y - row);
  const at = Math.imul(row, 0x1f123bb5) + column;
  const below = Math.imul(row + 1, 0x1f123bb5) + column;
  const upper = unit(key, at) * (1 - u) + unit(key, at + 1) * u;
  const lower = unit(key, below) * (1 - u) + unit(key, below + 1) * u;
  return upper * (1 - v) + lower * v;
}

function ease(t: number): number {
  return t * t * (3 - 2 * t);
}

function waveAt(waves: readonly number[], angle: number): number {
  let radius = 1;
  for (let k = 0; 2 * k < waves.length; k++) radius += waves[2 * k]! * Math.cos((k + 2) * angle + waves[2 * k + 1]!);
  return Math.max(0.5, radius);
}
