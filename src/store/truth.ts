/**
 * The truth of a simulated screen, read back from its tables.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { z } from "zod";
import { NeuroscreenError } from "../base/errors.ts";
import type { CompoundTruth, WellTruth } from "../records/truth.ts";

const number = z.number().nullable();
const text = z.string().nullable();

const compoundRow = z.object({
  Metadata_Compound: z.string(),
  Class: z.string(),
  EC50_uM: number,
  Hill_Slope: number,
  Maximal_Effect: number,
  Axis: text,
  Stain: text,
  Doses_uM: z.string(),
  Metadata_Plate: z.string(),
});

const wellRow = z.object({
  Metadata_Plate: z.string(),
  Metadata_Well: z.string(),
  Damage_Neurites: z.number(),
  Damage_Synapses: z.number(),
  Expected_Damage_Neurites: z.number(),
  Expected_Damage_Synapses: z.number(),
  Toxicity: z.number(),
});

/** What is read of a well's truth. */
export type WellTruthRead = Pick<
  WellTruth,
  | "plate"
  | "well"
  | "damageNeurites"
  | "damageSynapses"
  | "expectedDamageNeurites"
  | "expectedDamageSynapses"
  | "toxicity"
>;

/**
 * Reads `compounds.parquet` and `wells.parquet` of a simulated screen's folder `truth`.
 *
 * @throws {NeuroscreenError} `no-truth` if they are not there, or are not such tables
 */
export async function readTruth(
  folder: string,
): Promise<{ readonly compounds: readonly CompoundTruth[]; readonly wells: readonly WellTruthRead[] }> {
  const compounds = await readRows(folder, "compounds", compoundRow);
  const wells = await readRows(folder, "wells", wellRow);
  return {
    compounds: compounds.map((row) => ({
      compound: row.Metadata_Compound,
      class: row.Class,
      ec50Micromolar: row.EC50_uM,
      hillSlope: row.Hill_Slope,
      maximalEffect: row.Maximal_Effect,
      axis: row.Axis,
      stain: row.Stain,
      dosesMicromolar: listOf(row.Doses_uM).map(Number),
      plates: listOf(row.Metadata_Plate),
    })),
    wells: wells.map((row) => ({
      plate: row.Metadata_Plate,
      well: row.Metadata_Well,
      damageNeurites: row.Damage_Neurites,
      damageSynapses: row.Damage_Synapses,
      expectedDamageNeurites: row.Expected_Damage_Neurites,
      expectedDamageSynapses: row.Expected_Damage_Synapses,
      toxicity: row.Toxicity,
    })),
  };
}

async function readRows<Row>(folder: string, name: string, row: z.ZodType<Row>): Promise<Row[]> {
  const path = join(folder, `${name}.parquet`);
  try {
    const file = new Uint8Array(await readFile(path)).buffer;
    return z.array(row).parse(await parquetReadObjects({ file }));
  } catch (cause) {
    throw new NeuroscreenError({
      code: "no-truth",
      what: `Reading the truth in ${folder}`,
      found: `no ${name}.parquet that can be read`,
      expected: "the folder `truth` of a screen that `neuroscreen simulate` drew",
      remedy: "Name that folder, `OUT/truth`; of a screen of real plates nobody knows the truth: leave --truth out.",
      cause,
    });
  }
}

function listOf(words: string): string[] {
  return words === "" ? [] : words.split("|");
}
