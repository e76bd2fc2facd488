// A real plate from its images to a report: the demo in three epochs, which is a little hasty, as a program.
//
//     node examples/plate-to-report.mjs
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { indexStudy, screen, train } from "neuroscreen";

const study = fileURLToPath(new URL("bbbc013/study.yaml", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "neuroscreen-"));

const { wells, fields, problems } = await indexStudy(study);
console.log(`${fields.length} fields of ${wells.length} wells, ${problems.length} problems`);

const recipe = { config: fileURLToPath(new URL("../recipes/bbbc013.yaml", import.meta.url)), epochs: 3, seed: 7 };
const model = await follow(train({ study, out: join(folder, "model"), ...recipe }));
const { correct, n } = model.evaluation.validation.wells;
console.log(`${correct} of ${n} validation wells right`);

const result = await follow(screen({ study, models: [model.out], out: join(folder, "screen") }));
for (const { plate, zPrime } of result.plates) console.log(`${plate}: Z′ ${zPrime?.toFixed(2)}`);
console.log(`report: ${result.report}`);

// A run tells events while it lasts, and gives its result at the end.
async function follow(run) {
  for (;;) {
    const { done, value } = await run.next();
    if (done) return value;
    if (value.kind === "epoch") console.log(`epoch ${value.epoch} of ${value.epochs}: loss ${value.trainLoss}`);
  }
}
