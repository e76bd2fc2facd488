/**
 * What damage does to each structure: functions of the damage and of thresholds drawn in advance, none of them random.
 */
import { harm } from "./biology.ts";
import type { Damage } from "./conditions.ts";
import type { Branch, Neuron, Punctum, Synapse } from "./scene.ts";

/** What acts on a field. */
export interface Injury {
  readonly damage: Damage;
  readonly toxicity: number;
}

/** The state of one neuron in an injured field. */
export interface NeuronState {
  readonly damage: Damage;
  /** 0 alive and well, 1 dead with a fully shrunken nucleus; from 0.5 on the neuron counts as dead. */
  readonly death: number;
}

/** How a neuron fares. A dying neuron loses neurites and synapses as at far higher damage. */
export function neuronState(neuron: Neuron, { damage, toxicity }: Injury): NeuronState {
  const neurites = damage.neurites * neuron.vulnerability;
  const synapses = damage.synapses * neuron.vulnerability;
  const byDamage = (neurites - neuron.diesAt) / harm.deathSpan;
  const byPoison = (toxicity - neuron.poisonedAt) / 0.1 + 0.5;
  const death = clamp(Math.max(byDamage, toxicity > 0 ? byPoison : 0));
  return { damage: { neurites: neurites + 2 * death, synapses: synapses + 2 * death }, death };
}

/** Radius of a dendrite at a point relative to health: thinner, then beaded; 0 where it is lost. */
export function dendriteWidth(branch: Branch, point: number, damage: number): number {
  const left = branch.lostAt[point]! - damage;
  if (left <= 0) return 0;
  if (damage <= 0) return 1;
  const thin = 1 - harm.thinning * Math.min(2, damage);
  const beading = clamp((damage - branch.beadsFrom) / harm.beadingSpan);
  const beaded = 1 + beading * (harm.beadSwelling * branch.bead[point]! - harm.beadNarrowing);
  // A stump tapers to its end rather than being cut.
  const stump = damage > 0 ? Math.min(1, 0.45 + 8 * left) : 1;
  return thin * beaded * stump;
}

/** Whether a postsynaptic punctum is there. */
export function hasPost(synapse: Synapse, { damage }: NeuronState): boolean {
  return damage.synapses < synapse.lostAt && damage.neurites < synapse.shaftLostAt;
}

/** Light of the puncta that stay relative to health: what is left is scaled up, at most by half more than at damage 1. */
export function punctumGain(damage: Damage): number {
  return 1 + harm.scaling * Math.min(1.5, damage.synapses);
}

/** The presynaptic punctum of a synapse: where it is and whether it faces the postsynaptic one; null if it is lost. */
export function presynapse(
  synapse: Synapse,
  { damage }: NeuronState,
): (Omit<Punctum, "lostAt"> & { readonly faces: boolean }) | null {
  const { pre } = synapse;
  if (pre === null || damage.synapses >= pre.lostAt || damage.neurites >= synapse.shaftLostAt) return null;
  const isOff = damage.synapses >= pre.comesOffAt;
  const { diameter, light, tailX, tailY } = pre;
  return {
    ...{ diameter, light, tailX, tailY },
    x: pre.x + (isOff ? pre.apartX : 0),
    y: pre.y + (isOff ? pre.apartY : 0),
    faces: !isOff && hasPost(synapse, { damage, death: 0 }),
  };
}

/** Whether a loose punctum is there: it feels the field's damage, its neuron being elsewhere. */
export function hasLoose(punctum: Punctum, { damage }: Injury): boolean {
  return damage.synapses < punctum.lostAt;
}

/** Holds a number between 0 and 1. */
function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
