import { describe, expect, test } from "vitest";
import { weightSpecs } from "../../src/engine/nn/networks.ts";
import { frozenInPhases, matches, phaseOfEpoch, phasesOf } from "../../src/training/phases.ts";
import { recipeSchema } from "../../src/training/recipe.ts";

const namesOf = (fusion: "stacked" | "separate") =>
  weightSpecs({ fusion, backbone: "resnet10", width: 0.1, stains: 2, classes: 2 }).flatMap(({ kind, name }) =>
    kind === "parameter" ? [name] : [],
  );
const stacked = namesOf("stacked");
const separate = namesOf("separate");
const recipeOf = (more: object) => recipeSchema.parse(more);

describe("patterns", () => {
  test.each([
    [[], "conv1.weight", false],
    [["conv1.weight"], "conv1.weight", true],
    [["conv1"], "conv1.weight", false],
    [["layer1.*"], "layer1.0.conv1.weight", true],
    [["layer1.*"], "branch.0.layer1.0.conv1.weight", false],
    [["branch.*.layer1.*"], "branch.0.layer1.0.conv1.weight", true],
    // A dot is a dot.
    [["bn1.weight"], "bn1xweight", false],
    [["fc.*", "*.bias"], "layer1.0.bn1.bias", true],
    [["*"], "fc.weight", true],
  ] as const)("%j mean %s: %s", (patterns, name, isMeant) => {
    expect(matches(patterns)(name)).toBe(isMeant);
  });

  test.each([
    [{ freeze: ["layer5.*"] }, stacked, "`freeze[0]`", "layer5.*", "layer1.*"],
    [{ freeze: ["layer1.*"] }, separate, "`freeze[0]`", "layer1.*", "*layer1.*"],
    [{ freeze: ["layer1"] }, stacked, "`freeze[0]`", "layer1", "layer1.*"],
    [{ freeze: ["branch.*.layr2.*"] }, separate, "`freeze[0]`", "branch.*.layr2.*", "branch.*.layer2.*"],
    [
      { phases: [{ learns: ["*", "fc.wieght"], epochs: 1, learningRate: 1 }] },
      stacked,
      ...["`phases[0].learns[1]`", "fc.wieght", "fc.weight"],
    ],
  ] as const)("%j that names nothing is refused with what was meant", (more, names, where, pattern, meant) => {
    expect(() => frozenInPhases(recipeOf(more), names as string[])).toThrow(
      expect.objectContaining({
        code: "bad-recipe",
        facts: expect.objectContaining({
          what: `Finding the parameters of ${where}`,
          found: `no parameter called ${pattern}`,
          remedy: expect.stringContaining(`Did you mean \`${meant}\`?`),
        }),
      }),
    );
  });

  test("that are like nothing are refused with what names look like", () => {
    expect(() => frozenInPhases(recipeOf({ freeze: ["transformer.blocks"] }), stacked)).toThrow(
      /no parameter called transformer\.blocks\.\nNames look like conv1\.weight, fc\.bias/,
    );
  });
});

describe("what stays as it is", () => {
  test("is what `freeze` names, in a recipe without phases", () => {
    expect(frozenInPhases(recipeOf({ freeze: ["conv1.*", "bn1.*"] }), stacked)).toEqual([
      ["conv1.weight", "bn1.weight", "bn1.bias"],
    ]);
  });

  test("is all that a phase does not name, and what `freeze` names in every phase", () => {
    const phases = [
      { learns: ["fc.*", "*layer4.*"], epochs: 2, learningRate: 1 },
      { epochs: 1, learningRate: 1 },
    ];
    for (const names of [stacked, separate]) {
      const [first, second] = frozenInPhases(recipeOf({ freeze: ["*conv1.weight"], phases }), names);
      expect(names.filter((name) => !first!.includes(name))).toEqual(
        names.filter((name) => /^fc|layer4/.test(name) && !name.endsWith("conv1.weight")),
      );
      expect(second).toEqual(names.filter((name) => name.endsWith("conv1.weight")));
    }
  });

  test("is never everything", () => {
    const phases = [{ name: "idle", learns: ["fc.*"], epochs: 2, learningRate: 1 }];
    expect(() => frozenInPhases(recipeOf({ freeze: ["fc.*"], phases }), stacked)).toThrow(
      /in phase idle: .*left to learn/,
    );
    expect(() => frozenInPhases(recipeOf({ freeze: ["*"] }), stacked)).toThrow(/left to learn/);
  });
});

describe("the phases of a recipe", () => {
  test("are one where it has none", () => {
    const schedule = { kind: "constant" as const };
    const [only, ...others] = phasesOf(recipeOf({ epochs: 7, learningRate: 0.2, schedule }));
    expect(only).toEqual({ name: "1", learns: ["*"], epochs: 7, learningRate: 0.2, schedule });
    expect(others).toEqual([]);
  });

  test("take the recipe's schedule where they have none, and divide its epochs", () => {
    const phases = [
      { epochs: 2, learningRate: 1, schedule: { kind: "constant" } },
      { name: "all", epochs: 3, learningRate: 1 },
    ];
    const own = phasesOf(recipeOf({ phases, schedule: { kind: "cosine" } }));
    expect(own.map(({ name, schedule }) => `${name} ${schedule.kind}`)).toEqual(["1 constant", "all cosine"]);
    expect([1, 2, 3, 4, 5].map((epoch) => phaseOfEpoch(own, epoch))).toEqual([
      ...[
        { index: 0, before: 0 },
        { index: 0, before: 0 },
      ],
      ...[
        { index: 1, before: 2 },
        { index: 1, before: 2 },
        { index: 1, before: 2 },
      ],
    ]);
  });
});
