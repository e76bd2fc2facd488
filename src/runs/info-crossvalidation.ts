/** Info on a crossvalidation folder: its folds, and how they did once it is complete. */
import { crossvalidationFolder, crossvalidationFolderState } from "../store/crossvalidation-folder.ts";
import type { Info, Json } from "./events.ts";

/** What is worth knowing of a crossvalidation folder; null if it is none. */
export async function crossvalidationInfo(path: string): Promise<Info | null> {
  const state = await crossvalidationFolderState(path);
  if (state === "absent" || state === "other") return null;
  const folder = crossvalidationFolder(path);
  const { study, unit, folds, permuted, recipe } = await folder.readConfig();
  const facts = {
    state,
    study: study.name,
    folds: folds.length,
    "held out by": unit,
    "also with shuffled labels": permuted,
    seed: recipe.seed as Json,
  };
  if (state === "unfinished") return { kind: "crossvalidation", path, facts };
  const { networkName, stains, networks, shortcuts } = await folder.readFigures();
  return {
    kind: "crossvalidation",
    path,
    facts: {
      ...facts,
      network: networkName,
      stains: [...stains],
      "wells right": `${networks.correct} of ${networks.nWells}`,
      "AUC within a fold": networks.auc,
      "shortcuts' wells right": Object.fromEntries(shortcuts.map(({ name, figures }) => [name, figures.correct])),
    },
  };
}
