/**
 * Logistic regression of two classes with an L2 penalty: what a straight line through plain numbers can tell apart.
 *
 *     minimise  Σ log(1 + exp(−sᵢ·zᵢ)) + penalty/2 · Σ wⱼ²,   zᵢ = intercept + Σ wⱼ·xᵢⱼ,   sᵢ = ±1
 *
 * `penalty` is scikit-learn's 1/C; the intercept is not penalised. A weight's price depends on its column's unit, so the
 * caller standardises the columns, on the training rows alone.
 */
import { NeuroscreenError } from "../base/errors.ts";

/** Rows of numbers with their class, 0 or 1. */
export interface LabelledRows {
  /** [row][column], finite, each row as long as the first. */
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly number[];
}

/** A fitted line: the log-odds of class 1 are `intercept + Σ weights·row`. */
export interface LogisticLine {
  readonly intercept: number;
  readonly weights: readonly number[];
}

/**
 * Fits the line by Newton's method, which is iteratively reweighted least squares, with a step that is shortened until it helps.
 *
 * The penalty makes the answer unique and finite for every input: classes that a line separates, constant or equal columns
 * (a constant one gets weight 0, equal ones equal weights), more columns than rows.
 *
 * @param penalty above 0; 1 is scikit-learn's default, near 0 is the plain maximum of likelihood
 * @throws {NeuroscreenError} `one-class` unless both classes occur, `bad-penalty` of a penalty that is not above 0,
 *   `not-finite` of a number that is none
 * @see Hastie, Tibshirani & Friedman (2009), The Elements of Statistical Learning, 4.4.1 and 4.4.4
 */
export function fitLogisticLine(
  examples: LabelledRows,
  { penalty = 1 }: { readonly penalty?: number } = {},
): LogisticLine {
  check(examples, penalty);
  const design = centred(examples);
  let beta = new Float64Array(design.columns + 1);
  let loss = lossOf(design, beta, penalty);
  for (let round = 0; round < 200; round++) {
    const { gradient, hessian } = derivatives(design, beta, penalty);
    const step = newtonStep(hessian, gradient);
    const next = shortened(design, beta, step, loss, penalty);
    if (next === null) break;
    [beta, loss] = [next.beta, next.loss];
    if (largest(step) <= 1e-12 * (1 + largest(beta))) break;
  }
  const weights = [...beta.subarray(1)];
  return { intercept: beta[0]! - weights.reduce((sum, weight, j) => sum + weight * design.centres[j]!, 0), weights };
}

/** The log-odds of class 1 for a row. */
export function logOdds({ intercept, weights }: LogisticLine, row: readonly number[]): number {
  let sum = intercept;
  for (let j = 0; j < weights.length; j++) sum += weights[j]! * row[j]!;
  return sum;
}

/** The rows with their columns' means taken off, which changes the intercept alone and keeps the Hessian well conditioned. */
interface Design {
  readonly count: number;
  readonly columns: number;
  /** [row][column], row by row. */
  readonly values: Float64Array;
  readonly centres: Float64Array;
  /** −1 or +1. */
  readonly signs: Float64Array;
}

function centred({ rows, labels }: LabelledRows): Design {
  const [count, columns] = [rows.length, rows[0]!.length];
  const centres = new Float64Array(columns);
  for (const row of rows) for (let j = 0; j < columns; j++) centres[j]! += row[j]! / count;
  const values = new Float64Array(count * columns);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < columns; j++) values[i * columns + j] = rows[i]![j]! - centres[j]!;
  return { count, columns, values, centres, signs: Float64Array.from(labels, (label) => (label === 1 ? 1 : -1)) };
}

function lossOf(design: Design, beta: Float64Array, penalty: number): number {
  let sum = 0;
  for (let j = 1; j < beta.length; j++) sum += (penalty / 2) * beta[j]! ** 2;
  for (let i = 0; i < design.count; i++) {
    const margin = design.signs[i]! * centredLogOdds(design, beta, i);
    // log(1 + e^−m) without overflow on either side.
    sum += Math.log1p(Math.exp(-Math.abs(margin))) + Math.max(0, -margin);
  }
  return sum;
}

