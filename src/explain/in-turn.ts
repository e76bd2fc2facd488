/**
 * Graphs that may not all be open at once.
 *
 * An open graph keeps its weights and the memory of its largest run. Four branches of a large field, forward and back, are gigabytes; so
 * those that were not used for longest are closed where a budget would be passed, and opened again when their turn comes. Small
 * networks stay open and pay nothing.
 */
import { elementCount, type FloatTensor, type Graph } from "../engine/graph/graph.ts";
import { peakLiveBytes } from "../engine/graph/live.ts";
import type { GraphRunner, OpenedGraph } from "./explained.ts";

/** Graphs by name, opened when they are run. One run at a time. To be closed. */
export interface GraphsInTurn {
  /** Runs a graph on those of the inputs that it reads. */
  run(name: string, inputs: Readonly<Record<string, FloatTensor>>): Promise<Readonly<Record<string, FloatTensor>>>;
  close(): Promise<void>;
}

/** What open graphs may take together, as reckoned: one that takes more is open alone. */
const budgetBytes = 2e9;
/** Copies of the weights in an open graph: as they were read, arranged for the kernels, and turned for each walk back; measured on ResNet34. */
const copiesOfWeights = 8;

export function graphsInTurn(
  graphs: ReadonlyMap<string, Graph>,
  runner: GraphRunner,
  budget: number = budgetBytes,
): GraphsInTurn {
  const bytes = new Map([...graphs].map(([name, graph]) => [name, reckonedBytes(graph)]));
  /** Those used last stand last. */
  const open = new Map<string, OpenedGraph>();
  const taken = () => [...open.keys()].reduce((sum, name) => sum + bytes.get(name)!, 0);
  const take = async (name: string): Promise<OpenedGraph> => {
    const opened = open.get(name);
    if (opened) {
      open.delete(name);
      open.set(name, opened);
      return opened;
    }
    for (const [other, session] of open) {
      if (taken() + bytes.get(name)! <= budget) break;
      open.delete(other);
      await session.close();
    }
    const session = await runner.open(graphs.get(name)!);
    open.set(name, session);
    return session;
  };
  return {
    async run(name, inputs) {
      const session = await take(name);
      const read = graphs.get(name)!.inputs.map((input) => [input.name, inputs[input.name]!] as const);
      return session.run(Object.fromEntries(read));
    },
    async close() {
      for (const session of open.values()) await session.close();
      open.clear();
    },
  };
}

/** Weights, and what is alive in a run. */
function reckonedBytes(graph: Graph): number {
  const weights = [...graph.initializers.values()].reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0);
  return copiesOfWeights * weights + peakLiveBytes(graph, ["BatchNormalization"]);
}
