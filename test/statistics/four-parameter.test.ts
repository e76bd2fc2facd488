import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openRandom } from "../../src/base/random.ts";
import { fitFourParameters, fourParameterResponse, log10Ec50Pulls } from "../../src/statistics/four-parameter.ts";
import { scipy } from "./scipy-fixture.ts";

const doses = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];
const curves = fc.record({
  bottom: fc.double({ min: -20, max: 20, noNaN: true }),
  top: fc.oneof(fc.double({ min: 60, max: 120, noNaN: true }), fc.double({ min: -120, max: -60, noNaN: true })),
  ec50: fc.double({ min: 0.2, max: 5, noNaN: true }),
  hill: fc.double({ min: 0.7, max: 3, noNaN: true }),
});

describe("The four-parameter curve", () => {
  test("is halfway at its EC50, `bottom` at dose 0 and 10/11 of the way at ten times the EC50 with slope 1", () => {
    const curve = { bottom: 0, top: 110, ec50: 2, hill: 1 };
    expect(fourParameterResponse(curve, 2)).toBeCloseTo(55, 12);
    expect(fourParameterResponse(curve, 20)).toBeCloseTo(100, 12);
    expect(fourParameterResponse(curve, 0)).toBe(0);
  });
});

describe("The fit", () => {
  test.each(scipy.fits)("is SciPy's at machine precision, its standard error too, for $name", (expected) => {
    const ours = fitFourParameters(expected)!;
    for (const key of ["bottom", "top"] as const) expect((ours[key] - expected[key]) / 100).toBeCloseTo(0, 6);
    for (const key of ["ec50", "hill", "sse"] as const) expect(ours[key] / expected[key]).toBeCloseTo(1, 6);
    expect(ours.seLog10Ec50! / expected.se_log10_ec50).toBeCloseTo(1, 6);
  });

  test("finds the curve that noiseless points came from, rising or falling", () => {
    fc.assert(
      fc.property(curves, (curve) => {
        const fit = fitFourParameters({
          concentration: doses,
          response: doses.map((dose) => fourParameterResponse(curve, dose)),
        })!;
        expect(fit.bottom).toBeCloseTo(curve.bottom, 5);
        expect(fit.top).toBeCloseTo(curve.top, 5);
        expect(fit.ec50 / curve.ec50).toBeCloseTo(1, 7);
        expect(fit.hill).toBeCloseTo(curve.hill, 6);
      }),
    );
  });

  test("has a smaller sum of squares than any curve near it", () => {
    fc.assert(
      fc.property(
        curves,
        fc.integer(),
        fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 4, maxLength: 4 }),
        (curve, seed, moves) => {
          const random = openRandom(seed, "noise");
          const concentration = doses.flatMap((dose) => [dose, dose, dose]);
          const response = concentration.map((dose) => fourParameterResponse(curve, dose) + 4 * random.normal());
          const fit = fitFourParameters({ concentration, response })!;
          const squares = (parameters: typeof curve) =>
            concentration.reduce(
              (sum, dose, i) => sum + (fourParameterResponse(parameters, dose) - response[i]!) ** 2,
              0,
            );
          expect(squares(fit)).toBeCloseTo(fit.sse, 6);
          const [b, t, e, h] = moves as [number, number, number, number];
          const near = {
            bottom: fit.bottom + 10 * b,
            top: fit.top + 10 * t,
            ec50: fit.ec50 * (1 + e),
            hill: fit.hill * (1 + h),
          };
          expect(squares(near)).toBeGreaterThanOrEqual(fit.sse - 1e-6);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("scales with dose and response and keeps slope and error", () => {
    const random = openRandom(3, "noise");
    const curve = { bottom: 0, top: 100, ec50: 1, hill: 1.5 };
    const response = doses.map((dose) => fourParameterResponse(curve, dose) + random.normal());
    const fit = fitFourParameters({ concentration: doses, response })!;
    const scaled = fitFourParameters({
      concentration: doses.map((dose) => dose * 1000),
      response: response.map((y) => 2 * y + 7),
    })!;
    expect(scaled.ec50 / fit.ec50).toBeCloseTo(1000, 4);
    expect(scaled.hill).toBeCloseTo(fit.hill, 7);
    expect(scaled.top).toBeCloseTo(2 * fit.top + 7, 5);
    expect(scaled.seLog10Ec50!).toBeCloseTo(fit.seLog10Ec50!, 7);
  });

  test("has no standard error with four points: nothing is left to tell noise by", () => {
    const concentration = [0.1, 0.5, 2, 10];
    const response = concentration.map((dose) =>
      fourParameterResponse({ bottom: 0, top: 100, ec50: 1, hill: 1 }, dose),
    );
    expect(fitFourParameters({ concentration, response })).toMatchObject({ degreesOfFreedom: 0, seLog10Ec50: null });
  });

  test("is null with fewer than four doses above 0, however many points", () => {
    expect(fitFourParameters({ concentration: [0, 1, 1, 3, 3, 10, 10], response: [0, 1, 2, 3, 4, 5, 6] })).toBeNull();
    expect(fitFourParameters({ concentration: [], response: [] })).toBeNull();
  });

  test("holds only finite numbers or null, whatever the points are", () => {
    const responses = fc.oneof(
      fc.array(fc.double({ min: -200, max: 200, noNaN: true }), { minLength: 9, maxLength: 9 }),
      fc.constantFrom(
        Array<number>(9).fill(5),
        [0, 0, 0, 0, 0, 100, 100, 100, 100],
        [0, 100, 0, 100, 0, 100, 0, 100, 0],
      ),
    );
    fc.assert(
      fc.property(responses, (response) => {
        const fit = fitFourParameters({ concentration: doses, response });
        for (const value of Object.values(fit ?? {})) expect(value === null || Number.isFinite(value)).toBe(true);
        expect(fit?.hill ?? 1).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("The pulls on log10 EC50", () => {
  test("sum to 0, and say how the EC50 moves when a well moves", () => {
    const [{ concentration, response }] = scipy.fits as [(typeof scipy.fits)[number]];
    const fit = fitFourParameters({ concentration, response })!;
    const pulls = log10Ec50Pulls({ concentration, response }, fit)!;
    expect(pulls.reduce((sum, pull) => sum + pull, 0)).toBeCloseTo(0, 9);
    concentration.forEach((dose, i) => {
      const residual = response[i]! - fourParameterResponse(fit, dose);
      const moved = response.map((y, j) => (j === i ? y + 1e-3 * residual : y));
      const ec50 = fitFourParameters({ concentration, response: moved })!.ec50;
      // To first order: the curve's own curvature, times its residuals, is left out.
      expect(1e3 * Math.log10(ec50 / fit.ec50)).toBeCloseTo(pulls[i]!, 2);
    });
  });
});
