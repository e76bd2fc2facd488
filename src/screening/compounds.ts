/**
 * Dose curves: one for each compound and challenge, through the percent effects of its wells.
 */
import type { CompoundRecord, DoseCurve, WellNote, WellRecord } from "../records/screen.ts";
import { ec50Interval } from "../statistics/ec50-interval.ts";
import { type FourParameterFit, fitFourParameters, fourParameterResponse } from "../statistics/four-parameter.ts";
import type { Interval } from "../statistics/proportion.ts";
import { sharedMetadata } from "./doses.ts";
import { groupBy } from "./group.ts";

/** Doses above 0 below which no EC50 is reported. */
const fewestDoses = 4;

/** Doses wanted beyond each bend of the curve. */
const fewestBeyondBend = 2;

/** An interval of the EC50 wider than this factor says that the data do not bound it. */
const widestInterval = 100;

/**
 * A record for each compound and challenge among the sample and reference wells, in the order of the wells.
 *
 * Control wells and dose 0 stay outside the fit. The EC50 is the relative one, and is reported only where the doses can bear it:
 * at least {@link fewestDoses} of them, the EC50 among them, {@link fewestBeyondBend} beyond each bend, and an interval
 * that is not absurd; else `note` says which rule failed.
 *
 * @see Sebaugh (2011), doi:10.1002/pst.426
 */
export function compoundRecords(wells: readonly WellRecord[]): CompoundRecord[] {
  return [...groupBy(wells.filter(isTreated), treatmentKey).values()].map(compoundRecord);
}

/** The wells that belong to a compound's record, those at dose 0 and those without an effect among them. */
export function wellsOf(record: CompoundRecord, wells: readonly WellRecord[]): WellRecord[] {
  return wells.filter((well) => isTreated(well) && treatmentKey(well) === treatmentKey(record));
}

/** A curve's percent effect at a dose in micromolar; `bottom` at 0. */
export function effectAt({ bottom, top, ec50Micromolar, hill }: DoseCurve, doseMicromolar: number): number {
  return fourParameterResponse({ bottom, top, ec50: ec50Micromolar, hill }, doseMicromolar);
}

/** The doses where the curve bends most, below and above its EC50: EC50 · 4.68^(±1/hill). */
export function bendPoints({ ec50Micromolar, hill }: DoseCurve): { readonly low: number; readonly high: number } {
  const factor = 4.68 ** (1 / hill);
  return { low: ec50Micromolar / factor, high: ec50Micromolar * factor };
}

function isTreated({ role, compound }: WellRecord): boolean {
  return (role === "sample" || role === "reference") && compound !== null;
}

type Treatment = Pick<CompoundRecord, "challenge" | "challengeConcentrationMicromolar"> & { compound: string | null };

function treatmentKey({ compound, challenge, challengeConcentrationMicromolar }: Treatment): string {
  return JSON.stringify([compound, challenge, challengeConcentrationMicromolar]);
}

function compoundRecord(wells: readonly WellRecord[]): CompoundRecord {
  const first = wells[0]!;
  const points = wells.flatMap(({ concentrationMicromolar: dose, percentEffect, plate, note }) =>
    dose === null || dose <= 0 || percentEffect === null ? [] : [{ dose, percentEffect, plate, note }],
  );
  const doses = [...new Set(points.map(({ dose }) => dose))].sort((a, b) => a - b);
  const measured = {
    concentration: points.map(({ dose }) => dose),
    response: points.map(({ percentEffect }) => percentEffect),
  };
  const fit = fitFourParameters(measured);
  const curve = fit === null ? null : curveOf(fit);
  const interval = fit === null ? null : ec50Interval(measured, fit, { groups: points.map(({ plate }) => plate) });
  const refusal =
    points.length === 0 ? "no well has a dose above 0 and a percent effect" : forbidding(doses, curve, interval);
  const isReported = refusal === null && curve !== null && interval !== null;
  const isShort = wells.some(
    ({ note, concentrationMicromolar }) => note === unlike && (concentrationMicromolar ?? 0) > 0,
  );
  const nPlates = new Set(points.map(({ plate }) => plate)).size;
  // Of two plates nothing says how much plates differ: an interval over their wells then holds the truth less often than it says.
  const twoPlates =
    refusal === null && nPlates === 2 ? "interval over wells of 2 plates: too narrow where plates differ" : null;
  const notes = [...new Set([refusal, twoPlates, isShort ? unlike : null, ...points.map(({ note }) => note)])].filter(
    (note) => note !== null,
  );
  return {
    compound: first.compound!,
    challenge: first.challenge,
    challengeConcentrationMicromolar: first.challengeConcentrationMicromolar,
    metadata: sharedMetadata(wells),
    nPlates,
    nWells: points.length,
    nDoses: doses.length,
    curve,
    ec50Micromolar: isReported ? curve.ec50Micromolar : null,
    ec50LowMicromolar: isReported ? interval.low : null,
    ec50HighMicromolar: isReported ? interval.high : null,
    note: notes.length === 0 ? null : notes.join("; "),
  };
}

/** Wells without a percent effect for this reason are missing in the fit, and the strongest ones first. */
const unlike: WellNote = "unlike-controls";

function curveOf({ bottom, top, ec50, hill }: FourParameterFit): DoseCurve {
  return { bottom, top, ec50Micromolar: ec50, hill };
}

// The rule that forbids to report the EC50, in words; null where none does.
function forbidding(doses: readonly number[], curve: DoseCurve | null, interval: Interval | null): string | null {
  if (doses.length < fewestDoses)
    return `no EC50: ${doses.length} ${doses.length === 1 ? "dose" : "doses"} above 0, at least ${fewestDoses} needed`;
  if (curve === null) return "no EC50: no curve fits";
  if (curve.ec50Micromolar < doses[0]! || curve.ec50Micromolar > doses.at(-1)!)
    return "no EC50: it would lie outside the tested doses";
  const { low, high } = bendPoints(curve);
  const below = doses.filter((dose) => dose <= low).length;
  const above = doses.filter((dose) => dose >= high).length;
  if (below < fewestBeyondBend) return `no EC50: ${below} of ${fewestBeyondBend} doses needed below the lower bend`;
  if (above < fewestBeyondBend) return `no EC50: ${above} of ${fewestBeyondBend} doses needed above the upper bend`;
  if (interval === null) return "no EC50: the wells do not bound it";
  if (interval.high > widestInterval * interval.low)
    return `no EC50: its 95 % interval is wider than a factor of ${widestInterval}`;
  return null;
}
