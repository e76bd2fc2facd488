import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitCalibration } from "../../src/evaluation/calibration.ts";
import { calibrationSchema } from "../../src/records/calibration.ts";

const wells = (negative: readonly number[], positive: readonly number[]) => [
  ...negative.map((logit) => ({ label: 0 as const, logit })),
  ...positive.map((logit) => ({ label: 1 as const, logit })),
];
const around = (middle: number, n: number) => Array.from({ length: n }, (_, i) => middle + i - (n - 1) / 2);

describe("The calibration of a network", () => {
  test("has a temperature and a band with ten validation wells of each role", () => {
    const calibration = fitCalibration(wells(around(-9, 10), around(9, 10)));
    expect(calibration).toMatchObject({ nNegative: 10, nPositive: 10, unsureNote: null });
    expect(calibration.unsure).toEqual({ low: -4.5, high: 4.5, youden: 1, standardError: 0 });
    // Ten of ten right bears out 11/12, log-odds of 2.4; the wells' own are about 9.
    expect(calibration.temperature).toBeGreaterThan(9 / Math.log(11) - 1);
    expect(calibration.temperature).toBeLessThan(9 / Math.log(11) + 1);
  });

  test("has no band with nine, and says so", () => {
    const calibration = fitCalibration(wells(around(-9, 9), around(9, 12)));
    expect(calibration.temperature).not.toBeNull();
    expect(calibration.unsure).toBeNull();
    expect(calibration.unsureNote).toBe("9 negative and 12 positive validation wells; at least 10 of each are needed");
  });

  test("has no temperature without a well of each role", () => {
    expect(fitCalibration([]).temperature).toBeNull();
    expect(fitCalibration(wells([-3, -2], [])).temperature).toBeNull();
  });

  test("has no band where the wells are told apart by chance, and says so", () => {
    const calibration = fitCalibration(wells(around(0, 10), around(0, 10)));
    expect(calibration.unsure).toBeNull();
    expect(calibration.unsureNote).toBe("the validation wells are told apart no better than by chance");
  });

  test("is what config.json holds, whatever the wells and in whatever order", () => {
    const well = fc.record({
      label: fc.constantFrom(0 as const, 1 as const),
      logit: fc.integer({ min: -30, max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(well, { maxLength: 30 }), (own) => {
        const calibration = fitCalibration(own);
        expect(calibrationSchema.parse(JSON.parse(JSON.stringify(calibration)))).toEqual(calibration);
        const { temperature } = fitCalibration([...own].reverse());
        if (calibration.temperature === null) expect(temperature).toBeNull();
        else expect(temperature).toBeCloseTo(calibration.temperature, 9);
      }),
      { numRuns: 30 },
    );
  });
});
