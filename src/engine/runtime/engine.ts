/**
 * The engine as a whole: trainers and predictors on one device, made from data that can cross to another thread.
 */
import type { FloatTensor, Graph, WeightMap } from "../graph/graph.ts";
import { type TrainingGraphOptions, trainingGraph } from "../step/training-graph.ts";
import type { Device } from "./device.ts";
import { type GraphSession, openGraphSession } from "./graph-session.ts";
import { type Prediction, Predictor } from "./predictor.ts";
import { type Batch, type StepResult, Trainer, type TrainingState } from "./trainer.ts";

/** What a training begins from. */
export interface TrainerRequest {
  readonly network: Parameters<typeof trainingGraph>[0];
  readonly options: Omit<TrainingGraphOptions, "learns">;
  /** Names of the parameters that stay as they are. */
  readonly frozen: readonly string[];
  readonly weights: WeightMap;
}

/** One run of a graph that is open. */
export interface GraphCall {
  readonly name: string;
  readonly inputs: Readonly<Record<string, FloatTensor>>;
}

/** The functions of an engine, each with one argument and one answer of plain data: a thread can serve them. */
export function engineFunctions(device: Device) {
  let trainer: Trainer | undefined;
  let predictor: Predictor | undefined;
  const graphs = new Map<string, GraphSession>();
  const training = () => {
    if (!trainer) throw new Error("unreachable: a step before openTrainer");
    return trainer;
  };
  return {
    async openTrainer({ network, options, frozen, weights }: TrainerRequest): Promise<void> {
      await trainer?.dispose();
      const kept = new Set(frozen);
      trainer = await Trainer.open(
        trainingGraph(network, { ...options, learns: (name) => !kept.has(name) }, device.profile),
        device,
        weights,
      );
    },
    step: ({ batch, learningRate }: { batch: Batch; learningRate: number }): Promise<StepResult> =>
      training().step(batch, learningRate),
    snapshot: (_: null): TrainingState => training().snapshot(),
    restore: (state: TrainingState): void => training().restore(state),
    async openPredictor(graph: Graph): Promise<void> {
      await predictor?.dispose();
      predictor = await Predictor.open(graph, device);
    },
    predict({
      image,
      ...shape
    }: {
      image: Float32Array;
      count: number;
      height: number;
      width: number;
    }): Promise<Prediction> {
      if (!predictor) throw new Error("unreachable: predict before openPredictor");
      return predictor.predict(image, shape);
    },
    /** Makes any graph of known shapes ready under a name of its own. */
    async openGraph({ name, graph }: { name: string; graph: Graph }): Promise<void> {
      if (graphs.has(name)) throw new Error(`unreachable: two graphs are called ${name}`);
      graphs.set(name, await openGraphSession(device, graph));
    },
    /** The numbers of its outputs, by name: arrays side by side, so that they move between threads uncopied. */
    async runGraph({ name, inputs }: GraphCall): Promise<Readonly<Record<string, Float32Array>>> {
      const session = graphs.get(name);
      if (!session) throw new Error(`unreachable: no graph is called ${name}`);
      const outputs = await session.run(inputs);
      return Object.fromEntries(Object.entries(outputs).map(([output, { data }]) => [output, data]));
    },
    async closeGraph(name: string): Promise<void> {
      const session = graphs.get(name);
      graphs.delete(name);
      await session?.close();
    },
  };
}

export type EngineFunctions = ReturnType<typeof engineFunctions>;
