/**
 * The plate map and the images, joined: a full outer join, so that what only one side has is told and never vanishes.
 */
import { nearest } from "../base/errors.ts";
import type { PlateMapWell } from "../plates/platemap.ts";
import { wellKey } from "../plates/split.ts";
import type { Field, Problem } from "./fields.ts";

/**
 * The fields of wells that the map has. What only one side has is a problem: a whole plate once
 * (`plate-without-images`, `plate-not-in-map`), else a well each (`well-without-images`, `well-not-in-map`). An empty
 * well without images is none.
 *
 * @param plates the plates that were imaged, those without a complete field among them
 */
export function joinFields(
  map: readonly PlateMapWell[],
  fields: readonly Field[],
  plates: readonly string[],
): { readonly fields: Field[]; readonly problems: Problem[] } {
  const imagedPlates = new Set(plates);
  const mappedPlates = new Set(map.map(({ plate }) => plate));
  const mapped = new Set(map.map(wellKey));
  const joined: Field[] = [];
  const imaged = new Set<string>();
  const strangers = new Map<string, number>();
  for (const field of fields) {
    const key = wellKey(field);
    imaged.add(key);
    if (mapped.has(key)) joined.push(field);
    else if (mappedPlates.has(field.plate)) strangers.set(key, (strangers.get(key) ?? 0) + 1);
  }

  const problems: Problem[] = [];
  const tell = (code: string, subject: string, message: string) => problems.push({ code, subject, message });
  for (const plate of mappedPlates) {
    if (imagedPlates.has(plate)) continue;
    const message = `left out: a plate of the plate map without images${hint(plate, imagedPlates)}`;
    tell("plate-without-images", plate, message);
  }
  for (const plate of imagedPlates) {
    if (mappedPlates.has(plate)) continue;
    const message = `left out: a plate that the plate map does not have${hint(plate, mappedPlates)}`;
    tell("plate-not-in-map", plate, message);
  }
  for (const well of map) {
    if (imaged.has(wellKey(well)) || well.role === "empty" || !imagedPlates.has(well.plate)) continue;
    const message = `left out: a ${well.role} well of the plate map without a complete field`;
    tell("well-without-images", wellKey(well), message);
  }
  for (const [key, count] of strangers) {
    const counted = `${count} ${count === 1 ? "field" : "fields"}`;
    tell("well-not-in-map", key, `left out: ${counted} of a well that the plate map does not have`);
  }
  return { fields: joined, problems };
}

function hint(plate: string, others: ReadonlySet<string>): string {
  const near = nearest(plate, [...others]);
  return near === undefined ? "" : ` (is it \`${near}\`?)`;
}
