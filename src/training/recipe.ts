/**
 * The recipe: everything that can be chosen about a training, with a default for each choice.
 *
 * `recipes/default.yaml` is this file's defaults with words around them. A recipe file may leave out what it does not
 * change.
 */
import { parse } from "yaml";
import { z } from "zod";
import { NeuroscreenError } from "../base/errors.ts";
import { fusions } from "../engine/nn/networks.ts";
import { stemFits } from "../engine/weights/fit.ts";
import { checkSettings, parseSettings } from "../plates/settings.ts";

const positive = z.number().positive();
const share = z.number().min(0).max(1);
const whole = z.int().min(1);

const network = z.strictObject({
  fusion: z.enum(fusions).default("separate"),
  backbone: z.enum(["resnet10", "resnet18", "resnet34", "resnet50", "vgg19"]).default("resnet18"),
  width: positive.max(4).default(1),
  spread: z.tuple([share, share, share]).readonly().optional(),
});

const fields = z.strictObject({
  size: z.int().min(32).default(512),
  crop: z.int().min(32).default(256),
  cropsPerField: whole.default(4),
});

const schedule = z.strictObject({
  kind: z.enum(["constant", "cosine", "one-cycle"]).default("one-cycle"),
  riseShare: z.number().gt(0).lt(1).default(0.3),
  startDivisor: positive.default(25),
  endDivisor: positive.default(10_000),
});

const optimizer = z.strictObject({
  kind: z.enum(["sgd", "adamw"]).default("adamw"),
  momentum: z.number().min(0).lt(1).default(0.9),
  beta1: z.number().min(0).lt(1).default(0.9),
  beta2: z.number().min(0).lt(1).default(0.999),
  epsilon: positive.default(1e-8),
  weightDecay: z.number().min(0).default(0.01),
});

const augmentation = z.strictObject({
  flips: z.boolean().default(true),
  quarterTurns: z.boolean().default(true),
  intensityJitter: z.number().min(0).default(0.1),
  offsetJitter: z.number().min(0).default(0),
});

const pattern = z
  .string()
  .regex(/^[\w.*]+$/, "should be a parameter's name, * standing for any letters, such as branch.*.layer1.*");

const phase = z.strictObject({
  name: z.string().min(1).optional(),
  learns: z.array(pattern).min(1).default(["*"]),
  epochs: whole,
  learningRate: positive,
  schedule: schedule.optional(),
});

const stain = z.string().min(1);
const different = (names: readonly string[]) => new Set(names).size === names.length;

/** The schema of `train.yaml`, published as schemas/train.schema.json. */
export const recipeSchema = z.strictObject({
  stains: z.array(stain).refine(different, "should name each stain once").default([]),
  network: network.prefault({}),
  stem: z.enum(stemFits).default("spread"),
  fields: fields.prefault({}),
  batch: whole.default(8),
  epochs: whole.default(20),
  learningRate: positive.default(0.001),
  schedule: schedule.prefault({}),
  phases: z.array(phase).default([]),
  optimizer: optimizer.prefault({}),
  labelSmoothing: share.lt(1).default(0.1),
  augmentation: augmentation.prefault({}),
  normalize: z.enum(["study", "plate"]).default("study"),
  freeze: z.array(pattern).default([]),
  keep: z.enum(["auto", "best", "last"]).default("auto"),
  device: z.enum(["cpu"]).default("cpu"),
  seed: z.int().min(0).default(1),
});

/** A training as it was chosen, every choice made. */
export type Recipe = z.output<typeof recipeSchema>;

/** Reads a `train.yaml`. @throws {NeuroscreenError} `bad-recipe` with line, column and the nearest key */
export function parseRecipe(text: string, path: string): Recipe {
  // A file of nothing but comments changes nothing, and is not wrong.
  const isEmpty = /^\s*(#.*\s*)*$/.test(text);
  const what = `Reading the recipe ${path}`;
  const recipe = parseSettings(isEmpty ? "{}" : text, { schema: recipeSchema, what, code: "bad-recipe" });
  const written = isEmpty ? [] : Object.keys(parse(text));
  if (recipe.phases.length > 0) refuseBesidePhases(written, what);
  else if (written.includes("phases") && !written.includes("epochs")) throw refuseNoPhase(what);
  return withSums(recipe);
}

/**
 * Makes every choice that a part of a recipe leaves open.
 *
 * @param what the act, for the error
 * @throws {NeuroscreenError} `bad-recipe` with the nearest key or word
 */
export function checkRecipe(value: unknown, what: string): Recipe {
  return withSums(checkSettings(value, { schema: recipeSchema, what, code: "bad-recipe" }));
}

/**
 * Refuses what would say nothing beside `phases`, each of which has its own.
 *
 * @param given the keys that someone wrote
 * @throws {NeuroscreenError} `bad-recipe`
 */
export function refuseBesidePhases(given: readonly string[], what: string): void {
  const idle = ["epochs", "learningRate"].filter((key) => given.includes(key));
  if (idle.length === 0) return;
  throw new NeuroscreenError({
    code: "bad-recipe",
    what,
    found: `${idle.map((key) => `\`${key}\``).join(" and ")} beside \`phases\``,
    expected: "each phase to have its own",
    remedy: "Write them in the phases, or leave `phases` out.",
  });
}

/**
 * Whoever writes `phases: []` and no epochs has not said for how long to train. Beside `epochs` it is clear, and what a finished
 * training says of itself.
 */
function refuseNoPhase(what: string): NeuroscreenError {
  return new NeuroscreenError({
    code: "bad-recipe",
    what,
    found: "`phases` with none in it",
    expected: "at least one phase",
    remedy: "Leave `phases` out to train all at once, by `epochs` and `learningRate`.",
  });
}

/** With phases, `epochs` is all of theirs and `learningRate` the highest of theirs: config.json says nothing that was not done. */
function withSums(recipe: Recipe): Recipe {
  const { phases } = recipe;
  if (phases.length === 0) return recipe;
  return {
    ...recipe,
    epochs: phases.reduce((sum, { epochs }) => sum + epochs, 0),
    learningRate: Math.max(...phases.map(({ learningRate }) => learningRate)),
  };
}

/** The schema of `train.yaml` as JSON Schema, for editors. */
export function recipeJsonSchema(): unknown {
  return z.toJSONSchema(recipeSchema, { io: "input", target: "draft-7" });
}
