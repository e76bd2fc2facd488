/**
 * Which fields the report shows: typical ones of each treatment, and the ones that surprise.
 */
import type { ExampleField } from "../records/report.ts";
import type { PredictionRecord, WellRecord } from "../records/screen.ts";
import { groupBy } from "../screening/group.ts";

/** The most pictures on a page; more than this nobody looks at. */
const mostExamples = 24;

/** Pictures of fields that look least like their own treatment, at most. */
const mostOddSamples = 2;

/**
 * Chooses the fields to show, at most {@link mostExamples}: for each control the median field and the one that looks most like
 * the other control; of each treatment with a compound the median field; and the fields farthest from their treatment's median.
 *
 * Where there are more treatments than places, each compound keeps its highest doses, and of more compounds than places
 * some are taken at even steps. The same fields come out whatever the order of the records.
 *
 * @param fields every scored field, as in `predictions`
 * @param wells every well, for the percent effects
 */
export function chooseExamples(fields: readonly PredictionRecord[], wells: readonly WellRecord[]): ExampleField[] {
  const effects = new Map(wells.map((well) => [key(well), well.percentEffect]));
  const sorted = [...fields].sort(compareFields);
  const negative = sorted.filter(({ role }) => role === "negative");
  const positive = sorted.filter(({ role }) => role === "positive");
  const treated = sorted.filter(({ role }) => role === "sample" || role === "reference");
  const controls: Choice[] = [
    ...withSurprise(typical(untouchedOr(negative)), negative.at(-1)),
    ...withSurprise(typical(untouchedOr(positive)), positive[0]),
  ];
  const odd = oddFields(treated);
  const places = mostExamples - controls.length - odd.length;
  const samples = pickTreatments([...groupBy(treated, treatment).values()], wells, places).flatMap(typical);
  return [...controls, ...samples, ...odd].map(({ field, choice }, i) => ({
    plate: field.plate,
    well: field.well,
    site: field.site,
    role: field.role,
    part: field.part,
    compound: field.compound,
    concentrationMicromolar: field.concentrationMicromolar,
    challenge: field.challenge,
    challengeConcentrationMicromolar: field.challengeConcentrationMicromolar,
    logit: field.logit,
    percentEffect: effects.get(key(field)) ?? null,
    choice,
    // Numbered: a plate's name may hold what a file's name may not.
    image: `examples/${String(i + 1).padStart(2, "0")}.jpg`,
  }));
}

interface Choice {
  readonly field: PredictionRecord;
  readonly choice: ExampleField["choice"];
}

// What a network learned from says little of what it knows.
function untouchedOr(fields: readonly PredictionRecord[]): readonly PredictionRecord[] {
  const untouched = fields.filter(({ part }) => part === "test");
  return untouched.length > 0 ? untouched : fields;
}

// Of an even number the lower of the two in the middle: a field that exists, not the mean of two.
function typical(sorted: readonly PredictionRecord[]): Choice[] {
  const field = sorted[Math.floor((sorted.length - 1) / 2)];
  return field === undefined ? [] : [{ field, choice: "typical" }];
}

// Of few fields the one at the end may be the one in the middle.
function withSurprise(middle: readonly Choice[], end: PredictionRecord | undefined): Choice[] {
  return end === undefined || middle.some(({ field }) => field === end)
    ? [...middle]
    : [...middle, { field: end, choice: "surprise" }];
}

function oddFields(treated: readonly PredictionRecord[]): Choice[] {
  const distances = [...groupBy(treated, treatment).values()].flatMap((fields) => {
    const [middle] = typical(fields);
    return fields.length < 3 || middle === undefined
      ? []
      : fields.map((field) => ({ field, distance: Math.abs(field.logit - middle.field.logit) }));
  });
  return distances
    .filter(({ distance }) => distance > 0)
    .sort((a, b) => b.distance - a.distance || compareFields(a.field, b.field))
    .slice(0, mostOddSamples)
    .map(({ field }) => ({ field, choice: "surprise" }));
}

// Each group holds the fields of one treatment. The order of the page: by compound as the plate map names them, challenge and rising dose.
function pickTreatments(
  groups: readonly PredictionRecord[][],
  wells: readonly WellRecord[],
  places: number,
): PredictionRecord[][] {
  const rank = new Map([...new Set(wells.map(({ compound }) => compound))].map((compound, i) => [compound, i]));
  const ordered = [...groups].sort(
    ([a], [b]) => (rank.get(a!.compound) ?? 0) - (rank.get(b!.compound) ?? 0) || compareTreatments(a!, b!),
  );
  if (ordered.length <= places) return ordered;
  const series = [...groupBy(ordered, ([first]) => seriesOf(first!)).values()];
  const each = Math.max(1, Math.floor(places / series.length));
  const highest = series.flatMap((doses) => doses.slice(-each));
  return highest.length <= places ? highest : evenly(highest, places);
}

function evenly<T>(items: readonly T[], n: number): T[] {
  return Array.from({ length: n }, (_, i) => items[Math.floor((i * items.length) / n)]!);
}

function seriesOf({ compound, challenge, challengeConcentrationMicromolar }: PredictionRecord): string {
  return JSON.stringify([compound, challenge, challengeConcentrationMicromolar]);
}

function treatment(field: PredictionRecord): string {
  return JSON.stringify([seriesOf(field), field.concentrationMicromolar]);
}

function compareTreatments(a: PredictionRecord, b: PredictionRecord): number {
  return (
    compareText(a.compound ?? "", b.compound ?? "") ||
    compareText(a.challenge ?? "", b.challenge ?? "") ||
    (a.challengeConcentrationMicromolar ?? 0) - (b.challengeConcentrationMicromolar ?? 0) ||
    (a.concentrationMicromolar ?? 0) - (b.concentrationMicromolar ?? 0)
  );
}

function compareFields(a: PredictionRecord, b: PredictionRecord): number {
  return a.logit - b.logit || compareText(a.plate, b.plate) || compareText(a.well, b.well) || a.site - b.site;
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function key({ plate, well }: { readonly plate: string; readonly well: string }): string {
  return JSON.stringify([plate, well]);
}
