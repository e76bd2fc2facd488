/** Where a training stands, in its folder: where it begins, and what is kept after each epoch. */
import { NeuroscreenError } from "../base/errors.ts";
import { initialWeights } from "../engine/nn/initial-weights.ts";
import type { ModelConfig } from "../records/model.ts";
import type { ModelFolder } from "../store/model-folder.ts";
import type { Progress } from "../training/loop.ts";
import type { StartingWeights } from "./starting-weights.ts";

/**
 * Where the training begins: at its last checkpoint, or with fresh weights. Weights that came from files are kept as a checkpoint
 * before the first step, so that nobody needs the files again.
 */
export async function beginning(
  folder: ModelFolder,
  { network, origin }: ModelConfig,
  seed: number,
  start: StartingWeights | null,
): Promise<Progress> {
  const checkpoint = await folder.readCheckpoint();
  if (checkpoint) {
    const { progress, weights, slots } = checkpoint;
    return { state: { step: progress.step, weights, slots }, history: progress.history, bestEpoch: progress.bestEpoch };
  }
  if (origin && !start) {
    throw new NeuroscreenError({
      code: "unfinished-model",
      what: "Going on with the training",
      found: "a folder that was begun with the weights of other files and does not have them yet",
      expected: "those files once more",
      remedy: "Add the same --pretrained or --init-from as when it was begun.",
    });
  }
  const weights = new Map([...initialWeights(network, seed), ...(start?.weights ?? [])]);
  const fresh: Progress = { state: { step: 0, weights, slots: new Map() }, history: [], bestEpoch: 0 };
  if (start) await keep(folder, fresh, false);
  return fresh;
}

/** Keeps where a training stands; `isBest` if these weights are the best so far. */
export function keep(folder: ModelFolder, { state, history, bestEpoch }: Progress, isBest: boolean): Promise<void> {
  const progress = { step: state.step, history: [...history], bestEpoch };
  return folder.writeCheckpoint({ progress, weights: state.weights, slots: state.slots }, isBest);
}
