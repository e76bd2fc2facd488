import { Command, Option } from "commander";
import type { Accepted, ScreenOptions, ScreenSummary } from "../../runs/events.ts";
import { cacheOption, oneOf, somePath, wholeNumber } from "../arguments.ts";
import type { CommandContext } from "../context.ts";
import { followRun } from "../follow.ts";
import { count, formatColumns, formatNumber } from "../phrases.ts";

const options = [
  new Option("--model <dir>", "a model folder; given several times, the models are averaged, each on its own scale")
    .argParser((folder: string, before: readonly string[] | undefined) => [
      ...(before ?? []),
      somePath("--model")(folder),
    ])
    .makeOptionMandatory(),
  new Option("--out <dir>", "the screen folder to write").argParser(somePath("--out")).makeOptionMandatory(),
  new Option(
    "--accept <what>",
    "take images that differ from the training's: bit-depth or pixel-size; may be given twice",
  ).argParser((word: string, before: readonly Accepted[] | undefined) => [
    ...(before ?? []),
    oneOf("--accept", ["bit-depth", "pixel-size"])(word),
  ]),
  new Option("--batch <n>", "fields scored at a time (4; large ones 1)").argParser(
    wholeNumber("--batch", { least: 1 }),
  ),
  new Option("--workers <n>", "threads that decode images; the result does not depend on it").argParser(
    wholeNumber("--workers", { least: 1 }),
  ),
  cacheOption(),
  new Option("--strict", "stop at the first image or well that cannot be used, instead of leaving it out"),
  new Option("--resume", "go on with a screen that was cut short"),
  new Option("--json", "print progress and result as lines of JSON"),
];

type GivenOptions = Omit<ScreenOptions, "study" | "models"> & {
  readonly model: readonly string[];
  readonly json?: true;
};

/** `neuroscreen screen STUDY.yaml --model DIR --out DIR`: every well scored, every compound judged. */
export function screenCommand({ verbs, terminal, signal }: CommandContext): Command {
  const command = new Command("screen")
    .description("Score every well of a study with a trained network and write the report")
    .argument("<study>", "the study file, STUDY.yaml")
    .action(async (study: string, { model, json, ...given }: GivenOptions) => {
      const run = verbs.screen({ study, models: model, ...given }, signal);
      await followRun(terminal, run, {
        json: json === true,
        text: screenText,
        next: ({ report }) => `open ${report} in a browser`,
      });
    });
  for (const option of options) command.addOption(option);
  return command;
}

/** What was scored, how far apart the controls of each plate stand, and where the report lies. */
function screenText(summary: ScreenSummary): string {
  const { fields, wells, compounds } = summary;
  const figure = (zPrime: number | null) => (zPrime === null ? "none" : formatNumber(zPrime));
  const quality = summary.plates.map(({ plate, zPrime, zPrimeOfAll }) => [plate, figure(zPrime), figure(zPrimeOfAll)]);
  return [
    `scored ${count(fields, "field")} of ${count(wells, "well")}, ${count(compounds, "compound")}\n`,
    formatColumns([[`Z′ (${summary.score})`, "untouched controls", "all, trained-on too"], ...quality]),
    `wrote ${summary.report}\n`,
  ].join("");
}
