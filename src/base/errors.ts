/**
 * The one error that is meant for the user: data first, its text assembled here.
 *
 * Everything a person can mend is thrown as a `NeuroscreenError`; the command line turns it into
 * exit code 2. A broken invariant of ours is a plain `Error`.
 */
export interface ErrorFacts {
  /** A stable word for programs: callers tell errors apart by it, never by the text. */
  readonly code: string;
  /** The thing or the act that failed, with file and line where there is one. */
  readonly what: string;
  /** What was met: the value, the shape, the path. */
  readonly found: string;
  /** What would have been right. */
  readonly expected: string;
  /** What to do about it: one sentence or two. */
  readonly remedy: string;
  /** The file that it is about, where it is about one of many: as whoever asked named it. */
  readonly file?: string;
  /** The error underneath, where there is one. */
  readonly cause?: unknown;
}

/** An error that a user can mend; see {@link ErrorFacts}. */
export class NeuroscreenError extends Error {
  override readonly name = "NeuroscreenError";
  readonly code: string;
  readonly facts: ErrorFacts;

  constructor(facts: ErrorFacts) {
    super(
      `${facts.what}: expected ${facts.expected}, found ${facts.found}.\n${facts.remedy}`,
      facts.cause === undefined ? {} : { cause: facts.cause },
    );
    this.code = facts.code;
    this.facts = facts;
  }
}

/**
 * The word of `candidates` nearest to `word` by edit distance, if it is near enough to be a slip of the hand.
 *
 * @returns the candidate at a distance of at most a third of the longer word's length (at least 2 for words of 4 letters up), or undefined
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  const limit =
    best === undefined ? 0 : Math.max(word.length > 3 ? 2 : 1, Math.floor(Math.max(word.length, best.length) / 3));
  return bestDistance <= limit ? best : undefined;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, previous[j]! + 1, current[j - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
