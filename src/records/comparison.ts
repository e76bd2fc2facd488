/**
 * Two ways to judge the same wells, side by side: a network and another, or a network and what needs no network.
 */

/** One control well, judged out of fold by something: a network or a shortcut. A log-odds above 0 says positive. */
export interface JudgedWell {
  readonly plate: string;
  /** `A01`. */
  readonly well: string;
  /** The fold whose test group it lies in: `fold-1`. */
  readonly fold: string;
  /** 1 for a positive control. */
  readonly label: 0 | 1;
  /** Log-odds of positive, the mean over the well's fields. */
  readonly logit: number;
}

/** How two judges of the same wells differ. Shares of 1; `difference` is the first's accuracy less the second's. */
export interface PairedComparison {
  /** The wells that both have judged, and the plates that these lie on. */
  readonly nWells: number;
  readonly nPlates: number;
  readonly accuracyFirst: number;
  readonly accuracySecond: number;
  readonly difference: number;
  /** Ends of the 95 % interval of `difference`, from drawing whole plates anew; null with fewer than eight plates. */
  readonly low: number | null;
  readonly high: number | null;
  /** Wells on which one was right and the other wrong: McNemar's counts. */
  readonly onlyFirstRight: number;
  readonly onlySecondRight: number;
  /** McNemar's exact test of these counts by well, two-sided. It takes wells for independent, which wells of a plate are not quite. */
  readonly mcnemarP: number;
}

/** What a shortcut looks at, in the order in which reports have them. */
export const shortcutNames = ["position", "brightness", "focus and nuclei"] as const;
export type ShortcutName = (typeof shortcutNames)[number];

/** How far control wells can be told apart without a network. */
export interface Shortcut {
  readonly name: ShortcutName;
  /** By plate and well. */
  readonly wells: readonly JudgedWell[];
  /** The L2 penalty (scikit-learn's 1/C) that was chosen without the test wells, by fold. */
  readonly strengths: Readonly<Record<string, number>>;
  /** What it had to do without, in a sentence; null where nothing is missing. */
  readonly note: string | null;
}
