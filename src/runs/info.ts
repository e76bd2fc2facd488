/** Info: what is worth knowing of a study file, a model folder or a screen folder. */
import { readdir, stat } from "node:fs/promises";
import { NeuroscreenError } from "../base/errors.ts";
import { elementCount } from "../engine/graph/graph.ts";
import { weightSpecs } from "../engine/nn/networks.ts";
import { modelFolder, modelFolderState } from "../store/model-folder.ts";
import type { Info, Json } from "./events.ts";
import { indexStudy } from "./index-study.ts";
import { readReportInput } from "./report.ts";

/**
 * What is worth knowing of a study file, a model folder or a screen folder.
 *
 * @throws {NeuroscreenError} `no-such-file` if there is nothing; what reading a study, a model or a screen throws
 */
export async function info(path: string): Promise<Info> {
  const kind = await stat(path).catch((cause: unknown) => {
    throw new NeuroscreenError({
      code: "no-such-file",
      what: "Looking at a path",
      found: path,
      expected: "a study file, a model folder or a screen folder",
      remedy: "Check the path.",
      cause,
    });
  });
  if (kind.isFile()) return { kind: "study", path, facts: await studyFacts(path) };
  if ((await readdir(path)).includes("report.json")) return { kind: "screen", path, facts: await screenFacts(path) };
  if ((await modelFolderState(path)) === "absent" || (await modelFolderState(path)) === "other") {
    throw new NeuroscreenError({
      code: "nothing-of-ours",
      what: "Looking at a path",
      found: `${path}, a folder without a model or a screen`,
      expected: "a study file, a model folder or a screen folder",
      remedy: "Name the study file itself, or a folder that `train` or `screen` wrote.",
    });
  }
  return { kind: "model", path, facts: await modelFacts(path) };
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

async function modelFacts(path: string): Promise<Info["facts"]> {
  const { network, stains, classes, study, split, recipe, fieldSize, bitDepth } = await modelFolder(path).readConfig();
  const parameters = weightSpecs(network).reduce(
    (sum, { kind, shape }) => sum + (kind === "parameter" ? elementCount(shape) : 0),
    0,
  );
  return {
    state: await modelFolderState(path),
    network: `${network.fusion} ${network.backbone}, width ${network.width}`,
    parameters,
    stains: [...stains],
    classes: { ...classes },
    "trained on": study.name,
    "control wells": countBy(Object.values(split)),
    field: `${fieldSize.width} × ${fieldSize.height}, ${bitDepth} bits`,
    recipe: recipe as Json,
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

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
