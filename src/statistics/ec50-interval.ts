/**
 * How sure the EC50 of a fitted dose curve is.
 */
import { type DoseResponses, type FourParameterFit, log10Ec50Pulls } from "./four-parameter.ts";
import type { Interval } from "./proportion.ts";
import { studentQuantile } from "./student.ts";

/** Slopes among which the profile looks for the best: from almost flat to a step. */
const hills = { low: 0.2, high: 100, count: 40 } as const;

/** Groups below which their differences say nothing of other groups. */
const fewestGroups = 3;

export interface Ec50IntervalOptions {
  /** The coverage, 0.95 unless told. */
  readonly level?: number;
  /** Decades from the EC50 in which an end must lie, 2 unless told. */
  readonly within?: number;
  /** What each point was measured in, such as its plate, where the points of one may err together. */
  readonly groups?: readonly string[];
}

/**
 * The interval of a fit's EC50, in the unit of the doses: Student's t interval of log10 EC50, widened where it would be too narrow.
 *
 * The plain t interval, log10 EC50 ± t·se, supposes two things.
 *
 * That the sum of squares rises as a parabola around the best fit. It does where several doses lie on the slope. Where a curve
 * climbs between two doses, a steeper one with another EC50 fits nearly as well, and the plain interval is too short: with six
 * doses over four decades and a slope of 5 it holds the truth in 80 of 100 cases. So an end is moved outwards until the best
 * curve with that EC50 fits worse by t²·s², which for a parabola is the plain end.
 *
 * That points err independently. Wells of one plate do not where plates differ. So with {@link fewestGroups} groups or more, a t interval over
 * the groups, with a standard error that is robust to what the points of a group share, replaces the plain one where it is wider.
 *
 * @param points the points that were fitted
 * @returns null where the data do not bound it: no standard error, or an end further off than `within`
 * @see Bates & Watts (1988), Nonlinear Regression Analysis and Its Applications, section 6.1, the profile t
 * @see Cameron & Miller (2015), doi:10.3368/jhr.50.2.317, cluster-robust inference
 */
export function ec50Interval(
  points: DoseResponses,
  fit: FourParameterFit,
  { level = 0.95, within = 2, groups = [] }: Ec50IntervalOptions = {},
): Interval | null {
  const { ec50, seLog10Ec50, sse, degreesOfFreedom } = fit;
  if (seLog10Ec50 === null) return null;
  const t = studentQuantile(level, degreesOfFreedom);
  const half = Math.max(t * seLog10Ec50, halfOverGroups(log10Ec50Pulls(points, fit) ?? [], groups, level));
  const limit = sse * (1 + (t * t) / degreesOfFreedom);
  const centre = Math.log10(ec50);
  const profile = sumOfSquaresAt(points);
  const reachTo = (side: -1 | 1) =>
    reach((distance) => profile(centre + side * distance) >= limit, { from: half, to: within });
  const [below, above] = [reachTo(-1), reachTo(1)];
  return below === null || above === null ? null : { low: 10 ** (centre - below), high: 10 ** (centre + above) };
}

// Half the t interval whose variance is the sum, over the groups, of what the points of each pull together; 0 with too few
// groups. The correction for few groups and for the four parameters is Stata's, which statsmodels has too.
function halfOverGroups(pulls: readonly number[], groups: readonly string[], level: number): number {
  const [count, n] = [new Set(groups).size, pulls.length];
  if (count < fewestGroups) return 0;
  const sums = new Map<string, number>();
  for (const [i, pull] of pulls.entries()) sums.set(groups[i]!, (sums.get(groups[i]!) ?? 0) + pull);
  const squares = [...sums.values()].reduce((sum, value) => sum + value * value, 0);
  const variance = squares * (count / (count - 1)) * ((n - 1) / (n - 4));
  return studentQuantile(level, count - 1) * Math.sqrt(variance);
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
