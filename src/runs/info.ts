/** Info: what is worth knowing of a study file, or of a folder that another verb wrote. */
import { readdir, stat } from "node:fs/promises";
import { NeuroscreenError } from "../base/errors.ts";
import { modelFolderState } from "../store/model-folder.ts";
import { countBy } from "./count-by.ts";
import type { Info } from "./events.ts";
import { indexStudy } from "./index-study.ts";
import { crossvalidationInfo } from "./info-crossvalidation.ts";
import { explanationInfo } from "./info-explanation.ts";
import { modelInfo } from "./info-model.ts";
import { simulatedInfo } from "./info-simulated.ts";
import { readReportInput } from "./report.ts";

/**
 * What is worth knowing of a study file, or of a folder that another verb wrote.
 *
 * @throws {NeuroscreenError} `no-such-file` if there is nothing; what reading a study, a model or a screen throws
 */
export async function info(path: string): Promise<Info> {
  const kind = await stat(path).catch((cause: unknown) => {
    throw new NeuroscreenError({
      code: "no-such-file",
      what: "Looking at a path",
      found: path,
      expected: "a study file, or a folder that `train`, `crossvalidate`, `screen`, `explain` or `simulate` wrote",
      remedy: "Check the path.",
      cause,
    });
  });
  if (kind.isFile()) return { kind: "study", path, facts: await studyFacts(path) };
  const names = await readdir(path);
  if (names.includes("explain.json")) return explanationInfo(path);
  if (names.includes("report.json")) return { kind: "screen", path, facts: await screenFacts(path) };
  const known = (await simulatedInfo(path)) ?? (await crossvalidationInfo(path));
  if (known) return known;
  if ((await modelFolderState(path)) === "absent" || (await modelFolderState(path)) === "other") {
    throw new NeuroscreenError({
      code: "nothing-of-ours",
      what: "Looking at a path",
      found: `${path}, a folder without a model or a screen`,
      expected: "a study file, or a folder that `train`, `crossvalidate`, `screen`, `explain` or `simulate` wrote",
      remedy: "Check the path; of a study, name the file itself.",
    });
  }
  return modelInfo(path);
}

async function studyFacts(path: string): Promise<Info["facts"]> {
  const { study, wells, missingWells, fields, problems, bitDepth, width, height, dataHash } = await indexStudy(path);
  return {
    study: study.name,
    channels: study.channels.map(({ name }) => name),
    plates: new Set(wells.map(({ plate }) => plate)).size,
    wells: countBy(wells.map(({ role }) => role)),
    "wells without a field": missingWells.length,
    fields: fields.length,
    "left out": problems.length,
    image: `${width} × ${height}, ${bitDepth} bits`,
    "data hash": dataHash,
  };
}

async function screenFacts(path: string): Promise<Info["facts"]> {
  const { study, wells, compounds, comparison, quality, warnings } = await readReportInput(path);
  return {
    study: study.name,
    wells: wells.length,
    score: comparison.recommended,
    "Z′ of untouched controls": Object.fromEntries(quality.map(({ plate, untouched }) => [plate, untouched.zPrime])),
    "Z′ of all controls, trained-on ones too": Object.fromEntries(quality.map(({ plate, all }) => [plate, all.zPrime])),
    "EC50 in µM": Object.fromEntries(
      compounds.map(({ compound, challenge, challengeConcentrationMicromolar: amount, ec50Micromolar, note }) => [
        challenge === null ? compound : `${compound} with ${challenge}${amount === null ? "" : ` ${amount} µM`}`,
        ec50Micromolar ?? note,
      ]),
    ),
    warnings: [...warnings],
  };
}
