import { Command, Option } from "commander";
import type { SimulateOptions, SimulateSummary } from "../../runs/simulate-settings.ts";
import { oneOf, positiveNumber, share, somePath, wholeNumber } from "../arguments.ts";
import type { CommandContext } from "../context.ts";
import { followRun, shellWord } from "../follow.ts";
import { count } from "../phrases.ts";

const options = [
  new Option("--out <dir>", "the folder to write; absent or empty").argParser(somePath("--out")).makeOptionMandatory(),
  new Option("--plates <n>", "plates in all; 4, or as many as the panel has compounds").argParser(whole("--plates")),
  new Option("--fields <n>", "fields a well; 6").argParser(whole("--fields")),
  new Option("--size <pixels>", "side of a field; 512. A smaller size is a smaller view").argParser(whole("--size")),
  new Option("--pixel-size <um>", "side of a pixel in µm: 0.325 as with 20×, 0.1625 with 40×").argParser(
    positiveNumber("--pixel-size"),
  ),
  new Option("--published", "as large as the published screen: 36 plates, 30 fields, 2048 pixels"),
  new Option("--seed <n>", "seed of every random choice; 1").argParser(wholeNumber("--seed", { least: 0 })),
  new Option("--layout <name>", "random; or recovered or figure, where place and treatment go together").argParser(
    oneOf("--layout", ["random", "recovered", "figure"]),
  ),
  new Option("--effect <share>", "scales all damage by Abeta, 0 to 1").argParser(share("--effect")),
  new Option("--difficulty <share>", "scales all nuisance, 0 to 1; 0.5").argParser(share("--difficulty")),
  new Option("--replicates <n>", "plates a compound, in different batches; 1").argParser(whole("--replicates")),
  new Option("--panel <file>", "compounds of your own, CSV: compound, class, ec50_uM, max_effect, …").argParser(
    somePath("--panel"),
  ),
  new Option("--defects", "spoil files and fields, a few of each kind, and list them in the truth"),
  new Option("--masks", "write labels of somata, neurites, nuclei and puncta too"),
  new Option("--scores", "draw well scores in place of images"),
  new Option("--only <plate/well>", "draw this well only, such as P01/B03"),
  new Option("--workers <n>", "threads that draw; the result does not depend on it").argParser(whole("--workers")),
  new Option("--resume", "go on with a screen that was cut short"),
  new Option("--json", "print progress and result as lines of JSON"),
];

type GivenOptions = Omit<SimulateOptions, "pixelSizeMicrometres"> & {
  readonly pixelSize?: number;
  readonly json?: true;
};

/** `neuroscreen simulate --out DIR`: a screen with a known answer. */
export function simulateCommand({ verbs, terminal, signal }: CommandContext): Command {
  const command = new Command("simulate")
    .description("Draw a screen whose truth is known: images as the microscope writes them, and the answer")
    .action(async ({ pixelSize, json, ...given }: GivenOptions) => {
      const size = pixelSize === undefined ? {} : { pixelSizeMicrometres: pixelSize };
      const run = verbs.simulate({ ...given, ...size }, signal);
      await followRun(terminal, run, { json: json === true, text: simulateText, next: nextStep });
    });
  for (const option of options) command.addOption(option);
  return command;
}

function simulateText({ study, out, plates, wells, fields, files, defects }: SimulateSummary): string {
  const what =
    study === null
      ? `scores of ${count(fields, "field")}`
      : `${count(fields, "field")} in ${count(files, "file")}${defects > 0 ? `, ${count(defects, "field")} spoilt` : ""}`;
  return `simulated ${count(plates, "plate")}, ${count(wells, "well")}: ${what}\nwrote ${study ?? out}; the truth is in ${out}/truth\n`;
}

function nextStep({ study, out }: SimulateSummary): string {
  return study === null ? `read ${out}/scores.csv beside ${out}/truth` : `neuroscreen index ${shellWord(study)}`;
}

function whole(option: string) {
  return wholeNumber(option, { least: 1 });
}
