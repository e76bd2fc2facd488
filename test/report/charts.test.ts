import { describe, expect, test } from "vitest";
import type { WellRecord } from "../../src/records/screen.ts";
import { controlsPlot } from "../../src/report/controls-plot.ts";
import { dosePlot } from "../../src/report/dose-plot.ts";
import { doseTable } from "../../src/report/dose-table.ts";
import { effectColor } from "../../src/report/effect-color.ts";
import { fieldsPlots } from "../../src/report/fields-plot.ts";
import { plateHeatmap } from "../../src/report/heatmap.ts";
import { rankPlot } from "../../src/report/rank-plot.ts";
import { trainingPlot } from "../../src/report/training-plot.ts";
import { screenWells } from "../../src/screening/screen.ts";
import { controls, screenInput, series, type TestWell } from "../screening/plate.ts";

const classes = { negative: "untreated", positive: "inhibited" };
const full = { classes, size: "full", hasTooltips: true } as const;
const scale = [...controls("negative", "train", 1, [-1, 1]), ...controls("positive", "train", 2, [99, 101])];

describe("The plate's heat map", () => {
  test("is blue at 0, pale at 50, orange at 100, and clamps beyond", () => {
    expect([0, 50, 100].map(effectColor)).toEqual(["#2166ac", "#f7f7f0", "#b35806"]);
    expect([effectColor(-40), effectColor(170)]).toEqual([effectColor(0), effectColor(100)]);
  });

  test("puts each well at its place, with its number and its story", () => {
    const { wells } = screened([{ well: "H12", role: "sample", compound: "A", micromolar: 0.5, logits: [25] }]);
    const svg = plateHeatmap("P1", wells, full).markup;
    // Column 12 begins at 28 + 11 · 46, row H at 22 + 7 · 46; the square stands 1.5 within.
    expect(svg).toContain(`<title>H12: A 500 nM, 25.0 % effect</title><rect x="535.5" y="345.5"`);
    expect(svg).toContain(">25</text>");
    expect(svg).toContain('viewBox="0 0 582 392"');
  });

  test("rings untouched controls only, and marks both kinds", () => {
    const svg = plateHeatmap("P1", screened([]).wells, full).markup;
    expect(svg).not.toContain('class="ring"');
    const kept = plateHeatmap("P1", screened(controls("positive", "test", 3, [100, 100])).wells, full).markup;
    expect(kept.match(/class="ring"/g)).toHaveLength(2);
    expect(kept.match(/>\+<\/text>/g)).toHaveLength(4);
    expect(kept).toContain("inhibited control, untouched");
  });

  test("leaves a well without effect hollow and says why, and dots the places that no well has", () => {
    const svg = plateHeatmap("P1", screened([{ well: "C03", role: "sample", logits: [] }]).wells, full).markup;
    expect(svg).toContain("C03: sample, no percent effect (no field could be scored)");
    expect(svg).toContain('class="unscored"');
    // 3 × 4 places, of which 5 have wells.
    expect(/class="noplace" d="([^"]+)"/.exec(svg)![1]!.match(/M/g)).toHaveLength(12 - 5);
  });

  test.each([
    ["B03", "2 × 3"],
    ["C04", "3 × 4"],
    ["D06", "4 × 6"],
    ["F08", "6 × 8"],
    ["H12", "8 × 12"],
    ["P24", "16 × 24"],
    ["AF48", "32 × 48"],
  ])("fits the page for a plate up to %s (%s wells), in each size", (well) => {
    const { wells } = screened([{ well, role: "sample", compound: "A", micromolar: 1, logits: [25] }]);
    for (const [size, widest] of [
      ["full", 1010],
      ["half", 440],
      ["small", 290],
    ] as const) {
      const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(
        plateHeatmap("P", wells, { ...full, size }).markup,
      )!;
      expect(Number(width)).toBeLessThanOrEqual(widest);
      expect(Number(height)).toBeGreaterThan(30);
    }
  });

  test("draws bare squares of one colour at once where they are many and small", () => {
    const well = (name: string, logits: number[]): TestWell => ({ well: name, role: "sample", logits });
    const { wells } = screened([well("AF48", [25]), well("AF47", [25]), well("AF46", [])]);
    const svg = plateHeatmap("P1", wells, { ...full, size: "small", hasTooltips: false }).markup;
    expect(svg).not.toContain("<rect");
    // Column 47 begins at 20 + 46 · 5, row AF at 16 + 31 · 5; the square stands 0.4 within.
    expect(svg).toContain(`<path fill="${effectColor(25)}" d="M255.4 171.4h4.2v4.2h-4.2zM250.4 171.4h4.2v4.2h-4.2z"/>`);
    expect(svg).toContain('<path class="unscored" d="M245.4');
  });

  test("has no tooltips where they would weigh too much", () => {
    expect(plateHeatmap("P1", screened([]).wells, { ...full, hasTooltips: false }).markup).not.toContain("<title>");
  });
});

