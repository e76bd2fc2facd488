/** Losses: scalars to be made small. */
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";

/** What {@link crossEntropy} compares. */
export interface CrossEntropyInputs {
  /** [n, classes]. */
  readonly logits: Value;
  /** The true class of each item, int64 [n]. */
  readonly label: Value;
  /** How much each item counts [n]; ones for a plain mean. */
  readonly weight: Value;
  /** ε: the target is 1 − ε for the true class plus ε / classes for every class, as PyTorch's `label_smoothing`. */
  readonly labelSmoothing: number;
}

/** The mean cross-entropy of the items, weighted: Σ wᵢ lᵢ / Σ wᵢ. */
export function crossEntropy(g: GraphBuilder, { logits, label, weight, labelSmoothing }: CrossEntropyInputs): Value {
  const classes = logits.shape[1];
  if (typeof classes !== "number") throw new Error("unreachable: a free number of classes");
  const exact = g.one("OneHot", [label], { depth: classes });
  const target =
    labelSmoothing === 0
      ? exact
      : g.one("Add", [g.one("Mul", [exact, g.constant(1 - labelSmoothing)]), g.constant(labelSmoothing / classes)]);
  const likelihood = g.one("Mul", [target, g.one("LogSoftmax", [logits], { axis: 1 })]);
  const perItem = g.one("Neg", [g.one("ReduceSum", [likelihood], { axes: [1], keepdims: false })]);
  const total = g.one("ReduceSum", [g.one("Mul", [perItem, weight])], { axes: [0], keepdims: false });
  return g.one("Div", [total, g.one("ReduceSum", [weight], { axes: [0], keepdims: false })]);
}
