/**
 * What a shortcut would reach: the control wells told apart without a network, on the same folds as the network.
 *
 * A network that is right in nine wells of ten has learnt something. Whether that is neurons shows only beside what the place of a well,
 * the brightness of its stains, or focus and the number of nuclei would have told. Each is given its best chance: a
 * logistic regression learns from the training and the validation wells, and how strongly its weights are held down (L2) is chosen on
 * these wells too, by leaving some of them out in turn. The test wells are judged once.
 */

import type { FieldMeasures } from "../measure/field.ts";
import { wellKey } from "../plates/split.ts";
import { parseWell } from "../plates/wells.ts";
import { type JudgedWell, type Shortcut, type ShortcutName, shortcutNames } from "../records/comparison.ts";
import type { Fold, Folds, FoldUnit } from "../records/folds.ts";
import { negativeLogLikelihood } from "../statistics/calibration.ts";
import { fitLogisticLine, type LogisticLine, logOdds } from "../statistics/logistic-regression.ts";

/** A control field, measured. */
export interface MeasuredField {
  readonly plate: string;
  /** `A01`. */
  readonly well: string;
  readonly site: number;
  /** As the plate map has it. */
  readonly batch: string;
  /** 1 for a positive control. */
  readonly label: 0 | 1;
  /** Wells between this one and the nearest border of the plate; 0 at the border. */
  readonly edgeDistance: number;
  readonly measures: FieldMeasures;
}

/** The L2 penalties to choose from, the strongest first: of equally good ones the strongest is taken. */
const strengths = [1000, 100, 10, 1, 0.1, 0.01] as const;

/** Into so many parts at most are the wells divided that a penalty is chosen on. */
const mostParts = 8;

/**
 * Judges every control well of the test groups by each shortcut.
 *
 * A well is a row: the mean of its fields. Brightness and sharpness go in as logarithms, since gain and exposure
 * multiply. Each column is standardised on the wells that are learned from.
 *
 * @param options.perPlate whether the numbers of a plate are first standardised over its own control wells, whatever their class: what a
 *   network gets that is trained with each plate on its own grey scale
 * @returns one a shortcut, in their order, the same wells in each; a well without a measured field is in none
 * @throws {NeuroscreenError} `one-class` if the wells that a fold learns from have but one
 */
export function judgeShortcuts(
  fields: readonly MeasuredField[],
  folds: Folds,
  { perPlate = false }: { readonly perPlate?: boolean } = {},
): readonly Shortcut[] {
  const wells = [...groupWells(fields).values()].sort(byPlace);
  return shortcutNames.map((name) => {
    const { columns, note } = columnsOf(name, wells);
    const rows = perPlate && name !== "position" ? standardisedByPlate(wells, columns) : columns;
    const measured = wells.map((well, i): MeasuredWell => ({ ...well, row: rows[i]! }));
    const judged = folds.folds.map((fold) => ({ fold: fold.name, ...judgeFold(measured, fold, folds.unit) }));
    return {
      name,
      wells: judged.flatMap(({ wells }) => wells).sort(byPlace),
      strengths: Object.fromEntries(judged.map(({ fold, strength }) => [fold, strength])),
      note,
    };
  });
}

/** A control well with its fields. */
interface ControlWell extends Pick<MeasuredField, "plate" | "well" | "batch" | "label" | "edgeDistance"> {
  readonly fields: readonly FieldMeasures[];
}

/** A control well as a row of numbers. */
interface MeasuredWell extends ControlWell {
  readonly row: readonly number[];
}

function groupWells(fields: readonly MeasuredField[]): Map<string, ControlWell> {
  const wells = new Map<string, ControlWell & { fields: FieldMeasures[] }>();
  // By site, so that sums do not depend on the order in which fields came.
  for (const field of [...fields].sort((a, b) => a.site - b.site)) {
    const { site: _, measures, ...place } = field;
    const own = wells.get(wellKey(field));
    if (own === undefined) wells.set(wellKey(field), { ...place, fields: [measures] });
    else own.fields.push(measures);
  }
  return wells;
}

function byPlace(a: Pick<ControlWell, "plate" | "well">, b: Pick<ControlWell, "plate" | "well">): number {
  return wellKey(a) < wellKey(b) ? -1 : 1;
}

function judgeFold(
  wells: readonly MeasuredWell[],
  fold: Fold,
  unit: FoldUnit,
): { readonly strength: number; readonly wells: readonly JudgedWell[] } {
  const test = wells.filter((well) => fold.parts[wellKey(well)] === "test");
  const others = wells.filter((well) => ["train", "validate"].includes(fold.parts[wellKey(well)] ?? ""));
  const strength = chooseStrength(others, unit);
  const judge = learn(others, strength);
  return {
    strength,
    wells: test.map((well) => ({
      plate: well.plate,
      well: well.well,
      fold: fold.name,
      label: well.label,
      logit: judge(well),
    })),
  };
}

/**
 * The penalty under which most wells that were left out are told right; of equals the one under which these wells are most likely what
 * they are.
 */
function chooseStrength(wells: readonly MeasuredWell[], unit: FoldUnit): number {
  const parts = divide(wells, unit);
  const tried = strengths.map((strength) => {
    const judged = parts.flatMap((part) => {
      const left = new Set(part);
      const rest = wells.filter((well) => !left.has(well));
      if (new Set(rest.map(({ label }) => label)).size < 2) return [];
      const judge = learn(rest, strength);
      return part.map((well) => ({ label: well.label, logit: judge(well) }));
    });
    const [labels, logits] = [judged.map(({ label }) => label), judged.map(({ logit }) => logit)];
    const right = judged.filter(({ label, logit }) => logit > 0 === (label === 1)).length;
    return { strength, right, loss: negativeLogLikelihood({ labels, logits }) };
  });
  return tried.reduce((best, next) =>
    next.right > best.right || (next.right === best.right && next.loss < best.loss) ? next : best,
  ).strength;
}

