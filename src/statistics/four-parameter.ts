/**
 * The four-parameter logistic dose curve and its least-squares fit.
 *
 *     response(x) = bottom + (top − bottom) / (1 + (ec50 / x)^hill)
 *
 * `bottom` is the response without compound and `top` that at a dose without limit, so a falling curve has a top below its
 * bottom and `hill` is always positive. The fit runs in log10 of the EC50, where its error is nearly normal.
 */
import { mean, median } from "./descriptive.ts";

/** The four parameters of a curve; `ec50` in the unit of the doses. */
export interface FourParameters {
  readonly bottom: number;
  readonly top: number;
  readonly ec50: number;
  readonly hill: number;
}

/** A fitted curve. */
export interface FourParameterFit extends FourParameters {
  /** Standard error of log10 of the EC50; null where the data do not bound it (no degree of freedom left, or a singular fit). */
  readonly seLog10Ec50: number | null;
  /** Sum of the squared residuals. */
  readonly sse: number;
  /** Points minus four. */
  readonly degreesOfFreedom: number;
}

/** Doses above 0 and the response at each, in the same order. */
export interface DoseResponses {
  readonly concentration: readonly number[];
  readonly response: readonly number[];
}

/** The response of a curve at a dose above 0; at 0 it is `bottom`. */
export function fourParameterResponse({ bottom, top, ec50, hill }: FourParameters, concentration: number): number {
  if (concentration <= 0) return bottom;
  return bottom + (top - bottom) * logistic(hill * (Math.log10(concentration) - Math.log10(ec50)));
}

/**
 * Fits the curve by Levenberg–Marquardt from several starts and keeps the smallest sum of squares.
 *
 * @returns null where no curve is determined: fewer than four different doses above 0, or no start converged to finite parameters
 * @see Marquardt (1963), doi:10.1137/0111030
 */
export function fitFourParameters({ concentration, response }: DoseResponses): FourParameterFit | null {
  const points = concentration
    .map((dose, i) => ({ x: Math.log10(dose), y: response[i]! }))
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  if (new Set(points.map(({ x }) => x)).size < 4) return null;
  let best: Descent | null = null;
  for (const start of starts(points)) {
    const found = descend(points, start);
    if (found.parameters.every(Number.isFinite) && (best === null || found.sse < best.sse)) best = found;
  }
  return best === null ? null : described(points, best);
}

/**
 * How far each point pulls log10 EC50 of the fitted curve: the change per unit of its residual, times that residual. The pulls sum
 * to 0; their squares, summed over what errs independently, estimate the variance of log10 EC50 without supposing that all points do.
 *
 * @returns a pull a point, in the order of the points; null where the fit is singular
 */
export function log10Ec50Pulls({ concentration, response }: DoseResponses, fit: FourParameters): number[] | null {
  const points = concentration.map((dose, i) => ({ x: Math.log10(dose), y: response[i]! }));
  const parameters: Parameters = [fit.bottom, fit.top, Math.log10(fit.ec50), fit.hill];
  const weights = solve(normalEquations(points, parameters).hessian, [0, 0, 1, 0]);
  if (weights === null) return null;
  return points.map((point) => {
    const { gradient } = normalEquations([point], parameters);
    return gradient.reduce((sum, value, i) => sum + value * weights[i]!, 0);
  });
}

interface Point {
  /** log10 of the dose. */
  readonly x: number;
  readonly y: number;
}

/** bottom, top, log10 EC50, hill. */
type Parameters = readonly [number, number, number, number];

interface Descent {
  readonly parameters: Parameters;
  readonly sse: number;
}

function starts(points: readonly Point[]): Parameters[] {
  const doses = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
  const means = doses.map((dose) => mean(points.filter(({ x }) => x === dose).map(({ y }) => y)));
  const first = means[0]!;
  const last = means.at(-1)!;
  // Where the mean response lies nearest to halfway: the eye's guess of the EC50.
  const distances = means.map((value) => Math.abs(value - (first + last) / 2));
  const halfway = doses[distances.indexOf(Math.min(...distances))]!;
  const middle = median(points.map(({ x }) => x));
  return [
    [first, last, middle, 1],
    [first, last, halfway, 1],
    [first, last, halfway, 2.5],
    [first, last, halfway, 6],
    [first, last, halfway, 0.5],
  ];
}

