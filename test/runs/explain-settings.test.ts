import { describe, expect, test } from "vitest";
import { explainSettings } from "../../src/runs/explain-settings.ts";

const classes = { negative: "vehicle", positive: "Abeta" };
const settings = (more: object) => explainSettings({ study: "s.yaml", model: "m", out: "o", ...more }, classes);

describe("the settings of an explanation", () => {
  test("without options: three rules and typical fields, four kinds of maps, the positive class", () => {
    expect(settings({})).toEqual({
      fields: null,
      picks: { best: 3, wrong: 3, unsure: 3, median: 2 },
      methods: ["gradcam", "gradient", "windows", "coloured"],
      class: 1,
      window: null,
      stains: "wells",
      checks: [],
      beside: null,
      checkFields: 60,
      seed: 1,
      accept: [],
    });
  });

  test("take only the rules that were asked for, three fields each unless told", () => {
    expect(settings({ pick: ["wrong"] }).picks).toEqual({ best: 0, wrong: 3, unsure: 0, median: 0 });
    expect(settings({ pick: ["best", "median"], count: 5 }).picks).toEqual({ best: 5, wrong: 0, unsure: 0, median: 5 });
  });

  test("bring methods into the order in which they are shown, each once", () => {
    expect(settings({ methods: ["guided", "gradcam", "guided"] }).methods).toEqual(["gradcam", "guided"]);
  });

  test.each([
    ["0", 0],
    ["negative", 0],
    ["Vehicle", 0],
    ["1", 1],
    ["abeta", 1],
  ])("know the class %s", (word, known) => {
    expect(settings({ class: word }).class).toBe(known);
  });

  test.each([
    [
      { class: "Abeat" },
      "--class: expected 0 or negative (vehicle), 1 or positive (Abeta), found `Abeat`.\nDid you mean `Abeta`?",
    ],
    [
      { fields: ["P1/A01/1"], pick: ["best"] },
      "--fields: expected one or the other, found --fields with --pick.\nName the fields to explain, or say how they are picked.",
    ],
    [
      { fields: ["P1/A01/1"], count: 2 },
      "--fields: expected one or the other, found --fields with --count.\nName the fields to explain, or say how they are picked.",
    ],
    [
      { count: 0 },
      "--count: expected a whole number of at least 1, found 0.\nGive --count such a value, or leave it out to take the default.",
    ],
    [
      { methods: ["gradcm"] },
      "--methods: expected gradcam or gradient or guided or windows or windows-exact or coloured, found gradcm.\nDid you mean `gradcam`?",
    ],
    [
      { beside: "shuffled" },
      "--beside: expected that check, which is what the other network is for, found no --checks enrichment.\nAdd --checks enrichment, or leave --beside out.",
    ],
  ])("refuse %j", (given, message) => {
    expect(() => settings(given)).toThrow(message);
  });
});
