/**
 * How much memory the numbers between a graph's inputs and outputs take, before anything runs.
 *
 * A value lives from the node that writes it to the last one that reads it. Inputs, initialisers and outputs are not
 * counted: whoever runs the graph holds them.
 */
import { type ElementType, elementCount, fixedShape, type Graph, type Value } from "./graph.ts";
import type { Op } from "./operators.ts";
import { inferOutcomes } from "./shapes.ts";

const bytesOf: Readonly<Record<ElementType, number>> = { float32: 4, float64: 8, int64: 8, bool: 1 };

/** Operators that give the same numbers under another name or shape. */
const aliases: readonly Op[] = ["Identity", "Reshape"];
/** Operators that may write over an input that nobody reads any more. */
const overwriting: readonly Op[] = ["Add", "Sub", "Mul", "Div", "Neg", "Exp", "Sqrt", "Reciprocal", "Relu"];

/** Every value of a graph by name, with its type and shape. */
export function graphValues(graph: Graph): Map<string, Value> {
  const values = new Map<string, Value>(graph.inputs.map((value) => [value.name, value]));
  for (const [name, { type, shape }] of graph.initializers) values.set(name, { name, type, shape });
  for (const { op, inputs, outputs, attributes } of graph.nodes) {
    const outcomes = inferOutcomes(
      op,
      inputs.map((name) => values.get(name)),
      attributes,
    );
    outputs.forEach((name, i) => {
      values.set(name, { name, ...outcomes[i]! });
    });
  }
  return values;
}

/**
 * The most bytes that are alive at once while the nodes run in their order.
 *
 * @param graph without free axes
 * @param fused further operators that write over their input, since the runtime joins them with the node before
 */
export function peakLiveBytes(graph: Graph, fused: readonly Op[] = []): number {
  const values = graphValues(graph);
  const lastRead = new Map<string, number>();
  graph.nodes.forEach(({ inputs }, i) => {
    for (const name of inputs) lastRead.set(name, i);
  });
  const given = new Set(graph.outputs.map(({ name }) => name));
  const mayOverwrite = new Set<Op>([...overwriting, ...fused]);
  /** By value; values that share memory share the entry. */
  const places = new Map<string, { readonly bytes: number; lastRead: number }>();
  let live = 0;
  let peak = 0;
  graph.nodes.forEach(({ op, inputs, outputs }, i) => {
    const read = [...new Set(inputs.flatMap((name) => places.get(name) ?? []))];
    outputs.forEach((name, k) => {
      if (given.has(name)) return;
      const value = values.get(name)!;
      const bytes = bytesOf[value.type] * elementCount(fixedShape(value));
      const last = lastRead.get(name) ?? i;
      const taken =
        k > 0
          ? undefined
          : aliases.includes(op)
            ? places.get(inputs[0]!)
            : mayOverwrite.has(op)
              ? read.find((place) => place.lastRead === i && place.bytes === bytes)
              : undefined;
      if (taken) {
        taken.lastRead = Math.max(taken.lastRead, last);
        places.set(name, taken);
      } else if (!aliases.includes(op)) {
        places.set(name, { bytes, lastRead: last });
        live += bytes;
      }
    });
    peak = Math.max(peak, live);
    const written = outputs.flatMap((name) => places.get(name) ?? []);
    for (const place of new Set([...read, ...written])) if (place.lastRead === i) live -= place.bytes;
  });
  return peak;
}
