/**
 * Is a simulated screen not too easy, and how fast is it drawn? `npm run bench -- simulate [PLATES] [SIZE] [FIELDS] [EFFECT] [SEED]`.
 *
 * Draws the control fields of a screen, 12 plates of 512² pixels and 4 fields a well unless told, at the default difficulty and in random layout;
 * measures them without a network, and names the wells of each plate by what the others teach. What should not tell: brightness,
 * focus and nuclei, position, noise, file size. What should: structure. With effect 0 nothing may tell, which is how random
 * streams shared with the treatment would show. Then fields a second at 512² and 2048².
 */
import { availableParallelism } from "node:os";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { deflateRawSync } from "node:zlib";
import type { FieldRequest } from "../src/simulate/conditions.ts";
import { designScreen, roleOf } from "../src/simulate/design.ts";
import { simulateField } from "../src/simulate/field.ts";
import { defaultPanel } from "../src/simulate/panel.ts";
import { wellConditions } from "../src/simulate/wells.ts";
import { wilson } from "../src/statistics/proportion.ts";
import { groups, leaveOnePlateOut, type MeasuredField, measureField } from "./shortcuts.ts";

interface Task {
  readonly request: FieldRequest;
  readonly label: number;
}

const pixelSizeMicrometres = 0.325;
const difficulty = 0.5;
const numbersGiven = process.argv.slice(2).map(Number);
const [plates = 12, size = 512, fields = 4, effect = 1, seed = 1] = numbersGiven;

if (isMainThread) await main();
else for (const task of workerData as readonly Task[]) parentPort?.postMessage(measured(task));

async function main(): Promise<void> {
  const tasks = controlFields(size, fields);
  const begun = performance.now();
  const found = await onThreads(tasks, availableParallelism());
  const seconds = (performance.now() - begun) / 1000;
  const wells = new Set(found.map(({ plate, well }) => `${plate}/${well}`)).size;
  console.log(
    `${plates} plates, ${wells} control wells, ${found.length} fields of ${size}², effect ${effect}, seed ${seed}: drawn and measured in ${seconds.toFixed(0)} s`,
  );
  console.log("right answers on the plate left out           as measured           standardised on the plate");
  console.log("                                             wells    fields       wells    fields");
  for (const group of groups) {
    const cells = [false, true].flatMap((perPlate) => {
      const right = leaveOnePlateOut(found, group, perPlate);
      return [right.wells, right.fields].map(percent);
    });
    console.log(`${group.padEnd(42)} ${cells[0]}   ${cells[1]}     ${cells[2]}   ${cells[3]}`);
  }
  const { low, high } = wilson(Math.round(0.75 * wells), wells);
  console.log(
    `(chance would have 50 %; of ${wells} wells, 75 % is uncertain by ${percent(low).trim()} to ${percent(high).trim()})`,
  );
  for (const edge of [512, 2048]) speed(edge);
}

function controlFields(edge: number, sites: number): Task[] {
  const design = designScreen({ seed, plates, replicates: 1, layout: "random", panel: defaultPanel });
  return design.plates.flatMap((plate) =>
    plate.wells
      .filter((placed) => roleOf(placed) !== "sample")
      .flatMap((placed) => {
        const conditions = wellConditions(plate, placed, { seed, effect, difficulty });
        return Array.from({ length: sites }, (_, i) => ({
          request: {
            ...{ seed, plate: plate.name, well: placed.well, site: i + 1 },
            ...{ size: edge, pixelSizeMicrometres, conditions, difficulty },
          },
          label: placed.isChallenged ? 1 : 0,
        }));
      }),
  );
}

function measured({ request, label }: Task): MeasuredField {
  const { images } = simulateField(request);
  const numbers = measureField(images, request);
  const bytes = images.map((image) => deflateRawSync(new Uint8Array(image.buffer), { level: 1 }).length);
  return {
    ...{ plate: request.plate, well: request.well, label },
    numbers: { ...numbers, noise: [...numbers.noise, ...bytes.map(Math.log)] },
  };
}

async function onThreads(tasks: readonly Task[], threads: number): Promise<MeasuredField[]> {
  const lists = Array.from({ length: threads }, (_, thread) => tasks.filter((_, i) => i % threads === thread));
  const parts = await Promise.all(
    lists.map(
      (list) =>
        new Promise<MeasuredField[]>((resolve, reject) => {
          const worker = new Worker(new URL(import.meta.url), { workerData: list });
          const results: MeasuredField[] = [];
          worker.on("message", (field: MeasuredField) => results.push(field));
          worker.on("error", reject);
          worker.on("exit", () => resolve(results));
        }),
    ),
  );
  return parts.flat();
}

/** Fields a second on this one thread, of the screen's first wells. */
function speed(edge: number): void {
  const tasks = controlFields(edge, 1).slice(0, edge > 1000 ? 4 : 16);
  simulateField(tasks[0]!.request);
  const begun = performance.now();
  for (const { request } of tasks) simulateField(request);
  const seconds = (performance.now() - begun) / 1000;
  console.log(`drawing ${edge}²: ${(tasks.length / seconds).toFixed(2)} fields/s on one thread`);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`.padStart(7);
}
