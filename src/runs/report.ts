/** Report: the page of a screen folder, drawn again from what the folder holds. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { NeuroscreenError } from "../base/errors.ts";
import type { ReportInput } from "../report/input.ts";
import { renderReport } from "../report/report.ts";
import { writeAtomically } from "../store/files.ts";
import { readThumbnails } from "../store/thumbnails.ts";

/**
 * Writes `report.html` of a screen folder anew.
 *
 * @throws {NeuroscreenError} `bad-screen` if the folder is not a screen's
 */
export async function report(folder: string): Promise<{ readonly path: string }> {
  const path = join(folder, "report.html");
  const input = await readReportInput(folder);
  const images = await readThumbnails(
    folder,
    input.examples.map(({ image }) => image),
  );
  await writeAtomically(path, renderReport(input, images));
  return { path };
}

/** What the screen wrote down for its page. */
export async function readReportInput(folder: string): Promise<ReportInput> {
  try {
    return JSON.parse(await readFile(join(folder, "report.json"), "utf8")) as ReportInput;
  } catch (cause) {
    throw new NeuroscreenError({
      code: "bad-screen",
      what: `Reading the screen in ${folder}`,
      found: "no report.json that can be read",
      expected: "a folder that `neuroscreen screen` wrote",
      remedy: "Name the folder that was given to `screen --out`.",
      cause,
    });
  }
}
