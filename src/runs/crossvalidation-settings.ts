/**
 * What a crossvalidation was begun with, where one goes on.
 */
import { NeuroscreenError } from "../base/errors.ts";
import type { CrossvalidationConfig } from "../records/crossvalidation.ts";
import type { Fold } from "../records/folds.ts";
import { type CrossvalidationFolder, crossvalidationFolderState } from "../store/crossvalidation-folder.ts";
import type { Recipe } from "../training/recipe.ts";
import type { CrossvalidateOptions } from "./events.ts";
import type { StudyIndex } from "./index-study.ts";
import type { Model } from "./screen-models.ts";

/** The configuration of a run that was begun here; undefined where this one begins. */
export async function earlierConfig(
  { out, resume }: CrossvalidateOptions,
  folder: CrossvalidationFolder,
): Promise<CrossvalidationConfig | undefined> {
  const state = await crossvalidationFolderState(out);
  if (state === "absent") return undefined;
  if (state === "unfinished" && resume) return folder.readConfig();
  const found = {
    unfinished: [
      "unfinished-crossvalidation",
      "a crossvalidation that was cut short",
      "Add --resume to go on with it, or name another folder.",
    ],
    complete: ["folder-taken", "a finished crossvalidation", "Name another folder, or remove this one first."],
    other: ["folder-taken", "something that is not a crossvalidation", "Name another folder."],
  } as const;
  const [code, what, remedy] = found[state];
  throw new NeuroscreenError({
    code,
    what: `Writing the crossvalidation folder ${out}`,
    found: what,
    expected: "nothing there, or an empty folder",
    remedy,
  });
}

/** A run goes on only as it was begun: folds made in two ways would test a network by wells that it knows. */
export function refuseChange(earlier: CrossvalidationConfig, now: CrossvalidationConfig, out: string): void {
  const changed = (Object.keys(now) as (keyof CrossvalidationConfig)[]).filter(
    (key) => canonical(earlier[key]) !== canonical(now[key]),
  );
  if (changed.length === 0) return;
  throw new NeuroscreenError({
    code: "changed-recipe",
    what: `Going on with the crossvalidation in ${out}`,
    found: changed.map((key) => changeWords(key, earlier, now)).join("; "),
    expected: "the study, options and version that it was begun with",
    remedy: changed.includes("study")
      ? "Give the study that it was begun with, its plate map unchanged, or begin a new folder."
      : changed.includes("origin")
        ? "Give the same --pretrained or --init-from again, or begin a new folder."
        : "Leave the options out to go on with those of the folder, or begin a new folder.",
  });
}

/**
 * A run goes on only with the images that it was begun with, as a training does: its finished folds have learned from these. Where it begins,
 * remembers them.
 *
 * @param hash SHA-256 of the control wells' images
 */
export async function refuseOtherImages(folder: CrossvalidationFolder, hash: string, out: string): Promise<void> {
  const earlier = await folder.readState("images");
  if (earlier === undefined) await folder.writeState("images", hash);
  if (earlier === undefined || earlier === hash) return;
  throw new NeuroscreenError({
    code: "changed-recipe",
    what: `Going on with the crossvalidation in ${out}`,
    found: "other images of the control wells",
    expected: "those that it was begun with",
    remedy: "Put the images back as they were, or crossvalidate into a new folder.",
  });
}

/** A finished model is kept only if it is this fold's. */
export function refuseOtherModel(
  { path, config }: Model,
  { recipe, study, parts }: { readonly recipe: Recipe; readonly study: StudyIndex; readonly parts: Fold["parts"] },
): void {
  const isSame =
    canonical(config.split) === canonical(parts) &&
    canonical(config.recipe) === canonical(JSON.parse(JSON.stringify(recipe))) &&
    config.study.mapHash === study.mapHash;
  if (isSame) return;
  throw new NeuroscreenError({
    code: "changed-recipe",
    what: `Going on with the crossvalidation, whose model in ${path} is finished`,
    found: "a model of another split, recipe or plate map",
    expected: "the model of this fold",
    remedy: "Crossvalidate into a new folder.",
  });
}

/** What is another than it was: of the recipe each choice, with what it was. */
function changeWords(
  key: keyof CrossvalidationConfig,
  earlier: CrossvalidationConfig,
  now: CrossvalidationConfig,
): string {
  switch (key) {
    case "recipe": {
      const choices = Object.keys({ ...earlier.recipe, ...now.recipe }).filter(
        (choice) => canonical(earlier.recipe[choice]) !== canonical(now.recipe[choice]),
      );
      const of = ({ recipe }: CrossvalidationConfig, choice: string) => JSON.stringify(recipe[choice]);
      return choices.map((choice) => `${choice} ${of(now, choice)}, begun with ${of(earlier, choice)}`).join("; ");
    }
    case "study":
      return earlier.study.name === now.study.name
        ? `another plate map of ${now.study.name}`
        : `the study ${now.study.name}, begun with ${earlier.study.name}`;
    case "folds":
      return earlier.folds.length === now.folds.length
        ? "other wells in the folds"
        : `${now.folds.length} folds, begun with ${earlier.folds.length}`;
    case "unit":
      return `folds by ${now.unit}, begun by ${earlier.unit}`;
    case "origin":
      return "other weights to begin with";
    case "permuted":
      return `${now.permuted ? "with" : "without"} --permuted, begun ${earlier.permuted ? "with" : "without"} it`;
    default:
      return `${key} ${now[key]}, begun with ${earlier[key]}`;
  }
}

/** JSON with the keys sorted: what was read back has them in another order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, own: unknown) =>
    typeof own === "object" && own !== null && !Array.isArray(own)
      ? Object.fromEntries(Object.entries(own).sort(([a], [b]) => (a < b ? -1 : 1)))
      : own,
  );
}
