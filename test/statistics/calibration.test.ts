import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  brier,
  expectedCalibrationError,
  fitTemperature,
  negativeLogLikelihood,
  sigmoid,
} from "../../src/statistics/calibration.ts";

const labelled = fc
  .array(fc.record({ label: fc.integer({ min: 0, max: 1 }), logit: fc.double({ min: -8, max: 8, noNaN: true }) }), {
    minLength: 1,
    maxLength: 25,
  })
  .map((items) => ({ labels: items.map(({ label }) => label), logits: items.map(({ logit }) => logit) }));

describe("The negative log likelihood", () => {
  test("is log 2 for a network that does not know", () => {
    expect(negativeLogLikelihood({ labels: [0, 1], logits: [0, 0] })).toBeCloseTo(Math.log(2), 14);
  });

  test("is the mean of −log p of the true class", () => {
    fc.assert(
      fc.property(labelled, ({ labels, logits }) => {
        const sum = logits.reduce(
          (total, logit, i) => total - Math.log(labels[i] === 1 ? sigmoid(logit) : 1 - sigmoid(logit)),
          0,
        );
        expect(negativeLogLikelihood({ labels, logits })).toBeCloseTo(sum / logits.length, 9);
      }),
    );
  });

  test("stays finite for logits that overflow an exponential", () => {
    expect(negativeLogLikelihood({ labels: [0, 1], logits: [2000, 2000] })).toBe(1000);
    expect(sigmoid(-2000)).toBe(0);
  });
});

describe("The temperature", () => {
  test("of a network that says 90 % and is right 3 times of 4 brings 90 % down to 75 %", () => {
    const logit = Math.log(9);
    const temperature = fitTemperature({ labels: [1, 1, 1, 0], logits: [logit, logit, logit, logit] });
    expect(sigmoid(logit / temperature)).toBeCloseTo(0.75, 10);
  });

  test("is at an end of its range where the labels are separated, or worse than by chance", () => {
    expect(fitTemperature({ labels: [0, 1], logits: [-1, 1] })).toBeCloseTo(0.05, 9);
    expect(fitTemperature({ labels: [1, 0], logits: [-1, 1] })).toBeCloseTo(50, 6);
  });

  test("has no better temperature beside it", () => {
    fc.assert(
      fc.property(labelled, fc.double({ min: 0.05, max: 50, noNaN: true }), (input, other) => {
        const best = negativeLogLikelihood(input, fitTemperature(input));
        expect(negativeLogLikelihood(input, other)).toBeGreaterThanOrEqual(best - 1e-9);
      }),
    );
  });
});

describe("The expected calibration error", () => {
  test("is the gap of a single bin: says 0.8 of what is always so", () => {
    expect(expectedCalibrationError({ labels: [1, 1], logits: [Math.log(4), Math.log(4)] })).toBeCloseTo(0.2, 12);
  });

  test("lets errors cancel within a bin, not between bins", () => {
    // 0.5 for one of each: right on average. 0.05 that is so and 0.95 that is not: two gaps of 0.95.
    expect(expectedCalibrationError({ labels: [1, 0], logits: [0, 0] })).toBeCloseTo(0, 12);
    expect(expectedCalibrationError({ labels: [1, 0], logits: [-Math.log(19), Math.log(19)] })).toBeCloseTo(0.95, 12);
  });

  test("puts a probability of exactly 1 into the last bin", () => {
    expect(expectedCalibrationError({ labels: [0], logits: [1000] })).toBe(1);
  });

  test("with one bin is the gap of the means", () => {
    fc.assert(
      fc.property(labelled, ({ labels, logits }) => {
        const gap = logits.reduce((sum, logit, i) => sum + sigmoid(logit) - labels[i]!, 0) / logits.length;
        expect(expectedCalibrationError({ labels, logits }, 1)).toBeCloseTo(Math.abs(gap), 10);
      }),
    );
  });
});

describe("The Brier score", () => {
  test("is 0.25 for a coin, 0 for an oracle and 1 for its opposite", () => {
    expect(brier({ labels: [0, 1], logits: [0, 0] })).toBe(0.25);
    expect(brier({ labels: [0, 1], logits: [-1000, 1000] })).toBe(0);
    expect(brier({ labels: [1, 0], logits: [-1000, 1000] })).toBe(1);
    expect(brier({ labels: [], logits: [] })).toBe(0);
  });
});
