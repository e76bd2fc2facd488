/**
 * Train: from a study's control wells to a model folder. What is settled here from options and files, `trainModel` does.
 */
import { splitWells } from "../plates/split.ts";
import { modelFolder } from "../store/model-folder.ts";
import { openLedger } from "../store/opened.ts";
import { ledgerPlaces } from "../store/places.ts";
import type { RunEvent, TrainOptions, TrainSummary } from "./events.ts";
import { openStudy } from "./index-study.ts";
import { inputOf } from "./input-form.ts";
import { startingWeights } from "./starting-weights.ts";
import { strictly } from "./strict.ts";
import { withStains } from "./study-views.ts";
import { trainModel } from "./train-model.ts";
import { earlierConfig, given, networkOf, resolveRecipe } from "./training-settings.ts";

/**
 * Trains a network on the control wells that the study's split gives it, and tests the weights that were kept once.
 *
 * @throws {NeuroscreenError} what `indexStudy`, `splitWells`, `startingWeights` and `trainModel` throw; `bad-recipe`; the signal's
 *   reason if it was aborted
 */
export async function* train(options: TrainOptions, signal?: AbortSignal): AsyncGenerator<RunEvent, TrainSummary> {
  const study = yield* openStudy(options, signal);
  yield* strictly(study.index.problems, options.strict === true);
  const ledger = await openLedger(ledgerPlaces(options.study, options));
  const recipe = await resolveRecipe(options, await earlierConfig(options, modelFolder(options.out)));
  const seen = withStains(study, recipe.stains).index;
  const { workers, strict, resume, pretrained, initFrom } = options;
  const task = {
    study,
    split: splitWells(study.index.study, study.namedWells, recipe.seed),
    recipe,
    out: options.out,
    start: await startingWeights(
      { ...given({ pretrained, initFrom }), stem: recipe.stem, input: inputOf(recipe, seen) },
      networkOf(recipe, seen),
      seen.study.channels.map(({ name }) => name),
    ),
    ledger,
    studyPath: options.study,
    // Without a split `splitWells` has thrown.
    unit: study.index.study.split?.unit ?? "well",
    ...given({ workers, strict, resume }),
  };
  return yield* trainModel(task, signal);
}
