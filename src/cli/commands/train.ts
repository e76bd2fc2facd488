import { Command, Option } from "commander";
import type { TrainOptions, TrainSummary } from "../../runs/events.ts";
import { badOption, cacheOption, oneOf, positiveNumber, somePath, wholeNumber } from "../arguments.ts";
import type { CommandContext } from "../context.ts";
import { followRun, shellWord } from "../follow.ts";
import { count, formatColumns, formatPercent } from "../phrases.ts";

/** What a recipe decides, and the files that a network can begin with: options of every verb that trains. */
function recipeOptions(): Option[] {
  return [
    new Option("--config <file>", "a recipe, such as recipes/default.yaml; the options below win over it"),
    new Option(
      "--stains <names>",
      "channels of the study to train on, such as MAP2,DNA; all of them by default",
    ).argParser(stainNames),
    new Option("--fusion <how>", "how stains come together: single, stacked, separate, sum or rgb").argParser(
      oneOf("--fusion", ["single", "stacked", "separate", "sum", "rgb"]),
    ),
    new Option("--backbone <name>", "the network: resnet10, resnet18, resnet34, resnet50 or vgg19").argParser(
      oneOf("--backbone", ["resnet10", "resnet18", "resnet34", "resnet50", "vgg19"]),
    ),
    new Option("--width <factor>", "multiplier of the network's channel counts").argParser(positiveNumber("--width")),
    new Option("--pretrained <file>", "begin with torchvision's weights, .pth or .safetensors").argParser(
      somePath("--pretrained"),
    ),
    new Option("--stem <how>", "how its first convolution is fitted to the stains: mean, sum or spread").argParser(
      oneOf("--stem", ["mean", "sum", "spread"]),
    ),
    new Option("--init-from <dir...>", "single-stain models to begin the branches of separate with"),
    new Option("--size <pixels>", "side of the whole field after averaging").argParser(whole("--size")),
    new Option("--crop <pixels>", "side of the random training crops of it").argParser(whole("--crop")),
    new Option("--epochs <n>", "times that the training fields are gone through").argParser(whole("--epochs")),
    new Option("--batch <n>", "crops a training step").argParser(whole("--batch")),
    new Option("--lr <rate>", "learning rate, the highest of its schedule").argParser(positiveNumber("--lr")),
    new Option("--optimizer <rule>", "sgd or adamw").argParser(oneOf("--optimizer", ["sgd", "adamw"])),
    new Option("--seed <n>", "seed of every random choice").argParser(wholeNumber("--seed", { least: 0 })),
    new Option(
      "--normalize <by>",
      "grey scale from the training fields (study) or each plate's wells (plate)",
    ).argParser(oneOf("--normalize", ["study", "plate"])),
    new Option("--device <name>", "what computes: cpu").argParser(oneOf("--device", ["cpu"])),
  ];
}

const options = [
  new Option("--out <dir>", "the model folder to write").argParser(somePath("--out")).makeOptionMandatory(),
  ...recipeOptions(),
  new Option("--workers <n>", "threads that decode images; the result does not depend on it").argParser(
    whole("--workers"),
  ),
  cacheOption(),
  new Option("--strict", "stop at the first image or well that cannot be used, instead of leaving it out"),
  new Option("--resume", "go on with a training that was cut short"),
  new Option("--json", "print progress and result as lines of JSON"),
];

type GivenOptions = Omit<TrainOptions, "study" | "learningRate"> & { readonly lr?: number; readonly json?: true };

/** `neuroscreen train STUDY.yaml --out DIR`: a network taught by the control wells of a study. */
export function trainCommand({ verbs, terminal, signal }: CommandContext): Command {
  const command = new Command("train")
    .description("Train a network on the control wells of a study")
    .argument("<study>", "the study file, STUDY.yaml")
    .action(async (study: string, { lr, json, ...given }: GivenOptions) => {
      const run = verbs.train({ study, ...given, ...(lr === undefined ? {} : { learningRate: lr }) }, signal);
      await followRun(terminal, run, {
        json: json === true,
        text: trainText,
        next: ({ out }) => `neuroscreen screen ${shellWord(study)} --model ${shellWord(out)} --out screen`,
      });
    });
  for (const option of options) command.addOption(option);
  return command;
}

/** How the network does on each part of the control wells, and where it lies. */
function trainText({ evaluation, keptEpoch, chosen, epochs }: TrainSummary): string {
  const { train, validation, test } = evaluation;
  const rows = Object.entries({ training: train, validation, test }).map(([name, part]) => [name, ...partWords(part)]);
  return [
    formatColumns([["control wells", "right", "95 % interval", "fields right"], ...rows]),
    `kept epoch ${keptEpoch} of ${epochs}, ${chosen ? "the best by validation" : "the last"}\n`,
  ].join("");
}

function partWords(part: TrainSummary["evaluation"]["test"]): string[] {
  if (part === null) return ["none"];
  const { correct, n, interval } = part.wells;
  const percents = [interval.low, interval.high].map((share) => (100 * share).toFixed(0));
  return [`${correct} of ${count(n, "well")}`, `${percents.join(" to ")} %`, formatPercent(part.fields.accuracy)];
}

function whole(option: string) {
  return wholeNumber(option, { least: 1 });
}

/** `MAP2, DNA` as two names. */
function stainNames(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (!names.includes("")) return names;
  throw badOption("--stains", text, "names of channels with commas between them");
}
