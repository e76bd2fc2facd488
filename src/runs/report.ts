/** Report: the page of a screen folder, drawn again from what the folder holds, or several screens on one page. */
import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { NeuroscreenError } from "../base/errors.ts";
import { checkTruth } from "../evaluation/truth.ts";
import { wellKey } from "../plates/split.ts";
import type { ReportInput } from "../report/input.ts";
import { renderReport } from "../report/report.ts";
import { outcomeSentence, renderSideBySide, type ScreenBeside, type SideBySideInput } from "../report/side-by-side.ts";
import { writeAtomically } from "../store/files.ts";
import { readThumbnails } from "../store/thumbnails.ts";
import { readTruth } from "../store/truth.ts";
import { takeExplanation } from "./report-explanation.ts";

/** The options of {@link report}. */
export interface ReportOptions {
  /** The folder of an explanation of the same study and network: taken into the screen's folder, and into its report from now on. */
  readonly explanation?: string;
}

/** The options of {@link sideBySide}. */
export interface SideBySideOptions {
  /** Screen folders, of the same plates. */
  readonly screens: readonly string[];
  /** The folder `truth` of a simulated screen. */
  readonly truth?: string;
  /** The page; `side-by-side.html` beside the first screen's folder. */
  readonly out?: string;
}

/** What {@link sideBySide} gives back. */
export interface SideBySideSummary {
  /** The page. */
  readonly path: string;
  /** How each screen fared. */
  readonly screens: readonly {
    readonly name: string;
    /** In a sentence. */
    readonly outcome: string;
    /** Unseen control wells, and how many of them were told right; null where none was kept aside. */
    readonly wells: { readonly correct: number; readonly n: number } | null;
    /** Verdicts on compounds, and how many of them are right; null without a truth. */
    readonly verdicts: { readonly correct: number; readonly n: number } | null;
    /** Of percent effect and true damage; null without a truth. */
    readonly spearman: number | null;
    readonly effectAtHalf: number | null;
  }[];
}

/**
 * Writes `report.html` of a screen folder anew.
 *
 * @throws {NeuroscreenError} `bad-screen` if the folder is not a screen's; `bad-explanation`, and `other-explanation` if it is of another
 *   study or network
 */
export async function report(folder: string, { explanation }: ReportOptions = {}): Promise<{ readonly path: string }> {
  const path = join(folder, "report.html");
  const found = await readReportInput(folder);
  const input = explanation === undefined ? found : await takeExplanation(folder, explanation, found);
  const images = await readThumbnails(folder, [
    ...input.examples.map(({ image }) => image),
    ...(input.explanation?.fields ?? []).flatMap(({ picture, maps }) => [
      picture,
      ...maps.map(({ thumbnail }) => thumbnail),
    ]),
  ]);
  await writeAtomically(path, renderReport(input, images));
  return { path };
}

/**
 * Writes one page about several screens of the same plates, and beside them the truth where it is known. It reads the folders
 * alone: neither study nor images need be there.
 *
 * @throws {NeuroscreenError} `bad-screen`; `doubled-screen`; `different-screens` if they are not of the same wells; `no-truth`; `other-truth`
 */
export async function sideBySide({ screens, truth: folder, out }: SideBySideOptions): Promise<SideBySideSummary> {
  const names = namesOf(screens);
  const inputs = await Promise.all(screens.map(readReportInput));
  refuseDifferent(screens, inputs);
  const truth = folder === undefined ? null : await readTruth(folder);
  if (truth !== null && folder !== undefined) refuseOtherTruth(folder, truth, inputs);
  const beside = inputs.map((input, i): ScreenBeside => {
    const { warnings, evaluation, quality, provenance } = input;
    const facts = provenance.filter(({ label }) => shownFacts.includes(label)).map(shortened);
    const check = checkTruth(input, truth);
    return { name: names[i]!, facts, warnings, evaluation, quality, check };
  });
  const path = out ?? join(dirname(resolve(screens[0]!)), "side-by-side.html");
  const page: SideBySideInput = { study: inputs[0]!.study, hasTruth: truth !== null, screens: beside };
  await writeAtomically(path, renderSideBySide(page));
  return { path, screens: beside.map(summaryOf) };
}

