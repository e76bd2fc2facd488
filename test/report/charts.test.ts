import { describe, expect, test } from "vitest";
import { dosePlot } from "../../src/report/dose-plot.ts";
import { effectColor, plateHeatmap } from "../../src/report/heatmap.ts";
import { trainingPlot } from "../../src/report/training-plot.ts";
import { screenWells } from "../../src/screening/screen.ts";
import { controls, screenInput, series, type TestWell } from "../screening/plate.ts";

const classes = { negative: "untreated", positive: "inhibited" };
const scale = [...controls("negative", "train", 1, [-1, 1]), ...controls("positive", "train", 2, [99, 101])];

describe("The plate's heat map", () => {
  test("is blue at 0, pale at 50, orange at 100, and clamps beyond", () => {
    expect([0, 50, 100].map(effectColor)).toEqual(["rgb(33 102 172)", "rgb(247 247 240)", "rgb(179 88 6)"]);
    expect([effectColor(-40), effectColor(170)]).toEqual([effectColor(0), effectColor(100)]);
  });

  test("puts each well at its place, with its number and its story", () => {
    const { wells } = screened([{ well: "H12", role: "sample", compound: "A", micromolar: 0.5, logits: [25] }]);
    const svg = plateHeatmap("P1", wells, classes).markup;
    // Column 12 begins at 28 + 11 · 46, row H at 22 + 7 · 46; the square stands 1.5 within.
    expect(svg).toContain(`<title>H12: A 500 nM, 25.0 % effect</title><rect x="535.5" y="345.5"`);
    expect(svg).toContain(">25</text>");
    expect(svg).toContain('viewBox="0 0 582 392"');
  });

  test("rings untouched controls only, and marks both kinds", () => {
    const svg = plateHeatmap("P1", screened([]).wells, classes).markup;
    expect(svg.match(/<rect [^>]*stroke-width="1.4"/g)).toBeNull();
    const kept = plateHeatmap("P1", screened(controls("positive", "test", 3, [100, 100])).wells, classes).markup;
    expect(kept.match(/stroke-width="1.4"/g)).toHaveLength(2);
    expect(kept.match(/>\+<\/text>/g)).toHaveLength(4);
    expect(kept).toContain("inhibited control, untouched");
  });

  test("leaves a well without effect hollow and says why", () => {
    const svg = plateHeatmap("P1", screened([{ well: "C03", role: "sample", logits: [] }]).wells, classes).markup;
    expect(svg).toContain("C03: sample, no percent effect (no field could be scored)");
    expect(svg).toContain('fill="none" class="unscored"');
  });
});

describe("A dose plot", () => {
  test("has a dot a well, a solid curve and a band where the EC50 is reported", () => {
    const doses = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];
    const { wells, compounds } = screened(
      series(
        "A",
        5,
        doses.map((dose, i) => [dose, 100 / (1 + 0.4 / dose) + (i % 2)] as const),
      ),
    );
    const svg = dosePlot(compounds[0]!, wells)!.markup;
    expect(svg.match(/<circle/g)).toHaveLength(8);
    expect(svg).toContain('class="band"');
    expect(svg).toContain('<path class="curve"');
  });

  test("dashes a curve that may not be reported, and draws no band", () => {
    const { wells, compounds } = screened(
      series(
        "A",
        5,
        [0.01, 0.1, 1, 10].map((dose, i) => [dose, [1, 3, 20, 70][i]!] as const),
      ),
    );
    expect(compounds[0]!.ec50Micromolar).toBeNull();
    const svg = dosePlot(compounds[0]!, wells)!.markup;
    expect(svg).toContain('class="curve unreported"');
    expect(svg).not.toContain('class="band"');
  });

  test("ends the curve where it leaves the frame", () => {
    const record = { ...screened(series("A", 5, [[1, 1]])).compounds[0]! };
    const curve = { bottom: -300, top: 100, ec50Micromolar: 1, hill: 4 };
    const { wells } = screened(
      series("A", 5, [
        [0.1, 50],
        [10, 60],
      ]),
    );
    const path = / d="([^"]+)"/.exec(dosePlot({ ...record, curve }, wells)!.markup)![1]!;
    const heights = [...path.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
    expect(heights.length).toBeGreaterThan(20);
    // The frame's top and bottom.
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(12);
    expect(Math.max(...heights)).toBeLessThanOrEqual(240);
  });

  test("is nothing where no well has a dose above 0", () => {
    const { wells, compounds } = screened(series("A", 5, [[0, 1]]));
    expect(dosePlot(compounds[0]!, wells)).toBeNull();
  });
});

describe("A training plot", () => {
  test("needs two epochs, and draws validation where there is one", () => {
    const epoch = (n: number, validationLoss: number | null) => ({ epoch: n, trainLoss: 1 / n, validationLoss });
    expect(trainingPlot("m", [epoch(1, null)])).toBeNull();
    expect(trainingPlot("m", [epoch(1, null), epoch(2, null)])!.markup).not.toContain("validation");
    expect(trainingPlot("m", [epoch(1, 1), epoch(2, 0.4)])!.markup).toContain(
      'aria-label="Loss of m over 2 epochs: training from 1.000 to 0.500, validation at the end 0.400."',
    );
  });

  test("keeps the names of two curves apart that end together", () => {
    const epochs = [1, 2].map((n) => ({ epoch: n, trainLoss: 1, validationLoss: 1 }));
    const places = [...trainingPlot("m", epochs)!.markup.matchAll(/label" x="[\d.]+" y="([\d.]+)"/g)].map(([, y]) =>
      Number(y),
    );
    expect(places[1]! - places[0]!).toBeGreaterThanOrEqual(14);
  });
});

function screened(wells: readonly TestWell[]) {
  return screenWells({ ...screenInput([...scale, ...wells]), score: "logit" });
}
