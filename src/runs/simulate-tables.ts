/**
 * What stands beside the images of a simulated screen: the truth as tables, the plate map, how it was made.
 */
import { join } from "node:path";
import {
  compoundTruthColumns,
  type DefectTruth,
  defectTruthColumns,
  type FieldTruth,
  fieldTruthColumns,
  wellTruthColumns,
} from "../records/truth.ts";
import { stains } from "../simulate/conditions.ts";
import { type Defect, doubledName } from "../simulate/defects.ts";
import type { Design } from "../simulate/design.ts";
import { imageName, imagesFolder, plateMapColumns } from "../simulate/study-files.ts";
import { compoundTruth, wellTruth } from "../simulate/truth.ts";
import { writeAtomically } from "../store/files.ts";
import { writeTable } from "../store/tables.ts";
import { runRecord } from "./run-record.ts";
import type { SimulateSettings } from "./simulate-settings.ts";

/** What the tables are made of. */
export interface Truth {
  readonly design: Design;
  readonly settings: SimulateSettings;
  /** The drawn fields' facts; null where none were drawn. */
  readonly fields: readonly FieldTruth[] | null;
  readonly defects: readonly Defect[];
  readonly run: { readonly out: string; readonly workers: number; readonly started: Date };
}

/** Writes the plate map, `truth/` and `run.json` into the folder of a screen. */
export async function writeTruth(folder: string, { design, settings, fields, defects, run }: Truth): Promise<void> {
  const wells = wellTruth(design, settings);
  const below = join(folder, "truth");
  const both = ["csv", "parquet"] as const;
  await writeTable(folder, "platemap", plateMapColumns(wells), ["csv"]);
  await writeTable(below, "compounds", compoundTruthColumns(compoundTruth(design)), both);
  await writeTable(below, "wells", wellTruthColumns(wells, stains), both);
  if (fields !== null) await writeTable(below, "fields", fieldTruthColumns(fields), both);
  if (settings.defects) await writeTable(below, "defects", defectTruthColumns(defects.map(defectTruth)), both);
  const record = runRecord("simulate", { paths: { out: run.out }, workers: run.workers, started: run.started });
  await writeAtomically(join(folder, "run.json"), `${JSON.stringify(record, null, 2)}\n`);
}

function defectTruth({ kind, plate, well, site, stain }: Defect): DefectTruth {
  const place = { plate, well, site, defect: kind };
  if (stain === null) return { ...place, stain: null, file: null };
  const name = imageName({ well, site }, stain);
  return {
    ...place,
    stain: stains[stain]!,
    file: [imagesFolder, plate, kind === "doubled" ? doubledName(name) : name].join("/"),
  };
}
