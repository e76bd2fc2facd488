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

/**
 * Adds a line to the ledger.
 *
 * @param places where it may lie, the preferred place first
 * @throws {NeuroscreenError} `cannot-write` if none of them takes it
 */
export async function recordOpening(places: readonly string[], opening: Opening): Promise<void> {
  for (const [i, place] of places.entries()) {
    try {
      return await writing(place, async () => {
        await makeFolder(dirname(place));
        await appendFile(place, `${JSON.stringify(opening)}\n`);
      });
    } catch (error) {
      if (!(error instanceof NeuroscreenError) || i === places.length - 1) throw error;
    }
  }
}

/** How many models were judged by any of these wells, in all of the places. A line that cannot be read counts for nothing. */
export async function countModels(places: readonly string[], wells: ReadonlySet<string>): Promise<number> {
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
