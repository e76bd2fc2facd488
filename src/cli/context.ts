import type { Terminal } from "./terminal.ts";
import type { Verbs } from "./verbs.ts";

/** What every command is given: the verbs, the place for words, and the signal that a person wants to stop. */
export interface CommandContext {
  readonly verbs: Verbs;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}
