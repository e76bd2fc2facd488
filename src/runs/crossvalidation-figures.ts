/**
 * What a crossvalidation comes to: from what each fold's network said of its own test fields to `crossvalidation.json` and `wells`.
 */
import { pairedComparison } from "../evaluation/compare.ts";
import { areaOf, judgeFigures, onOwnScale, ownScale } from "../evaluation/figures.ts";
import { wellKey } from "../plates/split.ts";
import type { JudgedWell, Shortcut } from "../records/comparison.ts";
import type {
  CrossvalidatedNetworks,
  CrossvalidatedWell,
  Crossvalidation,
  FoldNetwork,
  OwnScales,
  Rival,
} from "../records/crossvalidation.ts";
import type { Folds } from "../records/folds.ts";
import type { FieldScore } from "../records/screen.ts";
import { groupBy } from "../screening/group.ts";
import { fieldLogit, isUsable } from "../screening/wells.ts";
import { mean } from "../statistics/descriptive.ts";
import type { Model } from "./screen-models.ts";

/** Classes of the control wells, by `plate/A01`. */
type Labels = ReadonlyMap<string, 0 | 1>;

/** A judged well, and what the network says of it beside the log-odds. */
interface ScoredWell extends JudgedWell {
  readonly nFields: number;
  readonly projection: number;
}

/** The control wells as the network of their fold says, sorted by plate and well; wells without a usable field are left out. */
export function judgedWells(scores: readonly FieldScore[], { folds }: Folds, labels: Labels): readonly ScoredWell[] {
  const fields = groupBy(scores.filter(isUsable), wellKey);
  return [...fields.keys()].sort().map((key) => {
    const own = fields.get(key)!;
    const { plate, well } = own[0]!;
    return {
      ...{ plate, well, nFields: own.length },
      fold: folds.find(({ parts }) => parts[key] === "test")!.name,
      label: labels.get(key)!,
      logit: mean(own.map(fieldLogit)),
      projection: mean(own.map(({ projection }) => projection)),
    };
  });
}

/** All that the figures come from. */
export interface FiguresInput {
  readonly study: Crossvalidation["study"];
  readonly folds: Folds;
  /** A network a fold. */
  readonly models: readonly Pick<Model, "hash" | "config">[];
  /** Of each fold's test fields, by its own network. */
  readonly scores: readonly FieldScore[];
  readonly labels: Labels;
  /** By `plate/A01`. */
  readonly batches: ReadonlyMap<string, string>;
  readonly shortcuts: readonly Shortcut[];
  /** What networks with shuffled labels said, judged by these labels; null where there are none. */
  readonly permuted: readonly JudgedWell[] | null;
  readonly seed: number;
  readonly warnings: readonly string[];
}

/** The figures, and the table of wells. */
export function crossvalidationFigures(input: FiguresInput): {
  readonly figures: Crossvalidation;
  readonly wells: readonly CrossvalidatedWell[];
} {
  const { study, folds, models, labels, shortcuts, permuted, seed } = input;
  const scored = judgedWells(input.scores, folds, labels);
  const scales = new Map(folds.folds.map(({ name }) => [name, scalesOf(scored.filter(({ fold }) => fold === name))]));
  const wells = tableOf(scored, { scales, batches: input.batches, shortcuts });
  const names = folds.folds.map(({ name }) => name);
  const against = (rival: readonly JudgedWell[]): Rival => ({
    figures: judgeFigures(rival, names),
    comparison: pairedComparison(scored, rival, { seed }),
  });
  const { network, stains } = models[0]!.config;
  const figures: Crossvalidation = {
    study,
    unit: folds.unit,
    networkName: `${network.fusion} ${network.backbone}${network.width === 1 ? "" : ` × ${network.width}`}`,
    stains,
    seed,
    networks: { ...networkFigures(scored, { folds, models, scales }), pooledAuc: pooledArea(wells) },
    shortcuts: shortcuts.map(({ name, wells: rival, strengths, note }) => ({
      ...{ name, strengths, note },
      ...against(rival),
    })),
    permuted: permuted && against(permuted),
    warnings: input.warnings,
  };
  return { figures, wells };
}

function scalesOf(wells: readonly ScoredWell[]): OwnScales {
  const of = (score: "logit" | "projection") =>
    ownScale(wells.map((well) => ({ label: well.label, score: well[score] })));
  return { logit: of("logit"), projection: of("projection") };
}

function networkFigures(
  scored: readonly ScoredWell[],
  { folds, models, scales }: { folds: Folds; models: FiguresInput["models"]; scales: ReadonlyMap<string, OwnScales> },
): Omit<CrossvalidatedNetworks, "pooledAuc"> {
  const figures = judgeFigures(
    scored,
    folds.folds.map(({ name }) => name),
  );
  const byName = new Map(figures.folds.map((fold) => [fold.name, fold]));
  const networks = folds.folds.flatMap(({ name, testGroups, validateGroups, parts }, i): FoldNetwork[] => {
    const fold = byName.get(name);
    if (fold === undefined) return [];
    const count = (wanted: string) => Object.values(parts).filter((part) => part === wanted).length;
    const facts = { testGroups, validateGroups, nTrain: count("train"), nValidate: count("validate") };
    return [{ ...fold, ...facts, model: models[i]!.hash, scales: scales.get(name)! }];
  });
  return { ...figures, folds: networks };
}

/** Null where a network has no scale of its own: without its wells the others would be another study. */
function pooledArea(wells: readonly CrossvalidatedWell[]): number | null {
  if (wells.some(({ ownLogit }) => ownLogit === null)) return null;
  return areaOf(wells.map(({ label, ownLogit }) => ({ label, score: ownLogit! })));
}

function tableOf(
  scored: readonly ScoredWell[],
  {
    scales,
    batches,
    shortcuts,
  }: { scales: ReadonlyMap<string, OwnScales>; batches: FiguresInput["batches"]; shortcuts: readonly Shortcut[] },
): CrossvalidatedWell[] {
  const said = shortcuts.map(({ name, wells }) => ({
    name,
    logits: new Map(wells.map((well) => [wellKey(well), well.logit])),
  }));
  return scored.map((well) => {
    const key = wellKey(well);
    const { logit, projection } = scales.get(well.fold)!;
    return {
      ...well,
      batch: batches.get(key)!,
      ownLogit: onOwnScale(well.logit, logit),
      ownProjection: onOwnScale(well.projection, projection),
      shortcuts: Object.fromEntries(
        said.flatMap(({ name, logits }) => (logits.has(key) ? [[name, logits.get(key)!]] : [])),
      ),
    };
  });
}
