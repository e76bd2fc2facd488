import { Command, Option } from "commander";
import type { Accepted, ExplainOptions, ExplainSummary } from "../../runs/events.ts";
import { checkNames, methodNames, pickNames, stainScopes } from "../../runs/explain-settings.ts";
import { badOption, cacheOption, listOf, oneOf, somePath, wholeNumber } from "../arguments.ts";
import type { CommandContext } from "../context.ts";
import { followRun } from "../follow.ts";
import { count, formatColumns, formatNumber } from "../phrases.ts";

const options = [
  new Option("--model <dir>", "the model folder, or a crossvalidation's: each plate by the network that it tested")
    .argParser(oneModel)
    .makeOptionMandatory(),
  new Option("--out <dir>", "the folder to write").argParser(somePath("--out")).makeOptionMandatory(),
  new Option("--fields <list>", "the fields to explain: PLATE/WELL/SITE,…")
    .argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), ...fieldNames(text)])
    .conflicts("pick"),
  new Option(
    "--pick <list>",
    "best, unsure or wrong control fields that the network has not seen, or median: typical fields of each role",
  ).argParser(listOf("--pick", pickNames)),
  new Option("--count <n>", "how many fields each --pick takes (3)").argParser(wholeNumber("--count", { least: 1 })),
  new Option(
    "--methods <list>",
    `the maps to draw: ${methodNames.join(", ")} (all but guided and windows-exact)`,
  ).argParser(listOf("--methods", methodNames)),
  new Option("--class <class>", "the class that gradients explain, by number or name (the positive one)"),
  new Option(
    "--window <pixels>",
    "side of the windows in pixels of the network's image (the training's crop)",
  ).argParser(wholeNumber("--window", { least: 1 })),
  new Option(
    "--stains <which>",
    "whose stains are weighed: all fields of the explained wells, the explained fields, or none",
  )
    .choices([...stainScopes])
    .argParser(oneOf("--stains", stainScopes)),
  new Option(
    "--checks <list>",
    `whether to believe the maps: ${checkNames.join(", ")}; many fields, a long run`,
  ).argParser(listOf("--checks", checkNames)),
  new Option(
    "--beside <dir>",
    "for enrichment: networks that were taught shuffled labels, to hold the maps against (those of a crossvalidation with --permuted)",
  ).argParser(somePath("--beside")),
  new Option("--check-fields <n>", "how many fields the checks look at (60)").argParser(
    wholeNumber("--check-fields", { least: 1 }),
  ),
  new Option("--seed <n>", "of all that is drawn at random (1)").argParser(wholeNumber("--seed", { least: 0 })),
  new Option(
    "--accept <what>",
    "take images that differ from the training's: bit-depth or pixel-size; may be given twice",
  ).argParser((word: string, before: readonly Accepted[] | undefined) => [
    ...(before ?? []),
    oneOf("--accept", ["bit-depth", "pixel-size"])(word),
  ]),
  new Option("--workers <n>", "threads that decode images; the result does not depend on it").argParser(
    wholeNumber("--workers", { least: 1 }),
  ),
  cacheOption(),
  new Option("--resume", "go on with an explanation that was cut short"),
  new Option("--json", "print progress and result as lines of JSON"),
];

type GivenOptions = Omit<ExplainOptions, "study"> & { readonly json?: true };

/** `neuroscreen explain STUDY.yaml --model DIR --out DIR`: why the network said so, field by field. */
export function explainCommand({ verbs, terminal, signal }: CommandContext): Command {
  const command = new Command("explain")
    .description("Draw what a trained network looked at, weigh its stains, and check whether the maps can be believed")
    .argument("<study>", "the study file, STUDY.yaml")
    .action(async (study: string, { json, ...given }: GivenOptions) => {
      await followRun(terminal, verbs.explain({ study, ...given }, signal), {
        json: json === true,
        text: explainText,
        next: ({ report }) => `open ${report} in a browser`,
      });
    });
  for (const option of options) command.addOption(option);
  return command;
}

// Averaged, the maps of several networks would be of none of them.
function oneModel(folder: string, before: string | undefined): string {
  if (before === undefined) return somePath("--model")(folder);
  throw badOption(
    "--model",
    `${before} --model ${folder}`,
    "one network, or one crossvalidation",
    "Explain them one after the other, each into a folder of its own.",
  );
}

function fieldNames(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "")) return names;
  throw badOption("--fields", text, "names of fields, PLATE/WELL/SITE, with commas between them");
}

/** How many maps there are of what, what each stain did to fields of each role, and what the checks say. */
function explainText(summary: ExplainSummary): string {
  const { fields, maps, stains, channels, verdicts, report } = summary;
  const replaced = { mean: "the training's mean", vehicle: "a vehicle field's" };
  const rows = stains.map(({ role, replacedBy, shapley }) => [
    role,
    replaced[replacedBy],
    ...shapley.map(formatNumber),
  ]);
  return [
    `explained ${count(fields, "field")} in ${count(maps, "map")}\n`,
    rows.length === 0 ? "" : formatColumns([["log-odds by stain", "against", ...channels], ...rows]),
    ...verdicts.map(
      ({ map, holds, sentence }) =>
        `${map}: ${{ true: "holds", false: "fails", null: "open" }[`${holds}`]}. ${sentence}\n`,
    ),
    `wrote ${report}\n`,
  ].join("");
}
