/** Info on the folder of a simulated screen: how it was drawn, and where the truth of it stands. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { studyName } from "../simulate/study-files.ts";
import { readTruth } from "../store/truth.ts";
import type { Info } from "./events.ts";

/** What is read of the `config.json` that `simulate` writes. */
const configSchema = z.object({
  kind: z.literal("simulated screen"),
  seed: z.number(),
  plates: z.number(),
  fields: z.number(),
  size: z.number(),
  pixelSizeMicrometres: z.number(),
  layout: z.string(),
  effect: z.number(),
  difficulty: z.number(),
  scores: z.boolean(),
});

/** What is worth knowing of a simulated screen's folder; null if it is none. */
export async function simulatedInfo(path: string): Promise<Info | null> {
  const text = await readFile(join(path, "config.json"), "utf8").catch(() => "null");
  const config = configSchema.safeParse(parsed(text)).data;
  if (!config) return null;
  const names = await readdir(path);
  const hasTruth = names.includes("truth");
  // The tables are written when the last well is drawn; what is drawn until then is counted by nobody.
  const wells = await readTruth(join(path, "truth")).then(
    (truth) => truth.wells.length,
    () => null,
  );
  const isComplete = config.scores ? wells !== null : names.includes(studyName);
  return {
    kind: "simulated",
    path,
    facts: {
      state: isComplete ? "complete" : "unfinished: add --resume to the command that began it",
      ...(names.includes(studyName) ? { study: join(path, studyName) } : {}),
      truth: hasTruth ? join(path, "truth") : null,
      plates: config.plates,
      wells,
      fields: config.scores || wells === null ? null : wells * config.fields,
      "fields a well": config.fields,
      image: config.scores ? null : `${config.size} × ${config.size}, ${config.pixelSizeMicrometres} µm a pixel`,
      seed: config.seed,
      difficulty: config.difficulty,
      effect: config.effect,
      layout: config.layout,
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
