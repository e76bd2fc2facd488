/**
 * Guided backpropagation (Springenberg et al. 2014, arXiv:1412.6806): one rule of the reverse walk, replaced.
 *
 * Its maps look sharp and hardly depend on what the network has learnt (Adebayo et al. 2018, arXiv:1810.03292). Wherever they are drawn
 * this is said.
 */
import type { GradientRule } from "../engine/grad/rule.ts";

/** Passes on only what is positive, forward and backward: max(dy, 0) where y > 0, else 0. */
export const guidedRelu: GradientRule<"Relu"> = ({ outputs: [y] }, dy, g) => {
  const isPositive = g.one("Cast", [g.one("Cast", [y], { to: "bool" })], { to: "float32" });
  return [g.one("Mul", [g.one("Relu", [dy]), isPositive])];
};
