/**
 * The pioneers' networks beside each other, and beside what needs none: `npm run bench -- comparison [OUT] [DIFFICULTY] [NAME …]`.
 *
 * Draws a screen whose truth is known (at difficulty 0.2 unless told), cross-validates one network after the other on it, scores every well
 * out of fold, and writes the table as OUT/table.md; with names, only the rows that begin so. What is done is not done
 * again, and what was cut short goes on.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { comparisonTable, type Row } from "./comparison-table.ts";

const [out = "comparison", difficulty = "0.2", ...names] = process.argv.slice(2);
const study = join(out, "screen", "study.yaml");
const stains = ["MAP2", "Hoechst", "PSD-95", "synaptophysin"];
const seeds = [1, 2, 3];

interface Training extends Row {
  readonly recipe: string;
  readonly words: readonly string[];
}

/** The rows of the table, those first that others begin with. A seed also draws the folds, so branches are of one's own seed. */
const rows: readonly Training[] = [
  ...seeds.flatMap((seed) =>
    stains.map((stain) => row(`only ${stain}`, ["--fusion", "single", "--stains", stain], { seed })),
  ),
  ...seeds.flatMap((seed) => ["stacked", "separate"].map((fusion) => row(fusion, ["--fusion", fusion], { seed }))),
  row("sum", ["--fusion", "sum"]),
  row("rgb", ["--fusion", "rgb"]),
  row("VGG19, stacked", ["--fusion", "stacked", "--backbone", "vgg19"]),
  ...seeds.map((seed) =>
    row("begun with single stains, separate", ["--init-from", ...onlyStains(seed)], {
      seed,
      recipe: "recipes/comparison-phases.yaml",
    }),
  ),
  row("pioneers' phases, stacked", ["--fusion", "stacked"], { recipe: "recipes/comparison-pioneers.yaml" }),
  row("pioneers' phases after single stains, separate", ["--fusion", "separate", "--init-from", ...onlyStains(1)], {
    recipe: "recipes/comparison-pioneers.yaml",
  }),
];

mkdirSync(out, { recursive: true });
if (!existsSync(study)) {
  const plates = ["--plates", "8", "--fields", "3", "--size", "512", "--layout", "random", "--seed", "11"];
  neuroscreen("simulate", "--out", join(out, "screen"), ...plates, "--difficulty", difficulty, "--resume");
}
for (const { name, seed, recipe, words, folder, screen } of rows) {
  if (names.length > 0 && !names.some((wanted) => name.startsWith(wanted))) continue;
  console.log(`\n${name}, seed ${seed}`);
  if (!existsSync(join(folder, "crossvalidation.json"))) {
    const begun = existsSync(folder) ? ["--resume"] : [];
    neuroscreen("crossvalidate", study, "--config", recipe, "--seed", `${seed}`, ...words, "--out", folder, ...begun);
  }
  if (!existsSync(screen)) neuroscreen("screen", study, "--model", folder, "--out", screen, "--resume");
}
const done = rows.filter(({ screen }) => existsSync(screen));
const table = await comparisonTable(done, { truth: join(out, "screen", "truth") });
writeFileSync(join(out, "table.md"), table);
console.log(`\n${table}`);

function row(
  name: string,
  words: readonly string[],
  { seed = 1, recipe = "recipes/comparison.yaml" }: { readonly seed?: number; readonly recipe?: string } = {},
): Training {
  const folder = folderOf(name, seed);
  return { name, seed, recipe, words, folder, screen: `${folder}-screen` };
}

function onlyStains(seed: number): string[] {
  return stains.map((stain) => folderOf(`only ${stain}`, seed));
}

function folderOf(name: string, seed: number): string {
  return join(out, `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}-${seed}`);
}

function neuroscreen(...words: string[]): void {
  console.log(`$ neuroscreen ${words.join(" ")}`);
  const { status } = spawnSync(process.execPath, ["dist/cli/node.js", ...words], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
