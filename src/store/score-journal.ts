/**
 * Scores on their way: a line a field in a file beside the screen folder to be, so that a screen that dies can go on.
 */
import { appendFile, open, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { writeAtomically, writing } from "./files.ts";

const line = z.object({
  field: z.string(),
  logits: z.tuple([z.number(), z.number()]),
  /** Float32 numbers, little-endian, base64. */
  features: z.string(),
});

/** What is remembered of one field, or that it could not be read. */
export interface JournalEntry {
  readonly field: string;
  readonly logits: readonly [number, number];
  readonly features: Float32Array;
}

export interface ScoreJournal {
  /** Entries of earlier runs with the same key. */
  readonly earlier: ReadonlyMap<string, JournalEntry>;
  append(entries: readonly JournalEntry[]): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Opens the journal of a screen folder.
 *
 * @param key says what is being scored by what; entries under another key are forgotten, as all are unless `resume`
 */
export async function openScoreJournal(
  folder: string,
  { key, resume }: { key: string; resume: boolean },
): Promise<ScoreJournal> {
  const target = resolve(folder);
  const path = join(dirname(target), `.${basename(target)}.scores.jsonl`);
  const header = JSON.stringify({ key });
  const earlier = resume ? await readEntries(path, header) : new Map<string, JournalEntry>();
  if (earlier.size === 0) await writeAtomically(path, `${header}\n`);
  // A last line that was cut short ends here, and is none.
  else await writing(path, () => appendFile(path, "\n"));
  return {
    earlier,
    append: (entries) =>
      writing(path, () => appendFile(path, entries.map((entry) => `${formatEntry(entry)}\n`).join(""))),
    remove: () => rm(path, { force: true }),
  };
}

/** The entries of a journal that begins with `header`; of another, or where there is none, nothing. */
async function readEntries(path: string, header: string): Promise<Map<string, JournalEntry>> {
  const earlier = new Map<string, JournalEntry>();
  const file = await open(path).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  });
  if (file === null) return earlier;
  let isOurs: boolean | undefined;
  // Line by line: a screen of many features has a journal longer than the longest text.
  for await (const text of file.readLines()) {
    isOurs ??= text === header;
    if (!isOurs) break;
    if (text !== header) remember(text, earlier);
  }
  await file.close();
  return earlier;
}

function remember(text: string, earlier: Map<string, JournalEntry>): void {
  try {
    const { field, logits, features } = line.parse(JSON.parse(text));
    const bytes = new Uint8Array(Buffer.from(features, "base64"));
    earlier.set(field, { field, logits, features: new Float32Array(bytes.buffer) });
  } catch {
    // The line that was being written when the run died: its field is scored again.
  }
}

function formatEntry({ field, logits, features }: JournalEntry): string {
  const bytes = Buffer.from(features.buffer, features.byteOffset, features.byteLength);
  return JSON.stringify({ field, logits, features: bytes.toString("base64") });
}
