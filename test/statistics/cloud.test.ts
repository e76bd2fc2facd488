import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { openRandom } from "../../src/base/random.ts";
import { fitCloud, newcomerLimit } from "../../src/statistics/cloud.ts";

const rows = z.array(z.array(z.number()));
const { clouds } = z
  .object({
    clouds: z.array(
      z.object({
        points: rows,
        shrinkage: z.number(),
        others: rows,
        distances: z.array(z.number()),
        heldOut: z.array(z.number()),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL("../fixtures/statistics/calibration.json", import.meta.url), "utf8")));

const points = fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 5, maxLength: 5 }), {
  minLength: 3,
  maxLength: 12,
});

describe("A cloud", () => {
  test.each(clouds)("has scikit-learn's shrinkage, $shrinkage, and the distances of its covariance", (reference) => {
    const cloud = fitCloud(reference.points.map((point) => Float64Array.from(point)))!;
    expect(cloud.shrinkage).toBeCloseTo(reference.shrinkage, 10);
    reference.others.forEach((point, i) => {
      expect(cloud.distance(Float64Array.from(point))).toBeCloseTo(reference.distances[i]!, 8);
    });
    reference.heldOut.forEach((distance, i) => {
      expect(cloud.heldOut[i]).toBeCloseTo(distance, 8);
    });
  });

  test("keeps its distances when all coordinates are scaled alike", () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 2, max: 50 }), (rows, factor) => {
        const cloud = fitCloud(rows.map((row) => Float64Array.from(row)));
        fc.pre(cloud !== null);
        const scaled = fitCloud(rows.map((row) => Float64Array.from(row, (value) => factor * value)))!;
        const [point, large] = [Float64Array.of(1, 2, 3, 4, 5), Float64Array.of(1, 2, 3, 4, 5)];
        large.forEach((value, k) => {
          large[k] = factor * value;
        });
        expect(scaled.distance(large)).toBeCloseTo(cloud!.distance(point), 6);
      }),
    );
  });

  test("lets a point lie farther from the others than from a cloud that it belongs to", () => {
    fc.assert(
      fc.property(points, (rows) => {
        const own = rows.map((row) => Float64Array.from(row));
        const cloud = fitCloud(own);
        fc.pre(cloud !== null);
        own.forEach((point, i) => {
          expect(cloud!.heldOut[i]).toBeGreaterThanOrEqual(cloud!.distance(point) - 1e-6);
        });
      }),
    );
  });

  test("is none where all points are in the middle, and refuses a single point", () => {
    expect(fitCloud([new Float64Array(3), new Float64Array(3)])).toBeNull();
    expect(() => fitCloud([Float64Array.of(1)])).toThrow("expected at least 2 points, found 1");
  });
});

describe("The limit for a newcomer", () => {
  test("of many distances is their 99 % quantile, of few at least the largest", () => {
    const many = Array.from({ length: 999 }, (_, i) => 100 + i / 10);
    expect(newcomerLimit(many)).toBeGreaterThanOrEqual(100 + 98.9);
    expect(newcomerLimit([1, 2, 1.5, 9])).toBeGreaterThanOrEqual(9);
  });

  test("is exceeded once in a hundred times where logarithms are normal, with 20 distances as with 200", () => {
    const random = openRandom(5, "newcomers");
    for (const n of [20, 200]) {
      const runs = 2000;
      let beyond = 0;
      for (let run = 0; run < runs; run++) {
        const limit = newcomerLimit(Array.from({ length: n }, () => Math.exp(0.3 * random.normal())));
        if (Math.exp(0.3 * random.normal()) > limit) beyond++;
      }
      // 20 of 2000 expected at most; three binomial standard deviations above.
      expect(beyond).toBeLessThan(34);
      expect(beyond).toBeGreaterThan(3);
    }
  });
});