/** Gradient and Hessian of the loss, the Hessian row by row, in its lower triangle alone. */
function derivatives(design: Design, beta: Float64Array, penalty: number) {
  const { count, columns, values, signs } = design;
  const size = columns + 1;
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  const row = new Float64Array(size).fill(1);
  for (let i = 0; i < count; i++) {
    const chance = 1 / (1 + Math.exp(-centredLogOdds(design, beta, i)));
    const error = chance - (signs[i]! + 1) / 2;
    row.set(values.subarray(i * columns, (i + 1) * columns), 1);
    for (let j = 0; j < size; j++) {
      gradient[j]! += error * row[j]!;
      const weighted = chance * (1 - chance) * row[j]!;
      for (let k = 0; k <= j; k++) hessian[j * size + k]! += weighted * row[k]!;
    }
  }
  for (let j = 1; j < size; j++) {
    gradient[j]! += penalty * beta[j]!;
    hessian[j * size + j]! += penalty;
  }
  return { gradient, hessian };
}

/** The solution of hessian · step = gradient by Cholesky's decomposition. */
function newtonStep(hessian: Float64Array, gradient: Float64Array): Float64Array {
  const size = gradient.length;
  // Far out on separable classes all curvature of the intercept is gone: then its step is as if a little were left.
  const least = 1e-12 * (1 + largest(hessian));
  const lower = hessian.slice();
  const step = gradient.slice();
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let sum = lower[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * size + k]! * lower[j * size + k]!;
      lower[i * size + j] = i === j ? Math.sqrt(Math.max(sum, least)) : sum / lower[j * size + j]!;
    }
  }
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) step[i]! -= lower[i * size + k]! * step[k]!;
    step[i]! /= lower[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) step[i]! -= lower[k * size + i]! * step[k]!;
    step[i]! /= lower[i * size + i]!;
  }
  return step;
}

/** The longest of the whole step, its half, its quarter, … that does not raise the loss; null where each does: the end is reached. */
function shortened(design: Design, beta: Float64Array, step: Float64Array, loss: number, penalty: number) {
  for (let share = 1; share > 1e-10; share /= 2) {
    const tried = beta.map((value, j) => value - share * step[j]!);
    const triedLoss = lossOf(design, tried, penalty);
    // Near the end the loss no longer shows in its digits what a step gains, so as much as rounding costs is allowed.
    if (triedLoss <= loss + 1e-14 * (1 + loss)) return { beta: tried, loss: triedLoss };
  }
  return null;
}

function centredLogOdds({ columns, values }: Design, beta: Float64Array, row: number): number {
  let sum = beta[0]!;
  for (let j = 0, at = row * columns; j < columns; j++) sum += beta[j + 1]! * values[at + j]!;
  return sum;
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function check({ rows, labels }: LabelledRows, penalty: number): void {
  const what = "Fitting a logistic regression";
  if (!(penalty > 0 && Number.isFinite(penalty)))
    throw new NeuroscreenError({
      code: "bad-penalty",
      what,
      found: `${penalty}`,
      expected: "a penalty above 0",
      remedy: "Use 1, or 1e-6 for almost none: without any, classes that a line separates have no finite answer.",
    });
  const ones = labels.filter((label) => label === 1).length;
  if (ones === 0 || ones === labels.length)
    throw new NeuroscreenError({
      code: "one-class",
      what,
      found: `${ones} of class 1 and ${labels.length - ones} of class 0`,
      expected: "rows of both classes",
      remedy: "Mark wells of both controls in the plate map.",
    });
  for (const [i, row] of rows.entries()) {
    const j = row.findIndex((value) => !Number.isFinite(value));
    if (j >= 0)
      throw new NeuroscreenError({
        code: "not-finite",
        what,
        found: `${row[j]} in row ${i + 1}, column ${j + 1}`,
        expected: "finite numbers",
        remedy: "Leave out the rows that could not be measured; before a logarithm, add what keeps 0 finite.",
      });
  }
}
