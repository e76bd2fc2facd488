/**
 * The ledger of a study's test wells: a line for each time that a model was judged by them.
 *
 * A test set is worn out by being looked at. Nothing here forbids to look; it only counts.
 */
import { appendFile, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { NeuroscreenError } from "../base/errors.ts";
import { makeFolder, writing } from "./files.ts";

const lineSchema = z.object({
  /** ISO 8601. */
  time: z.string(),
  by: z.enum(["train", "screen"]),
  /** SHA-256 of `model.onnx`; of several models, of their hashes. */
  model: z.string(),
  /** The test wells that were scored, `plate/A01`. */
  wells: z.array(z.string()),
});

/** One look at test wells. */
export type Opening = z.output<typeof lineSchema>;

/** A ledger that can be written to. */
export interface Ledger {
  /** Adds a line. */
  record(opening: Opening): Promise<void>;
  /** How many models were judged by any of these wells, in all of the places. A line that cannot be read counts for nothing. */
  countModels(wells: ReadonlySet<string>): Promise<number>;
}

/**
 * Opens the ledger at the first place that takes it: before long work, so that a refusal does not come after it.
 *
 * @param places where it may lie, the preferred place first; what lies at the others counts too
 * @throws {NeuroscreenError} `cannot-write` if none of them takes it
 */
export async function openLedger(places: readonly string[]): Promise<Ledger> {
  const place = await firstWritable(places);
  return {
    record: (opening) => writing(place, () => appendFile(place, `${JSON.stringify(opening)}\n`)),
    countModels: (wells) => countModels(places, wells),
  };
}

async function firstWritable(places: readonly string[]): Promise<string> {
  for (const place of places) {
    try {
      await writing(place, async () => {
        await makeFolder(dirname(place));
        await appendFile(place, "");
      });
      return place;
    } catch (error) {
      if (!(error instanceof NeuroscreenError)) throw error;
    }
  }
  throw new NeuroscreenError({
    code: "cannot-write",
    what: `Writing down that test wells are opened, in ${places[0]}`,
    found: `${places.length} places that may not be written to`,
    expected: "one that may",
    remedy: "Name a folder of yours with --cache DIR.",
  });
}

async function countModels(places: readonly string[], wells: ReadonlySet<string>): Promise<number> {
  const models = new Set<string>();
  for (const place of places) {
    const text = await readFile(place, "utf8").catch(() => "");
    for (const line of text.split("\n")) {
      const opening = readLine(line);
      if (opening?.wells.some((well) => wells.has(well))) models.add(opening.model);
    }
  }
  return models.size;
}

function readLine(line: string): Opening | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
