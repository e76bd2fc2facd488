/** Training and screening of the demo's plate, for those who measure: what each well came to, in both scores. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { ReportInput } from "../src/report/input.ts";
import { screen } from "../src/runs/screen.ts";
import { train } from "../src/runs/train.ts";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

/** Trains with the recipe and the seed on a study, and screens the whole of it. */
export async function trainAndScreen(
  study: string,
  { recipe, seed }: { recipe: string; seed: number },
): Promise<{ page: ReportInput; trainingSeconds: number }> {
  const folder = await mkdtemp(join(tmpdir(), "neuroscreen-bench-"));
  try {
    const model = join(folder, "model");
    const begun = performance.now();
    await finished(train({ study, config: resolve(repository, recipe), seed, out: model }));
    const trainingSeconds = (performance.now() - begun) / 1000;
    await finished(screen({ study, models: [model], out: join(folder, "screen") }));
    const page = JSON.parse(await readFile(join(folder, "screen", "report.json"), "utf8")) as ReportInput;
    return { page, trainingSeconds };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A copy of the demo's study with other wells held out, and only some rows in its plate map; to be removed. */
export async function studyOfRows(
  rows: readonly string[],
  heldOut: string,
): Promise<{ path: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "neuroscreen-rows-"));
  const example = join(repository, "examples/bbbc013");
  const [header, ...lines] = (await readFile(join(example, "platemap.csv"), "utf8")).trim().split(/\r?\n/);
  const kept = lines.filter((line) => rows.some((row) => line.includes(`,${row}`) || line.startsWith(row)));
  await writeFile(join(folder, "platemap.csv"), `${[header, ...kept].join("\n")}\n`);
  const study = (await readFile(join(example, "study.yaml"), "utf8"))
    .replace(/^images:.*$/m, `images: ${join(example, "images")}`)
    .replace(/^split:.*$/m, `split: { unit: well, test: { rows: [${heldOut}] }, validate: 0 }`);
  const path = join(folder, "study.yaml");
  await writeFile(path, study);
  return { path, remove: () => rm(folder, { recursive: true }) };
}

async function finished<T>(run: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const { done, value } = await run.next();
    if (done) return value as T;
  }
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
