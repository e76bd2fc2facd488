import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { checkRecipe, parseRecipe, recipeJsonSchema, recipeSchema } from "../../src/training/recipe.ts";

const folder = new URL("../../recipes/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), "utf8");

/** What is wrong with a recipe, as the user reads it. */
function complaint(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return String(error);
  }
  return "none";
}

describe("recipes/default.yaml", () => {
  test("holds every option with its default", () => {
    expect(parse(read("default.yaml"))).toEqual(recipeSchema.parse({}));
  });
});

describe("each file of recipes/", () => {
  test.each(readdirSync(folder).filter((name) => name.endsWith(".yaml")))("is a recipe: %s", (name) => {
    expect(() => parseRecipe(read(name), name)).not.toThrow();
  });
});

describe("a recipe", () => {
  test("may be empty, or nothing but comments", () => {
    expect(parseRecipe("", "r.yaml")).toEqual(recipeSchema.parse({}));
    expect(parseRecipe("# later\n", "r.yaml")).toEqual(recipeSchema.parse({}));
  });

  test("has all its mistakes told at once, each at its place with what would be right", () => {
    const text = `network: { backbone: resnt34, widht: 1 }
fields: { size: 16 }
epochs: ten
learningRate: -1
schedule: cosine
freeze: ["layer 1"]
`;
    expect(complaint(() => parseRecipe(text, "r.yaml"))).toBe(
      `NeuroscreenError: Reading the recipe r.yaml: expected the keys and values of its schema, found 7 mistakes:
  line 1, column 22: \`network.backbone\` should be resnet10 or resnet18 or resnet34 or resnet50 or vgg19, not "resnt34" (did you mean \`resnet34\`?)
  line 1, column 31: unknown key \`widht\` (did you mean \`width\`?)
  line 2, column 17: \`fields.size\` should be at least 32, not 16
  line 3, column 9: \`epochs\` should be a number, not "ten"
  line 4, column 15: \`learningRate\` should be more than 0, not -1
  line 5, column 11: \`schedule\` should be a group of keys and values, not "cosine"
  line 6, column 10: \`freeze[0]\`: should be a parameter's name, * standing for any letters, such as branch.*.layer1.*.
Keys: stains, network, stem, fields, batch, epochs, learningRate, schedule, phases, optimizer, labelSmoothing, augmentation, normalize, freeze, keep, device, seed.`,
    );
  });

  test("from options has its mistakes told by the option's place in the recipe", () => {
    const what = "Reading the options";
    expect(complaint(() => checkRecipe({ network: { backbone: "resnt34", width: 9 } }, what))).toBe(
      `NeuroscreenError: Reading the options: expected the keys and values of its schema, found 2 mistakes:
  \`network.backbone\` should be resnet10 or resnet18 or resnet34 or resnet50 or vgg19, not "resnt34" (did you mean \`resnet34\`?)
  \`network.width\` should be at most 4, not 9.
Keys: stains, network, stem, fields, batch, epochs, learningRate, schedule, phases, optimizer, labelSmoothing, augmentation, normalize, freeze, keep, device, seed.`,
    );
    expect(checkRecipe({}, what)).toEqual(recipeSchema.parse({}));
  });

  test("has a schema for editors, checked in", () => {
    const path = fileURLToPath(new URL("../../schemas/train.schema.json", import.meta.url));
    const text = `${JSON.stringify(recipeJsonSchema(), null, 2)}\n`;
    if (process.env.UPDATE === "1") writeFileSync(path, text);
    expect(readFileSync(path, "utf8"), "run the tests with UPDATE=1 to write it anew").toBe(text);
  });
});
