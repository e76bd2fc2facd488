/**
 * Which compounds bring challenged wells back, and which do harm by themselves: in words, from the wells at each
 * compound's highest dose. The highest dose is chosen before anything is seen; the best of several would flatter.
 */
import type { DoseRecord } from "../records/screen.ts";
import { groupBy } from "../screening/group.ts";
import { decimals, dose } from "./numbers.ts";

/** How many compounds a sentence names before it sends the reader to the table. */
const namedCompounds = 6;

/** Sentences; none where no compound was given with a challenge, or no well has a percent effect. */
export function rescueSentences(doses: readonly DoseRecord[]): string[] {
  const treated = doses.filter(({ compound, concentrationMicromolar }) => compound !== null && concentrationMicromolar);
  const highest = [...groupBy(treated, seriesOf).values()].map((series) =>
    series.reduce((a, b) => (b.concentrationMicromolar! > a.concentrationMicromolar! ? b : a)),
  );
  const challenged = highest.filter(({ challenge, mean }) => challenge !== null && mean !== null);
  if (challenged.length === 0) return [];
  const several = isOnSeveralPlates(challenged);
  const seen = challenged.filter(({ high }) => high !== null && high < 100).sort((a, b) => a.mean! - b.mean!);
  const unseen = challenged.length - seen.length;
  const harmful = highest
    .filter(({ challenge, low }) => challenge === null && low !== null && low > 0)
    .sort((a, b) => b.mean! - a.mean!);
  const rescue = (record: DoseRecord) =>
    `${named(record, several)} ${decimals(100 - record.mean!, 0)} % at ${dose(record.concentrationMicromolar)} (${decimals(100 - record.high!, 0)} to ${decimals(100 - record.low!, 0)})`;
  const harm = (record: DoseRecord) =>
    `${named(record, several)} ${decimals(record.mean, 0)} % at ${dose(record.concentrationMicromolar)} (${decimals(record.low, 0)} to ${decimals(record.high, 0)})`;
  return [
    seen.length === 0
      ? `At its highest dose no compound brought challenged wells back by more than their spread (${challenged.length} looked at).`
      : `Brought back at the highest dose, in percent rescue with its 95 % interval over wells: ${list(seen.map(rescue))}.${
          unseen === 0 ? "" : ` Of ${unseen} other${unseen === 1 ? "" : "s"} the interval includes no rescue at all.`
        }`,
    ...(harmful.length === 0 ? [] : [`Harmful without the challenge, in percent effect: ${list(harmful.map(harm))}.`]),
  ];
}

function seriesOf({ plate, compound, challenge, challengeConcentrationMicromolar }: DoseRecord): string {
  return JSON.stringify([plate, compound, challenge, challengeConcentrationMicromolar]);
}

function isOnSeveralPlates(records: readonly DoseRecord[]): boolean {
  return [...groupBy(records, ({ compound }) => compound!).values()].some(
    (own) => new Set(own.map(({ plate }) => plate)).size > 1,
  );
}

function named({ compound, plate }: DoseRecord, withPlate: boolean): string {
  return withPlate ? `${compound} (${plate})` : compound!;
}

function list(words: readonly string[]): string {
  const more = words.length - namedCompounds;
  return words.slice(0, namedCompounds).join("; ") + (more > 0 ? `; and ${more} more in the tables` : "");
}
