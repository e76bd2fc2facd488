import { describe, expect, test } from "vitest";
import { checkRecipe, parseRecipe, recipeSchema } from "../../src/training/recipe.ts";

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

describe("phases", () => {
  const phases =
    "phases:\n  - { name: head, learns: [fc.*], epochs: 5, learningRate: 0.001 }\n  - { epochs: 10, learningRate: 0.0001 }\n";

  test("make the recipe's epochs and rate, and are read again as they are", () => {
    const recipe = parseRecipe(phases, "train.yaml");
    expect(recipe).toMatchObject({ epochs: 15, learningRate: 0.001 });
    expect(recipe.phases).toEqual([
      { name: "head", learns: ["fc.*"], epochs: 5, learningRate: 0.001 },
      { learns: ["*"], epochs: 10, learningRate: 0.0001 },
    ]);
    expect(checkRecipe(JSON.parse(JSON.stringify(recipe)), "config.json")).toEqual(recipe);
  });

  test("are refused beside what would say nothing then", () => {
    expect(() => parseRecipe(`epochs: 3\n${phases}learningRate: 0.1\n`, "train.yaml")).toThrow(
      expect.objectContaining({
        code: "bad-recipe",
        message: expect.stringContaining("`epochs` and `learningRate` beside `phases`"),
      }),
    );
  });

  test("of which there are none are refused unless epochs stand beside them", () => {
    expect(() => parseRecipe("batch: 3\nphases: []\n", "train.yaml")).toThrow(
      "Reading the recipe train.yaml: expected at least one phase, found `phases` with none in it.\nLeave `phases` out to train all at once, by `epochs` and `learningRate`.",
    );
    expect(parseRecipe("epochs: 3\nphases: []\n", "train.yaml").phases).toEqual([]);
    expect(parseRecipe("# nothing\n", "train.yaml").phases).toEqual([]);
  });

  test("have their mistakes told with their place", () => {
    expect(mistakesOf("phases:\n  - { epochs: 5 }\n  - { epoch: 5, learningRate: 1, learns: [] }\n")).toEqual([
      "line 2, column 5: `phases[0].learningRate` is missing",
      "line 3, column 5: `phases[1].epochs` is missing",
      "line 3, column 7: unknown key `epoch` (did you mean `epochs`?)",
      "line 3, column 42: `phases[1].learns` is empty",
    ]);
  });
});

test("stains are named once each", () => {
  expect(mistakesOf("stains: [DNA, MAP2, DNA]\n")).toEqual(["line 1, column 9: `stains`: should name each stain once"]);
});
