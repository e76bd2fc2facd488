/**
 * What the engine asks of a machine that can run graphs.
 *
 * `node.ts` answers with ONNX Runtime; another runtime or another machine would answer with the same two functions.
 */
import type { Graph, Tensor } from "../graph/graph.ts";
import type { DeviceProfile } from "../graph/profile.ts";

/** Tensors by the names that the graph gives its inputs or outputs. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A graph that is ready to run. To be released. */
export interface Session {
  /**
   * Runs the graph. The tensors of `outputs` are written in place, so nothing is allocated; they must have the shapes
   * that the graph gives for these inputs and must not share memory with them.
   */
  run(inputs: Tensors, outputs: Tensors): Promise<void>;
  release(): Promise<void>;
}

/** A machine that runs graphs. */
export interface Device {
  readonly profile: DeviceProfile;
  open(graph: Graph): Promise<Session>;
}
