/**
 * What was done to a well, in words and in order.
 */
import type { Role } from "../plates/roles.ts";
import { groupBy } from "../screening/group.ts";
import { dose } from "./numbers.ts";

/** The page's words for the two ends of the scale. */
export interface ClassNames {
  readonly negative: string;
  readonly positive: string;
}

/** What was done to a well; concentrations in micromoles per litre. */
export interface Treatment {
  readonly role: Role;
  readonly compound: string | null;
  readonly concentrationMicromolar: number | null;
  readonly challenge: string | null;
  readonly challengeConcentrationMicromolar: number | null;
}

/** Wells that were treated alike. */
export interface TreatmentGroup<T> {
  readonly name: string;
  readonly role: Role;
  readonly wells: readonly T[];
}

/** ` with Aβ 30 µM`, to be set behind a name; nothing without a challenge. */
export function challengeWords({
  challenge,
  challengeConcentrationMicromolar,
}: Pick<Treatment, "challenge" | "challengeConcentrationMicromolar">): string {
  if (challenge === null) return "";
  const amount = challengeConcentrationMicromolar === null ? "" : ` ${dose(challengeConcentrationMicromolar)}`;
  return ` with ${challenge}${amount}`;
}

/** A compound with its challenge, as a heading names it: `Danazol with Aβ 30 µM`. */
export function seriesName(
  record: Pick<Treatment, "challenge" | "challengeConcentrationMicromolar"> & { readonly compound: string },
): string {
  return record.compound + challengeWords(record);
}

/** What a role is called: controls by their class, all others as they are. */
export function roleName(role: Role, classes: ClassNames): string {
  return role === "negative" || role === "positive" ? classes[role] : role;
}

/** All that was done to a well: `untreated control`, `Danazol 10 µM with Aβ 30 µM`. */
export function treatmentName(treatment: Treatment, classes: ClassNames): string {
  const { role, compound, concentrationMicromolar } = treatment;
  if (role === "negative" || role === "positive") return `${classes[role]} control`;
  const amount = concentrationMicromolar === null ? "" : ` ${dose(concentrationMicromolar)}`;
  return `${compound ?? role}${amount}${challengeWords(treatment)}`;
}

/** Groups of wells treated alike: controls first, then compound by compound as they came, challenge by challenge, rising doses. */
export function groupTreatments<T extends Treatment>(wells: readonly T[], classes: ClassNames): TreatmentGroup<T>[] {
  const compounds = [...new Set(wells.map(({ compound }) => compound))];
  const rank = ({ role }: Treatment) => ({ negative: 0, positive: 1, sample: 2, reference: 2, empty: 3 })[role];
  const challenges = [...new Set(wells.map(challengeWords))].sort();
  const isControl = (well: Treatment) => rank(well) < 2;
  return [...groupBy(wells, (well) => treatmentName(well, classes)).values()]
    .sort(([a], [b]) => {
      const [one, other] = [a!, b!];
      if (rank(one) !== rank(other) || isControl(one)) return rank(one) - rank(other);
      return (
        compounds.indexOf(one.compound) - compounds.indexOf(other.compound) ||
        challenges.indexOf(challengeWords(one)) - challenges.indexOf(challengeWords(other)) ||
        (one.concentrationMicromolar ?? 0) - (other.concentrationMicromolar ?? 0)
      );
    })
    .map((group) => ({ name: treatmentName(group[0]!, classes), role: group[0]!.role, wells: group }));
}
