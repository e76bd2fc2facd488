import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PairedComparison } from "../../src/records/comparison.ts";
import type { Crossvalidation, FoldNetwork, JudgeFigures, ShortcutFigures } from "../../src/records/crossvalidation.ts";
import { renderCrossvalidation } from "../../src/report/crossvalidation.ts";
import { comparisonWords, networksWords, permutedWords } from "../../src/report/crossvalidation-words.ts";
import type { ReportInput } from "../../src/report/input.ts";
import { renderReport } from "../../src/report/report.ts";
import { reportOf, story, translocationPlate } from "./synthetic.ts";

const beats: PairedComparison = {
  nWells: 52,
  nPlates: 9,
  accuracyFirst: 49 / 52,
  accuracySecond: 37 / 52,
  difference: 12 / 52,
  low: 0.11,
  high: 0.352,
  onlyFirstRight: 14,
  onlySecondRight: 2,
  mcnemarP: 0.00418,
};
const judges = { first: "the network", second: "brightness" };

describe("The words of a comparison", () => {
  test.each<[string, Partial<PairedComparison>]>([
    [
      "The network beats brightness by 23.1 points (95 % 11 to 35.2); on 14 wells the network alone was right, brightness alone on 2.",
      {},
    ],
    [
      "Brightness beats the network by 23.1 points (95 % 11 to 35.2); on 2 wells the network alone was right, brightness alone on 14.",
      { difference: -12 / 52, low: -0.352, high: -0.11, onlyFirstRight: 2, onlySecondRight: 14 },
    ],
    [
      "It cannot be told whether the network beats brightness: the network is 1.9 points better than brightness (95 % −4 to 8); on 3 wells the network alone was right, brightness alone on 2.",
      { difference: 1 / 52, low: -0.04, high: 0.08, onlyFirstRight: 3, onlySecondRight: 2 },
    ],
    [
      "It cannot be told whether the network beats brightness: the network is 1.9 points worse than brightness (95 % −8 to 0); on 1 well the network alone was right, brightness alone on 2.",
      { difference: -1 / 52, low: -0.08, high: 0, onlyFirstRight: 1, onlySecondRight: 2 },
    ],
    [
      "It cannot be told whether the network beats brightness: the network is right as often as brightness (95 % −8 to 8); on 2 wells the network alone was right, brightness alone on 2.",
      { difference: 0, low: -0.08, high: 0.08, onlyFirstRight: 2, onlySecondRight: 2 },
    ],
    [
      "The network is 23.1 points better than brightness; on 14 wells the network alone was right, brightness alone on 2 (McNemar’s exact p = 0.004). 4 plates are too few for an interval.",
      { low: null, high: null, nPlates: 4 },
    ],
    [
      "The network and brightness were right and wrong on the same of 52 wells.",
      { difference: 0, low: 0, high: 0, onlyFirstRight: 0, onlySecondRight: 0 },
    ],
  ])("%s", (words, changes) => {
    expect(comparisonWords({ ...beats, ...changes }, judges)).toBe(words);
  });

  test("say that one beats the other only where the interval lies on one side of 0", () => {
    const end = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(end, end, (one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        const words = comparisonWords({ ...beats, difference: (low + high) / 2, low, high }, judges);
        expect(words.startsWith("The network beats")).toBe(low > 0);
        expect(words.startsWith("Brightness beats")).toBe(high < 0);
      }),
    );
  });
});

const figures = (correct: number, low: number, high: number): JudgeFigures => ({
  folds: [fold("fold-1", correct - 20), fold("fold-2", 20)],
  accuracy: correct / 52,
  auc: correct / 52,
  nWells: 52,
  correct,
  nCommoner: 26,
  interval: { kind: "wilson", low, high },
});

function fold(name: string, correct: number) {
  return { name, nWells: 26, correct, accuracy: correct / 26, auc: 0.9 };
}

const network = (name: string, correct: number, testGroups: string[]): FoldNetwork => ({
  ...fold(name, correct),
  testGroups,
  validateGroups: [],
  model: "0".repeat(64),
  nTrain: 20,
  nValidate: 6,
  scales: { logit: { at0: -1, at1: 1 }, projection: null },
});

const shortcut = (name: ShortcutFigures["name"], correct: number, comparison: PairedComparison): ShortcutFigures => ({
  name,
  figures: figures(correct, 0.4, 0.8),
  comparison,
  strengths: { "fold-1": 1, "fold-2": 10 },
  note: name === "focus and nuclei" ? "Focus alone: no stain shows nuclei." : null,
});

