/**
 * What a gradient rule is: the local step of the reverse walk, one for each operator.
 */
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { Op, OpAttributes } from "../graph/operators.ts";
import type { DeviceProfile } from "../graph/profile.ts";

/** What a rule is told of the node whose gradient it writes. */
export interface Site<K extends Op = Op> {
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: OpAttributes[K];
  /** Whether anyone asks for the gradient of each input; a rule may answer undefined where nobody does. */
  readonly needs: readonly boolean[];
  readonly profile: DeviceProfile;
}

/**
 * Gradients of the inputs of one node, given the gradient `dy` of its first output. Answers one value an input,
 * undefined where there is none. Other outputs (the places of maxima, a batch's statistics) carry no gradient.
 */
export type GradientRule<K extends Op> = (site: Site<K>, dy: Value, g: GraphBuilder) => readonly (Value | undefined)[];
