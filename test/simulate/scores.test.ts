import { describe, expect, test } from "vitest";
import { splitWells } from "../../src/plates/split.ts";
import { parseStudy } from "../../src/plates/study.ts";
import { screenBothScores } from "../../src/screening/screen.ts";
import { designScreen } from "../../src/simulate/design.ts";
import { defaultPanel } from "../../src/simulate/panel.ts";
import { drawScores, fieldDeviation, scoreComponents, separation, wellScores } from "../../src/simulate/scores.ts";
import { studyText } from "../../src/simulate/study-files.ts";
import { wellTruth } from "../../src/simulate/truth.ts";

const screen = (plates: number, seed = 1, panel = defaultPanel) =>
  designScreen({ seed, plates, replicates: 1, layout: "random", panel });
const usual = { seed: 1, effect: 1, difficulty: 0.5, fields: 6 };
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]) => {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
};

describe("scores without pixels", () => {
  test("have the variance components that they are drawn from", () => {
    const design = screen(
      400,
      1,
      Array.from({ length: 400 }, (_, i) => ({ ...defaultPanel[1]!, name: `${i}` })),
    );
    // Without damage by Aβ all wells are alike but for the components and a little spontaneous damage.
    const options = { ...usual, effect: 0, fields: 4 };
    const drawn = drawScores(design, options);
    const truth = wellTruth(design, options);
    const rows = wellScores(design, drawn);
    const rest = rows.map(
      ({ logit }, i) => logit - separation * ((truth[i]!.damageNeurites + truth[i]!.damageSynapses) / 2 - 0.5),
    );
    const within = mean(rows.map(({ logitSd }) => logitSd! ** 2));
    expect(Math.abs(within / fieldDeviation ** 2 - 1)).toBeLessThan(4 * Math.sqrt(2 / (400 * 48 * 3)));
    const plates = Array.from({ length: 400 }, (_, i) => rest.slice(48 * i, 48 * (i + 1)));
    // Gradients lie between the wells of a plate and a little between plates, hence the wide bounds.
    const wells = mean(plates.map(variance)) - within / 4;
    expect(wells).toBeGreaterThan(scoreComponents.well ** 2 * 0.97);
    expect(wells).toBeLessThan(
      scoreComponents.well ** 2 + 0.5 * (scoreComponents.row ** 2 + scoreComponents.column ** 2),
    );
    const between = mean(
      Array.from({ length: 100 }, (_, batch) => variance(plates.slice(4 * batch, 4 * batch + 4).map(mean))),
    );
    expect(between).toBeGreaterThan(scoreComponents.plate ** 2 * 0.7);
    expect(between).toBeLessThan(scoreComponents.plate ** 2 * 1.3 + scoreComponents.edge ** 2 / 4);
  });

  test("come from the same truth as the images", () => {
    const design = screen(4);
    const drawn = drawScores(design, { ...usual, difficulty: 0 });
    const truth = wellTruth(design, { ...usual, difficulty: 0 });
    for (const [i, { logit }] of wellScores(design, drawn).entries()) {
      const damage = (truth[i]!.damageNeurites + truth[i]!.damageSynapses) / 2;
      expect(logit).toBeCloseTo(separation * (damage - 0.5), 10);
    }
  });

  test("go through screening, which finds the protective compound and not the inert one", () => {
    const design = screen(4);
    const text = studyText({ name: "s", pixelSizeMicrometres: 1, split: design.split, seed: 1 });
    const { wells, scores } = drawScores(design, usual);
    const parts = splitWells(parseStudy(text, { path: "/s/study.yaml" }), wells, 1);
    const { recommended } = screenBothScores({ wells, parts, scores });
    const rescue = (compound: string) =>
      recommended.doses.find(
        (dose) => dose.compound === compound && dose.concentrationMicromolar === 10 && dose.challenge !== null,
      )?.percentRescue;
    expect(rescue("cmp-01")).toBeGreaterThan(70);
    expect(Math.abs(rescue("cmp-02")!)).toBeLessThan(25);
  });

  test("are a thousand screens of four plates in a minute at most", () => {
    const begun = performance.now();
    for (let seed = 1; seed <= 50; seed++) drawScores(screen(4, seed), { ...usual, seed });
    expect((performance.now() - begun) / 50).toBeLessThan(60);
  });
});
