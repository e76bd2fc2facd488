/**
 * A study as a training sees it: some of its stains only, or its control wells under other labels. The study itself stays as it is.
 */
import { NeuroscreenError, nearest } from "../base/errors.ts";
import { fieldKey } from "../images/fields.ts";
import type { PlateMapWell } from "../plates/platemap.ts";
import { wellKey } from "../plates/split.ts";
import { groupBy } from "../screening/group.ts";
import { sha256 } from "../store/files.ts";
import type { OpenStudy } from "./index-study.ts";

/**
 * The study with these stains alone, in this order; the study itself where nothing is chosen.
 *
 * Its fields are those of the names: what is known of the images of other stains decides nothing. `wellHash` is over the chosen
 * stains' files.
 *
 * @throws {NeuroscreenError} `unknown-stain` with the nearest name
 */
export function withStains(study: OpenStudy, stains: readonly string[]): OpenStudy {
  const { channels } = study.index.study;
  const names = channels.map(({ name }) => name);
  if (stains.length === 0 || stains.join("\n") === names.join("\n")) return study;
  const order = stains.map((stain) => placeOf(stain, names, study.index.study.name));
  const named = study.named.map((field) => ({ ...field, paths: order.map((channel) => field.paths[channel]!) }));
  const isNamed = new Set(named.map(fieldKey));
  const pathsOf = groupBy(
    named.flatMap((field) => field.paths.map((path) => ({ well: wellKey(field), path }))),
    ({ well }) => well,
  );
  return {
    ...study,
    index: {
      ...study.index,
      study: { ...study.index.study, channels: order.map((channel) => channels[channel]!) },
      fields: named,
      dataHash: study.hashOf(named),
    },
    named,
    lost: study.lost.filter(({ subject }) => !isNamed.has(subject)),
    wellHash: (well) =>
      sha256(
        (pathsOf.get(well) ?? [])
          .map(({ path }) => study.known.facts(path)?.sha256 ?? "")
          .sort()
          .join("\n"),
      ),
  };
}

function placeOf(stain: string, names: readonly string[], study: string): number {
  const place = names.indexOf(stain);
  if (place >= 0) return place;
  const near = nearest(stain, names);
  throw new NeuroscreenError({
    code: "unknown-stain",
    what: `Choosing the stains of ${study}`,
    found: `${stain}`,
    expected: `names of its channels: ${names.join(", ")}`,
    remedy: near === undefined ? "Give --stains names of the study's channels." : `Did you mean \`${near}\`?`,
  });
}

/** The study with other classes for some of its control wells, by `plate/A01`: for labels that were permuted. */
export function relabelled(study: OpenStudy, labels: ReadonlyMap<string, 0 | 1> | undefined): OpenStudy {
  if (labels === undefined) return study;
  const under = (well: PlateMapWell): PlateMapWell => {
    const label = labels.get(wellKey(well));
    return label === undefined ? well : { ...well, role: label === 1 ? "positive" : "negative" };
  };
  return {
    ...study,
    index: { ...study.index, wells: study.index.wells.map(under) },
    namedWells: study.namedWells.map(under),
  };
}
