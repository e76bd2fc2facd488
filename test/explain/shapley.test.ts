/** Which stain: sums shared out among players, by hand and by property. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { effectsAlone, shapleyValues } from "../../src/explain/shapley.ts";
import type { PooledImage } from "../../src/explain/stain-effects.ts";
import { meanImage, meanInterval, stainEffects } from "../../src/explain/stain-effects.ts";

const games = fc
  .integer({ min: 1, max: 4 })
  .chain((n) => fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 2 ** n, maxLength: 2 ** n }));
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe("Shapley values", () => {
  it("of the glove game: one left glove, two right ones, a pair is worth 1", () => {
    // Players 0 (left), 1 and 2 (right). Known: 2/3, 1/6, 1/6.
    const worth = Array.from({ length: 8 }, (_, who) => (who & 1 && who & 6 ? 1 : 0));
    for (const [i, value] of [2 / 3, 1 / 6, 1 / 6].entries()) expect(shapleyValues(worth)[i]).toBeCloseTo(value, 12);
    expect(effectsAlone(worth)).toEqual([1, 0, 0]);
  });

  it("are the mean over all orders of what each one adds", () => {
    fc.assert(
      fc.property(games, (values) => {
        const players = Math.log2(values.length);
        const orders = permutations(Array.from({ length: players }, (_, i) => i));
        for (let player = 0; player < players; player++) {
          const added = orders.map((order) => {
            const before = order.slice(0, order.indexOf(player)).reduce((who, other) => who | (1 << other), 0);
            return values[before | (1 << player)]! - values[before]!;
          });
          expect(shapleyValues(values)[player]).toBeCloseTo(sum(added) / orders.length, 9);
        }
      }),
    );
  });

  it("add up to all less none", () => {
    fc.assert(
      fc.property(games, (values) => {
        expect(sum(shapleyValues(values))).toBeCloseTo(values.at(-1)! - values[0]!, 9);
      }),
    );
  });
});

describe("the effects of stains", () => {
  const image = (...greys: number[]): PooledImage => ({
    image: Float32Array.from(greys),
    pooled: greys.map((grey) => Float32Array.of(grey)),
  });
  // Log-odds: twice the first stain and its product with the second; the third says nothing.
  const logOdds = ([a, b]: Iterable<number>) => 2 * a! + a! * b!;
  const explainer = {
    pooled: async (mixed: Float32Array) => [mixed.slice()],
    logitsOf: async (rows: readonly Float32Array[]) => rows.map((row): [number, number] => [1, 1 + logOdds(row)]),
  };
  const expected = { logit: 10, logitOfNone: 0, alone: [10, 6, 0], shapley: [7, 3, 0] };

  it("are the same where stains stay apart and where each mix is run", async () => {
    const given = { field: image(2, 3, 5), standIn: image(0, 0, 0) };
    const apart = { stains: 3, trunks: [0, 1, 2].map((stain) => ({ stains: [stain] })) };
    expect(await stainEffects(apart as never, explainer, given)).toEqual(expected);
    const shared = { stains: 3, trunks: [{ stains: [0, 1, 2] }] };
    const joined = (one: PooledImage) => ({ ...one, pooled: [one.image] });
    const mixed = { field: joined(given.field), standIn: joined(given.standIn) };
    expect(await stainEffects(shared as never, explainer, mixed)).toEqual(expected);
  });

  it("are taken against each stain's own mean", () => {
    const network = { stains: 2, normalization: { offset: [7, 9], scale: [1, 1] } };
    expect([...meanImage(network, { width: 2, height: 1 })]).toEqual([7, 7, 9, 9]);
  });

  it("have an interval from three on, the same for the same seed", () => {
    expect(meanInterval([1, 3], 1, "a")).toEqual({ mean: 2, n: 2, low: null, high: null });
    const values = [1, 2, 3, 4, 9];
    const one = meanInterval(values, 1, "a");
    expect(one).toEqual(meanInterval(values, 1, "a"));
    expect(one.low!).toBeLessThan(one.mean);
    expect(one.high!).toBeGreaterThan(one.mean);
    expect(one.low!).toBeGreaterThanOrEqual(1);
  });
});

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}
