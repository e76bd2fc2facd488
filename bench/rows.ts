/**
 * A recipe judged inside the demo's training rows: `npm run bench -- rows RECIPE [SEEDS]`.
 *
 * Each of the rows A, C, E, G is left out once and scored by a network that learned from the other three; rows B, D, F, H are
 * not in the plate map at all. Each network's scores are put on its own scale, 0 and 1 at the means of its training
 * controls, and the four rows' held-out controls are pooled: 8 negative and 4 positive.
 */
import type { WellRecord } from "../src/records/screen.ts";
import { zPrime } from "../src/statistics/assay-quality.ts";
import { fitFourParameters } from "../src/statistics/four-parameter.ts";
import { median, studyOfRows, trainAndScreen } from "./plate.ts";

const recipe = process.argv[2] ?? "recipes/bbbc013.yaml";
const seeds = (process.argv[3] ?? "1,2,3").split(",").map(Number);
const rows = ["A", "C", "E", "G"];
const scores = ["logit", "projection"] as const;

interface PlacedWell {
  readonly well: WellRecord;
  /** 0 at the training controls' negative mean, 1 at the positive one. */
  readonly effect: number;
}

const pooled = new Map(scores.map((score) => [score, [] as number[]]));
for (const seed of seeds) {
  const wells = new Map(scores.map((score) => [score, [] as PlacedWell[]]));
  let seconds = 0;
  for (const row of rows) {
    const study = await studyOfRows(rows, row);
    const { page, trainingSeconds } = await trainAndScreen(study.path, { recipe, seed });
    await study.remove();
    seconds += trainingSeconds;
    for (const score of scores)
      wells.get(score)!.push(...placed(page.wells, score).filter(({ well }) => well.well.startsWith(row)));
  }
  for (const score of scores) {
    const own = wells.get(score)!;
    const effects = (role: WellRecord["role"]) =>
      own.filter(({ well }) => well.role === role).map(({ effect }) => effect);
    const z = zPrime({ positive: effects("positive"), negative: effects("negative") });
    pooled.get(score)!.push(z);
    const between = effects("sample").filter((effect) => effect >= 0.15 && effect <= 0.85).length;
    console.log(
      `seed ${seed} ${score.padEnd(10)} Z′ ${z.toFixed(3)}  ${curve(own, "Wortmannin")}  ${curve(own, "LY294002")}  15–85 %: ${between} of 36  (${(seconds / rows.length).toFixed(1)} s a network)`,
    );
  }
}
for (const [score, values] of pooled)
  console.log(`${recipe} ${score}: median Z′ ${median(values).toFixed(3)} over ${values.length} seeds`);

function placed(wells: readonly WellRecord[], score: (typeof scores)[number]): PlacedWell[] {
  const meanOf = (role: WellRecord["role"]) => {
    const own = wells.filter((well) => well.part === "train" && well.role === role).map((well) => well[score]!);
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  };
  const [zero, one] = [meanOf("negative"), meanOf("positive")];
  return wells.map((well) => ({ well, effect: (well[score]! - zero) / (one - zero) }));
}

function curve(wells: readonly PlacedWell[], compound: string): string {
  const own = wells.filter(({ well }) => well.compound === compound && well.role === "sample");
  const fit = fitFourParameters({
    concentration: own.map(({ well }) => well.concentrationMicromolar!),
    response: own.map(({ effect }) => effect),
  });
  return `${compound} ${fit ? `${fit.ec50.toPrecision(3)} µM, Hill ${fit.hill.toFixed(1)}` : "no fit"}`;
}
