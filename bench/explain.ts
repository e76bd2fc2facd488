/**
 * Time and memory of the maps of one field, all that a user waits for after the study was read:
 * `npm run bench -- explain [SIZE] [FUSION] [BACKBONE] [METHODS,…]`; four stains, 1024 × 1024 pixels, separate resnet34.
 *
 * Each set of methods runs in a process of its own, so that the peak is its own: first every method by itself, then those that `explain`
 * makes together. A first field also opens graphs; where they do not fit in memory together, so does every other.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { openRandom } from "../src/base/random.ts";
import { cpuProfile } from "../src/engine/graph/profile.ts";
import { type Backbone, backbones } from "../src/engine/nn/backbones.ts";
import { initialWeights } from "../src/engine/nn/initial-weights.ts";
import { type Fusion, fusions } from "../src/engine/nn/networks.ts";
import { openGraphSession } from "../src/engine/runtime/graph-session.ts";
import { cpuDevice } from "../src/engine/runtime/node.ts";
import { openFieldExplainer } from "../src/explain/field-maps.ts";
import { explainedNetwork } from "../src/explain/network.ts";
import { type ExplainMethod, explainMethods } from "../src/records/explain.ts";

const stains = 4;
const window = 224;
const together = "gradcam,gradient,guided,windows,coloured";
const sets = ["gradcam", "gradient", "guided", "windows", together, "windows-exact"];

const [size = "1024", how = "separate", what = "resnet34", methods] = process.argv.slice(2);
const fusion = oneOf(fusions, how);
const backbone = oneOf(backbones, what);
if (methods !== undefined) await measure(methods.split(",").map((method) => oneOf(explainMethods, method)));
else {
  console.log(`${fusion} ${backbone}, ${stains} × ${size}²`);
  for (const set of sets) {
    const words = [fileURLToPath(import.meta.url), size, fusion, backbone, set];
    const { stdout, stderr, status } = spawnSync(process.execPath, words, { encoding: "utf8" });
    process.stdout.write(status === 0 ? stdout : `${set}: ${stderr}`);
  }
}

async function measure(wanted: readonly ExplainMethod[]): Promise<void> {
  const side = Number(size);
  const spec: { fusion: Fusion; backbone: Backbone; stains: number; width: number; classes: number } = {
    ...{ fusion, backbone, stains, width: 1, classes: 2 },
  };
  const normalization = { offset: Array<number>(stains).fill(0), scale: Array<number>(stains).fill(1) };
  const network = explainedNetwork(spec, initialWeights(spec, 1), normalization);
  const device = cpuDevice();
  const runner = { open: (graph: Parameters<typeof openGraphSession>[1]) => openGraphSession(device, graph) };
  const random = openRandom(1, "bench");
  const image = new Float32Array(stains * side * side).map(() => random.next());
  const explainer = openFieldExplainer(network, { width: side, height: side }, runner, {
    methods: wanted,
    class: 1,
    window,
    profile: cpuProfile,
  });
  const seconds: string[] = [];
  let mapCount = 0;
  for (let field = 0; field < 2; field++) {
    const begun = performance.now();
    mapCount = (await explainer.explain(image)).maps.length;
    seconds.push(`${((performance.now() - begun) / 1000).toFixed(1)} s`);
  }
  await explainer.close();
  const peak = process.resourceUsage().maxRSS * 1024;
  console.log(
    `${wanted.join(",").padEnd(42)} ${String(mapCount).padStart(2)} maps  first field ${seconds[0]}, second ${seconds[1]}  peak ${(peak / 1e9).toFixed(2)} GB`,
  );
}

function oneOf<T extends string>(all: readonly T[], word: string): T {
  const found = all.find((one) => one === word);
  if (found === undefined) throw new Error(`expected one of ${all.join(", ")}, found ${word}`);
  return found;
}
