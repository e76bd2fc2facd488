import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openRandom } from "../../src/base/random.ts";
import { ec50Interval } from "../../src/statistics/ec50-interval.ts";
import { fitFourParameters, fourParameterResponse } from "../../src/statistics/four-parameter.ts";
import { studentQuantile } from "../../src/statistics/student.ts";
import { scipy } from "./scipy-fixture.ts";

const doses = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100].flatMap((dose) => [dose, dose, dose]);
const designs = fc.record({
  bottom: fc.double({ min: -20, max: 20, noNaN: true }),
  top: fc.double({ min: 60, max: 120, noNaN: true }),
  ec50: fc.double({ min: 0.3, max: 3, noNaN: true }),
  hill: fc.double({ min: 0.7, max: 6, noNaN: true }),
  noise: fc.double({ min: 0.5, max: 12, noNaN: true }),
  seed: fc.integer(),
});

describe("The interval of an EC50", () => {
  test.each(scipy.fits)("is SciPy's for $name", ({ concentration, response, interval }) => {
    const points = { concentration, response };
    const ours = ec50Interval(points, fitFourParameters(points)!);
    const [low, high] = interval;
    if (low === null || high === null) expect(ours).toBeNull();
    else {
      // Both look for the ends in steps and stop within a thousandth of the way.
      expect(Math.log10(ours!.low / low)).toBeCloseTo(0, 3);
      expect(Math.log10(ours!.high / high)).toBeCloseTo(0, 3);
    }
  });

  test.each(scipy.grouped)(
    "is statsmodels' cluster-robust one for $name that differ",
    ({ groups, interval, ...points }) => {
      const fit = fitFourParameters(points)!;
      const ours = ec50Interval(points, fit, { groups })!;
      expect(ours.low / interval[0]).toBeCloseTo(1, 5);
      expect(ours.high / interval[1]).toBeCloseTo(1, 5);
      const plain = ec50Interval(points, fit)!;
      expect(ours.high / ours.low).toBeGreaterThan(plain.high / plain.low);
    },
  );

  test("does not ask two groups how groups differ, and never narrows for three", () => {
    fc.assert(
      fc.property(designs, (design) => {
        const points = drawn(design);
        const fit = fitFourParameters(points)!;
        const over = (count: number) =>
          ec50Interval(points, fit, { groups: points.concentration.map((_, i) => `P${i % count}`) });
        const plain = ec50Interval(points, fit);
        expect(over(1)).toEqual(plain);
        expect(over(2)).toEqual(plain);
        const three = over(3);
        if (plain === null) expect(three).toBeNull();
        if (plain === null || three === null) return;
        expect(three.low).toBeLessThanOrEqual(plain.low * 1.01);
        expect(three.high).toBeGreaterThanOrEqual(plain.high / 1.01);
      }),
      { numRuns: 30 },
    );
  });

  test("is the plain t interval where the sum of squares is a parabola", () => {
    const plain = scipy.fits.filter(({ name }) => name === "nine half-log doses in triplicate")[0]!;
    const ours = ec50Interval(plain, fitFourParameters(plain)!)!;
    expect(ours.low / plain.plain[0]).toBeCloseTo(1, 2);
    expect(ours.high / plain.plain[1]).toBeCloseTo(1, 2);
  });

  test("is never narrower than the plain t interval, and holds the EC50", () => {
    fc.assert(
      fc.property(designs, (design) => {
        const points = drawn(design);
        const fit = fitFourParameters(points)!;
        const interval = ec50Interval(points, fit);
        if (interval === null) return;
        const half = studentQuantile(0.95, fit.degreesOfFreedom) * fit.seLog10Ec50!;
        expect(Math.log10(fit.ec50 / interval.low)).toBeGreaterThanOrEqual(half - 1e-9);
        expect(Math.log10(interval.high / fit.ec50)).toBeGreaterThanOrEqual(half - 1e-9);
      }),
      { numRuns: 50 },
    );
  });

  test("widens with the level, and moves with the doses and not with the responses' scale", () => {
    fc.assert(
      fc.property(designs, (design) => {
        const points = drawn(design);
        const moved = {
          concentration: points.concentration.map((dose) => dose * 1000),
          response: points.response.map((y) => 5 - 3 * y),
        };
        const at = (measured: typeof points, level: number) =>
          ec50Interval(measured, fitFourParameters(measured)!, { level });
        const [narrow, wide, other] = [at(points, 0.8), at(points, 0.95), at(moved, 0.95)];
        if (wide === null || narrow === null || other === null) return;
        expect(wide.low).toBeLessThanOrEqual(narrow.low);
        expect(wide.high).toBeGreaterThanOrEqual(narrow.high);
        expect(other.low / wide.low / 1000).toBeCloseTo(1, 2);
        expect(other.high / wide.high / 1000).toBeCloseTo(1, 2);
      }),
      { numRuns: 50 },
    );
  });

  test("is null with no degree of freedom left, and where an end is out of reach", () => {
    const four = { concentration: [0.1, 0.5, 2, 10], response: [1, 30, 70, 99] };
    expect(ec50Interval(four, fitFourParameters(four)!)).toBeNull();
    const points = drawn({ bottom: 0, top: 100, ec50: 1, hill: 1, noise: 3, seed: 1 });
    const fit = fitFourParameters(points)!;
    expect(ec50Interval(points, fit)).not.toBeNull();
    expect(ec50Interval(points, fit, { within: 0.01 })).toBeNull();
  });
});

function drawn({
  noise,
  seed,
  ...curve
}: { noise: number; seed: number } & Parameters<typeof fourParameterResponse>[0]) {
  const random = openRandom(seed, "noise");
  return {
    concentration: doses,
    response: doses.map((dose) => fourParameterResponse(curve, dose) + noise * random.normal()),
  };
}
