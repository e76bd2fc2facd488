/** Graphs run on the engine's thread, for those who explain. */
import type { FloatTensor, Graph } from "../engine/graph/graph.ts";
import { fixedShape, floatTensor } from "../engine/graph/graph.ts";
import type { GraphRunner, OpenedGraph } from "../explain/explained.ts";
import type { EngineThread } from "./engine-thread.ts";

/** Opens graphs on a thread. Inputs are copied there, outputs move here. The thread stays its owner's to close. */
export function threadRunner(thread: EngineThread): GraphRunner {
  let opened = 0;
  return {
    async open(graph: Graph): Promise<OpenedGraph> {
      opened += 1;
      const name = `${opened} ${graph.name}`;
      const shapes = new Map(graph.outputs.map((output) => [output.name, fixedShape(output)]));
      await thread.call("openGraph", { name, graph });
      return {
        async run(inputs) {
          const numbers = await thread.call("runGraph", { name, inputs });
          const outputs = Object.entries(numbers).map(([output, data]): [string, FloatTensor] => [
            output,
            floatTensor(shapes.get(output)!, data),
          ]);
          return Object.fromEntries(outputs);
        },
        close: () => thread.call("closeGraph", name),
      };
    },
  };
}
