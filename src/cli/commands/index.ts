import { Command, Option } from "commander";
import { NeuroscreenError } from "../../base/errors.ts";
import type { StudyIndex } from "../../runs/index-study.ts";
import type { CommandContext } from "../context.ts";
import { sayDone, shellWord, unlessStopped } from "../follow.ts";
import { count, formatColumns } from "../phrases.ts";

const options = [
  new Option("--check", "also decode every image; anything that cannot be used makes exit code 2"),
  new Option("--json", "print the result as one line of JSON"),
];

/** `neuroscreen index STUDY.yaml`: what a study file finds, before any time is spent on it. */
export function indexCommand({ verbs, terminal, signal }: CommandContext): Command {
  const command = new Command("index")
    .description("Find the images of a study and match them with its plate map")
    .argument("<study>", "the study file, STUDY.yaml")
    .action(async (study: string, given: { check?: true; json?: true }) => {
      const startedAt = terminal.now();
      const index = await unlessStopped(verbs.index(study, { check: given.check === true }), signal);
      const summary = summarizeIndex(index);
      terminal.out(given.json ? `${JSON.stringify(summary)}\n` : indexText(summary));
      if (given.check && summary.problems.length > 0) throw problemsFound(study, summary);
      if (!given.json) sayDone(terminal, { startedAt, next: `neuroscreen train ${shellWord(study)} --out model` });
    });
  for (const option of options) command.addOption(option);
  return command;
}

/** What `index` tells of a study, as data. */
interface IndexSummary {
  readonly kind: "index";
  readonly study: string;
  readonly path: string;
  readonly plates: readonly string[];
  readonly channels: readonly string[];
  /** Wells of the plate map by role. */
  readonly wellsByRole: Readonly<Record<string, number>>;
  /** Wells of which at least one field was found. */
  readonly wellsWithFields: number;
  readonly fields: number;
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  /** A hash over what the study reads. */
  readonly dataHash: string;
  readonly problems: StudyIndex["problems"];
}

/** Counts what an index holds. */
function summarizeIndex(index: StudyIndex): IndexSummary {
  const wellsByRole: Record<string, number> = {};
  for (const { role } of index.wells) wellsByRole[role] = (wellsByRole[role] ?? 0) + 1;
  return {
    kind: "index",
    study: index.study.name,
    path: index.path,
    plates: [...new Set(index.fields.map((field) => field.plate))].sort(),
    channels: index.study.channels.map((channel) => channel.name),
    wellsByRole,
    wellsWithFields: new Set(index.fields.map((field) => `${field.plate}/${field.well}`)).size,
    fields: index.fields.length,
    width: index.width,
    height: index.height,
    bitDepth: index.bitDepth,
    dataHash: index.dataHash,
    problems: index.problems,
  };
}

/** The summary as a small table, and a line for each problem. */
function indexText(summary: IndexSummary): string {
  const roles = Object.entries(summary.wellsByRole).map(([role, wells]) => `${wells} ${role}`);
  const table = formatColumns([
    ["study", summary.study],
    ["plates", summary.plates.length > 8 ? count(summary.plates.length, "plate") : summary.plates.join(", ")],
    ["channels", summary.channels.join(", ")],
    ["roles", roles.join(", ")],
    ["images", `${count(summary.fields, "field")} in ${count(summary.wellsWithFields, "well")}`],
    ["pixels", `${summary.width} × ${summary.height}, ${summary.bitDepth} bits`],
    ["data hash", summary.dataHash],
  ]);
  const problems = summary.problems.map(({ subject, message }) => `left out: ${subject}: ${message}\n`);
  return table + problems.join("");
}

function problemsFound(study: string, { problems }: IndexSummary): NeuroscreenError {
  return new NeuroscreenError({
    code: "study-has-problems",
    what: `Checking ${study}`,
    found: count(problems.length, "problem"),
    expected: "every well and image to be usable",
    remedy: "Mend or remove what is listed above. Without --strict, train and screen leave it out and go on.",
  });
}
