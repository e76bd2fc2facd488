/**
 * The engine as a whole: trainers and predictors on one device, made from data that can cross to another thread.
 */
import type { Graph, WeightMap } from "../graph/graph.ts";
import { type TrainingGraphOptions, trainingGraph } from "../step/training-graph.ts";
import type { Device } from "./device.ts";
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

/** The functions of an engine, each with one argument and one answer of plain data: a thread can serve them. */
export function engineFunctions(device: Device) {
  let trainer: Trainer | undefined;
  let predictor: Predictor | undefined;
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
  };
}

export type EngineFunctions = ReturnType<typeof engineFunctions>;
