import { Command, Option } from "commander";
import { NeuroscreenError } from "../../base/errors.ts";
import type { IndexOptions } from "../../runs/events.ts";
import type { StudyIndex } from "../../runs/index-study.ts";
import { isHint } from "../../runs/strict.ts";
import { cacheOption, wholeNumber } from "../arguments.ts";
import type { CommandContext } from "../context.ts";
import { sayDone, shellWord, showRun } from "../follow.ts";
import { count, formatColumns, formatNumber, formatWarning } from "../phrases.ts";

/** What the index says of where the control wells lie. */
type PositionCheck = NonNullable<StudyIndex["position"]>;

const options = [
  new Option("--check", "read every image now, with its progress; anything that cannot be used makes exit code 2"),
  cacheOption(),
  new Option("--workers <n>", "threads that decode images; the result does not depend on it").argParser(
    wholeNumber("--workers", { least: 1 }),
  ),
  new Option("--json", "print progress and result as lines of JSON"),
];

type GivenOptions = Omit<IndexOptions, "study"> & { readonly json?: true };

/** `neuroscreen index STUDY.yaml`: what a study file finds, before any time is spent on it. */
export function indexCommand({ verbs, terminal, signal }: CommandContext): Command {
  const command = new Command("index")
    .description("Find the images of a study and match them with its plate map")
    .argument("<study>", "the study file, STUDY.yaml")
    .action(async (study: string, { json, ...given }: GivenOptions) => {
      const startedAt = terminal.now();
      const run = verbs.index({ study, ...given }, signal);
      const kept = "the same command goes on from there";
      const index = await showRun(terminal, run, { json: json === true, kept });
      const summary = summarizeIndex(index);
      terminal.out(json ? `${JSON.stringify(summary)}\n` : indexText(summary));
      if (!json && summary.position?.explains) terminal.err(formatWarning(terminal, positionWarning(summary.position)));
      if (given.check && summary.problems.some((problem) => !isHint(problem))) throw problemsFound(study, summary);
      if (!json) sayDone(terminal, { startedAt, next: nextStep(study, index) });
    });
  for (const option of options) command.addOption(option);
  return command;
}

function nextStep(study: string, index: StudyIndex): string {
  const train = `neuroscreen train ${shellWord(study)} --out model`;
  return index.study.split === undefined ? `choose what is held out, the key split of ${study}, then: ${train}` : train;
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
  readonly pixelSizeMicrometres: number | null;
  /** Whether every image has been looked at, or a sample. */
  readonly looked: StudyIndex["looked"];
  /** Images of planes or times that the study does not select. */
  readonly otherPlanes: number;
  /** Whether the wells' places alone tell the controls apart. */
  readonly position: PositionCheck | null;
  /** A hash over the images; null until each has been read once. */
  readonly dataHash: string | null;
  /** The file that remembers what the images are like; null where nothing could be written. */
  readonly cache: string | null;
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
    pixelSizeMicrometres: index.pixelSizeMicrometres,
    looked: index.looked,
    otherPlanes: index.otherPlanes,
    position: index.position,
    dataHash: index.dataHash,
    cache: index.cache,
    problems: index.problems,
  };
}

/** The summary as a small table, and a line for each problem. */
function indexText(summary: IndexSummary): string {
  const { plates, position, dataHash, problems, otherPlanes } = summary;
  const roles = Object.entries(summary.wellsByRole).map(([role, wells]) => `${wells} ${role}`);
  const aside = otherPlanes === 0 ? "" : `; ${count(otherPlanes, "image")} of other planes or times left aside`;
  const table = formatColumns([
    ["study", summary.study],
    ["plates", plates.length > 8 ? count(plates.length, "plate") : plates.join(", ")],
    ["channels", summary.channels.join(", ")],
    ["roles", roles.join(", ")],
    ["images", `${count(summary.fields, "field")} in ${count(summary.wellsWithFields, "well")}${aside}`],
    ["pixels", pixelWords(summary)],
    ["position", positionWords(position)],
    ["data hash", dataHash ?? "not known before every image was read (--check reads them)"],
    ...(summary.cache === null ? [] : [["kept in", summary.cache]]),
  ]);
  return table + problemLines(problems).join("");
}

function pixelWords({ width, height, bitDepth, pixelSizeMicrometres, looked }: IndexSummary): string {
  const size = pixelSizeMicrometres === null ? "" : `, ${formatNumber(pixelSizeMicrometres)} µm`;
  return `${width} × ${height}, ${bitDepth} bits${size}${looked === "sample" ? " (a sample; --check looks at all)" : ""}`;
}

/** Of fewer wells, chance alone is often right about nearly all. */
const fewestForPosition = 8;

/** What the nearest control well says about the held-out ones. */
function positionWords(position: PositionCheck | null): string {
  if (position === null || position.wells < fewestForPosition) return "too few control wells to say";
  const { right, wells, heldOut } = position;
  const whose = { split: "test wells", plate: "wells of plates left out", well: "wells left out one by one" }[heldOut];
  return `tells the role of ${formatNumber(right)} of ${wells} ${whose} (chance: about ${formatNumber(wells / 2)})`;
}

function positionWarning(position: PositionCheck): string {
  return [
    `position ${positionWords(position)}: the nearest training control well has the same role. A network may learn where a`,
    "well lies (light, focus, edge effects) and be right without a look at the cells. Hold out other wells, or mix the controls on the next plates.",
  ].join(" ");
}

/** So many problems of one kind are listed; `--json` lists all. */
const mostListed = 20;

function problemLines(problems: IndexSummary["problems"]): string[] {
  const byCode = new Map<string, string[]>();
  for (const { code, subject, message } of problems) {
    const lines = byCode.get(code) ?? [];
    byCode.set(code, lines);
    lines.push(`${subject}: ${message}\n`);
  }
  return [...byCode.values()].flatMap((lines) => {
    const more = lines.length - mostListed;
    return more > 0 ? [...lines.slice(0, mostListed), `and ${more} more like the last; --json lists all\n`] : lines;
  });
}

function problemsFound(study: string, { problems }: IndexSummary): NeuroscreenError {
  return new NeuroscreenError({
    code: "study-has-problems",
    what: `Checking ${study}`,
    found: count(problems.filter((problem) => !isHint(problem)).length, "problem"),
    expected: "every well and image to be usable",
    remedy: "Mend or remove what is listed above. Without --strict, train and screen leave it out and go on.",
  });
}
