/**
 * Says what is wrong with a graph before ONNX Runtime does, in terms of our own code.
 */
import type { Graph, Value } from "./graph.ts";
import { inferOutcomes, type Outcome } from "./shapes.ts";

/**
 * Faults of the graph, one sentence each; none for a sound one. Checked: every name is written once and before it is
 * read, shapes follow from the operators, and the outputs are there with the shapes they claim.
 */
export function verifyGraph(graph: Graph): string[] {
  const faults: string[] = [];
  const known = new Map<string, Value>();
  const write = (value: Value) => {
    if (known.has(value.name)) faults.push(`${value.name} is written twice`);
    known.set(value.name, value);
  };
  for (const input of graph.inputs) write(input);
  const given = new Map(known);
  for (const [name, { type, shape, data }] of graph.initializers) {
    if (data.length !== shape.reduce((product, length) => product * length, 1))
      faults.push(`${name} holds ${data.length} numbers for [${shape}]`);
    const input = given.get(name);
    if (!input) write({ name, type, shape });
    else if (input.type !== type || input.shape.join() !== shape.join())
      faults.push(`the default of ${name} is ${type} [${shape}], the input ${input.type} [${input.shape}]`);
  }
  for (const { op, inputs, outputs, attributes } of graph.nodes) {
    const missing = inputs.filter((name) => name !== "" && !known.has(name));
    if (missing.length > 0) {
      faults.push(`${op} reads ${missing.join(", ")} before it is written`);
      return faults;
    }
    let outcomes: readonly Outcome[];
    try {
      outcomes = inferOutcomes(
        op,
        inputs.map((name) => known.get(name)),
        attributes,
      );
    } catch (error) {
      faults.push(`${op} giving ${outputs[0]}: ${error instanceof Error ? error.message : String(error)}`);
      return faults;
    }
    if (outputs.length > outcomes.length)
      faults.push(`${op} has ${outcomes.length} outputs, ${outputs.length} are named`);
    outputs.slice(0, outcomes.length).forEach((name, i) => {
      write({ name, ...outcomes[i]! });
    });
  }
  for (const { name, type, shape } of graph.outputs) {
    const found = known.get(name);
    if (!found) faults.push(`the output ${name} is never written`);
    else if (found.type !== type || found.shape.join() !== shape.join()) {
      faults.push(`the output ${name} claims ${type} [${shape}] and is ${found.type} [${found.shape}]`);
    }
  }
  return faults;
}
