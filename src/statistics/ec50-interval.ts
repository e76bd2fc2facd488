/**
 * How sure the EC50 of a fitted dose curve is.
 */
import type { DoseResponses, FourParameterFit } from "./four-parameter.ts";
import type { Interval } from "./proportion.ts";
import { studentQuantile } from "./student.ts";

/** Slopes among which the profile looks for the best: from almost flat to a step. */
const hills = { low: 0.2, high: 100, count: 40 } as const;

/**
 * The interval of a fit's EC50, in the unit of the doses: Student's t interval of log10 EC50 or, on a side where the data reach
 * further, the t interval along the profile of the sum of squares.
 *
 * The plain t interval, log10 EC50 ± t·se, supposes that the sum of squares rises as a parabola around the best fit. It does where
 * several doses lie on the slope. Where a curve climbs between two doses, a steeper one with another EC50 fits nearly as well,
 * the sum of squares stays low on that side, and the plain interval is too short: with six doses over four decades and a slope of 5
 * it holds the truth in 80 of 100 cases. So an end is moved outwards until the best curve with that EC50 fits worse by t²·s², which for a parabola is the plain end.
 *
 * @param points the points that were fitted
 * @param options.level the coverage, 0.95 unless told
 * @param options.within decades from the EC50 in which an end must lie, 2 unless told
 * @returns null where the data do not bound it: no standard error, or an end further off than `within`
 * @see Bates & Watts (1988), Nonlinear Regression Analysis and Its Applications, section 6.1, the profile t
 */
export function ec50Interval(
  points: DoseResponses,
  { ec50, seLog10Ec50, sse, degreesOfFreedom }: FourParameterFit,
  { level = 0.95, within = 2 }: { readonly level?: number; readonly within?: number } = {},
): Interval | null {
  if (seLog10Ec50 === null) return null;
  const t = studentQuantile(level, degreesOfFreedom);
  const half = t * seLog10Ec50;
  const limit = sse * (1 + (t * t) / degreesOfFreedom);
  const centre = Math.log10(ec50);
  const profile = sumOfSquaresAt(points);
  const reachTo = (side: -1 | 1) =>
    reach((distance) => profile(centre + side * distance) >= limit, { from: half, to: within });
  const [below, above] = [reachTo(-1), reachTo(1)];
  return below === null || above === null ? null : { low: 10 ** (centre - below), high: 10 ** (centre + above) };
}

// The first distance from `from` on at which the claim holds, to a thousandth; null if there is none up to `to`. In small steps, since
// the profile may fall again.
function reach(holds: (distance: number) => boolean, { from, to }: { from: number; to: number }): number | null {
  if (from > to) return null;
  if (holds(from)) return from;
  const step = Math.max(from / 10, 0.01);
  for (let low = from; low < to; low += step) {
    let [inside, outside] = [low, Math.min(low + step, to)];
    if (!holds(outside)) continue;
    while (outside - inside > 1e-3 * outside) {
      const middle = (inside + outside) / 2;
      if (holds(middle)) outside = middle;
      else inside = middle;
    }
    return outside;
  }
  return null;
}

// The smallest sum of squares of a curve with a given log10 EC50: for each slope, bottom and top are a straight line's.
function sumOfSquaresAt({ concentration, response }: DoseResponses): (logEc50: number) => number {
  const points = concentration.map((dose, i) => ({ x: Math.log10(dose), y: response[i]! }));
  return (logEc50) => {
    const atSlope = (logHill: number) => lineResidual(points, (x) => 1 / (1 + 10 ** (10 ** logHill * (logEc50 - x))));
    const [first, last] = [Math.log10(hills.low), Math.log10(hills.high)];
    const step = (last - first) / (hills.count - 1);
    const slopes = Array.from({ length: hills.count }, (_, i) => first + i * step);
    const errors = slopes.map(atSlope);
    const best = slopes[errors.indexOf(Math.min(...errors))]!;
    return smallest(atSlope, Math.max(first, best - step), Math.min(last, best + step));
  };
}

/** The residual sum of squares of y over s(x), a straight line with free ends; of y over its mean where s is one value. */
function lineResidual(points: readonly { x: number; y: number }[], s: (x: number) => number): number {
  const [sums, ys] = [points.map(({ x }) => s(x)), points.map(({ y }) => y)];
  const centre = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanS, meanY] = [centre(sums), centre(ys)];
  let [ss, sy, yy] = [0, 0, 0];
  for (let i = 0; i < points.length; i++) {
    ss += (sums[i]! - meanS) ** 2;
    sy += (sums[i]! - meanS) * (ys[i]! - meanY);
    yy += (ys[i]! - meanY) ** 2;
  }
  return ss < 1e-12 ? yy : Math.max(0, yy - (sy * sy) / ss);
}

/** The smallest value of a function with one valley, by golden section. */
function smallest(f: (x: number) => number, low: number, high: number): number {
  const share = (3 - Math.sqrt(5)) / 2;
  let [a, b] = [low, high];
  for (let i = 0; i < 24; i++) {
    const [left, right] = [a + share * (b - a), b - share * (b - a)];
    if (f(left) < f(right)) b = right;
    else a = left;
  }
  return f((a + b) / 2);
}
