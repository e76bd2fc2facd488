import { Command, Option } from "commander";
import type { CrossvalidateOptions, CrossvalidateSummary } from "../../runs/events.ts";
import { somePath, wholeNumber } from "../arguments.ts";
import type { CommandContext } from "../context.ts";
import { followRun, shellWord } from "../follow.ts";
import { count, formatColumns, formatNumber, formatPercent } from "../phrases.ts";
import { trainCommand } from "./train.ts";

const ownOptions = [
  new Option("--out <dir>", "the folder to write, a model folder a fold in it")
    .argParser(somePath("--out"))
    .makeOptionMandatory(),
  new Option("--folds <n>", "how many networks, each tested by other control wells (default: 4)").argParser(
    wholeNumber("--folds", { least: 3 }),
  ),
  new Option("--permuted", "also train on labels shuffled within each plate: what chance reaches"),
  new Option("--resume", "go on with a crossvalidation that was cut short"),
];

type GivenOptions = Omit<CrossvalidateOptions, "study" | "learningRate"> & {
  readonly lr?: number;
  readonly json?: true;
};

type Figures = CrossvalidateSummary["figures"];
type Rival = NonNullable<Figures["permuted"]>;

/** `neuroscreen crossvalidate STUDY.yaml --out DIR`: how a network does on wells, plates or batches that it has not seen. */
export function crossvalidateCommand(context: CommandContext): Command {
  const { verbs, terminal, signal } = context;
  const command = new Command("crossvalidate")
    .description("Train and test networks in turns, so that every control well is judged once by one that never saw it")
    .argument("<study>", "the study file, STUDY.yaml")
    .action(async (study: string, { lr, json, ...given }: GivenOptions) => {
      const options = { study, ...given, ...(lr === undefined ? {} : { learningRate: lr }) };
      await followRun(terminal, verbs.crossvalidate(options, signal), {
        json: json === true,
        text: crossvalidateText,
        next: ({ out }) => `neuroscreen screen ${shellWord(study)} --model ${shellWord(out)} --out screen`,
      });
    });
  const isOwn = (long: string | undefined) => ownOptions.some((own) => own.long === long);
  for (const option of [...ownOptions, ...trainCommand(context).options.filter(({ long }) => !isOwn(long))])
    command.addOption(option);
  return command;
}

/** The folds, then the network beside what needs none. */
function crossvalidateText({ figures }: CrossvalidateSummary): string {
  const { networks, shortcuts, permuted, unit } = figures;
  const folds = networks.folds.map((fold) => [
    `${fold.name}: ${fold.testGroups.length > 3 ? count(fold.testGroups.length, unit, plurals[unit]) : fold.testGroups.join(", ")}`,
    `${fold.correct} of ${count(fold.nWells, "well")}`,
    fold.auc === null ? "none" : formatNumber(fold.auc),
  ]);
  const rivals: [string, Rival][] = shortcuts.map((shortcut) => [shortcut.name, shortcut]);
  if (permuted) rivals.push(["labels shuffled", permuted]);
  return [
    formatColumns([["tested by", "right", "AUC"], ...folds]),
    "\n",
    formatColumns([
      ["judge", "right", "95 % interval", "AUC", "network is ahead by"],
      ["the network", ...figureWords(networks), ""],
      ...rivals.map(([name, { figures, comparison }]) => [name, ...figureWords(figures), aheadWords(comparison)]),
    ]),
  ].join("");
}

const plurals = { batch: "batches", plate: "plates", well: "wells" } as const;

function figureWords({ correct, nWells, interval, auc }: Omit<Rival["figures"], "folds">): string[] {
  const ends = [interval.low, interval.high].map((share) => (100 * share).toFixed(0));
  const share = `${correct} of ${nWells}, ${formatPercent(correct / nWells)}`;
  return [share, `${ends.join(" to ")} %`, auc === null ? "none" : formatNumber(auc)];
}

function aheadWords({ difference, low, high, mcnemarP }: Rival["comparison"]): string {
  const points = (share: number) => (100 * share).toFixed(0);
  const interval = low === null || high === null ? "" : ` (95 % ${points(low)} to ${points(high)})`;
  return `${points(difference)} points${interval}, p ${mcnemarP < 0.001 ? "< 0.001" : formatNumber(mcnemarP)}`;
}
