/**
 * How sure the network may be: its temperature, its unsure band, and the wells that are like neither control.
 */
import type { Calibration } from "../records/calibration.ts";
import type { PartEvaluation } from "../records/evaluation.ts";
import { html, type Markup, type Part } from "./html.ts";
import type { ReportInput } from "./input.ts";
import { count, decimals, percent } from "./numbers.ts";
import { reliabilityPlot } from "./reliability-plot.ts";
import { table } from "./tables.ts";

/** Of several networks, whose plates still have a probability each. */
const ownTemperatures =
  "Each network has a temperature of its own, from its own validation wells: the log-odds of a well are divided by its network’s before they become a probability.";

/** The section; null of a screen that knows none of it. */
export function certainty(input: ReportInput): Markup | null {
  const parts = [
    ["test (never learned from)", input.evaluation.test],
    ["validation (the temperature is fitted to them)", input.evaluation.validation],
  ] as const;
  const drawn = parts.find(([, part]) => part?.wells.calibration !== undefined);
  const sentences = [
    ...calibrationSentences(input.calibration ?? null),
    ...(drawn !== undefined && (input.calibration ?? null) === null ? [ownTemperatures] : []),
    ...bandSentences(input),
    strangerSentence(input),
  ].filter((words) => words !== "");
  if (sentences.length === 0 && drawn === undefined) return null;
  const rows = parts.flatMap(([name, part]) => calibrationRows(name, part));
  const bins = drawn?.[1]?.wells.calibration;
  return html`<section id="sure"><h2>How sure it may be</h2>${sentences.map((words) => html`<p>${words}</p>`)}${
    bins === undefined
      ? null
      : html`<figure>${reliabilityPlot(bins, input.study.classes)}<figcaption>Each dot is the ${drawn![0].replace(/ \(.*/, "")} wells whose probabilities lie in the same tenth: on the diagonal, the probability came true. Open: as the network says it; filled: after the temperature, with the 95 % interval.</figcaption></figure>`
  }${
    rows.length === 0
      ? null
      : table(
          ["wells", "n", "calibration error before", "after", "log loss before", "after", "Brier before", "after"],
          rows,
        )
  }${rows.length === 0 ? null : html`<p class="quiet">The calibration error is the mean gap between a probability and how often it comes true, over ten bins. Of few wells it is never 0, were the probabilities perfect. Log loss (the negative log-likelihood) and Brier are smaller where probabilities are better. The temperature changes no order: accuracy, AUC and percents stay.</p>`}</section>`;
}

function calibrationRows(name: string, part: PartEvaluation | null): Part[][] {
  const calibration = part?.wells.calibration;
  if (part === null || calibration === undefined) return [];
  const { before, after } = calibration;
  return [
    [
      name,
      part.wells.n,
      percent(before.expectedError),
      percent(after.expectedError),
      decimals(before.negativeLogLikelihood, 3),
      decimals(after.negativeLogLikelihood, 3),
      decimals(before.brier, 3),
      decimals(after.brier, 3),
    ],
  ];
}

function calibrationSentences(calibration: Calibration | null): string[] {
  if (calibration === null) return [];
  const { temperature, nNegative, nPositive } = calibration;
  if (temperature === null)
    return ["No well of each role validated the network, so its probabilities are as it says them."];
  const words =
    temperature > 1.05
      ? "it was surer than it may be"
      : temperature < 0.95
        ? "it was less sure than it may be"
        : "it is as sure as it may be";
  return [
    `By its ${nNegative} + ${nPositive} validation wells ${words}: the log-odds of a well are divided by a temperature of ${decimals(temperature, 2)} before they become a probability.`,
  ];
}

function bandSentences({ calibration, evaluation, wells }: ReportInput): string[] {
  if (calibration === undefined || calibration === null) return [];
  const { unsure, unsureNote } = calibration;
  if (unsure === null) return [`There is no unsure band: ${unsureNote}.`];
  const test = evaluation.test?.wells.calibration?.unsure ?? null;
  const samples = wells.filter(({ role, isUnsure }) => role === "sample" && typeof isUnsure === "boolean");
  const own = samples.filter(({ isUnsure }) => isUnsure === true).length;
  return [
    `Between log-odds of ${decimals(unsure.low, 2)} and ${decimals(unsure.high, 2)} it cannot tell: every threshold there does as well on the validation wells as the best one, within a standard error.` +
      (test === null
        ? ""
        : ` Of ${count(test.n + test.nOthers, "test well")}, ${test.n} ${test.n === 1 ? "lies" : "lie"} there; of the others ${test.correctOfOthers} of ${test.nOthers} are told right.`) +
      (samples.length === 0
        ? ""
        : ` So ${own === 1 ? "does" : "do"} ${own} of ${count(samples.length, "sample well")}.`),
  ];
}

function strangerSentence({ strangers, wells }: ReportInput): string {
  if (strangers === undefined || strangers.length === 0) return "";
  const nControls = strangers.reduce((sum, own) => sum + own.nControls, 0);
  if (strangers.every(({ judges }) => judges === null)) {
    const most = Math.max(...strangers.map((own) => own.nControls));
    const found =
      strangers.length === 1
        ? `and there are ${nControls}`
        : `for each network its own, and none of the ${strangers.length} has more than ${most}`;
    return `Whether a well is like neither control is not known: that takes 20 control wells on plates with a scale, ${found}.`;
  }
  const withheld = wells.filter(({ note }) => note === "unlike-controls").length;
  const measured = wells.filter(({ role, unlikeness }) => role === "sample" && typeof unlikeness === "number").length;
  const judges = strangers.some((own) => own.judges === "all")
    ? " The network learned from some of these controls, which makes the limit tighter than it should be."
    : "";
  return `Of ${count(measured, "sample well")}, ${withheld === 0 ? "none lies" : withheld === 1 ? "1 lies" : `${withheld} lie`} farther from the line between both controls than 99 % of the controls themselves (${count(nControls, "control well")} measured)${withheld === 0 ? "" : "; such a well has no percent effect"}.${judges}`;
}
