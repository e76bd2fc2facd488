/** Where the cells of a map lie in the image that it was made from. */
import type { GraphBuilder } from "../engine/graph/builder.ts";
import { fixedShape, type Node, type Value } from "../engine/graph/graph.ts";
import type { Op, OpAttributes, Pads, Pair } from "../engine/graph/operators.ts";

/** Where the first cell's centre lies, and how far the next one's is, in pixels; a pixel's centre is its number. */
export interface Cells {
  readonly left: number;
  readonly top: number;
  readonly step: number;
}

/**
 * The middle of what each cell of `map` sees, followed through the windows between it and the image.
 *
 * A ResNet's cells lie on every 32nd pixel from the first one on, not in the middles of squares of 32: its padding keeps each window's
 * centre. Laid in the middles, its maps would stand half a cell beside what they show.
 */
export function cellsOf(g: GraphBuilder, image: Value, map: Value): Cells {
  const found = new Map<string, Cells>([[image.name, { left: 0, top: 0, step: 1 }]]);
  for (const node of g.nodes) {
    const read = node.inputs.find((name) => found.has(name));
    if (read === undefined) continue;
    const cells = behind(g, node, found.get(read)!);
    for (const output of node.outputs) found.set(output, cells);
  }
  const cells = found.get(map.name);
  if (!cells) throw new Error(`unreachable: ${map.name} does not come from ${image.name}`);
  return cells;
}

interface Window {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly pads: Pads;
  readonly dilations: Pair;
}

/** The operators whose cells see several: what each sees. */
const windows: { readonly [K in Op]?: (attributes: OpAttributes[K], inputs: readonly Value[]) => Window } = {
  Conv: (attributes, [, weight]) => {
    const [, , height, width] = fixedShape(weight!) as [number, number, number, number];
    return { ...attributes, kernel: [height, width] };
  },
  MaxPool: ({ kernelShape, strides, pads }) => ({ kernel: kernelShape, strides, pads, dilations: [1, 1] }),
};

function behind<K extends Op>(g: GraphBuilder, { op, inputs, attributes }: Node<K>, { left, top, step }: Cells): Cells {
  const window = windows[op]?.(
    attributes,
    inputs.map((name) => g.value(name)),
  );
  if (!window) return { left, top, step };
  const { kernel, strides, pads, dilations } = window;
  if (strides[0] !== strides[1]) throw new Error(`unreachable: ${op} steps ${strides.join(" and ")}`);
  const middle = (axis: 0 | 1) => ((kernel[axis] - 1) * dilations[axis]) / 2 - pads[axis];
  return { top: top + step * middle(0), left: left + step * middle(1), step: step * strides[0] };
}
