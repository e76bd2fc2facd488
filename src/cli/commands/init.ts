import { Argument, Command, Option } from "commander";
import type { InitSummary } from "../../runs/init.ts";
import { somePath } from "../arguments.ts";
import type { CommandContext } from "../context.ts";
import { sayDone, shellWord, unlessStopped } from "../follow.ts";
import { count, formatColumns, formatNumber, formatWarning } from "../phrases.ts";

const options = [
  new Option("--out <dir>", "folder to write the two files into; the current folder by default").argParser(
    somePath("--out"),
  ),
  new Option("--json", "print the result as one line of JSON"),
];

/** `neuroscreen init FOLDER`: a study file and a plate map to fill in, from a folder of images. */
export function initCommand({ verbs, terminal, signal }: CommandContext): Command {
  const command = new Command("init")
    .description("Begin here: write a study file and a plate map to fill in, from a folder of images")
    .addArgument(
      new Argument("<folder>", "the folder of the images, with its subfolders; it is only read").argParser(
        somePath("the folder"),
      ),
    )
    .action(async (images: string, { out, json }: { out?: string; json?: true }) => {
      const startedAt = terminal.now();
      const summary = await unlessStopped(verbs.init({ images, ...(out === undefined ? {} : { out }) }), signal);
      if (json) return terminal.out(`${JSON.stringify({ kind: "init", ...summary })}\n`);
      for (const warning of summary.warnings) terminal.err(formatWarning(terminal, warning));
      terminal.out(initText(summary));
      const { plateMap, study } = summary;
      const next = `fill in the column role of ${shellWord(plateMap)}, then: neuroscreen index ${shellWord(study)}`;
      sayDone(terminal, { startedAt, next });
    });
  for (const option of options) command.addOption(option);
  return command;
}

/** What was found and where it was written. */
function initText(summary: InitSummary): string {
  const { naming, plates, channels, fields, images, imagesUsed, pixels, leftOut } = summary;
  const wells = plates.reduce((sum, plate) => sum + plate.wells, 0);
  const names = plates.map(({ name }) => name);
  const size = pixels?.pixelSizeMicrometres;
  return [
    formatColumns([
      ["names", naming],
      ["plates", names.length > 4 ? `${names.length}, from ${names[0]} to ${names.at(-1)}` : names.join(", ")],
      ["wells", `${wells}`],
      ["channels", channels.map(({ name }) => name).join(", ")],
      ["fields", `${fields}, from ${imagesUsed} of ${count(images, "image")}`],
      ...(pixels === null
        ? []
        : [
            [
              "pixels",
              `${pixels.width} × ${pixels.height}, ${pixels.bitDepth} bits${size ? `, ${formatNumber(size)} µm` : ""}`,
            ],
          ]),
    ]),
    ...leftOut.map(({ what, count, example }) => `left aside: ${what} (${count}), such as ${example}\n`),
    `wrote ${summary.study}\nwrote ${summary.plateMap}\n`,
  ].join("");
}
