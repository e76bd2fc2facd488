/** The image of test/fixtures/measure/make_measure.py, and what NumPy, SciPy and scikit-image say of it. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { plane } from "./planes.ts";

const numbers = z.array(z.number());

export const reference = z
  .object({
    mean: z.number(),
    sd: z.number(),
    percentiles: numbers,
    points: z.array(z.tuple([z.number(), z.number()])),
    blurs: z.record(z.string(), numbers),
    otsu: z.number(),
    areas: numbers,
    laplacian: z.number(),
    vollath: z.number(),
    skeleton: z.array(z.string()),
  })
  .parse(JSON.parse(readFileSync(new URL("../fixtures/measure/measure.json", import.meta.url), "utf8")));

export const referencePlane = plane(
  40,
  32,
  (x, y) => 100 + 3 * x + ((x * x + 7 * y * y + 3 * x * y) % 61) + ((x - 12) ** 2 + (y - 15) ** 2 < 40 ? 200 : 0),
);

/** A thick cross, a thick ring and a diagonal bar. */
export const referenceLines = {
  width: 40,
  height: 32,
  inside: Uint8Array.from({ length: 40 * 32 }, (_, i) => {
    const [x, y] = [i % 40, Math.floor(i / 40)];
    const ring = Math.abs(Math.hypot(x - 28, y - 16) - 8) < 2;
    const cross = (Math.abs(x - 9) < 2 && y < 22) || (Math.abs(y - 10) < 2 && x < 18);
    return ring || cross || (Math.abs(x - y - 2) < 2 && y > 20) ? 1 : 0;
  }),
};
