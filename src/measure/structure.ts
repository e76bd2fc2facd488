/**
 * The structures of a field of neurons: what damage takes away, whatever the exposure.
 */
import type { Plane } from "../images/grey.ts";
import { measureNeuriteLength } from "./neurites.ts";
import { colocalisedShare, findPuncta } from "./puncta.ts";

/** Three stains of one field, of equal size. */
export interface SynapticPlanes {
  /** Such as MAP2. */
  readonly dendrites: Plane;
  /** Such as synaptophysin. */
  readonly presynaptic: Plane;
  /** Such as PSD-95. */
  readonly postsynaptic: Plane;
}

/** Counts and lengths in the whole field. */
export interface Structure {
  readonly prePuncta: number;
  readonly postPuncta: number;
  /** Of the postsynaptic puncta, the share with a presynaptic one within {@link partnerDistanceMicrometres}. */
  readonly colocalisedShare: number;
  readonly neuriteLengthMicrometres: number;
}

/** The two sides of a synapse lie under 0.2 µm apart; to that come the pixels and the blur of a 20× objective. */
const partnerDistanceMicrometres = 0.7;

/** Measures a field; see `findPuncta` and `measureNeuriteLength` for what counts. */
export function measureStructure(planes: SynapticPlanes, pixelSizeMicrometres: number): Structure {
  const pre = findPuncta(planes.presynaptic, pixelSizeMicrometres);
  const post = findPuncta(planes.postsynaptic, pixelSizeMicrometres);
  return {
    prePuncta: pre.length,
    postPuncta: post.length,
    colocalisedShare: colocalisedShare(post, pre, partnerDistanceMicrometres / pixelSizeMicrometres),
    neuriteLengthMicrometres: measureNeuriteLength(planes.dendrites, pixelSizeMicrometres),
  };
}
