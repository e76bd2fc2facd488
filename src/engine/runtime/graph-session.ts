/** Any graph of known shapes on a device: inputs go in by name, and every output comes out in numbers of its own. */
import { type FloatTensor, fixedShape, floatTensor, type Graph } from "../graph/graph.ts";
import type { Device } from "./device.ts";

/** A graph, ready to run. To be closed. */
export interface GraphSession {
  /** Gives every output of the graph, by name. */
  run(inputs: Readonly<Record<string, FloatTensor>>): Promise<Readonly<Record<string, FloatTensor>>>;
  close(): Promise<void>;
}

/** Makes a graph ready. @throws an Error where an output's shape depends on the inputs, or is not of float32 */
export async function openGraphSession(device: Device, graph: Graph): Promise<GraphSession> {
  const outputs = graph.outputs.map((output) => {
    if (output.type !== "float32") throw new Error(`unreachable: ${output.name} is ${output.type}`);
    return { name: output.name, shape: fixedShape(output) };
  });
  const session = await device.open(graph);
  return {
    async run(inputs) {
      const results = Object.fromEntries(outputs.map(({ name, shape }) => [name, floatTensor(shape)]));
      await session.run(inputs, results);
      return results;
    },
    close: () => session.release(),
  };
}
