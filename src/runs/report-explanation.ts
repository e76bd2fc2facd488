/**
 * Takes an explanation into a screen's folder, so that the screen's report holds it from then on and needs no other folder.
 */
import { copyFile, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { NeuroscreenError } from "../base/errors.ts";
import { wellKey } from "../plates/split.ts";
import type { ExplanationRecord } from "../records/explain.ts";
import { excerptOf, type PictureCopy } from "../report/explanation-excerpt.ts";
import type { ReportInput } from "../report/input.ts";
import { writeAtomically, writeFolder } from "../store/files.ts";

/**
 * Copies the small pictures into `explanation/` of the screen's folder, writes `report.json` anew, and gives what it says now. An
 * explanation that was there is replaced.
 *
 * @throws {NeuroscreenError} `bad-explanation`; `other-explanation` if it is of another study or network
 */
export async function takeExplanation(screen: string, folder: string, input: ReportInput): Promise<ReportInput> {
  const record = await readExplanation(folder);
  refuseOther(folder, record, screen, input);
  const { excerpt, pictures } = excerptOf(record);
  await writeFolder(join(screen, "explanation"), (temporary) => copyPictures(folder, temporary, pictures));
  const told = { ...input, explanation: excerpt };
  await writeAtomically(join(screen, "report.json"), `${JSON.stringify(told)}\n`);
  return told;
}

/** `explain.json` of an explanation's folder. @throws {NeuroscreenError} `bad-explanation` */
export async function readExplanation(folder: string): Promise<ExplanationRecord> {
  const refuse = (found: string, cause?: unknown) =>
    new NeuroscreenError({
      code: "bad-explanation",
      what: `Reading the explanation in ${folder}`,
      found,
      expected: "a folder that this version's `neuroscreen explain` wrote",
      remedy: "Name the folder that was given to `explain --out`; one of another version is explained again.",
      ...(cause === undefined ? {} : { cause }),
    });
  let record: unknown;
  try {
    record = JSON.parse(await readFile(join(folder, "explain.json"), "utf8"));
  } catch (cause) {
    throw refuse("no explain.json that can be read", cause);
  }
  const lists = ["models", "methods", "notes", "fields", "roles", "wells", "montage"];
  const isRecord = (value: unknown): value is ExplanationRecord =>
    typeof value === "object" && value !== null && lists.every((key) => Array.isArray(Reflect.get(value, key)));
  if (!isRecord(record)) throw refuse("an explain.json that holds something else");
  return record;
}

/** The label under which a screen says which networks scored it. */
const hashLabel = "Model (SHA-256 of model.onnx)";

function refuseOther(folder: string, record: ExplanationRecord, screen: string, input: ReportInput): void {
  const refuse = (found: string, expected: string, remedy: string) => {
    throw new NeuroscreenError({
      code: "other-explanation",
      what: `Taking the explanation in ${folder} into the report of ${screen}`,
      found,
      expected,
      remedy,
    });
  };
  const hashes = input.provenance.find(({ label }) => label === hashLabel)?.value ?? "";
  const stranger = record.models.find(({ hash }) => !hashes.includes(hash));
  if (stranger !== undefined)
    refuse(
      `the network ${stranger.hash.slice(0, 12)}…`,
      `one that scored this screen: ${hashes.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1…")}`,
      "Explain the same study with the --model that the screen was made with.",
    );
  const screened = new Set(input.wells.map(wellKey));
  const outside = record.fields.find((field) => !screened.has(wellKey(field)));
  if (outside !== undefined || record.study.name !== input.study.name)
    refuse(
      outside === undefined ? `the study ${record.study.name}` : `the well ${wellKey(outside)} of ${record.study.name}`,
      `wells of ${input.study.name} that were screened`,
      "Explain the study that was screened.",
    );
}

async function copyPictures(from: string, to: string, pictures: readonly PictureCopy[]): Promise<void> {
  for (const picture of pictures) {
    // A picture that is missing is told on the page; a path that leads elsewhere is not followed.
    if (!isPicture(picture.from)) continue;
    await copyFile(join(from, picture.from), join(to, basename(picture.to))).catch((error: unknown) => {
      const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
      if (!isMissing) throw error;
    });
  }
}

// The list comes from a file that may be another's: no path leads out of the folder.
function isPicture(path: string): boolean {
  const parts = path.split("/");
  return path.endsWith(".jpg") && !path.includes("\\") && parts.every((part) => !["", ".", ".."].includes(part));
}
