/**
 * What lies in a field and around it, as if it were healthy, in µm from the view's top left corner.
 *
 * Every structure carries the damage above which it is lost or altered. A scene is drawn at any damage without a
 * further random number: more damage takes more away and never draws anew.
 */

/** A closed outline around a centre: an ellipse whose radius waves. */
export interface Outline {
  readonly x: number;
  readonly y: number;
  readonly long: number;
  readonly short: number;
  readonly angle: number;
  /** Amplitude and phase of the waves with 2, 3, 4 and 5 periods around. */
  readonly waves: readonly number[];
}

/** A dendrite from its root to its tip; side branches are branches of their own. One entry a point, a µm apart. */
export interface Branch {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly radius: Float32Array;
  /** The point is lost where the neuron's damage reaches this; it falls towards the tip. */
  readonly lostAt: Float32Array;
  /** Where beads swell, 0 to 1. */
  readonly bead: Float32Array;
  readonly beadsFrom: number;
  readonly light: number;
  /** Blur on either side, in µm, of what lies above or below the focus. */
  readonly blur: number;
}

export interface Nucleus {
  readonly outline: Outline;
  readonly light: number;
  readonly textureKey: number;
  /** Bright spots: x, y, radius and light of each, in turn. */
  readonly spots: readonly number[];
}

export interface Neuron {
  readonly soma: Outline;
  readonly nucleus: Nucleus;
  readonly branches: readonly Branch[];
  readonly light: number;
  /** Light of the soma in synaptophysin, and its granules: x, y, diameter and light of each, in turn. */
  readonly preLight: number;
  readonly granules: readonly number[];
  readonly textureKey: number;
  /** The neuron's share of the field's damage; 1 on average. */
  readonly vulnerability: number;
  readonly diesAt: number;
  /** Killed by a toxicity above this, 0 to 1. */
  readonly poisonedAt: number;
}

/** A postsynaptic punctum, with the presynaptic one that it faces if it has one. */
export interface Synapse extends Punctum {
  /** Number of its neuron in the scene. */
  readonly neuron: number;
  /** Damage of neurites at which the dendrite under it is lost. */
  readonly shaftLostAt: number;
  readonly pre: (Punctum & { readonly comesOffAt: number; readonly apartX: number; readonly apartY: number }) | null;
}

export interface Punctum {
  readonly x: number;
  readonly y: number;
  readonly diameter: number;
  readonly light: number;
  readonly lostAt: number;
  /** From its middle to its second, fainter end; 0 for a round one. */
  readonly tailX: number;
  readonly tailY: number;
}

export interface Axon {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly light: Float32Array;
}

/** A glial cell: its nucleus, and its faint body. */
export interface Glia {
  readonly nucleus: Nucleus;
  readonly body: Outline;
  readonly textureKey: number;
}

/** A cell that was dead before: the pieces of its nucleus, and the faint rest of it. */
export interface DeadCell {
  readonly pieces: readonly Nucleus[];
  readonly ghost: Outline;
}

export interface Scene {
  readonly neurons: readonly Neuron[];
  readonly synapses: readonly Synapse[];
  readonly axons: readonly Axon[];
  /** Presynaptic puncta on axons, without a partner. */
  readonly loosePuncta: readonly Punctum[];
  readonly glia: readonly Glia[];
  readonly dead: readonly DeadCell[];
}

/** The square that is looked at and the margin around it in which cells are planted too; µm. */
export interface World {
  readonly side: number;
  readonly margin: number;
}

/** Whether a point is in the view, or nearer to it than `reach`. */
export function isSeen({ side }: World, x: number, y: number, reach = 0): boolean {
  return x >= -reach && y >= -reach && x < side + reach && y < side + reach;
}