const record: Crossvalidation = {
  study: { name: "<pilot>", classes: { negative: "vehicle", positive: "Aβ" } },
  unit: "plate",
  networkName: "separate resnet10",
  stains: ["MAP2", "Hoechst"],
  seed: 1,
  networks: {
    ...figures(49, 0.843, 0.98),
    folds: [network("fold-1", 25, ["P1", "P3"]), network("fold-2", 24, ["P2", "P4"])],
    pooledAuc: 0.951,
  },
  shortcuts: [
    shortcut("position", 28, { ...beats, low: null, high: null, nPlates: 4 }),
    shortcut("brightness", 37, beats),
    shortcut("focus and nuclei", 30, beats),
  ],
  permuted: null,
  warnings: ["Batch day-1 lies on two sides."],
};

describe("The page of a cross-validation", () => {
  const page = renderCrossvalidation(record);

  test("names the best shortcut in the verdict, and every one in the section", () => {
    expect(page).toContain(
      "The best shortcut is brightness. The network beats brightness by 23.1 points (95 % 11 to 35.2); on 14 wells the network alone was right, brightness alone on 2.",
    );
    expect(page).toContain("<h2>What a shortcut would reach</h2>");
    expect(page).toContain(
      "right, brightness alone on 2. Focus alone: no stain shows nuclei.".replace("brightness", "focus and nuclei"),
    );
    for (const { name } of record.shortcuts) expect(page).toContain(`<th scope="row">${name}</th>`);
    expect(page).toContain("<td>37 of 52</td><td>40 % to 80 %</td>");
    expect(page).toContain("<td>23.1 (11 to 35.2)</td><td>14</td><td>2</td><td>0.004</td>");
  });

  test("has a row a fold, the warnings, and nothing that is not escaped", () => {
    expect(page).toContain('<th scope="row">fold-2</th><td>P2, P4</td><td>20</td><td>6</td><td>24 of 26</td>');
    expect(page).toContain("<li>Batch day-1 lies on two sides.</li>");
    expect(page).toContain("<h1>&lt;pilot&gt;</h1>");
    expect(page).not.toMatch(/<script|NaN|undefined|https?:/);
  });

  test("draws a lane for each rival that has an interval, and no plot where none has", () => {
    expect(page.match(/class="meandot"/g)).toHaveLength(2);
    const none = renderCrossvalidation({ ...record, shortcuts: record.shortcuts.slice(0, 1) });
    expect(none).not.toContain("<svg");
  });

  test("tells of permuted labels, and raises alarm where they can be learned", () => {
    const permuted = { figures: figures(27, 0.38, 0.65), comparison: beats };
    expect(renderCrossvalidation({ ...record, permuted })).toContain("no more than chance, as it should be.");
    expect(renderCrossvalidation({ ...record, permuted })).toContain('<th scope="row">shuffled labels</th>');
    expect(permutedWords(figures(40, 0.63, 0.87))).toContain("more than chance, where nothing can be learned.");
  });

  test("holds the network against always saying the commoner role, where there are more wells of one", () => {
    const uneven = { ...figures(43, 0.7, 0.91), nCommoner: 42 };
    expect(permutedWords(uneven)).toContain(
      "95 % interval 70 % to 91 %; to say the same of every well would be right in 42 of 52): no more than chance, as it should be.",
    );
    const { classes } = record.study;
    const networks = { ...record.networks, ...uneven, folds: record.networks.folds };
    expect(networksWords(networks, classes)).toContain(
      "It cannot be told whether the network does better than chance: to say the same of every well would be right in 42 of 52. Of 52 control wells,",
    );
    expect(networksWords(record.networks, classes)).toMatch(
      /^The network tells Aβ from vehicle in wells that it has never seen\. Of 52 control wells,/,
    );
  });
});

describe("The report of a screen with all folds", () => {
  const input = reportOf(story(translocationPlate(), 2));
  const pageOf = (more: Partial<ReportInput>) => renderReport({ ...input, ...more }, new Map());
  const page = pageOf({ crossvalidation: record });

  test("says in its verdict and beside the accuracy whether the network beats the shortcuts", () => {
    const beaten = "The network beats brightness by 23.1 points (95 % 11 to 35.2)";
    expect(page.split(beaten)).toHaveLength(3);
    expect(page).toContain("From the crossvalidation of &lt;pilot&gt; by plate, whose networks scored this screen.");
    const places = ["<h2>The verdict", beaten, "<h2>Right and wrong", "<h2>What a shortcut would reach"].map((words) =>
      page.indexOf(words),
    );
    expect(places).not.toContain(-1);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
  });

  test("without a crossvalidation, or with one without shortcuts, says nothing of them", () => {
    expect(pageOf({})).not.toContain("shortcut");
    expect(pageOf({ crossvalidation: { ...record, shortcuts: [] } })).not.toContain("shortcut");
  });
});
