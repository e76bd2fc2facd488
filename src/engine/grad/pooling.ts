/**
 * The gradient of maximum pooling: each window's gradient goes to the first of its largest elements, row by row.
 */
import { elementCount, fixedShape } from "../graph/graph.ts";
import type { GradientRule } from "./rule.ts";

export const maxPoolGradient: GradientRule<"MaxPool"> = ({ inputs: [x], outputs: [, places] }, dy, g) => {
  const shape = fixedShape(x!);
  const zeros = g.one("Expand", [g.constant(0)], { shape: [elementCount(shape)] });
  const flat = (value: typeof dy) => g.one("Reshape", [value], { shape: [-1] });
  const dx = g.one("ScatterElements", [zeros, flat(places!), flat(dy)], { axis: 0, reduction: "add" });
  return [g.one("Reshape", [dx], { shape })];
};
