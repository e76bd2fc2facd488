import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NeuroscreenError } from "../../src/base/errors.ts";
import type { Field } from "../../src/images/fields.ts";
import { featureMeans, inBatches, projectFeatures, type ScoringRun, scoreFields } from "../../src/scoring/score.ts";

const fields: Field[] = [1, 2, 3, 4, 5].map((site) => ({ plate: "P1", well: "A01", site, paths: ["a.png"] }));
const damaged = new NeuroscreenError({
  ...{
    code: "bad-image",
    what: "Reading the image a.png",
    found: "half",
    expected: "a whole file",
    remedy: "Copy it.",
  },
});

/** A network that says of a field its number and its square; fields of one pixel. */
function run({ batch = 2, whole }: { batch?: number; whole?: ScoringRun["whole"] } = {}): ScoringRun & {
  counts: number[];
} {
  const counts: number[] = [];
  return {
    ...{ batches: inBatches(fields, batch), counts },
    whole: whole ?? (async ({ site }) => ({ image: Float32Array.of(site), height: 1, width: 1, files: [] })),
    predict: async ({ image, count }) => {
      counts.push(count);
      const pairs = (f: (site: number) => number[]) => Float32Array.from([...image].flatMap(f));
      return { logits: pairs((site) => [0, site]), features: pairs((site) => [site, site ** 2, 1]) };
    },
  };
}

async function scored(run: ScoringRun, signal?: AbortSignal) {
  const batches = [];
  for await (const batch of scoreFields(run, signal)) batches.push(batch);
  return batches;
}

const unhandled: unknown[] = [];
const remember = (error: unknown) => void unhandled.push(error);
beforeAll(() => void process.on("unhandledRejection", remember));
afterAll(() => void process.off("unhandledRejection", remember));

describe("scoring fields", () => {
  test("gives each field its own numbers, batch after batch, in order", async () => {
    const three = run();
    const batches = await scored(three);
    expect(three.counts).toEqual([2, 2, 1]);
    expect(batches.map((batch) => batch.scored.length)).toEqual([2, 2, 1]);
    expect(batches.flatMap((batch) => batch.scored)).toEqual(
      fields.map((field) => ({
        field,
        logits: [0, field.site],
        features: Float32Array.of(field.site, field.site ** 2, 1),
      })),
    );
    expect((await scored(run({ batch: 5 }))).flatMap((batch) => batch.scored)).toEqual(
      batches.flatMap((batch) => batch.scored),
    );
  });

  test("leaves out by name what cannot be read, a whole batch of it too", async () => {
    const whole: ScoringRun["whole"] = async ({ site }) => {
      if (site <= 3) throw damaged;
      return { image: Float32Array.of(site), height: 1, width: 1, files: [] };
    };
    const three = run({ whole });
    const batches = await scored(three);
    expect(three.counts).toEqual([1, 1]);
    expect(batches.map((batch) => batch.scored.map(({ field }) => field.site))).toEqual([[], [4], [5]]);
    expect(batches.flatMap(({ problems }) => problems)).toEqual(
      [1, 2, 3].map((site) => ({
        code: "bad-image",
        subject: `P1/A01/${site}`,
        path: "a.png",
        message: "left out: a.png: expected a whole file, found half",
      })),
    );
  });

  test("ends with any other error", async () => {
    const whole = () => Promise.reject(new Error("the thread has ended"));
    await expect(scored(run({ whole }))).rejects.toThrow("the thread has ended");
  });

  test("stops between batches, and nobody hears of the batch that was being decoded", async () => {
    const stop = new AbortController();
    let close = () => {};
    const closed = new Promise<never>((_, reject) => {
      close = () => reject(new Error("the thread has ended"));
    });
    // The second batch is still being decoded when the run ends and its threads are closed.
    const whole: ScoringRun["whole"] = async ({ site }) =>
      site <= 2 ? { image: Float32Array.of(site), height: 1, width: 1, files: [] } : closed;
    const seen: number[] = [];
    const scoring = async () => {
      for await (const batch of scoreFields(run({ whole }), stop.signal)) {
        seen.push(batch.scored.length);
        stop.abort(new Error("enough"));
      }
    };
    await expect(scoring()).rejects.toThrow("enough");
    close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(seen).toEqual([2]);
    expect(unhandled).toEqual([]);
  });
});

describe("the projection of features", () => {
  const means = featureMeans([
    { label: 0, features: Float32Array.of(0, 2) },
    { label: 0, features: Float32Array.of(2, 0) },
    { label: 1, features: Float32Array.of(5, 4) },
  ]);

  test("lies between the means of the classes' fields", () => {
    expect(means).toEqual({ negative: [1, 1], positive: [5, 4] });
  });

  test("is 0 at the negative mean, 1 at the positive one, and does not change across the line", () => {
    expect(projectFeatures(Float32Array.of(1, 1), means)).toBe(0);
    expect(projectFeatures(Float32Array.of(5, 4), means)).toBe(1);
    expect(projectFeatures(Float32Array.of(3, 2.5), means)).toBe(0.5);
    expect(projectFeatures(Float32Array.of(1 - 3, 1 + 4), means)).toBe(0);
  });

  test("is 0 where both means are the same", () => {
    expect(projectFeatures(Float32Array.of(3, 3), { negative: [1, 1], positive: [1, 1] })).toBe(0);
  });
});
