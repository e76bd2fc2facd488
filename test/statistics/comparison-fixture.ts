/** What statsmodels, SciPy and scikit-learn say of comparisons and shortcuts; see test/fixtures/statistics/make_comparison.py. */
import { readFileSync } from "node:fs";
import { z } from "zod";

const numbers = z.array(z.number());
const judged = z.object({ strengths: z.record(z.string(), z.number()), logits: numbers });

const fixture = z.object({
  mcnemar: z.array(z.object({ first: z.number(), second: z.number(), p: z.number() })),
  bootstrap: z.object({
    wells: numbers,
    onlyFirst: numbers,
    onlySecond: numbers,
    interval: z.tuple([z.number(), z.number()]),
  }),
  shortcuts: z.object({
    fields: z.array(
      z.object({
        plate: z.string(),
        well: z.string(),
        site: z.number(),
        batch: z.string(),
        label: z.union([z.literal(0), z.literal(1)]),
        edgeDistance: z.number(),
        measures: z.object({
          brightness: z.array(z.object({ mean: z.number(), sd: z.number(), percentiles: numbers })),
          focus: z.array(z.object({ laplacian: z.number(), vollath: z.number() })),
          nuclei: z.number(),
        }),
      }),
    ),
    /** `plate/A01`, the wells that the logits belong to. */
    keys: z.array(z.string()),
    plain: z.record(z.string(), judged),
    perPlate: z.record(z.string(), judged),
  }),
});

export const comparisons = fixture.parse(
  JSON.parse(readFileSync(new URL("../fixtures/statistics/comparison.json", import.meta.url), "utf8")),
);
