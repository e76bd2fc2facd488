import { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { sayDone, unlessStopped } from "../follow.ts";

/** `neuroscreen report SCREEN_DIR`: the report written again from the tables of a screen. */
export function reportCommand({ verbs, terminal, signal }: CommandContext): Command {
  return new Command("report")
    .description("Write the report of a screen again")
    .argument("<screen>", "the screen folder")
    .action(async (folder: string) => {
      const startedAt = terminal.now();
      const { path } = await unlessStopped(verbs.report(folder), signal);
      terminal.out(`wrote ${path}\n`);
      sayDone(terminal, { startedAt, next: `open ${path} in a browser` });
    });
}
