import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Role, roles } from "../../src/plates/roles.ts";
import { type Candidate, pickFields, verdictOf } from "../../src/runs/explain-pick.ts";

const field = (role: Role, logit: number, well = `${role[0]}${logit}`, site = 1): Candidate => ({
  ...{ plate: "P1", well, site, role, logit },
  band: { low: -1, high: 3 },
});
const none = { best: 0, wrong: 0, unsure: 0, median: 0 };
const picked = (candidates: readonly Candidate[], counts: Partial<typeof none>) =>
  pickFields(candidates, { ...none, ...counts }).map(
    ({ field: { role, logit }, choice }) => `${choice} ${role} ${logit}`,
  );

describe("a network's verdict on a field", () => {
  test.each([
    [-1, "negative"],
    [-0.9, "unsure"],
    [2.9, "unsure"],
    [3, "positive"],
  ])("at log-odds of %d and a band from -1 to 3 is %s", (logit, verdict) => {
    expect(verdictOf({ logit, band: { low: -1, high: 3 } })).toBe(verdict);
  });

  test("without a band is the sign", () => {
    expect([-0.1, 0.1].map((logit) => verdictOf({ logit, band: null }))).toEqual(["negative", "positive"]);
  });
});

describe("picking fields", () => {
  const controls = [
    ...[-9, -4, -2, 0.5, 5, 7].map((logit) => field("negative", logit)),
    ...[-6, 1.4, 4, 8, 20].map((logit) => field("positive", logit)),
  ];

  test("takes the surest that are right, the classes in turns", () => {
    expect(picked(controls, { best: 3 })).toEqual(["best positive 20", "best negative -9", "best positive 8"]);
  });

  test("takes the most wrong by their distance from the middle of the band, and none that is unsure", () => {
    expect(picked(controls, { wrong: 9 })).toEqual(["wrong positive -6", "wrong negative 7", "wrong negative 5"]);
  });

  test("takes the most unsure, nearest to the middle of the band first", () => {
    expect(picked(controls, { unsure: 2 })).toEqual(["unsure positive 1.4", "unsure negative 0.5"]);
  });

  test("takes typical fields of every role, samples too", () => {
    const samples = [1, 2, 30].map((logit) => field("sample", logit));
    expect(picked([...controls, ...samples], { median: 1 })).toEqual([
      "median negative -2",
      "median positive 4",
      "median sample 2",
    ]);
  });

  test("takes a well once before it takes any twice", () => {
    const same = [field("positive", 9, "A01", 1), field("positive", 8, "A01", 2), field("positive", 4, "A02", 1)];
    expect(picked(same, { best: 2 })).toEqual(["best positive 9", "best positive 4"]);
    expect(picked(same, { best: 3 })).toEqual(["best positive 9", "best positive 4", "best positive 8"]);
  });

  test("never takes a field twice, nor more than it was asked for", () => {
    const anyField = fc.record({ role: fc.constantFrom(...roles), logit: fc.integer({ min: -5, max: 5 }) });
    fc.assert(
      fc.property(fc.array(anyField), fc.integer({ min: 0, max: 4 }), (fields, count) => {
        const candidates = fields.map(({ role, logit }, i) => field(role, logit, `W${i}`));
        const chosen = pickFields(candidates, { best: count, wrong: count, unsure: count, median: count });
        expect(new Set(chosen.map((pick) => pick.field.well)).size).toBe(chosen.length);
        for (const choice of ["best", "wrong", "unsure"])
          expect(chosen.filter((pick) => pick.choice === choice).length).toBeLessThanOrEqual(count);
      }),
    );
  });
});
