/**
 * Memory and speed of scoring whole four-stain fields of 2048 × 2048 pixels, one at a time:
 * `npm run bench -- large [RUNS] [SIZE]`.
 *
 * Each network runs in a process of its own, so that the peak is its own. Beside the peak stands what `info` would
 * have said before anything ran.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { openRandom } from "../src/base/random.ts";
import type { Backbone } from "../src/engine/nn/backbones.ts";
import { initialWeights } from "../src/engine/nn/initial-weights.ts";
import type { Fusion } from "../src/engine/nn/networks.ts";
import { cpuDevice } from "../src/engine/runtime/node.ts";
import { Predictor } from "../src/engine/runtime/predictor.ts";
import { exportGraph } from "../src/engine/step/inference-graph.ts";
import { scoringMemory } from "../src/engine/step/memory.ts";

const stains = 4;
const cases: readonly (readonly [Fusion, Backbone])[] = [
  ["separate", "resnet34"],
  ["stacked", "resnet34"],
  ["sum", "resnet34"],
  ["rgb", "resnet34"],
  ["separate", "vgg19"],
];

const [first = "3", size = "2048", fusion, backbone] = process.argv.slice(2);
const side = Number(size);
const chosen = cases.find(([how, what]) => how === fusion && what === backbone);
if (chosen) await measure(chosen);
else {
  for (const [how, what] of cases) {
    const words = [fileURLToPath(import.meta.url), first, size, how, what];
    const { stdout, stderr, status } = spawnSync(process.execPath, words, { encoding: "utf8" });
    process.stdout.write(status === 0 ? stdout : `${how} ${what}: ${stderr}`);
  }
}

async function measure([how, what]: readonly [Fusion, Backbone]): Promise<void> {
  const network = { fusion: how, backbone: what, stains, width: 1, classes: 2 };
  const normalization = { offset: Array<number>(stains).fill(0), scale: Array<number>(stains).fill(1) };
  const graph = exportGraph(network, { weights: initialWeights(network, 1), normalization, metadata: {} });
  const predictor = await Predictor.open(graph, cpuDevice());
  const random = openRandom(1, "bench");
  const image = new Float32Array(stains * side * side).map(() => random.next());
  const shape = { count: 1, height: side, width: side };
  await predictor.predict(image, shape);
  const begun = performance.now();
  for (let i = 0; i < Number(first); i++) await predictor.predict(image, shape);
  const seconds = (performance.now() - begun) / 1000;
  await predictor.dispose();
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;
  const { total } = scoringMemory(network, { batch: 1, height: side, width: side });
  console.log(
    [
      `${how} ${what}, ${stains} × ${side}²`.padEnd(30),
      `peak ${gigabytes(process.resourceUsage().maxRSS * 1024)}`,
      `reckoned ${gigabytes(total)}`,
      `${(Number(first) / seconds).toPrecision(2)} fields/s`,
    ].join("  "),
  );
}
