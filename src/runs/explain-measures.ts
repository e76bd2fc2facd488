/**
 * One field's maps, measured: where their weight lies, and what becomes of the answer without their heaviest pixels.
 */
import { join } from "node:path";
import { openRandom } from "../base/random.ts";
import { rolled, scattered, topPixels, without } from "../explain/deletion.ts";
import { enrichment } from "../explain/enrichment.ts";
import { importance, kindsOf, mapsOfKind } from "../explain/importance.ts";
import { joined } from "../explain/stain-effects.ts";
import { type Field, fieldKey } from "../images/fields.ts";
import { wellKey } from "../plates/split.ts";
import type { CheckedNetwork } from "../records/explain.ts";
import { maskName, maskNames, masksFolder } from "../simulate/study-files.ts";
import { readGrey } from "../store/images.ts";
import { kindName, type MeasuredMap } from "./explain-figures.ts";
import type { ExplainSettings } from "./explain-settings.ts";
import type { OpenStudy } from "./index-study.ts";
import type { OpenedExplainer } from "./opened-explainer.ts";

/** The share of the pixels that is taken away. */
const deletedShare = 0.1;
/** The plate's median is that of so many vehicle fields. */
const vehicleFields = 8;

/** Of each stain the median grey of vehicle fields of a plate, on the model's scale; its training mean where there are none. */
export async function plateMedians(
  plate: string,
  { fields, network, seen }: OpenedExplainer,
  { index }: OpenStudy,
  { seed }: Pick<ExplainSettings, "seed">,
): Promise<number[]> {
  const negative = new Set(index.wells.filter(({ role }) => role === "negative").map(wellKey));
  const own = index.fields.filter((field) => field.plate === plate && negative.has(wellKey(field)));
  const drawn = openRandom(seed, "median", plate).shuffled(own).slice(0, vehicleFields);
  const images = await Promise.all(drawn.map(async (field) => (await fields.whole(field)).image));
  const pixels = seen.width * seen.height;
  return Array.from({ length: network.stains }, (_, stain) => {
    const greys = new Float32Array(images.length * pixels);
    for (const [i, image] of images.entries())
      greys.set(image.subarray(stain * pixels, (stain + 1) * pixels), i * pixels);
    greys.sort();
    return greys[Math.floor(greys.length / 2)] ?? network.normalization.offset[stain]!;
  });
}

/** Makes the maps of a field, for the positive class, and measures each kind of them. */
export async function measureField(
  field: Field,
  { explainer, fields, seen }: OpenedExplainer,
  {
    network,
    study,
    settings: { checks, seed },
    stains,
    greys,
  }: {
    readonly network: CheckedNetwork;
    readonly study: OpenStudy;
    readonly settings: Pick<ExplainSettings, "checks" | "seed">;
    /** Names of the network's stains. */
    readonly stains: readonly string[];
    /** What takes the place of deleted pixels, as {@link plateMedians} gives it; null: nothing is deleted. */
    readonly greys: readonly number[] | null;
  },
): Promise<MeasuredMap[]> {
  const { image } = await fields.whole(field);
  const found = await explainer.explain(image);
  const logit = found.logits[1] - found.logits[0];
  const masks = checks.includes("enrichment") ? await readMasks(field, study) : [];
  const picture = masks[0]?.mask ?? seen;
  const fallWithout = async (pixels: Uint8Array) => {
    const pooled = await explainer.pooled(without(image, pixels, greys!));
    const [logits] = await explainer.logitsOf([joined(pooled)]);
    return logit - (logits![1] - logits![0]);
  };

  const measured: MeasuredMap[] = [];
  for (const kind of kindsOf(found.maps)) {
    const maps = mapsOfKind(found.maps, kind, 1);
    const apart = maps.filter(({ stain }) => stain !== null);
    // What a network looks at by itself is of interest only of the one that is explained.
    const rows = [maps, ...(network === "trained" && apart.length > 1 ? apart.map((map) => [map]) : [])];
    const top = greys && topPixels(importance(maps, seen), deletedShare);
    const random = openRandom(seed, "deletion", fieldKey(field), kindName(kind));
    measured.push({
      ...{ field: fieldKey(field), well: wellKey(field), network, kind },
      stains: rows.map((own, i) => {
        const weights = importance(own, seen, picture);
        return {
          stain: i === 0 ? null : stains[own[0]!.stain!]!,
          isZero: weights.every((weight) => weight === 0),
          inside: Object.fromEntries(masks.map(({ name, mask }) => [name, enrichment(weights, mask.pixels)])),
        };
      }),
      falls: top && {
        top: await fallWithout(top),
        rolled: await fallWithout(rolled(top, seen.width, random)),
        scattered: await fallWithout(scattered(top, random)),
      },
    });
  }
  return measured;
}

async function readMasks(field: Field, { index: { study } }: OpenStudy) {
  return Promise.all(
    maskNames.map(async (name) => ({
      name,
      mask: await readGrey(join(study.folder, masksFolder, field.plate, maskName(field, name))),
    })),
  );
}
