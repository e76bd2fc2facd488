import { Command, Option } from "commander";
import { NeuroscreenError } from "../../base/errors.ts";
import { somePath } from "../arguments.ts";
import type { CommandContext } from "../context.ts";
import { sayDone, unlessStopped } from "../follow.ts";

interface GivenOptions {
  readonly explanation?: string;
  readonly truth?: string;
  readonly out?: string;
  readonly json?: true;
}

/** `neuroscreen report SCREEN_DIR…`: the report written again from the tables of a screen, or several screens on one page. */
export function reportCommand({ verbs, terminal, signal }: CommandContext): Command {
  return new Command("report")
    .description("Write the report of a screen again, or one page about several screens")
    .argument("<dir...>", "the screen folder; or several of the same plates, to be set side by side")
    .addOption(
      new Option(
        "--explanation <dir>",
        "what `explain` wrote of the same study and network: taken into the report for good",
      )
        .argParser(somePath("--explanation"))
        .conflicts(["truth", "out"]),
    )
    .addOption(
      new Option("--truth <dir>", "the truth of a simulated screen, to hold the scores against").argParser(
        somePath("--truth"),
      ),
    )
    .addOption(
      new Option("--out <file>", "the page of several screens; side-by-side.html beside the first").argParser(
        somePath("--out"),
      ),
    )
    .addOption(new Option("--json", "print the result as a line of JSON"))
    .action(async (folders: readonly string[], { explanation, truth, out, json }: GivenOptions) => {
      const startedAt = terminal.now();
      const [first, ...others] = folders;
      if (explanation !== undefined && others.length > 0) throw explanationOfSeveral(folders.length);
      const isAlone = others.length === 0 && truth === undefined && out === undefined;
      const taken = explanation === undefined ? undefined : { explanation };
      const told = isAlone
        ? { ...(await unlessStopped(verbs.report(first!, taken), signal)), screens: [] }
        : await unlessStopped(
            verbs.sideBySide({
              screens: folders,
              ...(truth === undefined ? {} : { truth }),
              ...(out === undefined ? {} : { out }),
            }),
            signal,
          );
      if (json) {
        const seconds = (terminal.now() - startedAt) / 1000;
        return terminal.out(`${JSON.stringify({ kind: "done", ...told, seconds })}\n`);
      }
      for (const { name, outcome } of told.screens) terminal.out(`${name}: ${outcome}\n`);
      terminal.out(`wrote ${told.path}\n`);
      sayDone(terminal, { startedAt, next: `open ${told.path} in a browser` });
    });
}

function explanationOfSeveral(screens: number): NeuroscreenError {
  return new NeuroscreenError({
    code: "bad-option",
    what: "--explanation",
    found: `${screens} screen folders`,
    expected: "the one whose report is to hold it",
    remedy: "An explanation is of one network; take it into one screen's report at a time.",
  });
}
