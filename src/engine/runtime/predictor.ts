/** A finished network over fields: logits and features, with running statistics, always. */
import { floatTensor, type Graph, type Value } from "../graph/graph.ts";
import type { Device, Session } from "./device.ts";

/** What a network says of some fields. */
export interface Prediction {
  /** [n, classes]. */
  readonly logits: Float32Array;
  /** [n, k]. */
  readonly features: Float32Array;
}

/** An exported network, ready on a device. To be disposed of. */
export class Predictor {
  readonly #session: Session;
  readonly #stains: number;
  readonly #classes: number;
  readonly #features: number;

  private constructor(session: Session, graph: Graph) {
    const channels = (values: readonly Value[], name: string) =>
      values.find((value) => value.name === name)!.shape[1] as number;
    this.#session = session;
    this.#stains = channels(graph.inputs, "image");
    this.#classes = channels(graph.outputs, "logits");
    this.#features = channels(graph.outputs, "features");
  }

  /** Makes an exported network ready on a device. */
  static async open(graph: Graph, device: Device): Promise<Predictor> {
    return new Predictor(await device.open(graph), graph);
  }

  /** Logits and features of `count` images, [count, stains, height, width] in raw grey values. */
  async predict(
    image: Float32Array,
    { count, height, width }: { count: number; height: number; width: number },
  ): Promise<Prediction> {
    const logits = floatTensor([count, this.#classes]);
    const features = floatTensor([count, this.#features]);
    await this.#session.run({ image: floatTensor([count, this.#stains, height, width], image) }, { logits, features });
    return { logits: logits.data, features: features.data };
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}