describe("The table by dose and challenge", () => {
  const wells: TestWell[] = [
    ...series("A", 5, [
      [10, 50],
      [10, 60],
    ]),
    ...series("A", 6, [
      [10, 20],
      [1, 5],
    ]).map((well) => ({ ...well, challenge: "Aβ" })),
  ];
  const rows = (markup: string) =>
    [...markup.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row]) =>
      row!
        .replace(/<[^>]*>/g, " ")
        .replace(/\s+/g, " ")
        .trim(),
    );

  test("has a row a treatment: controls, then rising doses, unchallenged first; its numbers are the records'", () => {
    const { doses } = screened(wells);
    expect(rows(doseTable(doses, classes).markup)).toEqual([
      "dose challenge wells, % effect mean sd 95 % interval n",
      "controls",
      "− untreated −1 1 0.0 1.4 −13 to 13 2",
      "+ inhibited 99 101 100.0 1.4 87 to 113 2",
      "A",
      "1 µM Aβ 30 µM 5 5.0 – – 1",
      "10 µM 50 60 55.0 7.1 −9 to 119 2",
      "10 µM Aβ 30 µM 20 20.0 – – 1",
    ]);
  });

  test("names its wells, and counts those that have no number", () => {
    const { doses } = screened([
      ...series("A", 5, [[10, 50]]),
      { well: "H12", role: "sample", compound: "A", micromolar: 10, logits: [] },
    ]);
    const { markup } = doseTable(doses, classes);
    expect(markup).toContain('title="F03" style="background:#');
    expect(markup).toContain('<span class="cell none" title="H12">–</span>');
    expect(rows(markup).at(-1)).toMatch(/1 of 2$/);
  });

  test("gives compounds at one dose a row and no heading", () => {
    const { doses } = screened([...series("A", 5, [[10, 50]]), ...series("B", 6, [[10, 60]])]);
    expect(rows(doseTable(doses, classes).markup).slice(4)).toEqual([
      "at one dose",
      "A 10 µM 50 50.0 – – 1",
      "B 10 µM 60 60.0 – – 1",
    ]);
  });
});

