/**
 * Wells that were treated alike, plate by plate: the screening table.
 */
import { isControl } from "../plates/roles.ts";
import type { DoseRecord, WellNote, WellRecord, WellSpread } from "../records/screen.ts";
import { mean, sd } from "../statistics/descriptive.ts";
import { studentQuantile } from "../statistics/student.ts";
import { groupBy } from "./group.ts";

/**
 * A record for each plate, compound, concentration, challenge and challenge concentration, in the order of the wells.
 *
 * Controls have records too, since a compound is read beside them; empty wells have none. A sample well and a reference well with
 * the same treatment stand together. Controls stand apart from those and from each other, since many maps do not say what is in them.
 */
export function doseRecords(wells: readonly WellRecord[]): DoseRecord[] {
  return [
    ...groupBy(
      wells.filter(({ role }) => role !== "empty"),
      treatmentKey,
    ).values(),
  ].map(doseRecord);
}

/** Of the plate map's other columns, those in which all the wells agree; at least one well. */
export function sharedMetadata(wells: readonly Pick<WellRecord, "metadata">[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(wells[0]!.metadata).filter(([key, value]) => wells.every(({ metadata }) => metadata[key] === value)),
  );
}

function treatmentKey(well: WellRecord): string {
  const { plate, role, compound, concentrationMicromolar, challenge, challengeConcentrationMicromolar } = well;
  const control = isControl(role) ? role : null;
  return JSON.stringify([
    plate,
    control,
    compound,
    concentrationMicromolar,
    challenge,
    challengeConcentrationMicromolar,
  ]);
}

function doseRecord(wells: readonly WellRecord[]): DoseRecord {
  const { plate, compound, concentrationMicromolar, challenge, challengeConcentrationMicromolar, effectScore } =
    wells[0]!;
  const effects = spreadOf(wells, ({ percentEffect, percentEffectSd }) => [percentEffect, percentEffectSd]);
  return {
    plate,
    batch: distinct(wells.map(({ batch }) => batch)).join("|"),
    compound,
    concentrationMicromolar,
    challenge,
    challengeConcentrationMicromolar,
    roles: distinct(wells.map(({ role }) => role)),
    parts: distinct(wells.map(({ part }) => part)),
    metadata: sharedMetadata(wells),
    wells: wells.map(({ well, percentEffect, logit }) => ({ well, percentEffect, logit })),
    nWells: wells.filter(({ nFields }) => nFields > 0).length,
    ...effects,
    percentRescue: effects.mean === null || challenge === null ? null : 100 - effects.mean,
    logit: spreadOf(wells, ({ logit, logitSd }) => [logit, logitSd]),
    effectScore,
    note: noteOf(wells),
  };
}

function spreadOf(
  wells: readonly WellRecord[],
  read: (well: WellRecord) => readonly [value: number | null, sdOfFields: number | null],
): WellSpread {
  const values = wells.map((well) => read(well)[0]).filter((value) => value !== null);
  const centre = values.length === 0 ? null : mean(values);
  const sdBetween = values.length < 2 ? null : sd(values);
  const half = sdBetween === null ? null : halfWidth(sdBetween, values.length);
  return {
    mean: centre,
    sdBetween,
    sdWithin: sdWithin(wells.map((well) => ({ sd: read(well)[1], n: well.nFields }))),
    low: centre === null || half === null ? null : centre - half,
    high: centre === null || half === null ? null : centre + half,
  };
}

/** Half the 95 % t interval of a mean. */
function halfWidth(sd: number, n: number): number {
  return (studentQuantile(0.95, n - 1) * sd) / Math.sqrt(n);
}

// Each well's variance weighs by its degrees of freedom, fields minus one, as in an analysis of variance.
function sdWithin(wells: readonly { readonly sd: number | null; readonly n: number }[]): number | null {
  let squares = 0;
  let degrees = 0;
  for (const { sd, n } of wells) {
    if (sd === null) continue;
    squares += (n - 1) * sd ** 2;
    degrees += n - 1;
  }
  return degrees === 0 ? null : Math.sqrt(squares / degrees);
}

// Wells of one plate differ in their notes only where one has no field, or is like neither control.
function noteOf(wells: readonly WellRecord[]): WellNote | null {
  if (wells.some(({ note }) => note === "unlike-controls")) return "unlike-controls";
  const scored = wells.find(({ nFields }) => nFields > 0);
  return scored === undefined ? "no-field" : scored.note;
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
