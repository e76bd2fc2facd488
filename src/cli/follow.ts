import type { RunEvent } from "../runs/events.ts";
import { formatSeconds } from "./phrases.ts";
import { openProgress } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/** How a run is followed. */
interface Following<Summary> {
  readonly json: boolean;
  readonly text: (summary: Summary) => string;
  readonly next: (summary: Summary) => string;
  /** What to do after a stop: the end of "What was finished is kept: …". */
  readonly kept?: string;
}

/**
 * Follows a run to its end: shows its events, then its summary, how long it took and what to do next.
 *
 * With `json` the last line is `{"kind":"done", …summary, "seconds"}`.
 */
export async function followRun<Summary extends object>(
  terminal: Terminal,
  run: AsyncGenerator<RunEvent, Summary>,
  { json, text, next, kept = "the same command with --resume goes on from there" }: Following<Summary>,
): Promise<void> {
  const startedAt = terminal.now();
  const summary = await showRun(terminal, run, { json, kept });
  if (json) {
    const seconds = (terminal.now() - startedAt) / 1000;
    return terminal.out(`${JSON.stringify({ kind: "done", ...summary, seconds })}\n`);
  }
  terminal.out(text(summary));
  sayDone(terminal, { startedAt, next: next(summary) });
}

/** Shows the events of a run, and gives its result. */
export async function showRun<Summary>(
  terminal: Terminal,
  run: AsyncGenerator<RunEvent, Summary>,
  { json, kept }: { readonly json: boolean; readonly kept: string },
): Promise<Summary> {
  const progress = openProgress(terminal, { json });
  try {
    for (;;) {
      const told = await run.next();
      if (told.done) return told.value;
      progress.show(told.value);
    }
  } catch (error) {
    progress.end();
    if (isAbort(error)) terminal.err(`What was finished is kept: ${kept}.\n`);
    throw error;
  } finally {
    progress.end();
  }
}

/** Says how long it took since `startedAt`, a reading of the terminal's clock, and what to do next. */
export function sayDone(terminal: Terminal, { startedAt, next }: { startedAt: number; next: string }): void {
  terminal.err(`done in ${formatSeconds((terminal.now() - startedAt) / 1000)}\nnext: ${next}\n`);
}

/** The result of `work`, or an `AbortError` at once when the signal aborts; what was begun then runs on unheard. */
export async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
  });
  signal.addEventListener("abort", stop);
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Whether an error says that somebody wanted a stop. */
export function isAbort(error: unknown): error is Error {
  return error instanceof Error && error.name === "AbortError";
}

/** A path as a word of a shell command: in single quotes where it holds more than letters, digits and `/._-:\`. */
export function shellWord(path: string): string {
  return /^[\w./:\\-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
