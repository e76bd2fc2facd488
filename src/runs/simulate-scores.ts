/** A simulated screen without images: the truth, and well scores drawn from variance components. */
import { join } from "node:path";
import { wellScoreColumns } from "../records/truth.ts";
import type { Design } from "../simulate/design.ts";
import { drawScores, wellScores } from "../simulate/scores.ts";
import { writeAtomically, writeFolder } from "../store/files.ts";
import { writeTable } from "../store/tables.ts";
import type { RunEvent } from "./events.ts";
import { configOf, type SimulateSettings, type SimulateSummary } from "./simulate-settings.ts";
import { writeTruth } from "./simulate-tables.ts";
import { refuseFullFolder } from "./simulated-folder.ts";

/**
 * Writes the folder: complete, or not at all.
 *
 * @throws {NeuroscreenError} `folder-taken`
 */
export async function* simulateScores(
  design: Design,
  settings: SimulateSettings,
  { out, started }: { readonly out: string; readonly started: Date },
): AsyncGenerator<RunEvent, SimulateSummary> {
  await refuseFullFolder(out);
  const drawn = drawScores(design, settings);
  await writeFolder(out, async (folder) => {
    const run = { out, workers: 1, started };
    await writeTruth(folder, { design, settings, fields: null, defects: [], run });
    await writeTable(folder, "scores", wellScoreColumns(wellScores(design, drawn)), ["csv", "parquet"]);
    await writeAtomically(join(folder, "config.json"), `${JSON.stringify(configOf(settings), null, 2)}\n`);
  });
  yield { kind: "saved", path: out };
  return {
    out,
    study: null,
    plates: design.plates.length,
    wells: drawn.wells.length,
    fields: drawn.scores.length,
    files: 0,
    bytes: 0,
    defects: 0,
  };
}
