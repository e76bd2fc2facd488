import { describe, expect, test } from "vitest";
import { evaluate, type Numbers } from "../../../src/engine/graph/evaluate.ts";
import { cpuProfile } from "../../../src/engine/graph/profile.ts";
import { initialWeights } from "../../../src/engine/nn/initial-weights.ts";
import type { NetworkSpec } from "../../../src/engine/nn/networks.ts";
import { cpuDevice } from "../../../src/engine/runtime/node.ts";
import { Predictor } from "../../../src/engine/runtime/predictor.ts";
import { Trainer } from "../../../src/engine/runtime/trainer.ts";
import { exportGraph } from "../../../src/engine/step/inference-graph.ts";
import { trainingGraph } from "../../../src/engine/step/training-graph.ts";
import { expectGradient } from "../grad/expect-gradient.ts";
import { adamw, normalization, sgd, tinyBatch, tinyGraph, tinyNetwork, tinySize } from "./tiny.ts";

const namesOf = (values: readonly { readonly name: string }[]) => values.map(({ name }) => name);

describe("A training step", () => {
  test("gives the loss, the logits and the next of everything that moves", () => {
    const { graph, weights, slots } = tinyGraph();
    const moving = weights.map(({ kind, name }) => `next/${kind}/${name}`);
    const remembered = slots.map(({ name }) => `next/optimizer/${name}`);
    expect(namesOf(graph.outputs).sort()).toEqual(["loss", "logits", ...moving, ...remembered].sort());
    expect(weights.every(({ moves }) => moves)).toBe(true);
    expect(slots).toHaveLength(2 * weights.filter(({ kind }) => kind === "parameter").length);
    expect(tinyGraph({ optimizer: sgd }).slots[0]!.name).toBe("momentum/conv1.weight");
  });

  test("has the gradients that central differences of its own loss give", () => {
    // Lengths that are powers of two: their reciprocals, which the graph holds as float32, are then exact.
    const network: NetworkSpec = { ...tinyNetwork, width: 0.03 };
    const size = { batch: 2, height: 32, width: 32 };
    const optimizer = { kind: "sgd", momentum: 0, weightDecay: 0 } as const;
    const { graph, slots } = trainingGraph(
      network,
      { ...size, labelSmoothing: 0, optimizer, normalization },
      cpuProfile,
    );
    const { image, label, weight } = tinyBatch(0, size);
    const numbers = (shape: readonly number[], data: ArrayLike<number>): Numbers => ({
      shape,
      data: Float64Array.from(data),
    });
    const state = [...initialWeights(network, 3)].map(([name, { shape, data }]): [string, Numbers] => {
      return [`${name.includes("running") ? "running" : "parameter"}/${name}`, numbers(shape, data)];
    });
    const inputs = {
      ...Object.fromEntries(state),
      image: numbers([2, 2, 32, 32], image),
      label: numbers([2], label),
      weight: numbers([2], weight),
      learningRate: numbers([], [0]),
      step: numbers([], [1]),
    };
    // Without momentum and decay, the velocity is the gradient. A few parameters of each kind and depth.
    const some = [
      "conv1.weight",
      "bn1.weight",
      "layer2.0.conv1.weight",
      "layer3.0.downsample.1.bias",
      "layer4.0.conv2.weight",
      "fc.weight",
    ];
    const next = evaluate(graph, inputs);
    const nodes = graph.nodes.slice(0, graph.nodes.findIndex(({ outputs }) => outputs.includes("loss")) + 1);
    const forward = { ...graph, nodes, outputs: graph.outputs.filter(({ name }) => name === "loss") };
    for (const name of some) {
      expect(namesOf(slots)).toContain(`momentum/${name}`);
      const { shape, data } = inputs[`parameter/${name}` as keyof typeof inputs] as Numbers;
      // Along the first few entries: each evaluation of the whole network takes a while.
      const loss = (x: Float64Array) => {
        const moved = data.slice();
        moved.set(x);
        return evaluate(forward, { ...inputs, [`parameter/${name}`]: { shape, data: moved } }).loss!.data[0]!;
      };
      const count = Math.min(6, data.length);
      expectGradient(loss, next[`next/optimizer/momentum/${name}`]!.data.slice(0, count), data.slice(0, count));
    }
  });
});

