/**
 * Reverse-mode differentiation of a graph: one walk from the loss back, writing gradient nodes into the same graph.
 *
 * The result is again a graph of plain operators. Only what lies between the values asked for and the loss is
 * differentiated, so frozen weights cost nothing.
 */
import type { GraphBuilder } from "../graph/builder.ts";
import type { Node, Value } from "../graph/graph.ts";
import type { Op } from "../graph/operators.ts";
import type { DeviceProfile } from "../graph/profile.ts";
import type { GradientRule } from "./rule.ts";
import { gradientRules } from "./rules.ts";

/** What {@link writeGradients} differentiates, and how. */
export interface GradientOptions {
  /** The value to differentiate. Unless `seed` is given, a scalar. */
  readonly of: Value;
  /** What to differentiate by: inputs, parameters, or any value on the way. */
  readonly by: readonly Value[];
  readonly profile: DeviceProfile;
  /** The gradient of `of` itself; 1 if left out. */
  readonly seed?: Value;
  /** Rules to use in place of the usual ones, as guided backpropagation does with Relu's. */
  readonly instead?: { readonly [K in Op]?: GradientRule<K> };
}

/**
 * Writes the gradients of `of` by each value of `by` into `g`.
 *
 * @returns a value for each of `by`, of its shape, in its order; zeros where `of` does not depend on it
 */
export function writeGradients(g: GraphBuilder, { of, by, profile, seed, instead = {} }: GradientOptions): Value[] {
  if (!seed && of.shape.length > 0) throw new Error(`unreachable: ${of.name} has shape [${of.shape}] and no seed`);
  const nodes = [...g.nodes];
  const reached = dependents(nodes, by);
  const gradients = new Map<string, Value>([[of.name, seed ?? g.constant(1)]]);
  for (const node of nodes.toReversed()) {
    const dy = gradients.get(node.outputs[0]!);
    if (!dy) continue;
    const needs = node.inputs.map((name) => reached.has(name));
    if (!needs.includes(true)) continue;
    const dxs = applyRule(g, node, { dy, needs, profile, instead });
    node.inputs.forEach((name, i) => {
      const dx = dxs[i];
      if (!needs[i] || !dx) return;
      const sum = gradients.get(name);
      gradients.set(name, sum ? g.one("Add", [sum, dx]) : dx);
    });
  }
  return by.map((value) => gradients.get(value.name) ?? g.one("Sub", [value, value]));
}

/** Names of all values that depend on one of `by`, those included. */
function dependents(nodes: readonly Node[], by: readonly Value[]): ReadonlySet<string> {
  const reached = new Set(by.map(({ name }) => name));
  for (const { inputs, outputs } of nodes) {
    if (inputs.some((name) => reached.has(name))) for (const output of outputs) reached.add(output);
  }
  return reached;
}

function applyRule<K extends Op>(
  g: GraphBuilder,
  node: Node<K>,
  {
    dy,
    needs,
    profile,
    instead,
  }: {
    dy: Value;
    needs: readonly boolean[];
    profile: DeviceProfile;
    instead: { readonly [O in Op]?: GradientRule<O> };
  },
): readonly (Value | undefined)[] {
  const rule: GradientRule<K> | "none" = instead[node.op] ?? gradientRules[node.op];
  if (rule === "none") return [];
  const inputs = node.inputs.map((name) => (name === "" ? undefined : g.value(name)));
  const outputs = node.outputs.map((name) => g.value(name));
  return rule({ inputs, outputs, attributes: node.attributes, needs, profile }, dy, g);
}
