/**
 * The images of a simulated screen: what they cost, and their drawing, well by well.
 */
import { cpus } from "node:os";
import type { FieldTruth } from "../records/truth.ts";
import { stains } from "../simulate/conditions.ts";
import type { Defect } from "../simulate/defects.ts";
import type { PlateDesign } from "../simulate/design.ts";
import type { PlacedWell } from "../simulate/layout.ts";
import { maskNames } from "../simulate/study-files.ts";
import { fieldTruth } from "../simulate/truth.ts";
import { wellConditions } from "../simulate/wells.ts";
import { tiffLength } from "../store/tiff-writer.ts";
import type { FieldJob } from "./draw-field.ts";
import { openDrawingThreads } from "./draw-fields.ts";
import type { RunEvent } from "./events.ts";
import type { SimulateSettings } from "./simulate-settings.ts";
import { formatBytes, refuseSmallDisk, type SimulatedFolder } from "./simulated-folder.ts";

/** A well and its plate. */
export interface WellToDraw {
  readonly plate: PlateDesign;
  readonly placed: PlacedWell;
}

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
  await folder.start();
  const threads = openDrawingThreads(Math.max(1, Math.min(workers, cost.fields)));
  try {
    if (missing.length > 0) {
      const seconds = await threads.time(requestOf(missing[0]!, 1, settings));
      signal?.throwIfAborted();
      yield { kind: "planned", text: previewText(drawing, cost, seconds) };
    }
    const jobs: WellJob[] = [];
    for (const plate of platesOf(missing)) {
      const folders = await folder.begin(plate);
      jobs.push(
        ...missing.filter((well) => well.plate.name === plate).flatMap((well) => jobsOf(well, drawing, folders)),
      );
    }
    let done = 0;
    const begun = performance.now();
    const unfinished = new Map(missing.map((well) => [well, [] as FieldTruth[]]));
    for await (const { job, facts } of threads.draw(jobs, signal)) {
      done += 1;
      const ofWell = unfinished.get(job.well)!;
      ofWell.push(fieldTruth(job.request, facts));
      if (ofWell.length === settings.fields) {
        unfinished.delete(job.well);
        ofWell.sort((a, b) => a.site - b.site);
        await folder.finishWell(placeOf(job.well), ofWell);
        const { plate } = job.well;
        if (![...unfinished.keys()].some((well) => well.plate === plate)) await folder.finishPlate(plate.name);
      }
      const seconds = (performance.now() - begun) / 1000;
      yield {
        kind: "drawn",
        done,
        total: jobs.length,
        fieldsPerSecond: done / seconds,
        secondsLeft: (seconds / done) * (jobs.length - done),
      };
    }
  } finally {
    await threads.close();
  }
  // A run that was killed between its last well and the plate's name has nothing to draw, but that to do.
  for (const plate of platesOf(wells)) await folder.finishPlate(plate);
}

interface WellJob extends FieldJob {
  readonly well: WellToDraw;
}

function jobsOf(
  well: WellToDraw,
  { settings, defects }: Drawing,
  folders: { readonly images: string; readonly masks: string | null },
): WellJob[] {
  const { plate, well: name } = placeOf(well);
  const first = requestOf(well, 1, settings);
  return Array.from({ length: settings.fields }, (_, i) => ({
    well,
    request: { ...first, site: i + 1 },
    defect: defects.find((one) => one.plate === plate && one.well === name && one.site === i + 1) ?? null,
    ...folders,
  }));
}

function requestOf({ plate, placed }: WellToDraw, site: number, settings: SimulateSettings): FieldJob["request"] {
  const { seed, size, pixelSizeMicrometres, difficulty } = settings;
  const conditions = wellConditions(plate, placed, settings);
  return { seed, plate: plate.name, well: placed.well, site, size, pixelSizeMicrometres, conditions, difficulty };
}

function placeOf({ plate, placed }: WellToDraw): { readonly plate: string; readonly well: string } {
  return { plate: plate.name, well: placed.well };
}

function platesOf(wells: readonly WellToDraw[]): string[] {
  return [...new Set(wells.map(({ plate }) => plate.name))];
}

/** `4 plates, 1152 fields of 512 × 512 (166 µm): 4608 files, 2.42 GB; about 6 min on 2 threads` */
function previewText({ wells, settings, workers }: Drawing, { fields, files, bytes }: Cost, seconds: number): string {
  const { size, pixelSizeMicrometres } = settings;
  const plates = platesOf(wells).length;
  const side = Number((size * pixelSizeMicrometres).toPrecision(3));
  const threads = Math.min(workers, cpus().length);
  return [
    `${plates} ${plates === 1 ? "plate" : "plates"}, ${fields} fields of ${size} × ${size} (${side} µm): `,
    `${files} files, ${formatBytes(bytes)}; about ${formatDuration((seconds * fields) / threads)} on `,
    `${threads} ${threads === 1 ? "thread" : "threads"}`,
  ].join("");
}

function formatDuration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 360) / 10} h`;
}
