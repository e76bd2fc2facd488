import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { learningRateAt, type Schedule } from "../../../src/engine/optim/schedules.ts";
import { scheduleChecks } from "../../reference/schedules.ts";

const schedule: fc.Arbitrary<Schedule> = fc.oneof(
  fc.constant<Schedule>({ kind: "constant" }),
  fc.constant<Schedule>({ kind: "cosine" }),
  fc.record({
    kind: fc.constant("one-cycle" as const),
    riseShare: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0.1, 0.25, 0.3, 0.5)),
    startDivisor: fc.double({ min: 1, max: 100, noNaN: true }),
    endDivisor: fc.double({ min: 1, max: 1e6, noNaN: true }),
  }),
);
const cycle = { kind: "one-cycle", riseShare: 0.3, startDivisor: 25, endDivisor: 1e4 } as const;

describe("Learning rates", () => {
  const file = new URL("../../fixtures/reference/reference.json", import.meta.url);
  const checks = scheduleChecks(JSON.parse(readFileSync(file, "utf8")), 1e-9);
  test("are checked for every schedule of the reference", () => {
    expect(checks.map(({ name }) => name)).toEqual(["schedules › cosine", "schedules › one_cycle"]);
  });
  for (const { name, run } of checks) test(`agree with PyTorch to nine digits: ${name}`, run);

  test("stay at the peak where the schedule is constant", () => {
    for (const step of [0, 7, 99])
      expect(learningRateAt({ kind: "constant" }, { peak: 0.1, step, steps: 100 })).toBe(0.1);
  });

  test("fall along a cosine: all, half and none of the peak at the beginning, the middle and the end", () => {
    const rates = [0, 5, 10].map((step) => learningRateAt({ kind: "cosine" }, { peak: 0.2, step, steps: 10 }));
    expect(rates[0]).toBe(0.2);
    expect(rates[1]).toBeCloseTo(0.1, 12);
    expect(rates[2]).toBeCloseTo(0, 12);
  });

  test("rise to the peak and fall to the end in one cycle", () => {
    const rates = [0, 5, 19].map((step) => learningRateAt(cycle, { peak: 0.1, step, steps: 20 }));
    expect(rates[0]).toBeCloseTo(0.1 / 25, 12);
    expect(rates[1]).toBe(0.1);
    expect(rates[2]).toBeCloseTo(0.1 / 25 / 1e4, 12);
  });

  test("begin at the peak where the rise has no more than the first step", () => {
    expect(learningRateAt({ ...cycle, riseShare: 0.25 }, { peak: 0.1, step: 0, steps: 4 })).toBe(0.1);
  });

  test("lie between 0 and the peak at every step of every schedule", () => {
    const length = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(schedule, length, fc.nat(), (drawn, steps, at) => {
        const rate = learningRateAt(drawn, { peak: 0.5, step: at % steps, steps });
        expect(rate).toBeGreaterThanOrEqual(0);
        expect(rate).toBeLessThanOrEqual(0.5 * (1 + 1e-12));
      }),
      { seed: 5, numRuns: 1000 },
    );
  });
});
