/**
 * The verdict, in words that need no statistics course.
 */
import type { CompoundRecord } from "../records/screen.ts";
import { bestShortcutWords } from "./crossvalidation-shortcuts.ts";
import { glossary } from "./glossary.ts";
import { html, type Markup } from "./html.ts";
import type { ReportInput } from "./input.ts";
import { count, decimals, dose, doseRange, doseWithInterval, missing, percent } from "./numbers.ts";
import { rescueSentences } from "./rescue.ts";
import { seriesName } from "./treatments.ts";

/** How many compounds the verdict names before it sends the reader to the table, and how many figures stand below it. */
const namedCompounds = 6;
const tileCompounds = 4;

/** Sentences, the most important first, and the figures that they rest on. */
export function verdict(input: ReportInput): Markup {
  const sentences = [
    recognition(input),
    shortcut(input),
    separation(input),
    ...rescueSentences(input.doses),
    potency(input.compounds),
  ].filter((words) => words !== "");
  const hasEc50 = input.compounds.some(({ ec50Micromolar }) => ec50Micromolar !== null);
  return html`<section class="verdict" id="verdict"><h2>The verdict</h2>${sentences.map((sentence) => html`<p>${sentence}</p>`)}<div class="tiles">${tiles(
    input,
  ).map(({ value, words }) => html`<div class="tile"><b>${value}</b><span>${words}</span></div>`)}</div>${
    hasEc50 ? glossary("Z′", "EC50") : glossary("Z′")
  }</section>`;
}

function recognition({ evaluation, study, position }: ReportInput): string {
  const { test } = evaluation;
  const { negative, positive } = study.classes;
  if (test === null)
    return `No control well was kept aside, so how well the network tells ${positive} from ${negative} wells on new plates is not known.`;
  const { correct, n, interval } = test.wells;
  const range = `95 % interval ${percent(interval.low)} to ${percent(interval.high)}`;
  const chance = interval.low <= 0.5 ? " So few wells cannot rule out chance." : "";
  const place = position?.explains === true ? " But their places on the plate would have told them too." : "";
  return `The network told ${positive} from ${negative} in ${correct} of ${count(n, "control well")} that it had never learned from (${range}).${chance}${place}`;
}

/** An accuracy is worth what it is above that of a shortcut: said at once, with the rest in a section of its own. */
function shortcut({ crossvalidation }: ReportInput): string {
  const words = crossvalidation === undefined ? "" : bestShortcutWords(crossvalidation.shortcuts);
  return words === "" ? "" : `Without a network some wells are told too. ${words}`;
}

function separation({ comparison }: ReportInput): string {
  const zPrime = recommendedZPrime(comparison);
  if (zPrime === null) return "There are too few untouched control wells for a Z′.";
  const words =
    zPrime >= 0.5
      ? "the two controls stand well apart, and single wells can be read"
      : zPrime > 0
        ? "the controls are apart but close: repeat wells before believing one"
        : "the controls overlap, and single wells cannot be read";
  return `Z′ of the untouched controls is ${decimals(zPrime, 2)}: ${words}.`;
}

function recommendedZPrime({ scores, recommended }: ReportInput["comparison"]): number | null {
  return scores.find(({ score }) => score === recommended)?.zPrime ?? null;
}

function potency(compounds: readonly CompoundRecord[]): string {
  if (compounds.length === 0) return "";
  const reported = compounds.filter(({ ec50Micromolar }) => ec50Micromolar !== null);
  if (compounds.every(({ nDoses }) => nDoses <= 1))
    return "No compound was tested at more than one dose, so there is no EC50; the plate and the table show each one’s effect.";
  if (reported.length === 0)
    return `${compounds.length === 1 ? "The one dose curve allows no EC50" : `None of the ${count(compounds.length, "dose curve")} allows an EC50`}; the table of compounds says why, and the effect at each dose stands by itself.`;
  const named = reported
    .slice(0, namedCompounds)
    .map(
      (record) =>
        `${seriesName(record)} ${doseWithInterval(record.ec50Micromolar, record.ec50LowMicromolar, record.ec50HighMicromolar)}`,
    );
  const more = reported.length > namedCompounds ? `, and ${reported.length - namedCompounds} more in the table` : "";
  const rest = compounds.length - reported.length;
  const without = rest === 0 ? "" : ` ${count(rest, "other curve")} ${rest === 1 ? "allows" : "allow"} none.`;
  return `EC50 with its 95 % interval: ${named.join("; ")}${more}.${without}`;
}

function tiles({ evaluation, comparison, compounds }: ReportInput): { value: string; words: string }[] {
  const test = evaluation.test?.wells ?? null;
  return [
    test === null
      ? { value: missing, words: "no control well was kept aside" }
      : {
          value: `${test.correct} of ${test.n}`,
          words: `untouched control wells right; 95 % interval ${percent(test.interval.low)} to ${percent(test.interval.high)}`,
        },
    { value: decimals(recommendedZPrime(comparison), 2), words: "Z′ of the untouched controls" },
    ...compounds
      .filter(({ ec50Micromolar }) => ec50Micromolar !== null)
      .slice(0, tileCompounds)
      .map((record) => ({
        value: dose(record.ec50Micromolar),
        words: `EC50 of ${seriesName(record)}; 95 % interval ${doseRange(record.ec50LowMicromolar, record.ec50HighMicromolar)}`,
      })),
  ];
}