/** What the screen wrote down for its page. @throws {NeuroscreenError} `bad-screen` */
export async function readReportInput(folder: string): Promise<ReportInput> {
  const refuse = (found: string, cause?: unknown) =>
    new NeuroscreenError({
      code: "bad-screen",
      what: `Reading the screen in ${folder}`,
      found,
      expected: "a folder that this version's `neuroscreen screen` wrote",
      remedy: "Name the folder that was given to `screen --out`; one of another version is screened again.",
      ...(cause === undefined ? {} : { cause }),
    });
  let page: unknown;
  try {
    page = JSON.parse(await readFile(join(folder, "report.json"), "utf8"));
  } catch (cause) {
    throw refuse("no report.json that can be read", cause);
  }
  const lists = ["warnings", "problems", "wells", "doses", "compounds", "quality", "fields", "examples", "training"];
  const isPage = (value: unknown): value is ReportInput =>
    typeof value === "object" && value !== null && lists.every((key) => Array.isArray(Reflect.get(value, key)));
  if (!isPage(page)) throw refuse("a report.json that holds something else");
  return page;
}

/** Of what a screen says of itself, what tells one network from another. */
const shownFacts = ["Network", "Seed", "Fields scored", "Model (SHA-256 of model.onnx)"];

/** Hashes by their beginning: enough to tell two models apart, and a column holds it. */
function shortened({ label, value }: { readonly label: string; readonly value: string }) {
  return { label, value: value.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1…") };
}

/** A short name for each folder: its own, or with its parent's where two are called alike. */
function namesOf(folders: readonly string[]): string[] {
  const paths = folders.map((folder) => resolve(folder));
  const doubled = paths.find((path, i) => paths.indexOf(path) < i);
  if (doubled !== undefined)
    throw new NeuroscreenError({
      code: "doubled-screen",
      what: "Setting screens side by side",
      found: `${doubled} twice`,
      expected: "different screen folders",
      remedy: "Name each folder once.",
    });
  const own = paths.map((path) => basename(path));
  return own.map((name, i) =>
    own.filter((other) => other === name).length === 1 ? name : `${basename(dirname(paths[i]!))}/${name}`,
  );
}

function refuseDifferent(folders: readonly string[], inputs: readonly ReportInput[]): void {
  const keys = inputs.map(({ wells }) => wells.map(wellKey).sort().join("\n"));
  const other = keys.findIndex((key) => key !== keys[0]);
  if (other < 0) return;
  const words = (i: number) => `${inputs[i]!.wells.length} wells of ${inputs[i]!.study.name} in ${folders[i]}`;
  throw new NeuroscreenError({
    code: "different-screens",
    what: "Setting screens side by side",
    found: `${words(0)} and ${words(other)}`,
    expected: "the same wells in each",
    remedy: "Screen the same study with each network, and compare those folders.",
  });
}

function refuseOtherTruth(
  folder: string,
  truth: { readonly wells: readonly { readonly plate: string; readonly well: string }[] },
  inputs: readonly ReportInput[],
): void {
  const known = new Set(truth.wells.map(wellKey));
  const strangers = inputs[0]!.wells.filter((well) => !known.has(wellKey(well)));
  if (strangers.length === 0) return;
  throw new NeuroscreenError({
    code: "other-truth",
    what: `Holding the screens against the truth in ${folder}`,
    found: `${strangers.length} wells that it does not have, such as ${wellKey(strangers[0]!)}`,
    expected: "the truth of the plates that were screened",
    remedy: "Name the folder `truth` of the same simulated screen.",
  });
}

function summaryOf(screen: ScreenBeside): SideBySideSummary["screens"][number] {
  const { name, evaluation, check } = screen;
  const test = evaluation.test?.wells ?? null;
  const claims = check.compounds.flatMap((compound) => compound.claims);
  const judged = claims.filter(({ said, isTrue }) => said !== null && isTrue !== null);
  const correct = judged.filter(({ said, isTrue }) => said === isTrue).length;
  return {
    name,
    outcome: outcomeSentence(screen),
    wells: test === null ? null : { correct: test.correct, n: test.n },
    verdicts: judged.length === 0 ? null : { correct, n: judged.length },
    spearman: check.spearman,
    effectAtHalf: check.effectAtHalf,
  };
}
