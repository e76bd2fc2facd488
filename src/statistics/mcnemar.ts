/**
 * McNemar's test: of two answers to the same questions, is one right more often?
 */

/**
 * The two-sided p value of McNemar's exact test: how likely a fair coin divides the questions that only one answered right at least so
 * unevenly. Questions that both answered right, or both wrong, say nothing here.
 *
 * @param onlyFirst how many questions only the first answered right; `onlySecond` only the second; whole numbers from 0
 * @returns at most 1; 1 where there are none
 * @see McNemar (1947), doi:10.1007/BF02295996, in the exact form of statsmodels' `mcnemar(exact=True)`
 */
export function mcnemarExact(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  // In logarithms, since 2^−n is 0 for a computer beyond n = 1074.
  let logTerm = -n * Math.LN2;
  for (let i = 1; i <= fewer; i++) logTerm += Math.log((n - i + 1) / i);
  // Σ C(n, i) from the largest term down, each from the one before.
  let [sum, share] = [0, 1];
  for (let i = fewer; i >= 0; i--) {
    sum += share;
    share *= i / (n - i + 1);
  }
  return Math.min(1, 2 * Math.exp(logTerm) * sum);
}
