/**
 * Training, one step after the other, on buffers that are allocated once.
 *
 * The state stands twice. A step reads one set and writes the other, and they change places: ONNX Runtime then
 * neither allocates nor copies what moves. What is frozen stands once and is in both sets.
 */
import { type FloatTensor, floatTensor, type Tensor, type WeightMap } from "../graph/graph.ts";
import type { TrainingGraph } from "../step/training-graph.ts";
import type { Device, Session, Tensors } from "./device.ts";

/** What one step learns from. */
export interface Batch {
  /** [n, stains, h, w], raw grey values. */
  readonly image: Float32Array;
  /** The class of each item. */
  readonly label: readonly number[];
  /** How much each item counts. */
  readonly weight: readonly number[];
}

/** What one step tells. */
export interface StepResult {
  readonly loss: number;
  /** [n, classes], from before the update. */
  readonly logits: Float32Array;
}

/** All that training moves, and how many steps moved it: enough to go on as if nothing had happened. */
export interface TrainingState {
  readonly step: number;
  /** Parameters and running statistics by name, frozen ones too. */
  readonly weights: WeightMap;
  /** The optimiser's tensors by `<slot>/<parameter name>`. */
  readonly slots: WeightMap;
}

/** A training on a device: its state, moved by {@link Trainer.step}. To be disposed of. */
export class Trainer {
  readonly #session: Session;
  readonly #graph: TrainingGraph;
  readonly #batch: Record<"image" | "weight" | "learningRate" | "step", FloatTensor>;
  readonly #label: Tensor & { readonly data: BigInt64Array };
  readonly #result: { readonly loss: FloatTensor; readonly logits: FloatTensor };
  #now: Record<string, FloatTensor>;
  #next: Record<string, FloatTensor>;
  #steps = 0;

  private constructor(session: Session, graph: TrainingGraph, weights: WeightMap) {
    this.#session = session;
    this.#graph = graph;
    const { batch, network } = graph;
    const image = graph.graph.inputs.find(({ name }) => name === "image")!;
    this.#batch = {
      image: floatTensor(image.shape as readonly number[]),
      weight: floatTensor([batch]),
      learningRate: floatTensor([]),
      step: floatTensor([]),
    };
    this.#label = { type: "int64", shape: [batch], data: new BigInt64Array(batch) };
    this.#result = { loss: floatTensor([]), logits: floatTensor([batch, network.classes]) };
    this.#now = {};
    this.#next = {};
    for (const { kind, name, shape, moves } of graph.weights) {
      this.#now[`${kind}/${name}`] = floatTensor(shape);
      this.#next[`${kind}/${name}`] = moves ? floatTensor(shape) : this.#now[`${kind}/${name}`]!;
    }
    for (const { name, shape } of graph.slots) {
      this.#now[`optimizer/${name}`] = floatTensor(shape);
      this.#next[`optimizer/${name}`] = floatTensor(shape);
    }
    this.restore({ step: 0, weights, slots: new Map() });
  }

  /** Makes the graph ready on a device, with the given weights and an optimiser that remembers nothing. */
  static async open(graph: TrainingGraph, device: Device, weights: WeightMap): Promise<Trainer> {
    return new Trainer(await device.open(graph.graph), graph, weights);
  }

  /** How many steps were taken. */
  get steps(): number {
    return this.#steps;
  }

  /** Takes one step on a batch. */
  async step(batch: Batch, learningRate: number): Promise<StepResult> {
    const { image, weight, learningRate: rate, step } = this.#batch;
    image.data.set(batch.image);
    this.#label.data.set(batch.label.map(BigInt));
    weight.data.set(batch.weight);
    rate.data[0] = learningRate;
    step.data[0] = this.#steps + 1;
    await this.#session.run(this.#inputs(), this.#outputs());
    [this.#now, this.#next] = [this.#next, this.#now];
    this.#steps += 1;
    return { loss: this.#result.loss.data[0]!, logits: this.#result.logits.data.slice() };
  }

  /** A copy of the state as it is now. */
  snapshot(): TrainingState {
    const copy = (key: string) => floatTensor(this.#now[key]!.shape, this.#now[key]!.data.slice());
    return {
      step: this.#steps,
      weights: new Map(this.#graph.weights.map(({ kind, name }) => [name, copy(`${kind}/${name}`)])),
      slots: new Map(this.#graph.slots.map(({ name }) => [name, copy(`optimizer/${name}`)])),
    };
  }

  /** Goes on from a state. Slots that it lacks begin as zeros. */
  restore({ step, weights, slots }: TrainingState): void {
    this.#steps = step;
    for (const { kind, name, shape } of this.#graph.weights) {
      const given = weights.get(name);
      if (given?.shape.join() !== shape.join())
        throw new Error(`unreachable: weights of ${name} are [${given?.shape}], not [${shape}]`);
      this.#now[`${kind}/${name}`]!.data.set(given.data);
    }
    for (const { name } of this.#graph.slots) {
      const { data } = this.#now[`optimizer/${name}`]!;
      const given = slots.get(name);
      if (given) data.set(given.data);
      else data.fill(0);
    }
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }

  #inputs(): Tensors {
    const read = new Set(this.#graph.graph.inputs.map(({ name }) => name));
    return Object.fromEntries(
      Object.entries({ ...this.#batch, label: this.#label, ...this.#now }).filter(([name]) => read.has(name)),
    );
  }

  #outputs(): Tensors {
    const next = this.#graph.graph.outputs.flatMap(({ name }) =>
      name.startsWith("next/") ? [[name, this.#next[name.slice("next/".length)]!] as const] : [],
    );
    return { ...this.#result, ...Object.fromEntries(next) };
  }
}