describe("A dose plot", () => {
  const plot = (wells: readonly TestWell[]) => {
    const { compounds, ...rest } = screened(wells);
    return dosePlot({ ...rest, records: compounds, classes });
  };
  const graded = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30].map(
    (dose, i) => [dose, 100 / (1 + 0.4 / dose) + (i % 2)] as const,
  );

  test("has a sign a well, a solid curve and a band where the EC50 is reported", () => {
    const svg = plot(series("A", 5, graded))!.markup;
    expect(svg.match(/class="dot"/g)).toHaveLength(8);
    expect(svg).toContain('class="band"');
    expect(svg).toContain('<path class="curve"');
    expect(svg).not.toContain('class="interval"');
  });

  test("dashes a curve that may not be reported, draws no band, and a bar a dose with two wells", () => {
    const doses = [0.01, 0.1, 1].map((dose, i) => [dose, [1, 3, 20][i]!] as const);
    const svg = plot([
      ...series("A", 5, doses),
      ...series(
        "A",
        6,
        doses.map(([dose, effect]) => [dose, effect + 4]),
      ),
    ])!.markup;
    expect(svg).not.toContain('class="band"');
    expect(svg).not.toContain('class="curve"');
    expect(svg.match(/class="interval"/g)).toHaveLength(3);
  });

  test("draws the curves with and without challenge in one frame, each with signs of its own", () => {
    const svg = plot([
      ...series("A", 5, graded),
      ...series(
        "A",
        6,
        graded.map(([dose, effect]) => [dose, 100 - effect / 2]),
      ).map((well) => ({ ...well, challenge: "Aβ" })),
    ])!.markup;
    expect(svg.match(/<svg/g)).toHaveLength(1);
    expect(svg).toMatch(/class="series0"><path class="curve/);
    expect(svg).toMatch(/class="series1"><path class="curve/);
    expect(svg).toMatch(/aria-label="Dose curve of A: 8 wells at 8 doses, EC50 [^;]+; A with Aβ 30 µM: 8 wells/);
  });

  test("ends the curve where it leaves the frame", () => {
    const result = screened(
      series("A", 5, [
        [0.1, 50],
        [10, 60],
      ]),
    );
    const curve = { bottom: -300, top: 100, ec50Micromolar: 1, hill: 4 };
    const records = [{ ...result.compounds[0]!, curve }];
    const svg = dosePlot({ records, wells: result.wells, doses: result.doses, classes })!.markup;
    const path = /class="curve unreported" d="([^"]+)"/.exec(svg)![1]!;
    const heights = [...path.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
    expect(heights.length).toBeGreaterThan(15);
    // The frame's top and bottom.
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(24);
    expect(Math.max(...heights)).toBeLessThanOrEqual(236);
  });

  test("keeps six equal wells of a dose apart", () => {
    const equal = ["C", "D", "E", "F", "G", "H"].map(
      (row): TestWell => ({ well: `${row}05`, role: "sample", compound: "A", micromolar: 1, logits: [50] }),
    );
    const places = [...plot(equal)!.markup.matchAll(/class="dot" d="M([\d.]+)/g)].map(([, x]) => Number(x));
    expect(new Set(places).size).toBe(6);
  });

  test("is nothing where no well has a dose above 0", () => {
    expect(plot(series("A", 5, [[0, 1]]))).toBeNull();
  });
});

describe("The fields of a plate", () => {
  const drawn = (wells: readonly TestWell[]) => {
    const input = screenInput(wells);
    const fields = input.wells.map(({ plate, well }) => ({
      plate,
      well,
      logits: input.scores.filter((score) => score.well === well).map(({ logits }) => logits[1]),
    }));
    const { wells: records } = screenWells({ ...input, score: "logit" });
    return fieldsPlots("P1", { wells: records, fields, classes, range: [-10, 10] });
  };

  test("have a line a field, equal ones once, and their wells' mean", () => {
    const [svg] = drawn([{ well: "A01", role: "negative", logits: [-5, 5, 5] }]);
    // From 38 to 388 for −10 to 10.
    expect(svg!.markup).toMatch(/class="fields" d="M125\.5 [^M]+M300\.5 [^M]+"/);
    expect(svg!.markup).toContain('<circle class="meandot" cx="242.2"');
    expect(svg!.markup).toContain("A01: 3 fields, mean log-odds 1.67");
  });

  test("are sorted by treatment: controls, compounds, challenges, doses", () => {
    const [svg] = drawn([
      ...series("B", 2, [
        [3, 1],
        [1, 1],
      ]),
      ...series("A", 3, [[1, 1]]).map((well) => ({ ...well, challenge: "Aβ" })),
      ...series("A", 4, [[1, 1]]),
      ...scale,
    ]);
    const names = [...svg!.markup.matchAll(/class="name"[^>]*>([^<]+)</g)].map(([, name]) => name);
    expect(names).toEqual([
      "untreated control",
      "inhibited control",
      "B 1 µM",
      "B 3 µM",
      "A 1 µM",
      "A 1 µM with Aβ 30 µM",
    ]);
  });

  test("come in pieces that a page holds, none of their wells lost", () => {
    const wells = Array.from(
      { length: 96 },
      (_, i): TestWell => ({
        well: `${String.fromCharCode(65 + Math.floor(i / 12))}${String((i % 12) + 1).padStart(2, "0")}`,
        role: "sample",
        compound: `C${i % 3}`,
        micromolar: 1,
        logits: [1, 2],
      }),
    );
    const pieces = drawn(wells).map(({ markup }) => markup);
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces) expect(Number(/viewBox="0 0 400 ([\d.]+)"/.exec(piece)![1])).toBeLessThanOrEqual(600);
    expect(pieces.join("").match(/class="fields"/g)).toHaveLength(96);
  });

  test("box the middle half of eight fields or more", () => {
    const [few] = drawn([{ well: "A01", role: "sample", logits: [1, 2, 3] }]);
    expect(few!.markup).not.toContain('class="box"');
    const [many] = drawn([{ well: "A01", role: "sample", logits: [0, 1, 2, 3, 4, 5, 6, 7, 8] }]);
    // From 2 to 6: 17.5 pixels each.
    expect(many!.markup).toMatch(/class="box" x="248" [^>]*width="70"/);
  });
});

describe("The plot of the controls", () => {
  test("has a dot a control well, and tells apart what was learned from and what was not", () => {
    const { wells } = screened([
      ...controls("negative", "test", 3, [-3, -4]),
      { well: "H12", role: "sample", logits: [2] },
    ]);
    const svg = controlsPlot(wells, classes)!.markup;
    expect(svg.match(/<circle class="control"/g)).toHaveLength(6);
    expect(svg).toContain('class="negative test"');
    expect(svg).toContain(">untreated: test, never learned from (2)<");
    expect(svg).toContain(">untreated: training (2)<");
    expect(svg).not.toContain("validation");
  });

  test("is nothing without a scored control", () => {
    expect(controlsPlot([], classes)).toBeNull();
  });
});

describe("The rank of compounds", () => {
  test("rises from left to right and names the greatest", () => {
    const { wells } = screened(["A", "B", "C"].flatMap((name, i) => series(name, 4 + i, [[1, [70, 10, 40][i]!]])));
    const samples: WellRecord[] = wells.filter(({ role }) => role === "sample");
    const svg = rankPlot(samples, classes)!.markup;
    expect([...svg.matchAll(/<title>P1 \w+: (\w)/g)].map(([, name]) => name)).toEqual(["B", "C", "A"]);
    expect(svg).toContain("the greatest is A 1 µM in P1 E03.");
    expect(rankPlot([], classes)).toBeNull();
  });
});

describe("A training plot", () => {
  const epoch = (n: number, validationLoss: number | null, validationAccuracy: number | null = null) => ({
    ...{ epoch: n, trainLoss: 1 / n, validationLoss, validationAccuracy },
  });

  test("needs two epochs, and draws validation where there is one", () => {
    expect(trainingPlot("m", [epoch(1, null)])).toBeNull();
    expect(trainingPlot("m", [epoch(1, null), epoch(2, null)])!.markup).not.toContain("validation");
    expect(trainingPlot("m", [epoch(1, 1, 0.5), epoch(2, 0.4, 0.75)])!.markup).toContain(
      'aria-label="Loss of m over 2 epochs: training from 1.000 to 0.500, validation at the end 0.400; 75 % of the validation fields right."',
    );
  });

  test("has a second panel for the accuracy", () => {
    const without = trainingPlot("m", [epoch(1, 1), epoch(2, 0.4)])!.markup;
    expect(without).not.toContain("fields told right");
    const svg = trainingPlot("m", [epoch(1, 1, 0.5), epoch(2, 0.4, 0.75)])!.markup;
    expect(svg).toContain(">validation fields told right<");
    expect(svg).toContain(">75 %</text>");
  });

  test("keeps the names of two curves apart that end together", () => {
    const epochs = [1, 2].map((n) => ({ ...epoch(n, 1), trainLoss: 1 }));
    const places = [...trainingPlot("m", epochs)!.markup.matchAll(/label" x="[\d.]+" y="([\d.]+)"/g)].map(([, y]) =>
      Number(y),
    );
    expect(places[1]! - places[0]!).toBeGreaterThanOrEqual(14);
  });
});

function screened(wells: readonly TestWell[]) {
  return screenWells({ ...screenInput([...scale, ...wells]), score: "logit" });
}
