/** What becomes of problems: events, or the end of a strict run. */
import { NeuroscreenError } from "../base/errors.ts";
import type { Problem } from "../images/fields.ts";
import type { RunEvent } from "./events.ts";

/** Whether a problem leaves out nothing that was meant: a hint, for people. */
export function isHint({ code }: Problem): boolean {
  return ["channel-unused", "column-doubtful", "images-aside", "fields-absent"].includes(code);
}

/**
 * Tells each problem as an event.
 *
 * @throws {NeuroscreenError} `strict` if there is a problem and the run is strict; hints are none
 */
export function* strictly(problems: readonly Problem[], isStrict: boolean): Generator<RunEvent> {
  for (const { subject, message } of problems) yield { kind: "problem", subject, message };
  const counted = problems.filter((problem) => !isHint(problem));
  if (!isStrict || counted.length === 0) return;
  throw new NeuroscreenError({
    code: "strict",
    what: "A strict run",
    // All were told; three remind of them.
    found: `${counted.length}:${counted
      .slice(0, 3)
      .map(({ subject, message }) => `\n  ${subject}: ${message}`)
      .join("")}${counted.length > 3 ? "\n  …" : ""}`,
    expected: "no file and no well left out",
    remedy: "Mend what is named above, or run without --strict.",
  });
}
