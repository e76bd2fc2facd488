import { Command, Option } from "commander";
import { stringify } from "yaml";
import type { Info } from "../../runs/events.ts";
import type { CommandContext } from "../context.ts";
import { unlessStopped } from "../follow.ts";

/** `neuroscreen info PATH`: what a study file, a model folder or a screen folder holds. */
export function infoCommand({ verbs, terminal, signal }: CommandContext): Command {
  return new Command("info")
    .description("Tell what a study file, a model folder or a screen folder holds")
    .argument("<path>", "STUDY.yaml, a model folder or a screen folder")
    .addOption(new Option("--json", "print the result as one line of JSON"))
    .action(async (path: string, { json }: { json?: true }) => {
      const info = await unlessStopped(verbs.info(path), signal);
      terminal.out(json ? `${JSON.stringify(info)}\n` : infoText(info));
    });
}

/** The facts as indented text, `name: value` a line. */
function infoText({ kind, path, facts }: Info): string {
  return stringify({ [kind]: path, ...facts }, { lineWidth: 0 });
}
