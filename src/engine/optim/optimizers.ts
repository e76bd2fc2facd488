/**
 * Update rules, written as nodes: parameter, gradient and slots in, parameter and slots out. As PyTorch defines them.
 */
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";

/** An update rule with its constants, as PyTorch names and defines them. */
export type Optimizer =
  | { readonly kind: "sgd"; readonly momentum: number; readonly weightDecay: number }
  | {
      readonly kind: "adamw";
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly weightDecay: number;
    };

/** What each optimiser remembers of a parameter from step to step: tensors of its shape that begin as zeros. */
export const optimizerSlots = { sgd: ["momentum"], adamw: ["mean", "variance"] } as const satisfies {
  readonly [K in Optimizer["kind"]]: readonly string[];
};

/** What one update of one parameter reads. */
export interface UpdateInputs {
  readonly parameter: Value;
  readonly gradient: Value;
  /** By the names of {@link optimizerSlots}. */
  readonly slots: Readonly<Record<string, Value>>;
  /** A scalar. */
  readonly learningRate: Value;
  /** A scalar: 1 at the first step. */
  readonly step: Value;
}

/** What one update gives: the next parameter and the next slots. */
export interface Updated {
  readonly parameter: Value;
  readonly slots: Readonly<Record<string, Value>>;
}

/** Writes one step of the optimiser for one parameter. */
export function writeUpdate(g: GraphBuilder, optimizer: Optimizer, inputs: UpdateInputs): Updated {
  switch (optimizer.kind) {
    case "sgd":
      return sgd(g, optimizer, inputs);
    case "adamw":
      return adamw(g, optimizer, inputs);
  }
}

/**
 * v ← momentum · v + (gradient + decay · p);  p ← p − rate · v.
 * PyTorch's torch.optim.SGD: no dampening, and the slot begins at 0, which makes the first step the plain gradient's.
 */
function sgd(
  g: GraphBuilder,
  { momentum, weightDecay }: Optimizer & { kind: "sgd" },
  { parameter, gradient, slots, learningRate }: UpdateInputs,
): Updated {
  const pull = weightDecay === 0 ? gradient : g.one("Add", [gradient, scaled(g, parameter, weightDecay)]);
  const velocity = momentum === 0 ? pull : g.one("Add", [scaled(g, slots.momentum!, momentum), pull]);
  return {
    parameter: g.one("Sub", [parameter, g.one("Mul", [velocity, learningRate])]),
    slots: { momentum: velocity },
  };
}

/**
 * Loshchilov & Hutter (2017, arXiv:1711.05101) as torch.optim.AdamW: the decay acts on the parameter itself, both
 * moments are corrected for their beginning at zero, and ε stands outside the root.
 */
function adamw(
  g: GraphBuilder,
  { beta1, beta2, epsilon, weightDecay }: Optimizer & { kind: "adamw" },
  { parameter, gradient, slots, learningRate, step }: UpdateInputs,
): Updated {
  const mean = g.one("Add", [scaled(g, slots.mean!, beta1), scaled(g, gradient, 1 - beta1)]);
  const variance = g.one("Add", [
    scaled(g, slots.variance!, beta2),
    scaled(g, g.one("Mul", [gradient, gradient]), 1 - beta2),
  ]);
  // 1 − βᵗ. In float32 the difference of two numbers near 1 would lose half its digits.
  const t = g.one("Cast", [step], { to: "float64" });
  const correction = (beta: number) => {
    const power = g.one("Exp", [g.one("Mul", [t, g.constant64(Math.log(beta))])]);
    return g.one("Cast", [g.one("Sub", [g.constant64(1), power])], { to: "float32" });
  };
  const spread = g.one("Div", [g.one("Sqrt", [variance]), g.one("Sqrt", [correction(beta2)])]);
  const rate = g.one("Div", [learningRate, correction(beta1)]);
  const move = g.one("Mul", [rate, g.one("Div", [mean, g.one("Add", [spread, g.constant(epsilon)])])]);
  const kept = g.one("Sub", [g.constant(1), scaled(g, learningRate, weightDecay)]);
  const decayed = weightDecay === 0 ? parameter : g.one("Mul", [parameter, kept]);
  return { parameter: g.one("Sub", [decayed, move]), slots: { mean, variance } };
}

function scaled(g: GraphBuilder, x: Value, by: number): Value {
  return g.one("Mul", [x, g.constant(by)]);
}
