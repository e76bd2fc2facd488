/**
 * Each plate on its own grey scale: a plate that was stained or exposed more strongly than others is put on the scale
 * of the training before a network sees it.
 *
 * A plate's scale is the mean and the spread of its own wells, whatever they hold: no role is looked at, so a plate
 * that is held out can be measured too. The network, its file and its scale stay as they are.
 */
import { problemOf, type Seen } from "../images/alike.ts";
import type { Field } from "../images/fields.ts";
import { fitNormalization, type Moments, type Normalization } from "../images/normalize.ts";
import { wellKey } from "../plates/split.ts";
import type { FieldLoader } from "../store/field-loader.ts";
import type { KnownFiles } from "../store/file-facts.ts";
import type { RunEvent } from "./events.ts";
import type { StudyIndex } from "./index-study.ts";
import { readFields } from "./read-fields.ts";

/** One grey scale a plate, by the plate's name. */
export type PlateScales = ReadonlyMap<string, Normalization>;

/** So many fields of each well are measured: a plate has enough wells for its scale not to need all of them. */
const fieldsPerWell = 2;

/**
 * Measures plates: the first two fields of every well that is not `empty`. Which they are does not depend on which can be read: those that
 * cannot, or are unlike the others, measure nothing.
 *
 * @param fields of the index, which may have other stains in another order than the study
 */
export async function* measurePlates(
  index: StudyIndex,
  fields: readonly Field[],
  loader: FieldLoader,
  known: KnownFiles,
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, PlateScales> {
  const empty = new Set(index.wells.filter(({ role }) => role === "empty").map(wellKey));
  const taken = new Map<string, number>();
  const sample = fields.filter((field) => {
    const key = wellKey(field);
    const count = taken.get(key) ?? 0;
    taken.set(key, count + 1);
    return count < fieldsPerWell && !empty.has(key);
  });
  const { moments: read } = yield* readFields(sample, loader, known, signal);
  const moments = new Map<string, Moments[][]>();
  for (const [field, own] of read) {
    const isUnlike = problemOf(field, (path) => shapeOf(known, path), index) !== undefined;
    if (!isUnlike) moments.set(field.plate, [...(moments.get(field.plate) ?? []), own]);
  }
  return new Map([...moments].map(([plate, own]) => [plate, fitNormalization(own)]));
}

/** A loader whose fields come on the scale `target`, each plate from its own. Moments stay as the files have them. */
export function onScale(loader: FieldLoader, scales: PlateScales, target: Normalization): FieldLoader {
  const scaleOf = ({ plate }: Field) => scales.get(plate) ?? target;
  return {
    ...loader,
    async crop(request) {
      const own = scaleOf(request.field);
      return rescale(await loader.crop({ ...request, normalization: own }), own, target);
    },
    async whole(field) {
      const whole = await loader.whole(field);
      return { ...whole, image: rescale(whole.image, scaleOf(field), target) };
    },
  };
}

function shapeOf(known: KnownFiles, path: string): Seen {
  const shape = known.facts(path);
  return shape && { shape };
}

/** Grey values [stains, …] from one scale to another, in place. */
function rescale(image: Float32Array, own: Normalization, target: Normalization): Float32Array {
  const length = image.length / target.offset.length;
  for (const [stain, offset] of target.offset.entries()) {
    const gain = target.scale[stain]! / own.scale[stain]!;
    const added = offset - gain * own.offset[stain]!;
    for (let i = stain * length; i < (stain + 1) * length; i++) image[i] = gain * image[i]! + added;
  }
  return image;
}
