/**
 * Where the words go. Results go to `out`, everything about the run to `err`.
 */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether a person watches `err`, so that a line may be drawn over. */
  readonly isInteractive: boolean;
  /** Whether `err` may be coloured. */
  readonly hasColour: boolean;
  /** Characters a line. */
  readonly columns: number;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
}

/** Marks a word of `err` in a colour. The word must say by itself what the colour says. */
export function paint(terminal: Terminal, colour: "red" | "yellow" | "green", word: string): string {
  return terminal.hasColour ? `\u001b[${ansi[colour]}m${word}\u001b[39m` : word;
}

const ansi = { red: 31, green: 32, yellow: 33 } as const;

/**
 * Whether to colour what goes to a stream: only where a person watches, who has not set `NO_COLOR`.
 *
 * @see https://no-color.org
 */
export function mayColour(stream: { readonly isTTY?: boolean | undefined }, environment: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && !environment.NO_COLOR && environment.TERM !== "dumb";
}
