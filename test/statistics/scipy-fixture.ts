/** SciPy's and statsmodels' answers that the tests of this folder share; see test/fixtures/statistics/make_scipy.py. */
import { readFileSync } from "node:fs";
import { z } from "zod";

const numbers = z.array(z.number());
const ends = z.tuple([z.number(), z.number()]);

const fixture = z.object({
  fits: z.array(
    z.object({
      name: z.string(),
      concentration: numbers,
      response: numbers,
      bottom: z.number(),
      top: z.number(),
      ec50: z.number(),
      hill: z.number(),
      se_log10_ec50: z.number(),
      sse: z.number(),
      plain: ends,
      interval: z.tuple([z.number().nullable(), z.number().nullable()]),
    }),
  ),
  grouped: z.array(
    z.object({
      name: z.string(),
      concentration: numbers,
      response: numbers,
      groups: z.array(z.string()),
      se_log10_ec50: z.number(),
      interval: ends,
    }),
  ),
  bootstraps: z.array(z.object({ name: z.string(), correct: numbers, n: numbers, interval: ends })),
  means: z.array(z.object({ values: numbers, interval: ends })),
});

export const scipy = fixture.parse(
  JSON.parse(readFileSync(new URL("../fixtures/statistics/scipy.json", import.meta.url), "utf8")),
);
