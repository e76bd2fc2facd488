/**
 * What each stain does to the answer: what becomes of it when the stain is replaced by one that says nothing.
 */
import { openRandom } from "../base/random.ts";
import type { Interval, StainEffects } from "../records/explain.ts";
import { bootstrapInterval } from "../statistics/bootstrap.ts";
import { mean } from "../statistics/descriptive.ts";
import type { ExplainedNetwork } from "./explained.ts";
import type { FieldExplainer } from "./field-maps.ts";
import { effectsAlone, shapleyValues } from "./shapley.ts";

/** A field and what the trunks make of it. */
export interface PooledImage {
  /** [stains, height, width], raw grey on the model's scale. */
  readonly image: Float32Array;
  /** A trunk each. */
  readonly pooled: readonly Float32Array[];
}

/** The log-odds of a field, and what its stains do to them. */
export type StainSums = Pick<StainEffects, "logit" | "logitOfNone" | "alone" | "shapley">;

/**
 * The effects of a field's stains, each taken from the field or from what stands in for it, in all 2ⁿ ways.
 *
 * Where each trunk reads one stain, the pooled features of the two images are all that is needed, and the head alone runs; else the
 * network runs over each mixed image.
 */
export async function stainEffects(
  network: Pick<ExplainedNetwork, "stains" | "trunks">,
  explainer: Pick<FieldExplainer, "pooled" | "logitsOf">,
  { field, standIn }: { readonly field: PooledImage; readonly standIn: PooledImage },
): Promise<StainSums> {
  const { stains, trunks } = network;
  const isApart = trunks.every((trunk) => trunk.stains.length === 1);
  const everything = (1 << stains) - 1;
  const pooledOf = async (kept: number): Promise<readonly Float32Array[]> => {
    const isKept = (stain: number) => (kept & (1 << stain)) !== 0;
    if (kept === everything) return field.pooled;
    if (kept === 0) return standIn.pooled;
    if (isApart) return trunks.map((trunk, i) => (isKept(trunk.stains[0]!) ? field : standIn).pooled[i]!);
    return explainer.pooled(mixed(field.image, standIn.image, { stains, isKept }));
  };
  const rows: Float32Array[] = [];
  for (let kept = 0; kept <= everything; kept++) rows.push(joined(await pooledOf(kept)));
  const logits = (await explainer.logitsOf(rows)).map(([negative, positive]) => positive - negative);
  return {
    logit: logits[everything]!,
    logitOfNone: logits[0]!,
    alone: effectsAlone(logits),
    shapley: shapleyValues(logits),
  };
}

/** An image of nothing but a network's training means: what it sees is 0 everywhere. */
export function meanImage(
  { normalization, stains }: Pick<ExplainedNetwork, "normalization" | "stains">,
  { width, height }: { readonly width: number; readonly height: number },
): Float32Array {
  const image = new Float32Array(stains * width * height);
  for (const [stain, offset] of normalization.offset.entries())
    image.fill(offset, stain * width * height, (stain + 1) * width * height);
  return image;
}

/** Fewer values have no spread to speak of. */
const fewestOfInterval = 3;

/**
 * A mean with its 95 % interval by bootstrap.
 *
 * @param path of the random numbers: the same one gives the same interval
 */
export function meanInterval(values: readonly number[], seed: number, ...path: readonly (string | number)[]): Interval {
  const figure = { mean: mean(values), n: values.length };
  if (values.length < fewestOfInterval) return { ...figure, low: null, high: null };
  const random = openRandom(seed, "bootstrap", ...path);
  const { low, high } = bootstrapInterval(values, mean, { random, draws: 1999 });
  return { ...figure, low, high };
}

function mixed(
  field: Float32Array,
  standIn: Float32Array,
  { stains, isKept }: { readonly stains: number; readonly isKept: (stain: number) => boolean },
): Float32Array {
  const image = standIn.slice();
  const length = image.length / stains;
  for (let stain = 0; stain < stains; stain++)
    if (isKept(stain)) image.set(field.subarray(stain * length, (stain + 1) * length), stain * length);
  return image;
}

/** What the trunks make of an image, as the one row that the head reads. */
export function joined(parts: readonly Float32Array[]): Float32Array {
  const row = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    row.set(part, at);
    at += part.length;
  }
  return row;
}
