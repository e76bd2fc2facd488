import { Command, Option } from "commander";
import { stringify } from "yaml";
import type { Info } from "../../runs/events.ts";
import type { CommandContext } from "../context.ts";
import { unlessStopped } from "../follow.ts";
import { drawNetwork } from "../network-drawing.ts";

/** `neuroscreen info PATH`: what a study file, a model folder, a screen folder or a simulated screen holds. */
export function infoCommand({ verbs, terminal, signal }: CommandContext): Command {
  return new Command("info")
    .description("Tell what a study file, or a folder that another command wrote, holds, and draw a model's network")
    .argument(
      "<path>",
      "STUDY.yaml, or the folder of a model, a crossvalidation, a screen, an explanation or a simulated screen",
    )
    .addOption(new Option("--json", "print the result as one line of JSON"))
    .action(async (path: string, { json }: { json?: true }) => {
      const info = await unlessStopped(verbs.info(path), signal);
      terminal.out(json ? `${JSON.stringify(info)}\n` : infoText(info, terminal.columns));
    });
}

/** The facts as indented text, `name: value` a line; below them the network, if there is one. */
function infoText({ kind, path, facts, network }: Info, columns: number): string {
  const text = stringify({ [kind]: path, ...facts }, { lineWidth: 0 });
  return network ? `${text}\n${drawNetwork(network, columns)}` : text;
}
