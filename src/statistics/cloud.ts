/**
 * A cloud of points in a space of many dimensions, and how far another point lies from its middle: Mahalanobis' distance with
 * Ledoit and Wolf's shrunken covariance.
 *
 * A network has hundreds of features and a screen has dozens of controls, so the plain covariance has no inverse. The shrunken one,
 * (1 − λ) S + λ m I with m the mean variance, has; it also keeps a variance in directions in which no control differs, which is
 * where something new shows. Everything is computed from the n × n table of the points' scalar products: with
 * c = λ m n / (1 − λ) and K = X Xᵀ,
 *
 *     xᵀ Σ⁻¹ x = (|x|² − kᵀ (K + c I)⁻¹ k) / (λ m),   k = X x
 *
 * so no matrix is ever as large as the features are many.
 */
import { NeuroscreenError } from "../base/errors.ts";
import { mean, sd } from "./descriptive.ts";
import { studentQuantile } from "./student.ts";

/** A fitted cloud, its middle at 0. */
export interface Cloud {
  /** Ledoit and Wolf's λ, kept within 0.01 and 0.99. */
  readonly shrinkage: number;
  /** Mahalanobis' distance of a point from the middle, as long as the cloud's points. */
  distance(point: Float64Array): number;
  /** The distance of each of the cloud's own points from a cloud without it, λ and m left as they are. */
  readonly heldOut: readonly number[];
}

/** λ at 0 would leave no variance off the points, at 1 nothing of the points; both ends would divide by zero. */
const shrinkageRange = { least: 0.01, most: 0.99 } as const;

/**
 * Fits a cloud to points whose middle is 0.
 *
 * @param points at least 2, of one length, in any unit
 * @returns null where all points are 0
 * @throws {NeuroscreenError} `too-few-values`
 * @see Ledoit & Wolf (2004), doi:10.1016/S0047-259X(03)00096-4
 */
export function fitCloud(points: readonly Float64Array[]): Cloud | null {
  const n = points.length;
  if (n < 2)
    throw new NeuroscreenError({
      code: "too-few-values",
      what: "Fitting a cloud of points",
      found: `${n}`,
      expected: "at least 2 points",
      remedy: "A spread needs two values.",
    });
  const width = points[0]!.length;
  const products = Float64Array.from({ length: n * n }, (_, at) => dot(points[Math.floor(at / n)]!, points[at % n]!));
  const variance = trace(products, n) / n / width;
  if (variance === 0) return null;
  const shrinkage = ledoitWolf(products, n, width);
  const floor = shrinkage * variance;
  const ridge = (floor * n) / (1 - shrinkage);
  for (let i = 0; i < n; i++) products[i * n + i]! += ridge;
  const factor = cholesky(products, n);
  return {
    shrinkage,
    distance(point) {
      const along = Float64Array.from(points, (own) => dot(own, point));
      const solved = forward(factor, along);
      return Math.sqrt(Math.max(0, dot(point, point) - dot(solved, solved)) / floor);
    },
    // 1 / (A⁻¹)ᵢᵢ is what is left of Aᵢᵢ when all other rows have explained what they can.
    heldOut: inverseDiagonal(factor, n).map((value) => Math.sqrt(Math.max(0, 1 / value - ridge) / floor)),
  };
}

/** λ from the points' scalar products; their middle is known to be 0. */
function ledoitWolf(products: Float64Array, n: number, width: number): number {
  let squares = 0;
  for (const value of products) squares += value * value;
  let fourth = 0;
  for (let i = 0; i < n; i++) fourth += products[i * n + i]! ** 2;
  const ofCovariance = squares / n ** 2;
  const variance = trace(products, n) / n / width;
  const fromSphere = ofCovariance - width * variance ** 2;
  const error = (fourth / n - ofCovariance) / n;
  const wanted = fromSphere <= 0 ? 1 : error / fromSphere;
  return Math.min(shrinkageRange.most, Math.max(shrinkageRange.least, wanted));
}

/** The lower triangle L with L Lᵀ = A, row by row; A is symmetric and positive definite. */
function cholesky(matrix: Float64Array, n: number): Float64Array[] {
  const rows = Array.from({ length: n }, (_, i) => new Float64Array(i + 1));
  for (const [i, row] of rows.entries())
    for (let j = 0; j <= i; j++) {
      const other = rows[j]!;
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= row[k]! * other[k]!;
      row[j] = i === j ? Math.sqrt(sum) : sum / other[j]!;
    }
  return rows;
}

/** Solves L y = b. */
function forward(factor: readonly Float64Array[], b: Float64Array): Float64Array {
  const y = new Float64Array(b.length);
  for (const [i, row] of factor.entries()) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= row[k]! * y[k]!;
    y[i] = sum / row[i]!;
  }
  return y;
}

/** The diagonal of (L Lᵀ)⁻¹: the squared lengths of the columns of L⁻¹. */
function inverseDiagonal(factor: readonly Float64Array[], n: number): number[] {
  return Array.from({ length: n }, (_, i) => {
    const unit = new Float64Array(n);
    unit[i] = 1;
    const column = forward(factor, unit);
    return dot(column, column);
  });
}

function trace(matrix: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += matrix[i * n + i]!;
  return sum;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/**
 * The distance beyond which a newcomer of the same kind lies once in a hundred times: the larger of what these distances show, their 99 % quantile
 * with the newcomer counted in, and what Student's t says of a newcomer where their logarithms are normal. Of fewer than 99 distances the first is the
 * largest of them, which a newcomer exceeds more often than once in a hundred times; that is what the second is for.
 *
 * @param distances at least 2, none negative, not all 0
 */
export function newcomerLimit(distances: readonly number[]): number {
  const sorted = [...distances].sort((a, b) => a - b);
  const n = sorted.length;
  const shown = sorted[Math.min(n, Math.ceil(0.99 * (n + 1))) - 1]!;
  const logs = sorted.filter((distance) => distance > 0).map(Math.log);
  if (logs.length < 2) return shown;
  // 98 % between both ends leaves one in a hundred above the upper one.
  const t = studentQuantile(0.98, logs.length - 1);
  return Math.max(shown, Math.exp(mean(logs) + t * sd(logs) * Math.sqrt(1 + 1 / logs.length)));
}
