/**
 * Student's t distribution, by way of the regularised incomplete beta function.
 */

/**
 * The two-sided tail of Student's t: the chance of a value at least as far from 0 as `t`.
 *
 * Computed without the subtraction 1 − cdf, so tails of 1e-300 keep their digits.
 *
 * @param t any number; ±∞ gives 0
 * @param degreesOfFreedom above 0, whole or not
 */
export function studentTwoSided(t: number, degreesOfFreedom: number): number {
  if (!Number.isFinite(t)) return Number.isNaN(t) ? Number.NaN : 0;
  const half = degreesOfFreedom / 2;
  return t * t < degreesOfFreedom
    ? 1 - incompleteBeta((t * t) / (degreesOfFreedom + t * t), 0.5, half)
    : incompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), half, 0.5);
}

/**
 * The t such that a share `level` of the distribution lies between −t and t: 12.706 for 0.95 and one degree of freedom.
 *
 * @param level in [0, 1); 0 gives 0
 * @param degreesOfFreedom above 0
 */
export function studentQuantile(level: number, degreesOfFreedom: number): number {
  const tail = 1 - level;
  let low = 0;
  let high = 1;
  while (studentTwoSided(high, degreesOfFreedom) > tail && high < 1e300) [low, high] = [high, high * 2];
  // Bisection: the tail falls steadily, and 100 halvings reach the last bit.
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (studentTwoSided(middle, degreesOfFreedom) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The regularised incomplete beta function I_x(a, b), to about 14 digits.
 *
 * @param x in [0, 1]
 * @param a above 0
 * @param b above 0
 * @see DLMF 8.17.22, the continued fraction, summed by Lentz's method
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast only below the mean; above it the symmetry I_x(a, b) = 1 − I_{1−x}(b, a) serves.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(
    a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b) - Math.log(a),
  );
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1), tiny);
  let sum = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d, tiny);
    c = nonZero(1 + even / c, tiny);
    sum *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d, tiny);
    c = nonZero(1 + odd / c, tiny);
    sum *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return front * sum;
}

/**
 * The logarithm of the gamma function, for x above 0, to about 15 digits.
 *
 * @see Lanczos (1964), doi:10.1137/0701008; coefficients for g = 7, n = 9 by P. Godfrey
 */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  const sum = lanczos.reduce((total, coefficient, i) => total + (i === 0 ? coefficient : coefficient / (z + i)), 0);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

const lanczos = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 0.000009984369578019572, 1.5056327351493116e-7,
];

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
