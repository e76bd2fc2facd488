/** The table of `comparison.ts`: each network's figures out of fold, the shortcuts', and the question of separate against stacked. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pairedComparison } from "../src/evaluation/compare.ts";
import { wellKey } from "../src/plates/split.ts";
import type { JudgedWell, PairedComparison } from "../src/records/comparison.ts";
import type { Crossvalidation, JudgeFigures } from "../src/records/crossvalidation.ts";
import type { ReportInput } from "../src/report/input.ts";
import { median } from "../src/statistics/descriptive.ts";
import { spearman } from "../src/statistics/rank-correlation.ts";
import { readTruth } from "../src/store/truth.ts";

/** A network of the table. */
export interface Row {
  readonly name: string;
  readonly seed: number;
  /** Its crossvalidation and its screen. */
  readonly folder: string;
  readonly screen: string;
}

const json = (...path: string[]): unknown => JSON.parse(readFileSync(join(...path), "utf8"));

/** The table as markdown. */
export async function comparisonTable(rows: readonly Row[], { truth }: { readonly truth: string }): Promise<string> {
  const { wells } = await readTruth(truth);
  const damage = new Map(wells.map((well) => [wellKey(well), (well.damageNeurites + well.damageSynapses) / 2]));
  const head = ["network", "seed", "wells right", "95 %", "AUC", "Z′", "Spearman with damage", "training, min"];
  const lines = rows.map(({ name, seed, folder, screen }) => {
    const { networks } = json(folder, "crossvalidation.json") as Crossvalidation;
    const page = json(screen, "report.json") as ReportInput;
    const pairs = page.wells.flatMap((well) => {
      const own = damage.get(wellKey(well));
      return own === undefined || well.percentEffect === null ? [] : [[own, well.percentEffect] as const];
    });
    const zPrimes = page.quality.flatMap(({ untouched }) => untouched.zPrime ?? []);
    const seconds = networks.folds.reduce((sum, fold) => sum + secondsOf(join(folder, fold.name)), 0);
    return [
      name,
      `${seed}`,
      ...figureCells(networks),
      number(median(zPrimes)),
      number(spearman(pairs)),
      number(seconds / 60, 1),
    ];
  });
  const { shortcuts } = json(rows[0]!.folder, "crossvalidation.json") as Crossvalidation;
  const rivals = shortcuts.map(({ name, figures }) => [`no network: ${name}`, "", ...figureCells(figures), "", "", ""]);
  const text = [head, head.map(() => "---"), ...lines, ...rivals].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
  const against = ["separate", "begun with single stains, separate"].flatMap((name) => {
    const found = paired(rows, name, "stacked");
    return found === null ? [] : [`\n${name} less stacked: ${pairedWords(found)}\n`];
  });
  return text + against.join("");
}

/** Two networks in all seeds that both have, well by well and plate by plate; null without such a seed. */
function paired(rows: readonly Row[], first: string, second: string): (PairedComparison & { seeds: number }) | null {
  const ofBoth = rows
    .filter(({ name }) => name === first)
    .flatMap((row) => {
      const other = rows.find(({ name, seed }) => name === second && seed === row.seed);
      return other === undefined ? [] : [[row, other] as const];
    });
  if (ofBoth.length === 0) return null;
  const wellsOf = (which: 0 | 1) => ofBoth.flatMap((both) => judgedWells(both[which]));
  return { ...pairedComparison(wellsOf(0), wellsOf(1), { seed: 1 }), seeds: ofBoth.length };
}

/** The wells of a crossvalidation; those of another seed are other witnesses of the same plate. */
function judgedWells({ folder, seed }: Row): JudgedWell[] {
  const [head, ...lines] = readFileSync(join(folder, "wells.csv"), "utf8").trim().split(/\r?\n/);
  const names = head!.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    const cell = (name: string) => cells[names.indexOf(name)]!;
    return {
      plate: cell("Metadata_Plate"),
      well: `${cell("Metadata_Well")} seed ${seed}`,
      fold: cell("Fold"),
      label: cell("Metadata_Role") === "positive" ? 1 : 0,
      logit: Number(cell("Logit")),
    };
  });
}

function pairedWords({
  difference,
  low,
  high,
  nPlates,
  seeds,
  onlyFirstRight,
  onlySecondRight,
}: PairedComparison & { seeds: number }): string {
  const interval =
    low === null || high === null ? "no interval below 8 plates" : `95 % ${points(low)} to ${points(high)}`;
  return `${points(difference)} points (${interval}; ${nPlates} plates, ${seeds} seeds; alone right ${onlyFirstRight} and ${onlySecondRight} times)`;
}

function figureCells({ correct, nWells, interval, auc }: Omit<JudgeFigures, "folds">): string[] {
  const ends = [interval.low, interval.high].map((share) => (100 * share).toFixed(0));
  return [`${correct} of ${nWells}`, ends.join(" to "), number(auc)];
}

function secondsOf(model: string): number {
  return (json(model, "run.json") as { seconds: number }).seconds;
}

function points(share: number): string {
  return (100 * share).toFixed(1);
}

function number(value: number | null | undefined, digits = 2): string {
  return value === null || value === undefined || Number.isNaN(value) ? "" : value.toFixed(digits);
}
