/**
 * Do probabilities mean what they say? Measures of calibration, and the temperature that mends it.
 *
 * A logit here is the log-odds of the positive class; label 1 is positive, 0 negative. Every mean is over the items; of an
 * empty list all measures are 0.
 */

/** Logits with the truth beside them. */
export interface LabelledLogits {
  readonly labels: readonly number[];
  readonly logits: readonly number[];
}

/** The probability of a log-odds: 1 / (1 + e^−x). Never NaN: ±∞ give 1 and 0. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** The mean negative log likelihood of the labels, with the logits divided by `temperature` first. */
export function negativeLogLikelihood({ labels, logits }: LabelledLogits, temperature = 1): number {
  // −log σ(s) = log(1 + e^−s), written so that neither side overflows; s is the logit of the true class.
  return average(logits, (logit, i) => {
    const signed = (labels[i] === 1 ? logit : -logit) / temperature;
    return Math.max(0, -signed) + Math.log1p(Math.exp(-Math.abs(signed)));
  });
}

/**
 * The temperature that makes the logits' likelihood largest: above 1 the network was too sure of itself, below 1 too shy.
 *
 * @returns between 0.05 and 50; an end of that range where the labels are separated perfectly, or worse than by chance
 * @see Guo et al. (2017), arXiv:1706.04599
 */
export function fitTemperature({ labels, logits }: LabelledLogits): number {
  // In 1 / T the loss is convex and its derivative rises: a bisection cannot miss.
  const slope = (inverse: number) =>
    average(logits, (logit, i) => (sigmoid(logit * inverse) - (labels[i] === 1 ? 1 : 0)) * logit);
  let low = 1 / 50;
  let high = 1 / 0.05;
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  return 2 / (low + high);
}

/**
 * The expected calibration error over equal-width bins of the positive class's probability: the mean gap between how often
 * positives occur in a bin and the mean probability there, weighted by the bin's items.
 *
 * @param bins how many, 10 unless told; a probability of 1 belongs to the last
 */
export function expectedCalibrationError({ labels, logits }: LabelledLogits, bins = 10): number {
  const gaps = new Float64Array(bins);
  logits.forEach((logit, i) => {
    const probability = sigmoid(logit);
    gaps[Math.min(Math.floor(probability * bins), bins - 1)]! += probability - (labels[i] === 1 ? 1 : 0);
  });
  let sum = 0;
  for (const gap of gaps) sum += Math.abs(gap);
  return logits.length === 0 ? 0 : sum / logits.length;
}

/** The Brier score, the mean squared distance of the probability from the label: 0 is perfect, 0.25 a coin's. */
export function brier({ labels, logits }: LabelledLogits): number {
  return average(logits, (logit, i) => (sigmoid(logit) - (labels[i] === 1 ? 1 : 0)) ** 2);
}

function average(values: readonly number[], f: (value: number, index: number) => number): number {
  let sum = 0;
  values.forEach((value, i) => {
    sum += f(value, i);
  });
  return values.length === 0 ? 0 : sum / values.length;
}
