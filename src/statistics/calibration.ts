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

/** What a probability is fitted to: the labels themselves, or Platt's targets, which leave room for the next item to be an exception. */
export type Targets = "labels" | "platt";

/**
 * The temperature that makes the logits' likelihood largest: above 1 the network was too sure of itself, below 1 too shy.
 *
 * Of labels that the logits separate, the likelihood grows without end as the temperature falls. Platt's targets, (n₊ + 1) / (n₊ + 2) for
 * the n₊ positives and 1 / (n₋ + 2) for the n₋ negatives, have an optimum there too.
 *
 * @returns between 0.05 and 50; an end of that range where the labels are separated perfectly, or worse than by chance
 * @see Guo et al. (2017), arXiv:1706.04599; Platt (1999), Probabilistic outputs for support vector machines, section 2.2
 */
export function fitTemperature(
  { labels, logits }: LabelledLogits,
  { targets = "labels" }: { readonly targets?: Targets } = {},
): number {
  const positives = labels.filter((label) => label === 1).length;
  const [zero, one] =
    targets === "labels" ? [0, 1] : [1 / (labels.length - positives + 2), (positives + 1) / (positives + 2)];
  // In 1 / T the loss is convex and its derivative rises: a bisection cannot miss.
  const slope = (inverse: number) =>
    average(logits, (logit, i) => (sigmoid(logit * inverse) - (labels[i] === 1 ? one : zero)) * logit);
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

/** The items whose probability lies in one bin of a reliability diagram. */
export interface ReliabilityBin {
  /** The bin's ends. */
  readonly low: number;
  readonly high: number;
  /** At least 1: a bin without an item is left out. */
  readonly n: number;
  /** How many of them are positive. */
  readonly positives: number;
  readonly meanProbability: number;
}

/** How often positives occur among items of about the same probability: the bins of {@link expectedCalibrationError}, in order. */
export function reliability({ labels, logits }: LabelledLogits, bins = 10): ReliabilityBin[] {
  return Array.from({ length: bins }, (_, bin) => {
    const own = logits.flatMap((logit, i) => {
      const probability = sigmoid(logit);
      const isHere = Math.min(Math.floor(probability * bins), bins - 1) === bin;
      return isHere ? [{ probability, label: labels[i] }] : [];
    });
    return {
      low: bin / bins,
      high: (bin + 1) / bins,
      n: own.length,
      positives: own.filter(({ label }) => label === 1).length,
      meanProbability: own.reduce((sum, { probability }) => sum + probability, 0) / own.length,
    };
  }).filter(({ n }) => n > 0);
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
