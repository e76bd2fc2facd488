import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Part } from "../../src/plates/split.ts";
import { onCommonScale } from "../../src/runs/judges.ts";
import { type JudgedField, ownScales, scaleWarnings } from "../../src/runs/own-scales.ts";

/** Wells of two fields each, a class a row; a score of a model is its `unit` times the well's score, and its `offset`. */
const truth = { "P/A01": 0, "P/A02": 0, "P/B01": 1, "P/B02": 1 } as const;
const labels = new Map<string, 0 | 1>(Object.entries(truth));
const score = { "P/A01": -1, "P/A02": -3, "P/B01": 4, "P/B02": 2, "P/C01": 0.5 };

function fieldsOf(models: readonly { readonly unit: number; readonly offset: number }[]): JudgedField[] {
  return Object.entries(score).flatMap(([key, value]) =>
    [-0.5, 0.5].map((noise): JudgedField => {
      const scores = models.map(({ unit, offset }, judge) => {
        const own = unit * (value + noise) + offset;
        return { judge, logits: [-own / 2, own / 2] as const, projection: own };
      });
      return { plate: "P", well: key.slice(2), scores };
    }),
  );
}

const test0: Record<string, Part> = { "P/A01": "test", "P/A02": "train", "P/B01": "test", "P/B02": "validate" };
const partsOf = (changes: Record<string, Part> = {}) => new Map(Object.entries({ ...test0, ...changes }));
const scalesOf = (...parts: ReadonlyMap<string, Part>[]) =>
  ownScales(fieldsOf(parts.map(() => ({ unit: 1, offset: 0 }))), { labels, parts });

describe("The own scale of a model", () => {
  test("lies between its test wells, a well being the mean of its fields", () => {
    const ends = { at0: -1, at1: 4 };
    expect(scalesOf(partsOf())).toEqual([{ logit: ends, projection: ends, wells: "test" }]);
  });

  test.each<[string, Record<string, Part>, object]>([
    [
      "counts a well that it does not know as untouched",
      { "P/A02": "unused" },
      { logit: { at0: -2, at1: 4 }, wells: "test" },
    ],
    [
      "takes the wells that it was chosen by where a role has no other",
      { "P/B01": "train" },
      { logit: { at0: -1, at1: 2 }, wells: "test and validate" },
    ],
    [
      "takes all control wells where a role has neither",
      { "P/A01": "train" },
      { logit: { at0: -2, at1: 3 }, wells: "all" },
    ],
  ])("%s", (_, changes, scale) => {
    expect(scalesOf(partsOf(changes))[0]).toMatchObject(scale);
  });

  test("is told where it was made from wells that the model learned from", () => {
    expect(scaleWarnings(scalesOf(partsOf(), partsOf({ "P/A01": "train" })))).toEqual([
      "Model 2 has no untouched control wells of both roles here. To be averaged with the others it was put on its own scale by all control wells, also those that it learned from, which it tells further apart than new ones.",
    ]);
    expect(scaleWarnings(scalesOf(partsOf(), partsOf({ "P/B01": "train" })))).toEqual([]);
  });

  test("makes the unit and the zero of a model's log-odds no matter", () => {
    const parts = [partsOf(), partsOf()];
    const own = (models: Parameters<typeof fieldsOf>[0]) => {
      const fields = fieldsOf(models);
      const scales = ownScales(fields, { labels, parts });
      const at = (score: "logit", end: "at0" | "at1") => (scales[0]![score]![end] + scales[1]![score]![end]) / 2;
      return fields.map(({ scores }) => {
        const [negative, positive] = onCommonScale(scores, scales).logits;
        return (positive - negative - at("logit", "at0")) / (at("logit", "at1") - at("logit", "at0"));
      });
    };
    const plain = own([
      { unit: 1, offset: 0 },
      { unit: 1, offset: 0 },
    ]);
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.double({ min: -50, max: 50, noNaN: true }),
        (unit, offset) => {
          const moved = own([
            { unit: 1, offset: 0 },
            { unit, offset },
          ]);
          for (const [i, value] of moved.entries()) expect(value).toBeCloseTo(plain[i]!, 6);
        },
      ),
    );
  });

  test("is none where it is upside down: the model has no say, and that is told", () => {
    const parts = [partsOf(), partsOf()];
    const fields = fieldsOf([
      { unit: 2, offset: 1 },
      { unit: -1, offset: 0 },
    ]);
    const scales = ownScales(fields, { labels, parts });
    expect(scales[1]).toEqual({ logit: null, projection: null, wells: "test" });
    for (const { scores } of fields) {
      const { logits, projection } = onCommonScale(scores, scales);
      expect(logits[1] - logits[0]).toBeCloseTo(scores[0]!.projection, 12);
      expect(projection).toBeCloseTo(scores[0]!.projection, 12);
    }
    expect(scaleWarnings(scales)).toEqual([
      "Model 2 does not put the positive control wells above the negative ones, and has no say in the logit and the projection.",
    ]);
  });
});