function descend(points: readonly Point[], start: Parameters): Descent {
  let parameters = start;
  let sse = sumOfSquares(points, parameters);
  let damping = 1e-3;
  for (let i = 0; i < 500 && damping < 1e14; i++) {
    const { hessian, gradient } = normalEquations(points, parameters);
    const damped = hessian.map((row, j) => row.map((value, k) => (j === k ? value * (1 + damping) + 1e-300 : value)));
    const step = solve(damped, gradient);
    const next = parameters.map((value, j) => value + (step?.[j] ?? Number.NaN)) as [number, number, number, number];
    const nextSse = sumOfSquares(points, next);
    if (!(nextSse < sse)) {
      damping *= 10;
      continue;
    }
    const moved = Math.max(...parameters.map((value, j) => Math.abs(next[j]! - value) / (1e-6 + Math.abs(value))));
    [parameters, sse, damping] = [next, nextSse, Math.max(damping / 10, 1e-14)];
    if (moved < 1e-12) break;
  }
  return { parameters, sse };
}

function described(points: readonly Point[], { parameters, sse }: Descent): FourParameterFit | null {
  const [bottom, top, logEc50, hill] = parameters;
  const ec50 = 10 ** logEc50;
  if (!(ec50 > 0 && Number.isFinite(ec50))) return null;
  const degreesOfFreedom = points.length - 4;
  const curvature = normalEquations(points, parameters).hessian;
  const inverseColumn = solve(curvature, [0, 0, 1, 0]);
  const varianceLog =
    inverseColumn === null || degreesOfFreedom < 1 ? Number.NaN : inverseColumn[2]! * (sse / degreesOfFreedom);
  const seLog10Ec50 = varianceLog >= 0 && Number.isFinite(varianceLog) ? Math.sqrt(varianceLog) : null;
  const ends = hill < 0 ? { bottom: top, top: bottom } : { bottom, top };
  return { ...ends, ec50, hill: Math.abs(hill), seLog10Ec50, sse, degreesOfFreedom };
}

function sumOfSquares(points: readonly Point[], [bottom, top, logEc50, hill]: Parameters): number {
  let sum = 0;
  for (const { x, y } of points) sum += (bottom + (top - bottom) * logistic(hill * (x - logEc50)) - y) ** 2;
  return sum;
}

// JᵀJ and Jᵀr of the residuals r = y − response.
function normalEquations(points: readonly Point[], [bottom, top, logEc50, hill]: Parameters) {
  const hessian = [0, 1, 2, 3].map(() => [0, 0, 0, 0]);
  const gradient = [0, 0, 0, 0];
  for (const { x, y } of points) {
    const s = logistic(hill * (x - logEc50));
    const slope = (top - bottom) * s * (1 - s) * Math.LN10;
    const row = [1 - s, s, -slope * hill, slope * (x - logEc50)];
    const residual = y - (bottom + (top - bottom) * s);
    for (let j = 0; j < 4; j++) {
      gradient[j]! += row[j]! * residual;
      for (let k = 0; k < 4; k++) hessian[j]![k]! += row[j]! * row[k]!;
    }
  }
  return { hessian, gradient };
}

/** 1 / (1 + 10^−z). */
function logistic(z: number): number {
  return 1 / (1 + 10 ** -z);
}

// Gaussian elimination with partial pivoting on the matrix scaled to a unit diagonal (doses and responses differ by
// orders of magnitude); null where it is singular.
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] | null {
  const n = right.length;
  const scale = matrix.map((row, i) => Math.sqrt(row[i]!));
  if (scale.some((value) => !(value > 0 && Number.isFinite(value)))) return null;
  const rows = matrix.map((row, i) => [
    ...row.map((value, j) => value / (scale[i]! * scale[j]!)),
    right[i]! / scale[i]!,
  ]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++) if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    if (!(Math.abs(rows[column]![column]!) > 1e-15)) return null;
    for (let i = column + 1; i < n; i++) {
      const factor = rows[i]![column]! / rows[column]![column]!;
      for (let j = column; j <= n; j++) rows[i]![j]! -= factor * rows[column]![j]!;
    }
  }
  const solution = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let sum = rows[i]![n]!;
    for (let j = i + 1; j < n; j++) sum -= rows[i]![j]! * solution[j]!;
    solution[i] = sum / rows[i]![i]!;
  }
  return solution.map((value, i) => value / scale[i]!);
}