describe("A frozen parameter", () => {
  const learns = (name: string) => !name.startsWith("layer1.") && !name.startsWith("bn1.") && name !== "conv1.weight";
  const { graph, weights, slots } = tinyGraph({ learns });

  test("is an input and never an output, and the optimiser remembers nothing of it", () => {
    const frozen = weights.filter(({ moves }) => !moves);
    expect(namesOf(frozen).every((name) => /^(conv1|bn1|layer1)\./.test(name))).toBe(true);
    expect(namesOf(weights.filter(({ moves }) => moves)).some((name) => /^(conv1|bn1|layer1)\./.test(name))).toBe(
      false,
    );
    for (const { kind, name } of frozen) {
      expect(namesOf(graph.inputs)).toContain(`${kind}/${name}`);
      expect(namesOf(graph.outputs)).not.toContain(`next/${kind}/${name}`);
    }
    expect(namesOf(slots).some((name) => name.includes("layer1"))).toBe(false);
  });

  test("in front of all that learn costs no gradient", () => {
    const convolutions = (only?: (name: string) => boolean) =>
      tinyGraph(only ? { learns: only } : {}).graph.nodes.filter(({ op }) => op === "Conv" || op === "ConvTranspose")
        .length;
    const forward = 12; // conv1, two a block, and three shortcuts
    expect(convolutions(() => false)).toBe(forward);
    expect(convolutions((name) => name.startsWith("fc."))).toBe(forward);
    expect(convolutions()).toBeGreaterThan(2 * forward - 2);
  });

  test("of a batch normalisation freezes it whole: running statistics stay, in their place too", () => {
    const running = (only: (name: string) => boolean) =>
      namesOf(tinyGraph({ learns: only }).graph.outputs).filter((name) => name.startsWith("next/running/bn1."));
    expect(running(() => true)).toHaveLength(2);
    expect(running((name) => !name.startsWith("bn1."))).toEqual([]);
    expect(running((name) => name !== "bn1.weight")).toEqual([]);
    expect(running((name) => name !== "bn1.bias")).toEqual([]);
    expect(running((name) => name !== "conv1.weight")).toHaveLength(2);
  });
});

describe("A network of which only the last layer learns", () => {
  test("sees its frozen batch normalisations with their running statistics, and moves nothing else", async () => {
    const device = cpuDevice({ threads: 1 });
    const weights = new Map(initialWeights(tinyNetwork, 1));
    // Statistics that no batch would have.
    for (const [name, { shape, data }] of weights) {
      if (name.endsWith("running_var"))
        weights.set(name, { type: "float32", shape, data: data.map((_, i) => 0.5 + i / 8) });
      if (name.endsWith("running_mean"))
        weights.set(name, { type: "float32", shape, data: data.map((_, i) => i / 16 - 0.25) });
    }
    const trainer = await Trainer.open(tinyGraph({ learns: (name) => name.startsWith("fc.") }), device, weights);
    const batch = tinyBatch(0);
    const { logits } = await trainer.step(batch, 0.01);
    const after = trainer.snapshot();
    await trainer.dispose();

    const predictor = await Predictor.open(exportGraph(tinyNetwork, { weights, normalization, metadata: {} }), device);
    const evaluated = await predictor.predict(batch.image, {
      count: tinySize.batch,
      height: tinySize.height,
      width: tinySize.width,
    });
    await predictor.dispose();
    for (const [i, logit] of evaluated.logits.entries()) expect(logits[i]).toBeCloseTo(logit, 4);
    for (const [name, tensor] of weights) {
      if (name.startsWith("fc.")) expect(after.weights.get(name), name).not.toEqual(tensor);
      else expect(after.weights.get(name), name).toEqual(tensor);
    }
    expect([...after.slots.keys()].sort()).toEqual([
      "mean/fc.bias",
      "mean/fc.weight",
      "variance/fc.bias",
      "variance/fc.weight",
    ]);
  });
});

describe("Running statistics", () => {
  test("move a tenth of the way to the batch's mean and unbiased variance, as PyTorch's", () => {
    const network: NetworkSpec = { ...tinyNetwork, width: 0.03 };
    const size = { batch: 2, height: 32, width: 32 };
    const { graph } = trainingGraph(network, { ...size, labelSmoothing: 0, optimizer: adamw }, cpuProfile);
    const weights = initialWeights(network, 1);
    const { image } = tinyBatch(0, size);
    const inputs: Record<string, Numbers> = { image: { shape: [2, 2, 32, 32], data: Float64Array.from(image) } };
    for (const [name, { shape, data }] of weights) {
      inputs[`${name.includes("running") ? "running" : "parameter"}/${name}`] = {
        shape,
        data: Float64Array.from(data),
      };
    }
    const nodes = graph.nodes.slice(
      0,
      graph.nodes.findIndex(({ op }) => op === "Relu"),
    );
    const statistics = ["next/running/bn1.running_mean", "next/running/bn1.running_var"];
    const seen = graph.nodes[0]!.outputs[0]!;
    const outputs = [...graph.outputs.filter(({ name }) => statistics.includes(name))];
    const channels = weights.get("conv1.weight")!.shape[0]!;
    const later = graph.nodes.filter((node) => node.outputs.some((name) => statistics.includes(name)));
    const reads = new Set(later.flatMap((node) => node.inputs));
    const between = graph.nodes.filter((node) => node.outputs.some((name) => reads.has(name)));
    const needed = graph.nodes.filter((node) => [...nodes, ...between, ...later].includes(node));
    const first = { name: seen, type: "float32", shape: [2, channels, 16, 16] } as const;
    const found = evaluate({ ...graph, nodes: needed, outputs: [...outputs, first] }, inputs);
    const planes = found[seen]!.data;
    for (let c = 0; c < channels; c++) {
      const values = [0, 1].flatMap((n) => [...planes.slice((n * channels + c) * 256, (n * channels + c + 1) * 256)]);
      const mean = values.reduce((sum, x) => sum + x, 0) / 512;
      const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 511;
      expect(found[statistics[0]!]!.data[c]! / (0.1 * mean)).toBeCloseTo(1, 6);
      expect(found[statistics[1]!]!.data[c]! / (0.9 + 0.1 * variance)).toBeCloseTo(1, 6);
    }
  });
});
