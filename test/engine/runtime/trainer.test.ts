import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { floatTensor } from "../../../src/engine/graph/graph.ts";
import { cpuProfile } from "../../../src/engine/graph/profile.ts";
import { initialWeights } from "../../../src/engine/nn/initial-weights.ts";
import type { Device, Session } from "../../../src/engine/runtime/device.ts";
import { cpuDevice } from "../../../src/engine/runtime/node.ts";
import { Trainer, type TrainingState } from "../../../src/engine/runtime/trainer.ts";
import type { TrainingGraphOptions } from "../../../src/engine/step/training-graph.ts";
import { adamw, sgd, tinyBatch, tinyGraph, tinyNetwork } from "../step/tiny.ts";

const open = (options: Partial<TrainingGraphOptions> = {}, seed = 1, threads = 1) =>
  Trainer.open(tinyGraph(options), cpuDevice({ threads }), initialWeights(tinyNetwork, seed));

/** Steps `from` up to `to` of a training whose batches and rates follow from their number. */
async function advance(trainer: Trainer, from: number, to: number): Promise<number[]> {
  const losses = [];
  for (let i = from; i < to; i++) losses.push((await trainer.step(tinyBatch(i), 0.01 / (i + 1))).loss);
  return losses;
}

async function trained(
  options: Partial<TrainingGraphOptions>,
  steps: number,
  seed = 1,
  threads = 1,
): Promise<TrainingState> {
  const trainer = await open(options, seed, threads);
  await advance(trainer, 0, steps);
  const state = trainer.snapshot();
  await trainer.dispose();
  return state;
}

/** A state as short text, so that two that differ are told apart at once. */
function digest({ step, weights, slots }: TrainingState): string {
  const hash = createHash("sha256").update(`${step}`);
  for (const [name, { shape, data }] of [...weights, ...slots]) hash.update(`${name} ${shape}`).update(data);
  return hash.digest("hex");
}

