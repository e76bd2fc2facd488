/** What stands on two sides of a split, by the names of wells and the bytes of their images. */
import { checkLeakage, type LeakageInput } from "../evaluation/leakage.ts";
import { isControl } from "../plates/roles.ts";
import { wellKey } from "../plates/split.ts";
import type { OpenStudy } from "./index-study.ts";

/**
 * The leaks that are to be told, of a study whose control images have been read: copies are known by their bytes.
 *
 * @throws {NeuroscreenError} `leakage` if there is one that no figure survives
 */
export function leaksOf(
  { index, namedWells, known }: OpenStudy,
  { parts, unit }: Pick<LeakageInput, "parts" | "unit">,
): ReturnType<typeof checkLeakage> {
  const controls = new Set(namedWells.filter(({ role }) => isControl(role)).map(wellKey));
  const fields = index.fields
    .filter((field) => controls.has(wellKey(field)))
    .map(({ plate, well, site, paths }) => {
      return { plate, well, site, hashes: paths.map((path) => known.facts(path)?.sha256) };
    });
  return checkLeakage(index.study.name, { wells: namedWells, parts, unit, fields });
}
