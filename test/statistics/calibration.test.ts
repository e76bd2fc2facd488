import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  brier,
  expectedCalibrationError,
  fitTemperature,
  negativeLogLikelihood,
  reliability,
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

describe("The temperature with Platt's targets", () => {
  const numbers = z.array(z.number());
  const { temperatures } = z
    .object({ temperatures: z.array(z.object({ labels: numbers, logits: numbers, temperature: z.number() })) })
    .parse(JSON.parse(readFileSync(new URL("../fixtures/statistics/calibration.json", import.meta.url), "utf8")));

  test.each(temperatures)("is SciPy's $temperature", ({ temperature, ...input }) => {
    expect(fitTemperature(input, { targets: "platt" })).toBeCloseTo(temperature, 5);
  });

  test("of one well of each role says 2/3, however sure the network is", () => {
    for (const logit of [0.2, 1, 20]) {
      const temperature = fitTemperature({ labels: [0, 1], logits: [-logit, logit] }, { targets: "platt" });
      expect(sigmoid(logit / temperature)).toBeCloseTo(2 / 3, 8);
    }
  });

  test("lets no mean probability of separated wells beyond what their number bears out", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.5, max: 30, noNaN: true }), { minLength: 2, maxLength: 30 }), (sizes) => {
        const labels = sizes.map((_, i) => i % 2);
        const logits = sizes.map((size, i) => (i % 2 === 1 ? size : -size));
        const temperature = fitTemperature({ labels, logits }, { targets: "platt" });
        expect(temperature).toBeGreaterThan(0.05);
        const surest = Math.min(...sizes) / temperature;
        // Wells that are all as sure as each other say exactly their number's share.
        const borneOut = (Math.ceil(sizes.length / 2) + 1) / (Math.ceil(sizes.length / 2) + 2);
        expect(sigmoid(surest)).toBeLessThanOrEqual(borneOut + 1e-9);
      }),
      { examples: [[[0.5, 0.5]], [[30, 30]]] },
    );
  });

  test("never changes the order of wells", () => {
    fc.assert(
      fc.property(labelled, (input) => {
        const temperature = fitTemperature(input, { targets: "platt" });
        expect(temperature).toBeGreaterThan(0);
        const { logits } = input;
        for (const a of logits)
          for (const b of logits) {
            if (a < b) expect(a / temperature).toBeLessThanOrEqual(b / temperature);
            // The smallest numbers of all may fall together; any others stay apart.
            if (b - a > 1e-9) expect(sigmoid(a / temperature)).toBeLessThanOrEqual(sigmoid(b / temperature));
          }
      }),
    );
  });
});

describe("A reliability diagram", () => {
  test("has a bin for each tenth that holds a well, with what was said and what was so", () => {
    const bins = reliability({ labels: [0, 1, 1, 1], logits: [-3, 0.1, 0.2, 1000] });
    expect(bins.map(({ low, n, positives }) => [low, n, positives])).toEqual([
      [0, 1, 0],
      [0.5, 2, 2],
      [0.9, 1, 1],
    ]);
    expect(bins[1]!.meanProbability).toBeCloseTo((sigmoid(0.1) + sigmoid(0.2)) / 2, 12);
  });

  test("holds the expected calibration error", () => {
    fc.assert(
      fc.property(labelled, (input) => {
        const gaps = reliability(input).map(({ n, positives, meanProbability }) =>
          Math.abs(n * meanProbability - positives),
        );
        const error = gaps.reduce((sum, gap) => sum + gap, 0) / input.labels.length;
        expect(expectedCalibrationError(input)).toBeCloseTo(error, 10);
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