describe("A trainer", () => {
  for (const optimizer of [sgd, adamw]) {
    test(`gives the same bytes for the same seed and number of threads, and others for another seed: ${optimizer.kind}`, async () => {
      const state = await trained({ optimizer }, 4);
      expect(digest(await trained({ optimizer }, 4))).toBe(digest(state));
      // Between numbers of threads bytes may differ: ONNX Runtime splits long matrix products among them.
      expect(digest(await trained({ optimizer }, 4, 1, 2))).toBe(digest(await trained({ optimizer }, 4, 1, 2)));
      expect(digest(await trained({ optimizer }, 4, 2))).not.toBe(digest(state));
      expect(state.step).toBe(4);
    });

    test(`goes on from a snapshot to the bytes of an uninterrupted run: ${optimizer.kind}`, async () => {
      const uninterrupted = await open({ optimizer });
      const losses = await advance(uninterrupted, 0, 6);
      const first = await open({ optimizer });
      await advance(first, 0, 3);
      const snapshot = first.snapshot();
      await first.dispose();
      const second = await open({ optimizer }, 99);
      // Steps of another life leave nothing behind.
      await advance(second, 0, 1);
      second.restore(snapshot);
      expect(second.steps).toBe(3);
      expect(await advance(second, 3, 6)).toEqual(losses.slice(3));
      expect(digest(second.snapshot())).toBe(digest(uninterrupted.snapshot()));
      await Promise.all([second.dispose(), uninterrupted.dispose()]);
    });
  }

  test("goes on from weights alone with an optimiser that remembers nothing", async () => {
    const fresh = await open({}, 1);
    const used = await open({}, 1);
    await advance(used, 0, 2);
    used.restore({ step: 0, weights: initialWeights(tinyNetwork, 1), slots: new Map() });
    expect(used.snapshot()).toEqual(fresh.snapshot());
    await Promise.all([fresh.dispose(), used.dispose()]);
  });

  test("gives snapshots that later steps do not change", async () => {
    const trainer = await open();
    await advance(trainer, 0, 1);
    const snapshot = trainer.snapshot();
    const before = structuredClone(snapshot);
    await advance(trainer, 1, 4);
    expect(snapshot).toEqual(before);
    expect(trainer.snapshot()).not.toEqual(before);
    await trainer.dispose();
  });

  test("gives logits that a later step does not change, and the loss of the weights before the step", async () => {
    const trainer = await open();
    const first = await trainer.step(tinyBatch(0), 0.01);
    const logits = [...first.logits];
    await advance(trainer, 1, 3);
    expect([...first.logits]).toEqual(logits);
    trainer.restore({ step: 0, weights: initialWeights(tinyNetwork, 1), slots: new Map() });
    expect(await trainer.step(tinyBatch(0), 0)).toEqual(first);
    await trainer.dispose();
  });

  test("moves no parameter at a rate of 0, and every one at another", async () => {
    const begin = initialWeights(tinyNetwork, 1);
    for (const [rate, moves] of [
      [0, false],
      [0.01, true],
    ] as const) {
      const trainer = await open({ optimizer: sgd });
      await trainer.step(tinyBatch(0), rate);
      for (const [name, tensor] of trainer.snapshot().weights) {
        const isSame = tensor.data.every((value, i) => value === begin.get(name)!.data[i]);
        expect(isSame, `${name} at the rate ${rate}`).toBe(name.includes("running") ? false : !moves);
      }
      await trainer.dispose();
    }
  });

  test("learns to tell two kinds of images apart", async () => {
    const trainer = await open({ labelSmoothing: 0 });
    const losses: number[] = [];
    let right = 0;
    for (let i = 0; i < 40; i++) {
      const batch = tinyBatch(i);
      const { loss, logits } = await trainer.step(batch, 0.01);
      losses.push(loss);
      if (i >= 30)
        right += batch.label.filter((label, item) => logits[2 * item + label]! > logits[2 * item + 1 - label]!).length;
    }
    await trainer.dispose();
    const mean = (part: readonly number[]) => part.reduce((sum, loss) => sum + loss, 0) / part.length;
    expect(mean(losses.slice(30))).toBeLessThan(0.25 * mean(losses.slice(0, 5)));
    expect(right).toBeGreaterThanOrEqual(38); // of 40
  });

  test("counts its steps from 1, and never writes where the same step reads", async () => {
    const counted: number[] = [];
    const graph = tinyGraph();
    const session: Session = {
      run: async (inputs, outputs) => {
        counted.push(Number(inputs.step!.data[0]));
        const read = new Set(Object.values(inputs).map(({ data }) => data.buffer));
        expect(Object.entries(outputs).filter(([, { data }]) => read.has(data.buffer))).toEqual([]);
        expect(Object.keys(inputs).sort()).toEqual(graph.graph.inputs.map(({ name }) => name).sort());
        expect(Object.keys(outputs).sort()).toEqual(graph.graph.outputs.map(({ name }) => name).sort());
      },
      release: async () => {},
    };
    const device: Device = { profile: cpuProfile, open: async () => session };
    const trainer = await Trainer.open(graph, device, initialWeights(tinyNetwork, 1));
    await advance(trainer, 0, 3);
    trainer.restore({ step: 10, weights: initialWeights(tinyNetwork, 1), slots: new Map() });
    await advance(trainer, 0, 1);
    expect(counted).toEqual([1, 2, 3, 11]);
  });

  test("refuses weights that are not the network's", async () => {
    const weights = new Map(initialWeights(tinyNetwork, 1)).set("fc.weight", floatTensor([2, 3]));
    const device = cpuDevice({ threads: 1 });
    const features = initialWeights(tinyNetwork, 1).get("fc.weight")!.shape[1];
    await expect(Trainer.open(tinyGraph(), device, weights)).rejects.toThrow(
      `unreachable: weights of fc.weight are [2,3], not [2,${features}]`,
    );
  });
});
