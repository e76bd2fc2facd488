/**
 * What a simulated field is made of: the conditions of its well go in; images, truth and masks come out.
 *
 * Four stains, in this order everywhere: MAP2, Hoechst, PSD-95, synaptophysin.
 */

/** The stains, in the order of every list with one entry a stain. */
export const stains = ["MAP2", "Hoechst", "PSD-95", "synaptophysin"] as const;

/** One number a stain, in the order of `stains`. */
export type PerStain = readonly [number, number, number, number];

/** Latent damage: 0 is healthy, 1 is what Aβ alone does on average; it may exceed 1. */
export interface Damage {
  /** Of dendrites and axons: beading, thinning, loss. */
  readonly neurites: number;
  /** Of pre- and postsynaptic puncta: loss, separation. */
  readonly synapses: number;
}

/** What holds for a whole well. */
export interface WellConditions {
  /** Mean of the well; its fields and neurons spread around it. */
  readonly damage: Damage;
  /** Share of the neurons that are killed, 0 to 1, also without Aβ. */
  readonly toxicity: number;
  /** Glia relative to the default density; 1 is the default, proliferative compounds raise it. */
  readonly gliaFactor: number;
  /** Light that a fluorescent compound adds, in units of the stain's typical signal. */
  readonly addedLight: PerStain;
  /** Neurons relative to the default density. */
  readonly density: number;
  /** Strength of the staining; 1 is the default. */
  readonly staining: PerStain;
  /** Exposure and camera gain; 1 is the default. */
  readonly gain: PerStain;
  /** Background light in grey values at gain 1, over the camera's own offset; negative counts as none. */
  readonly background: PerStain;
  /** Light of puncta against the rest of their stain, how specific the antibody was; 1 is the default. */
  readonly punctumLight: PerStain;
  /** Share of the light scattered over the view, against the default. */
  readonly haze: PerStain;
  /** How far a stain's focus lies from the field's, on top of the objective's own shift. */
  readonly focusOffsetMicrometres: PerStain;
  /** Mean distance from focus in the well, at least 0; its fields spread around it. */
  readonly defocusMicrometres: number;
  /** How dirty the well is, 0 to 1: debris, dust, bubbles. */
  readonly debris: number;
  /** Share of the illumination that is lost in the corners of the view, 0 to 1. */
  readonly vignetting: number;
  /** Slope of the illumination along x and y: relative change from one edge of the view to the other. */
  readonly tilt: readonly [number, number];
}

/** A healthy well under a perfect lamp. */
export const idealConditions: WellConditions = {
  damage: { neurites: 0, synapses: 0 },
  toxicity: 0,
  gliaFactor: 1,
  addedLight: [0, 0, 0, 0],
  density: 1,
  staining: [1, 1, 1, 1],
  gain: [1, 1, 1, 1],
  background: [0, 0, 0, 0],
  punctumLight: [1, 1, 1, 1],
  haze: [1, 1, 1, 1],
  focusOffsetMicrometres: [0, 0, 0, 0],
  defocusMicrometres: 0,
  debris: 0,
  vignetting: 0,
  tilt: [0, 0],
};

/** One field to draw. It depends on nothing but this; `masks` changes nothing else. */
export interface FieldRequest {
  readonly seed: number;
  readonly plate: string;
  readonly well: string;
  readonly site: number;
  /** Pixels along a side; a smaller size is a smaller view. */
  readonly size: number;
  readonly pixelSizeMicrometres: number;
  readonly conditions: WellConditions;
  /** Scales what varies from field to field beside biology: focus, debris, light; 0 is none, 0.5 the default. */
  readonly difficulty: number;
  /** Draws the masks too (slower: the field at damage 0 is drawn as well). */
  readonly masks?: boolean;
}

/** What is true of a field. A structure counts if its middle lies in the view; lengths are those in the view. */
export interface FieldFacts {
  /** Living neurons whose soma's centre is in the view. */
  readonly neurons: number;
  /** All nuclei, of living neurons, dead cells and glia; one in pieces counts once. */
  readonly nuclei: number;
  readonly gliaNuclei: number;
  /** Length of the dendrites (MAP2) in the view. */
  readonly neuriteLengthMicrometres: number;
  readonly prePuncta: number;
  readonly postPuncta: number;
  /** Share of the postsynaptic puncta that face a presynaptic one; 0 without postsynaptic puncta. */
  readonly colocalisedShare: number;
  readonly defocusMicrometres: number;
  /** The field's own latent damage, before its neurons spread around it. */
  readonly damage: Damage;
}

/** Labels: 0 is none, 1 and on number the structures; where two meet, the later number stands. */
export interface FieldMasks {
  readonly somata: Uint16Array;
  readonly neurites: Uint16Array;
  readonly nuclei: Uint16Array;
  readonly prePuncta: Uint16Array;
  readonly postPuncta: Uint16Array;
  /** 1 where the noise-free field differs from the same field at damage 0 in any stain, 0 elsewhere. */
  readonly changed: Uint8Array;
}

/** A drawn field; every image and mask has size² pixels, row by row. */
export interface SimulatedField {
  /** 16-bit grey values, one image a stain. */
  readonly images: readonly Uint16Array[];
  readonly facts: FieldFacts;
  readonly masks?: FieldMasks;
}
