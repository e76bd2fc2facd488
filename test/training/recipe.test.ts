import { describe, expect, test } from "vitest";
import { learnsUnder, parseRecipe, recipeSchema } from "../../src/training/recipe.ts";

/** What is wrong with a recipe, a mistake a line. */
function mistakesOf(text: string): string[] {
  try {
    parseRecipe(text, "train.yaml");
  } catch (error) {
    const found = /found (?:\d+ mistakes:\n)?(.*)\.\nKeys: /s.exec(String(error))?.[1] ?? String(error);
    return found.split("\n").map((line) => line.trim());
  }
  return [];
}

describe("a recipe", () => {
  test("makes every choice that its file leaves open", () => {
    const recipe = parseRecipe("epochs: 3\nnetwork: { backbone: resnet34 }\n", "train.yaml");
    expect(recipe).toEqual({
      ...recipeSchema.parse({}),
      epochs: 3,
      network: { fusion: "separate", backbone: "resnet34", width: 1 },
    });
    expect(parseRecipe("", "train.yaml")).toEqual(recipeSchema.parse({}));
  });

  test("is read again from what it says of itself", () => {
    const recipe = parseRecipe("freeze: [stem.*]\nlearningRate: 0.003\n", "train.yaml");
    expect(parseRecipe(JSON.stringify(recipe), "config.json")).toEqual(recipe);
  });

  test("names an unknown key, where it stands, and the nearest one", () => {
    expect(mistakesOf("epochs: 3\noptimizer:\n  kind: sgd\n  momentun: 0.9\n")).toEqual([
      "line 4, column 3: unknown key `momentun` (did you mean `momentum`?)",
    ]);
  });

  test("names every mistake at once, in the order of the file", () => {
    const mistakes = mistakesOf("epoch: 3\nbatch: 0\nnetwork: { fusion: seperate }\nfreeze: ['a b']\n");
    expect(mistakes.map((text) => text.split(":")[0])).toEqual([
      "line 1, column 1",
      "line 2, column 8",
      "line 3, column 20",
      "line 4, column 10",
    ]);
    expect(mistakes[0]).toContain("did you mean `epochs`?");
    expect(mistakes[2]).toContain("separate");
  });

  test("is refused with a code that programs know", () => {
    expect(() => parseRecipe("epochs: many", "train.yaml")).toThrow(
      expect.objectContaining({
        code: "bad-recipe",
        message: expect.stringContaining("Reading the recipe train.yaml"),
      }),
    );
  });
});

describe("freezing", () => {
  test.each([
    [[], "conv1.weight", true],
    [["conv1.weight"], "conv1.weight", false],
    [["conv1"], "conv1.weight", true],
    [["layer1.*"], "layer1.0.conv1.weight", false],
    [["layer1.*"], "branch.0.layer1.0.conv1.weight", true],
    [["branch.*.layer1.*"], "branch.0.layer1.0.conv1.weight", false],
    // A dot is a dot.
    [["bn1.weight"], "bn1xweight", true],
    [["fc.*", "*.bias"], "layer1.0.bn1.bias", false],
    [["*"], "fc.weight", false],
  ] as const)("of %j lets %s learn: %s", (patterns, name, learns) => {
    expect(learnsUnder(patterns)(name)).toBe(learns);
  });
});
