/**
 * How sure may a network be? Fitted to its validation wells, which it did not learn from, and judged by the test wells.
 */
import type { Calibration } from "../records/calibration.ts";
import { fitTemperature } from "../statistics/calibration.ts";
import { youdenBand } from "../statistics/youden-band.ts";

/** Validation wells of each role below which no band is drawn: where the bootstrap's standard error is itself a guess. */
const fewestWells = 10;

/** Any fixed number: the same wells give the same band. */
const bandSeed = 1;

/** A control well by what it is and what the network says of it. */
export interface LabelledWell {
  readonly label: 0 | 1;
  /** Mean log-odds of its fields. */
  readonly logit: number;
}

/** Fits a network's temperature and unsure band to its validation wells, however few; what cannot be had is null, with a note. */
export function fitCalibration(wells: readonly LabelledWell[]): Calibration {
  const labels = wells.map(({ label }) => label);
  const logits = wells.map(({ logit }) => logit);
  const nPositive = labels.filter((label) => label === 1).length;
  const nNegative = labels.length - nPositive;
  const counts = { nNegative, nPositive };
  const hasBoth = nNegative > 0 && nPositive > 0;
  const temperature = hasBoth ? fitTemperature({ labels, logits }, { targets: "platt" }) : null;
  if (Math.min(nNegative, nPositive) < fewestWells) {
    const found = `${nNegative} negative and ${nPositive} positive`;
    return {
      ...counts,
      temperature,
      unsure: null,
      unsureNote: `${found} validation wells; at least ${fewestWells} of each are needed`,
    };
  }
  const unsure = youdenBand({ labels, scores: logits }, { seed: bandSeed });
  const unsureNote = unsure === null ? "the validation wells are told apart no better than by chance" : null;
  return { ...counts, temperature, unsure, unsureNote };
}
