/**
 * Fields by their names, as `--fields` has them: found, or the nearest that there is named.
 */
import { NeuroscreenError, nearest } from "../base/errors.ts";
import { type Field, fieldKey } from "../images/fields.ts";
import { formatWell, parseWell } from "../plates/wells.ts";
import type { StudyIndex } from "./index-study.ts";

/**
 * The fields of these names, in their order, each once.
 *
 * @param names `PLATE/WELL/SITE`; wells as every table of ours writes them, `A01`
 * @throws {NeuroscreenError} `unknown-field`, with a line for each that is not there: what is nearest to it, or why it was left out
 */
export function namedFields(names: readonly string[], index: StudyIndex): Field[] {
  const found = new Map<string, Field>();
  const strangers: string[] = [];
  const byKey = new Map(index.fields.map((field) => [fieldKey(field), field]));
  for (const name of names) {
    const place = parseName(name);
    const field = place && byKey.get(fieldKey(place));
    if (field) found.set(fieldKey(field), field);
    else strangers.push(`\`${name}\`${hintOf(place, index)}`);
  }
  if (strangers.length === 0) return [...found.values()];
  throw new NeuroscreenError({
    code: "unknown-field",
    what: `Looking for fields of ${index.study.name}`,
    found: strangers.join("\n  "),
    expected: "fields that the study has, PLATE/WELL/SITE",
    remedy: "`neuroscreen index` lists plates, wells and what was left out.",
  });
}

interface Place {
  readonly plate: string;
  readonly well: string;
  readonly site: number;
}

/** Null for a text that is no name. A plate's own name may hold slashes, well and site cannot. */
function parseName(name: string): Place | null {
  const [, plate, well, site] = /^(.+)\/([^/]+)\/(\d+)$/.exec(name) ?? [];
  if (plate === undefined || well === undefined) return null;
  try {
    return { plate, well: formatWell(parseWell(well)), site: Number(site) };
  } catch (error) {
    if (error instanceof NeuroscreenError) return null;
    throw error;
  }
}

/** What is nearest: the plate by its letters, the field by its place on the plate. */
function hintOf(place: Place | null, { fields, problems }: StudyIndex): string {
  if (place === null) {
    const [first] = fields;
    return `, which is no PLATE/WELL/SITE${first ? `, such as ${fieldKey(first)}` : ""}`;
  }
  const plates = [...new Set(fields.map(({ plate }) => plate))];
  if (!plates.includes(place.plate)) {
    const near = nearest(place.plate, plates);
    return near === undefined
      ? ` (plates: ${plates.slice(0, 8).join(", ")})`
      : ` (did you mean the plate \`${near}\`?)`;
  }
  const problem = problems.find(({ subject }) => subject === fieldKey(place));
  if (problem !== undefined) return `, ${problem.message}`;
  const own = fields.filter(({ plate }) => plate === place.plate);
  const near = own.reduce((best, field) => (farOf(field, place) < farOf(best, place) ? field : best));
  return ` (the nearest is ${fieldKey(near)})`;
}

/** How far a field is from a place: wells apart, then sites. */
function farOf(field: Place, place: Place): number {
  const [a, b] = [parseWell(field.well), parseWell(place.well)];
  const apart = Math.hypot(a.row - b.row, a.column - b.column);
  // Any site of the well itself is nearer than any other well.
  return apart + Math.abs(field.site - place.site) / 1e6;
}
