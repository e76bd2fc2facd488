import { describe, expect, test } from "vitest";
import { evaluateControls } from "../../src/screening/evaluate.ts";
import { wilson } from "../../src/statistics/proportion.ts";
import { screenInput, type TestWell } from "./plate.ts";

describe("The evaluation of control wells", () => {
  test("judges a well by the mean of its fields, and each field alone", () => {
    const { test: held } = evaluateControls(
      screenInput([
        { well: "A01", role: "positive", part: "test", logits: [3, -1] },
        { well: "A02", role: "positive", part: "test", logits: [-3, 1] },
        { well: "A03", role: "negative", part: "test", logits: [-1, -1] },
        { well: "A04", role: "negative", part: "test", logits: [-5, Number.NaN] },
      ]),
    );
    expect(held!.wells).toEqual({
      n: 4,
      correct: 3,
      accuracy: 0.75,
      // Positives 1 and −1 against −1 and −5: three pairs won and one tied.
      auc: 0.875,
      confusion: { truePositive: 1, falsePositive: 0, trueNegative: 2, falseNegative: 1 },
      wilson: wilson(3, 4),
      bootstrap: null,
      interval: { kind: "wilson", ...wilson(3, 4) },
      nPlates: 1,
    });
    expect(held!.fields).toMatchObject({
      n: 7,
      accuracy: expect.closeTo(5 / 7, 12),
      confusion: { truePositive: 2, falsePositive: 0, trueNegative: 3, falseNegative: 2 },
    });
  });

  test("keeps the parts apart, and leaves out wells that are no controls", () => {
    const evaluation = evaluateControls(
      screenInput([
        { well: "A01", role: "positive", part: "train", logits: [1] },
        { well: "A02", role: "negative", part: "validate", logits: [1] },
        { well: "A03", role: "sample", part: "unused", logits: [1] },
      ]),
    );
    expect(evaluation.train!.wells).toMatchObject({ n: 1, correct: 1, auc: null });
    expect(evaluation.validation!.wells).toMatchObject({ n: 1, correct: 0 });
    expect(evaluation.test).toBeNull();
  });

  test("takes a logit of exactly 0 for negative, and a well without a field for none", () => {
    const { test: held } = evaluateControls(
      screenInput([
        { well: "A01", role: "positive", part: "test", logits: [0] },
        { well: "A02", role: "negative", part: "test", logits: [0], plate: "P2" },
        { well: "A03", role: "negative", part: "test", logits: [] },
      ]),
    );
    expect(held!.wells).toMatchObject({ n: 2, nPlates: 2, confusion: { falseNegative: 1, trueNegative: 1 }, auc: 0.5 });
  });

  test("prints the bootstrap over plates where whole plates fail, and Wilson's where wells do", () => {
    const together = evaluateControls(plates(10, (plate) => plate === 0)).test!.wells;
    const apart = evaluateControls(plates(10, (plate, well) => plate === well)).test!.wells;
    expect([together.correct, together.n, together.nPlates]).toEqual([90, 100, 10]);
    expect([apart.correct, apart.n]).toEqual([90, 100]);
    expect(together.wilson).toEqual(wilson(90, 100));
    // A plate of ten is missed by a draw with chance 0.9^10 and drawn three times or more with chance 0.07.
    expect(together.bootstrap).toEqual({ low: expect.closeTo(0.7, 6), high: 1 });
    expect(together.interval).toEqual({ kind: "bootstrap", ...together.bootstrap });
    expect(apart.bootstrap).toEqual({ low: expect.closeTo(0.9, 6), high: expect.closeTo(0.9, 6) });
    expect(apart.interval).toEqual({ kind: "wilson", ...apart.wilson });
  });

  test("draws no plates anew where there are fewer than eight", () => {
    expect(evaluateControls(plates(7, () => false)).test!.wells.bootstrap).toBeNull();
    expect(evaluateControls(plates(8, () => false)).test!.wells.bootstrap).toEqual({ low: 1, high: 1 });
  });
});

/** Plates of ten test wells, five of each control, judged wrongly where told. */
function plates(count: number, isWrong: (plate: number, well: number) => boolean): ReturnType<typeof screenInput> {
  const wells = Array.from({ length: count }, (_, plate) =>
    Array.from({ length: 10 }, (_, well): TestWell => {
      const isPositive = well % 2 === 1;
      const says = isWrong(plate, well) ? !isPositive : isPositive;
      return {
        plate: `P${plate}`,
        well: `A${String(well + 1).padStart(2, "0")}`,
        role: isPositive ? "positive" : "negative",
        part: "test",
        logits: [says ? 1 : -1],
      };
    }),
  );
  return screenInput(wells.flat());
}