/** Whole groups, dealt out in turn: each is a part of its own where there are few. Wells are dealt class by class. */
function divide(wells: readonly MeasuredWell[], unit: FoldUnit): MeasuredWell[][] {
  const groupOf = (well: MeasuredWell) =>
    unit === "batch" ? well.batch : unit === "plate" ? well.plate : `${well.label}/${wellKey(well)}`;
  const groups = [...new Set(wells.map(groupOf))].sort();
  const parts: MeasuredWell[][] = Array.from({ length: Math.min(mostParts, groups.length) }, () => []);
  const partOf = new Map(groups.map((group, i) => [group, parts[i % parts.length]!]));
  for (const well of wells) partOf.get(groupOf(well))!.push(well);
  return parts;
}

/** Learns a line from wells. @returns what it says of a well: the log-odds of positive */
function learn(wells: readonly MeasuredWell[], strength: number): (well: MeasuredWell) => number {
  const scale = standardiser(wells.map(({ row }) => row));
  const line: LogisticLine = fitLogisticLine(
    { rows: wells.map(({ row }) => scale(row)), labels: wells.map(({ label }) => label) },
    { penalty: strength },
  );
  return ({ row }) => logOdds(line, scale(row));
}

/** Each column less its mean, over its standard deviation; columns that are constant here say nothing and are left out. */
function standardiser(rows: readonly (readonly number[])[]): (row: readonly number[]) => number[] {
  const columns = (rows[0] ?? []).flatMap((_, j) => {
    const mean = rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length;
    const variance = rows.reduce((sum, row) => sum + (row[j]! - mean) ** 2, 0) / rows.length;
    return variance > 1e-18 ? [{ j, mean, sd: Math.sqrt(variance) }] : [];
  });
  return (row) => columns.map(({ j, mean, sd }) => (row[j]! - mean) / sd);
}

function standardisedByPlate(wells: readonly ControlWell[], rows: readonly (readonly number[])[]): number[][] {
  const scales = new Map<string, (row: readonly number[]) => number[]>();
  return wells.map(({ plate }, i) => {
    // Constant columns have to stay in their places, which other plates fill.
    const own = () => plateScale(rows.filter((_, k) => wells[k]!.plate === plate));
    const scale = scales.get(plate) ?? own();
    scales.set(plate, scale);
    return scale(rows[i]!);
  });
}

function plateScale(rows: readonly (readonly number[])[]): (row: readonly number[]) => number[] {
  const columns = rows[0]!.map((_, j) => {
    const mean = rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length;
    const variance = rows.reduce((sum, row) => sum + (row[j]! - mean) ** 2, 0) / rows.length;
    return { mean, sd: variance > 1e-18 ? Math.sqrt(variance) : 1 };
  });
  return (row) => columns.map(({ mean, sd }, j) => (row[j]! - mean) / sd);
}

/** A row a well, and what is missing in all of them. */
interface Columns {
  readonly columns: readonly (readonly number[])[];
  readonly note: string | null;
}

function columnsOf(name: ShortcutName, wells: readonly ControlWell[]): Columns {
  switch (name) {
    case "position":
      return { columns: positions(wells), note: null };
    case "brightness":
      return { columns: wells.map((well) => averaged(well, brightnessOf)), note: null };
    case "focus and nuclei":
      return { columns: wells.map((well) => averaged(well, focusOf)), note: nucleiNote(wells) };
  }
}

/** Each well, row and column of a plate as a number of its own, so that any pattern can be learnt, and the distance to the edge. */
function positions(wells: readonly ControlWell[]): number[][] {
  const places = wells.map(({ well }) => ({ well, ...parseWell(well) }));
  const distinct = <T>(values: readonly T[]) => [...new Set(values)];
  const names = distinct(places.map(({ well }) => well)).sort();
  const rows = distinct(places.map(({ row }) => row)).sort((a, b) => a - b);
  const columns = distinct(places.map(({ column }) => column)).sort((a, b) => a - b);
  const oneHot = <T>(values: readonly T[], own: T) => values.map((value) => (value === own ? 1 : 0));
  return places.map(({ well, row, column }, i) => [
    ...oneHot(names, well),
    ...oneHot(rows, row),
    ...oneHot(columns, column),
    wells[i]!.edgeDistance,
  ]);
}

function averaged({ fields }: ControlWell, numbersOf: (field: FieldMeasures) => readonly number[]): number[] {
  const rows = fields.map(numbersOf);
  return rows[0]!.map((_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length);
}

function brightnessOf({ brightness }: FieldMeasures): number[] {
  return brightness
    .flatMap(({ mean, sd, percentiles }) => [mean, sd, ...percentiles])
    .map((value) => Math.log(Math.max(1, value)));
}

function focusOf({ focus, nuclei }: FieldMeasures): number[] {
  return [
    ...focus.flatMap(({ laplacian, vollath }) => [laplacian, vollath]).map((value) => Math.log(Math.max(1e-5, value))),
    ...(typeof nuclei === "number" ? [Math.log(1 + nuclei)] : []),
  ];
}

function nucleiNote(wells: readonly ControlWell[]): string | null {
  const nuclei = wells[0]?.fields[0]?.nuclei;
  if (nuclei === "no-nuclear-stain")
    return "Focus alone: no stain is named as one that shows nuclei, such as Hoechst or DAPI.";
  if (nuclei === "no-pixel-size")
    return "Focus alone: how large a pixel is nobody says (`pixelSizeMicrometres` in the study), so nuclei cannot be counted.";
  return null;
}
