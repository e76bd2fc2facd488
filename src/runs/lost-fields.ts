/**
 * Fields that should be there and cannot be used: how many are too many, and which wells are left with none.
 */
import { NeuroscreenError } from "../base/errors.ts";
import type { Problem } from "../images/fields.ts";
import { wellKey } from "../plates/split.ts";
import type { Study } from "../plates/study.ts";
import { groupBy } from "../screening/group.ts";

/** A study that loses a larger share of its fields is not the study that was meant. */
const mostLost = 0.2;

/** Whether a problem is a field that should be there and cannot be used. */
export function isLostField({ code }: Problem): boolean {
  return ["channel-missing", "image-doubled", "bad-image", "unreadable-image", "image-odd"].includes(code);
}

/** The well of such a problem's subject: `P/A01` of `P/A01/1`. A plate's name may hold a `/` itself. */
export function wellOf(fieldSubject: string): string {
  return fieldSubject.slice(0, fieldSubject.lastIndexOf("/"));
}

/**
 * A problem `well-lost` for each well that has fields, and none that can be used.
 *
 * @param named the fields that there are by their names
 * @param usable those of them that can be used
 */
export function lostWells(
  named: readonly { readonly plate: string; readonly well: string }[],
  usable: readonly { readonly plate: string; readonly well: string }[],
): Problem[] {
  const left = new Set(usable.map(wellKey));
  return [...new Set(named.map(wellKey))]
    .filter((key) => !left.has(key))
    .map((subject) => ({ code: "well-lost", subject, message: "left out: none of its fields could be used" }));
}

/**
 * How many fields of each well have no image at all, by `plate/A01`: as many as wells of its role on its plate commonly have more than
 * it, since controls may be imaged more than samples; where none of that role was imaged, as wells of its plate.
 *
 * @param wells those that should have images
 * @param seen the fields that any image speaks of, those that lack a stain among them
 */
export function absentFields(
  wells: readonly { readonly plate: string; readonly well: string; readonly role: string }[],
  seen: readonly { readonly plate: string; readonly well: string }[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const field of seen) counts.set(wellKey(field), (counts.get(wellKey(field)) ?? 0) + 1);
  const absent = new Map<string, number>();
  const countsOf = (own: typeof wells) => own.flatMap((well) => counts.get(wellKey(well)) ?? []);
  for (const ofPlate of groupBy(wells, ({ plate }) => plate).values()) {
    for (const own of groupBy(ofPlate, ({ role }) => role).values()) {
      const common = commonest(countsOf(own)) || commonest(countsOf(ofPlate));
      for (const well of own) {
        const missing = common - (counts.get(wellKey(well)) ?? 0);
        if (missing > 0) absent.set(wellKey(well), missing);
      }
    }
  }
  return absent;
}

/** Of equally common numbers the smallest; 0 of none. */
function commonest(numbers: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  const common = [...counts].filter(([, count]) => count === most).map(([number]) => number);
  return common.length === 0 ? 0 : Math.min(...common);
}

/**
 * Whether so many fields are lost that the study is not what was meant.
 *
 * @param lost a problem for each field that was left out
 * @param absent how many have no image at all
 * @param expected how many fields there should be
 * @throws {NeuroscreenError} `too-many-lost`
 */
export function refuseTooManyLost({
  study,
  lost,
  absent,
  expected,
}: {
  readonly study: Study;
  readonly lost: readonly Problem[];
  readonly absent: number;
  readonly expected: number;
}): void {
  const total = lost.length + absent;
  if (total <= mostLost * expected) return;
  const without = absent === 0 ? "" : `\n  ${absent} without any image`;
  const shown = lost.slice(0, 3).map(({ subject, message }) => `\n  ${subject}: ${message}`);
  throw new NeuroscreenError({
    code: "too-many-lost",
    what: `Indexing ${study.name}`,
    found: `${total} of ${expected} fields that cannot be used:${shown.join("")}${lost.length > 3 ? "\n  …" : ""}${without}`,
    expected: `at most ${100 * mostLost} % of the fields to be lost`,
    remedy:
      "Copy or export what is damaged or missing again; wells that are meant to be left out are left out of the plate map.",
  });
}
