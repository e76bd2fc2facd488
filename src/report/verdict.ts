/**
 * The verdict, in words that need no statistics course.
 */
import type { CompoundRecord } from "../records/screen.ts";
import { treatmentName } from "./dose-plot.ts";
import type { ReportInput } from "./input.ts";
import { count, decimals, doseWithInterval, percent } from "./numbers.ts";

/** Sentences, the most important first. */
export function verdict(input: ReportInput): string[] {
  return [recognition(input), separation(input), potency(input.compounds)].filter((sentence) => sentence !== "");
}

/** How many compounds the verdict names before it sends the reader to the table. */
const namedCompounds = 6;

function recognition({ evaluation, study }: ReportInput): string {
  const { test } = evaluation;
  const { negative, positive } = study.classes;
  if (test === null)
    return `No control well was kept aside, so how well the network tells ${positive} from ${negative} wells on new plates is not known.`;
  const { correct, n, interval } = test.wells;
  const range = `95 % interval ${percent(interval.low)} to ${percent(interval.high)}`;
  const chance = interval.low <= 0.5 ? " So few wells cannot rule out chance." : "";
  return `The network told ${positive} from ${negative} in ${correct} of ${count(n, "control well")} that it had never learned from (${range}).${chance}`;
}

function separation({ comparison }: ReportInput): string {
  const figures = comparison.scores.find(({ score }) => score === comparison.recommended);
  const zPrime = figures?.zPrime ?? null;
  if (zPrime === null) return "There are too few untouched control wells for a Z′.";
  const words =
    zPrime >= 0.5
      ? "the two controls stand well apart, and single wells can be read"
      : zPrime > 0
        ? "the controls are apart but close: repeat wells before believing one"
        : "the controls overlap, and single wells cannot be read";
  return `Z′ of the untouched controls is ${decimals(zPrime, 2)}: ${words} (1 is the most, 0.5 and above is called excellent).`;
}

function potency(compounds: readonly CompoundRecord[]): string {
  if (compounds.length === 0) return "";
  const reported = compounds.filter(({ ec50Micromolar }) => ec50Micromolar !== null);
  if (reported.length === 0)
    return `None of the ${count(compounds.length, "dose curve")} allows an EC50; the table of compounds says why.`;
  const named = reported
    .slice(0, namedCompounds)
    .map(
      (record) =>
        `${treatmentName(record)} ${doseWithInterval(record.ec50Micromolar, record.ec50LowMicromolar, record.ec50HighMicromolar)}`,
    );
  const more = reported.length > namedCompounds ? `, and ${reported.length - namedCompounds} more in the table` : "";
  const rest = compounds.length - reported.length;
  const without = rest === 0 ? "" : ` ${count(rest, "other curve")} ${rest === 1 ? "allows" : "allow"} none.`;
  return `EC50 with its 95 % interval: ${named.join("; ")}${more}.${without}`;
}
