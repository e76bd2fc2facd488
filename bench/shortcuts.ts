/**
 * What can be told from a simulated field without a network, and how well it tells damaged wells from healthy ones.
 *
 * Groups of numbers, each judged by itself: a logistic regression learns them on all plates but one and names the wells of the one left
 * out, each plate in turn.
 */

import { measureBrightness } from "../src/measure/brightness.ts";
import { measureFocus } from "../src/measure/focus.ts";
import { countNuclei } from "../src/measure/nuclei.ts";
import { measureStructure } from "../src/measure/structure.ts";
import { noiseSd } from "../src/measure/threshold.ts";
import { parseWell } from "../src/plates/wells.ts";
import { fitLogisticLine, logOdds } from "../src/statistics/logistic-regression.ts";

/** The groups. `structure` should tell the wells apart, none of the others. */
export const groups = ["brightness", "focus + nuclei", "position", "noise", "structure"] as const;
export type Group = (typeof groups)[number];

/** A field's numbers, mostly logarithms. */
export type FieldNumbers = { readonly [G in Group]: readonly number[] };

/** A control field. */
export interface MeasuredField {
  readonly plate: string;
  readonly well: string;
  /** 1 with Aβ, 0 without. */
  readonly label: number;
  readonly numbers: FieldNumbers;
}

/** Right answers, as shares of 1. */
export interface Accuracy {
  /** By the sign of the mean logit of a well's fields. */
  readonly wells: number;
  readonly fields: number;
}

/** Measures the four images of a field: MAP2, Hoechst, PSD-95, synaptophysin. */
export function measureField(
  images: readonly Uint16Array[],
  {
    size,
    pixelSizeMicrometres,
    well,
  }: { readonly size: number; readonly pixelSizeMicrometres: number; readonly well: string },
): FieldNumbers {
  const planes = images.map((image) => ({ width: size, height: size, values: Float32Array.from(image) }));
  const [dendrites, nuclei, postsynaptic, presynaptic] = [planes[0]!, planes[1]!, planes[2]!, planes[3]!];
  const structure = measureStructure({ dendrites, presynaptic, postsynaptic }, pixelSizeMicrometres);
  const sharpness = planes.map(measureFocus).flatMap(({ laplacian, vollath }) => [laplacian, vollath]);
  return {
    brightness: planes
      .map(measureBrightness)
      .flatMap(({ mean, sd, percentiles }) => [mean, sd, ...percentiles])
      .map((value) => Math.log(Math.max(1, value))),
    "focus + nuclei": [
      ...sharpness.map((value) => Math.log(Math.max(1e-5, value))),
      Math.log(1 + countNuclei(nuclei, pixelSizeMicrometres)),
    ],
    position: positionOf(well),
    noise: planes.map((plane) => Math.log(Math.max(0.1, noiseSd(plane)))),
    structure: [
      Math.log(1 + structure.prePuncta),
      Math.log(1 + structure.postPuncta),
      structure.colocalisedShare,
      Math.log(1 + structure.neuriteLengthMicrometres),
    ],
  };
}

/**
 * How many wells and fields of plates that were left out are named right.
 *
 * @param perPlate whether every number is first standardised over the fields of its own plate, which takes differences between plates away
 */
export function leaveOnePlateOut(fields: readonly MeasuredField[], group: Group, perPlate: boolean): Accuracy {
  const plates = [...new Set(fields.map(({ plate }) => plate))];
  const on = (plate: string) => fields.filter((field) => field.plate === plate);
  const rowsOf = (some: readonly MeasuredField[]) => some.map(({ numbers }) => numbers[group]);
  const ready = new Map(plates.map((plate) => [plate, perPlate ? standardised(rowsOf(on(plate))) : rowsOf(on(plate))]));
  let [rightWells, wells, rightFields] = [0, 0, 0];
  for (const left of plates) {
    const others = plates.filter((plate) => plate !== left);
    const training = others.flatMap((plate) => ready.get(plate)!);
    const labels = others.flatMap((plate) => on(plate).map(({ label }) => label));
    const line = fitLogisticLine({ rows: standardised(training), labels });
    const byWell = new Map<string, { label: number; logits: number[] }>();
    for (const [i, row] of standardised(ready.get(left)!, training).entries()) {
      const { well, label } = on(left)[i]!;
      const logit = logOdds(line, row);
      if (logit > 0 === (label === 1)) rightFields++;
      const entry = byWell.get(well) ?? { label, logits: [] };
      byWell.set(well, entry);
      entry.logits.push(logit);
    }
    wells += byWell.size;
    for (const { label, logits } of byWell.values())
      if (logits.reduce((sum, logit) => sum + logit, 0) > 0 === (label === 1)) rightWells++;
  }
  return { wells: rightWells / wells, fields: rightFields / fields.length };
}

/** A row and a column each as a number of its own, so that any pattern of rows and columns can be learnt. */
function positionOf(name: string): number[] {
  const { row, column } = parseWell(name);
  return [
    ...Array.from({ length: 16 }, (_, i) => (row === i ? 1 : 0)),
    ...Array.from({ length: 24 }, (_, i) => (column === i ? 1 : 0)),
  ];
}

/** Each column less its mean over `by`, divided by its standard deviation there; a constant column becomes 0. */
function standardised(rows: readonly (readonly number[])[], by: readonly (readonly number[])[] = rows): number[][] {
  const columns = by[0]!.map((_, j) => {
    const mean = by.reduce((sum, row) => sum + row[j]!, 0) / by.length;
    const variance = by.reduce((sum, row) => sum + (row[j]! - mean) ** 2, 0) / by.length;
    return { mean, scale: variance > 1e-18 ? 1 / Math.sqrt(variance) : 0 };
  });
  return rows.map((row) => row.map((value, j) => (value - columns[j]!.mean) * columns[j]!.scale));
}
