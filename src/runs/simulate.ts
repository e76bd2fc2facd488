/**
 * Simulate: a screen with a known answer, file for file as the microscope would write it, with the truth beside it.
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { NeuroscreenError, nearest } from "../base/errors.ts";
import { chooseDefects } from "../simulate/defects.ts";
import { type Design, designScreen } from "../simulate/design.ts";
import { studyName, studyText } from "../simulate/study-files.ts";
import type { RunEvent } from "./events.ts";
import { costOf, drawWells, type WellToDraw } from "./simulate-images.ts";
import { simulateScores } from "./simulate-scores.ts";
import { resolveSettings, type SimulateOptions, type SimulateSummary } from "./simulate-settings.ts";
import { writeTruth } from "./simulate-tables.ts";
import { openSimulatedFolder } from "./simulated-folder.ts";

/**
 * Simulates a screen.
 *
 * @throws {NeuroscreenError} what `resolveSettings`, `designScreen` and `openSimulatedFolder` throw; `unknown-well` if `only` names none;
 *   `disk-too-small`; `cannot-write`; the signal's reason if it was aborted
 */
export async function* simulate(
  options: SimulateOptions,
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, SimulateSummary> {
  const started = new Date();
  const settings = await resolveSettings(options);
  const design = designScreen(settings);
  const { out, resume = false, workers = Math.min(16, cpus().length) } = options;
  if (settings.scores) return yield* simulateScores(design, settings, { out, started });
  const wells = wellsToDraw(design, settings.only);
  const chosen = settings.defects ? chooseDefects(design, settings) : [];
  const drawn = new Set(wells.map(({ plate, placed }) => `${plate.name}/${placed.well}`));
  const defects = chosen.filter(({ plate, well }) => drawn.has(`${plate}/${well}`));
  const folder = await openSimulatedFolder(out, settings, { resume });
  if (!folder.isComplete) {
    yield* drawWells({ wells, defects, settings, folder, out, workers }, signal);
    const fields = wells.flatMap(({ plate, placed }) => folder.facts({ plate: plate.name, well: placed.well }) ?? []);
    await folder.finish(
      (below) => writeTruth(below, { settings, design, fields, defects, run: { out, workers, started } }),
      studyText({ name: "simulated screen", split: design.split, ...settings }),
    );
  }
  yield { kind: "saved", path: out };
  return {
    out,
    study: join(out, studyName),
    plates: new Set(wells.map(({ plate }) => plate)).size,
    wells: wells.length,
    ...costOf(wells.length, settings),
    defects: defects.length,
  };
}

/** All wells, or the one that `only` names as `P01/B03`. @throws {NeuroscreenError} `unknown-well` */
function wellsToDraw({ plates }: Design, only: string | null): WellToDraw[] {
  const wells = plates.flatMap((plate) => plate.wells.map((placed) => ({ plate, placed })));
  if (only === null) return wells;
  const nameOf = ({ plate, placed }: WellToDraw) => `${plate.name}/${placed.well}`;
  const found = wells.filter((well) => nameOf(well).toLowerCase() === only.toLowerCase());
  if (found.length > 0) return found;
  const near = nearest(only, wells.map(nameOf));
  throw new NeuroscreenError({
    code: "unknown-well",
    what: "Looking for the well of --only",
    found: JSON.stringify(only),
    expected: `a well of the plates ${plates[0]!.name} to ${plates.at(-1)!.name}, such as \`${nameOf(wells[0]!)}\``,
    remedy: near === undefined ? "Name plate and well, with `/` between them." : `Did you mean \`${near}\`?`,
  });
}
