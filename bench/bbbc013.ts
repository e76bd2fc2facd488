/**
 * The demo's plate over five seeds: `npm run bench -- bbbc013 [RECIPE] [SEEDS]`.
 *
 * Opens the test rows B, D, F, H once a seed: note it in docs/test-rows.md.
 */
import { join } from "node:path";
import type { ScoreFigures } from "../src/records/evaluation.ts";
import { median, repository, trainAndScreen } from "./plate.ts";

const recipe = process.argv[2] ?? "recipes/bbbc013.yaml";
const seeds = (process.argv[3] ?? "1,2,3,4,5").split(",").map(Number);
const columns = [
  "seed",
  "right",
  "score",
  "Z′",
  "robust",
  "EC50 Wort. nM",
  "Hill",
  "EC50 LY µM",
  "Hill",
  "15–85 %",
  "graded",
  "train s",
];
const widths = [4, 9, 11, 6, 7, 14, 6, 11, 6, 8, 7, 8];
const line = (cells: readonly string[]) => console.log(cells.map((cell, i) => cell.padStart(widths[i]!)).join(" "));

console.log(`${recipe}; the recommended score is marked with *`);
line(columns);
const all = new Map<string, ScoreFigures[]>();
const recommended: number[] = [];
for (const seed of seeds) {
  const { page, trainingSeconds } = await trainAndScreen(join(repository, "examples/bbbc013/study.yaml"), {
    recipe,
    seed,
  });
  const { test } = page.evaluation;
  for (const figures of page.comparison.scores) {
    const isChosen = figures.score === page.comparison.recommended;
    if (isChosen && figures.zPrime !== null) recommended.push(figures.zPrime);
    all.set(figures.score, [...(all.get(figures.score) ?? []), figures]);
    line([
      String(seed),
      `${test?.wells.correct} of ${test?.wells.n}`,
      `${isChosen ? "*" : ""}${figures.score}`,
      ...cells(figures),
      trainingSeconds.toFixed(1),
    ]);
  }
}
for (const [score, figures] of all) {
  console.log(
    `${score}: median Z′ ${median(figures.map(({ zPrime }) => zPrime ?? Number.NaN)).toFixed(3)}, median wells from 15 to 85 % ${median(figures.map(({ nBetween }) => nBetween))}, graded ${median(figures.map(({ nGraded }) => nGraded))} of 72`,
  );
}
console.log(`recommended score: median Z′ ${median(recommended).toFixed(3)}`);
console.log(
  "classical log2 ratio (whole plate, binned): Z′ 0.753, EC50 9.1 nM and 3.66 µM, Hill 2.5 to 3.3, 16 to 17 wells from 15 to 85 %",
);

function cells({ zPrime, robustZPrime, compounds, nBetween, nGraded }: ScoreFigures): string[] {
  const curve = (name: string) => compounds.find(({ compound }) => compound === name)?.curve;
  const [wortmannin, ly] = [curve("Wortmannin"), curve("LY294002")];
  const digits = (value: number | null | undefined, count: number) => value?.toFixed(count) ?? "–";
  return [
    digits(zPrime, 3),
    digits(robustZPrime, 3),
    digits(wortmannin && 1000 * wortmannin.ec50Micromolar, 2),
    digits(wortmannin?.hill, 2),
    digits(ly?.ec50Micromolar, 2),
    digits(ly?.hill, 2),
    String(nBetween),
    String(nGraded),
  ];
}
