/**
 * The recipe: everything that can be chosen about a training, with a default for each choice.
 *
 * `recipes/default.yaml` is this file's defaults with words around them. A recipe file may leave out what it does not
 * change.
 */
import { z } from "zod";
import { checkSettings, parseSettings } from "../plates/settings.ts";

const positive = z.number().positive();
const share = z.number().min(0).max(1);
const whole = z.int().min(1);

const network = z.strictObject({
  fusion: z.enum(["single", "stacked", "separate"]).default("separate"),
  backbone: z.enum(["resnet10", "resnet18", "resnet34", "resnet50", "vgg19"]).default("resnet18"),
  width: positive.max(4).default(1),
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

const freezePattern = z
  .string()
  .regex(/^[\w.*]+$/, "should be a parameter's name, * standing for any letters, such as branch.*.layer1.*");

/** The schema of `train.yaml`, published as schemas/train.schema.json. */
export const recipeSchema = z.strictObject({
  network: network.prefault({}),
  fields: fields.prefault({}),
  batch: whole.default(8),
  epochs: whole.default(20),
  learningRate: positive.default(0.001),
  schedule: schedule.prefault({}),
  optimizer: optimizer.prefault({}),
  labelSmoothing: share.lt(1).default(0.1),
  augmentation: augmentation.prefault({}),
  normalize: z.enum(["study", "plate"]).default("study"),
  freeze: z.array(freezePattern).default([]),
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
  return parseSettings(isEmpty ? "{}" : text, {
    schema: recipeSchema,
    what: `Reading the recipe ${path}`,
    code: "bad-recipe",
  });
}

/**
 * Makes every choice that a part of a recipe leaves open.
 *
 * @param what the act, for the error
 * @throws {NeuroscreenError} `bad-recipe` with the nearest key or word
 */
export function checkRecipe(value: unknown, what: string): Recipe {
  return checkSettings(value, { schema: recipeSchema, what, code: "bad-recipe" });
}

/** The schema of `train.yaml` as JSON Schema, for editors. */
export function recipeJsonSchema(): unknown {
  return z.toJSONSchema(recipeSchema, { io: "input", target: "draft-7" });
}

/** Whether a parameter learns, given the patterns that freeze. */
export function learnsUnder(freeze: readonly string[]): (name: string) => boolean {
  const patterns = freeze.map((pattern) => new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`));
  return (name) => !patterns.some((pattern) => pattern.test(name));
}
