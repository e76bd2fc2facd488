/** One case of `npm run bench`, on our engine: answers a line of milliseconds for each line `run` on standard input. */
import { createInterface } from "node:readline";
import { openRandom } from "../src/base/random.ts";
import { initialWeights } from "../src/engine/nn/initial-weights.ts";
import type { Device } from "../src/engine/runtime/device.ts";
import { cpuDevice } from "../src/engine/runtime/node.ts";
import { Predictor } from "../src/engine/runtime/predictor.ts";
import { Trainer } from "../src/engine/runtime/trainer.ts";
import { exportGraph } from "../src/engine/step/inference-graph.ts";
import { trainingGraph } from "../src/engine/step/training-graph.ts";
import type { BenchCase } from "./cases.ts";

const { kind, fusion, backbone, stains, size, batch } = JSON.parse(process.argv[2]!) as BenchCase;
const network = { fusion, backbone, stains, width: 1, classes: 2 };
const profileTo = process.env.PROFILE_TO;
const cpu = cpuDevice(profileTo === undefined ? {} : { profileTo });
let inSession = 0;
/** The device, with a clock around each run of ONNX Runtime. */
const device: Device = {
  profile: cpu.profile,
  async open(graph) {
    const session = await cpu.open(graph);
    return {
      async run(inputs, outputs) {
        const begun = performance.now();
        await session.run(inputs, outputs);
        inSession = performance.now() - begun;
      },
      release: () => session.release(),
    };
  },
};
const random = openRandom(1, "bench");
const image = Float32Array.from({ length: batch * stains * size * size }, () => random.normal());
const weights = initialWeights(network, 1);

async function prepare(): Promise<{ run: () => Promise<unknown>; end: () => Promise<void> }> {
  if (kind === "inference") {
    const normalization = { offset: Array(stains).fill(0), scale: Array(stains).fill(1) };
    const predictor = await Predictor.open(exportGraph(network, { weights, normalization, metadata: {} }), device);
    return {
      run: () => predictor.predict(image, { count: batch, height: size, width: size }),
      end: () => predictor.dispose(),
    };
  }
  const optimizer = { kind: "sgd", momentum: 0.9, weightDecay: 1e-4 } as const;
  const graph = trainingGraph(
    network,
    { batch, height: size, width: size, labelSmoothing: 0, optimizer },
    device.profile,
  );
  const trainer = await Trainer.open(graph, device, weights);
  const items = { image, label: Array.from({ length: batch }, (_, i) => i % 2), weight: Array(batch).fill(1) };
  return { run: () => trainer.step(items, 1e-3), end: () => trainer.dispose() };
}

const { run, end } = await prepare();
for (let i = 0; i < 2; i++) await run();
console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  if (line !== "run") break;
  const begun = performance.now();
  await run();
  const whole = performance.now() - begun;
  console.log(`${whole} ${whole - inSession}`);
}
console.log(process.resourceUsage().maxRSS / 1024);
await end();
process.stdin.destroy();
