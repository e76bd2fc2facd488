import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LabelledField, planEpoch, stepsPerEpoch } from "../../src/training/plan.ts";

/** So many fields of each class. */
const fieldsOf = (negative: number, positive: number): LabelledField[] =>
  Array.from({ length: negative + positive }, (_, i) => ({
    field: { plate: "P1", well: `A${i}`, site: 1, paths: [] },
    label: i < negative ? 0 : 1,
  }));

const shapes = fc.record({
  seed: fc.nat(1000),
  epoch: fc.integer({ min: 1, max: 50 }),
  batch: fc.integer({ min: 1, max: 9 }),
  cropsPerField: fc.integer({ min: 1, max: 5 }),
});
const controls = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .map(([negative, positive]) => fieldsOf(negative, positive));

describe("an epoch", () => {
  test("has as many steps as its crops fill batches, to the nearest, and one at least", () => {
    expect(stepsPerEpoch(8, { batch: 4, cropsPerField: 4 })).toBe(8);
    expect(stepsPerEpoch(9, { batch: 4, cropsPerField: 1 })).toBe(2);
    expect(stepsPerEpoch(1, { batch: 64, cropsPerField: 1 })).toBe(1);
  });

  test("fills every batch, from both classes alike", () => {
    fc.assert(
      fc.property(controls, shapes, (fields, shape) => {
        const plan = planEpoch(fields, shape);
        expect(plan.map((items) => items.length)).toEqual(Array(stepsPerEpoch(fields.length, shape)).fill(shape.batch));
        for (const items of plan) {
          const positive = items.filter(({ label }) => label === 1).length;
          expect(Math.abs(2 * positive - items.length)).toBeLessThanOrEqual(1);
        }
        const all = plan.flat();
        expect(all.filter(({ label }) => label === 1).length).toBe(Math.floor(all.length / 2));
      }),
    );
  });

  test("shows every field of a class equally often, to within one", () => {
    fc.assert(
      fc.property(controls, shapes, (fields, shape) => {
        const shown = planEpoch(fields, shape).flat();
        for (const label of [0, 1]) {
          const counts = fields
            .filter((field) => field.label === label)
            .map((field) => shown.filter((one) => one === field).length);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test("depends on its arguments alone, and on the seed and the epoch among them", () => {
    fc.assert(
      fc.property(controls, shapes, (fields, shape) => {
        expect(planEpoch(fields, { ...shape })).toEqual(planEpoch([...fields], shape));
      }),
    );
    const fields = fieldsOf(10, 10);
    const shape = { seed: 1, epoch: 1, batch: 4, cropsPerField: 1 };
    expect(planEpoch(fields, shape)).not.toEqual(planEpoch(fields, { ...shape, epoch: 2 }));
    expect(planEpoch(fields, shape)).not.toEqual(planEpoch(fields, { ...shape, seed: 2 }));
  });
});
