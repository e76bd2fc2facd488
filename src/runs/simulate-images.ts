/**
 * The images of a simulated screen: what they cost, and their drawing, well by well.
 */
import { cpus } from "node:os";
import type { FieldTruth } from "../records/truth.ts";
import { stains } from "../simulate/conditions.ts";
import type { Defect } from "../simulate/defects.ts";
import { maskNames } from "../simulate/study-files.ts";
import { fieldTruth } from "../simulate/truth.ts";
import { wellConditions } from "../simulate/wells.ts";
import { tiffLength } from "../store/tiff-writer.ts";
import type { FieldJob } from "./draw-field.ts";
import { openDrawingThreads } from "./draw-fields.ts";
import type { RunEvent } from "./events.ts";
import type { WellToDraw } from "./simulate.ts";
import type { SimulateSettings } from "./simulate-settings.ts";
import { formatBytes, refuseSmallDisk, type SimulatedFolder } from "./simulated-folder.ts";

/** What is to be drawn, and how. */
export interface Drawing {
  readonly wells: readonly WellToDraw[];
  readonly defects: readonly Defect[];
  readonly settings: SimulateSettings;
  readonly folder: SimulatedFolder;
  /** How messages name the folder. */
  readonly out: string;
  readonly workers: number;
}

/** What images cost. */
export interface Cost {
  readonly fields: number;
  readonly files: number;
  readonly bytes: number;
}

/** The files of so many wells. Doubled and missing ones are not counted. */
export function costOf(wells: number, { fields, size, masks }: SimulateSettings): Cost {
  const count = wells * fields;
  const length = (bytesPerPixel: 1 | 2) => tiffLength({ width: size, height: size, bytesPerPixel });
  // One of the masks is yes or no, a byte a pixel.
  const [maskFiles, maskBytes] = masks ? [maskNames.length, (maskNames.length - 1) * length(2) + length(1)] : [0, 0];
  return {
    fields: count,
    files: count * (stains.length + maskFiles),
    bytes: count * (stains.length * length(2) + maskBytes),
  };
}

/**
 * Draws the wells that are not done yet. Says first what that takes.
 *
 * @throws {NeuroscreenError} `disk-too-small` before anything is drawn; `cannot-write`; the signal's reason if it was aborted
 */
export async function* drawWells(drawing: Drawing, signal?: AbortSignal): AsyncGenerator<RunEvent, void> {
  const { wells, settings, folder, out, workers } = drawing;
  const missing = wells.filter((well) => folder.facts(placeOf(well)) === undefined);
  const cost = costOf(missing.length, settings);
  await refuseSmallDisk(out, cost.bytes);
  const threads = openDrawingThreads(Math.max(1, Math.min(workers, cost.fields)));
  try {
    if (missing.length > 0) {
      const seconds = await threads.time(requestOf(missing[0]!, 1, settings));
      signal?.throwIfAborted();
      yield { kind: "planned", text: previewText(drawing, cost, seconds) };
    }
    const jobs: WellJob[] = [];
    for (const plate of new Set(missing.map((well) => well.plate))) {
      const folders = await folder.begin(plate.name);
      jobs.push(...missing.filter((well) => well.plate === plate).flatMap((well) => jobsOf(well, drawing, folders)));
    }
    yield* followed(threads.draw(jobs, signal), drawing, cost.fields);
  } finally {
    await threads.close();
  }
  for (const plate of new Set(wells.map((well) => well.plate))) await folder.finishPlate(plate.name);
}
