/** Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391). */
import type { GraphBuilder } from "../engine/graph/builder.ts";
import type { Value } from "../engine/graph/graph.ts";

/**
 * ReLU(Σₖ αₖ Aₖ), αₖ being the mean of the logit's gradient over the k-th feature map Aₖ: where the features that speak for the class are.
 *
 * In the logit's own unit, not stretched to 0 … 1: a network that ignores a stain has a map of zeros there, and it stays one.
 *
 * @param maps [n, c, y, x]
 * @param gradient of one logit by the maps, of their shape
 * @returns [n, y, x]
 */
export function writeGradCam(g: GraphBuilder, maps: Value, gradient: Value): Value {
  const importance = g.one("ReduceMean", [gradient], { axes: [2, 3], keepdims: true });
  const weighted = g.one("Mul", [importance, maps]);
  return g.one("Relu", [g.one("ReduceSum", [weighted], { axes: [1], keepdims: false })]);
}
