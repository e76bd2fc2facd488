/** Holds our numbers against a reference's, within the tolerance of test/fixtures/reference/README.md. */
import { z } from "zod";

const nested: z.ZodType<Nested> = z.lazy(() => z.union([z.number(), z.array(nested)]));
export type Nested = number | readonly Nested[];

/** Numbers with the deviation of PyTorch's own float32 from them. */
export const measured = z.object({ value: nested, dev32: z.number() });
export type Measured = z.infer<typeof measured>;

/** A few entries of a tensor, its norm and, unless it cancels, its sum. */
export const probe = z.object({
  shape: z.array(z.number()),
  at: z.array(z.number()),
  values: z.array(z.number()),
  norm: z.number(),
  sum: z.number().optional(),
  dev32: z.object({ values: z.number(), norm: z.number(), sum: z.number().optional() }),
});
export type Probe = z.infer<typeof probe>;

/** How far ours may lie from the reference, and does: 1 is the limit. */
export interface Deviation {
  readonly name: string;
  readonly ratio: number;
}

export function deviationOf(name: string, ours: Nested, { value, dev32 }: Measured): Deviation {
  const [found, expected] = [flat(ours), flat(value)];
  const scale = Math.max(...expected.map(Math.abs));
  if (found.length !== expected.length) return { name, ratio: Number.POSITIVE_INFINITY };
  return { name, ratio: share(worst(found, expected), 20 * dev32 + 1e-5 * scale) };
}

export function probeDeviation(name: string, ours: Float32Array, { at, values, norm, sum, dev32 }: Probe): Deviation {
  let [ourSum, ourSquares] = [0, 0];
  for (const x of ours) {
    ourSum += x;
    ourSquares += x * x;
  }
  const root = Math.sqrt(ours.length);
  const ratios = [
    share(
      worst(
        at.map((i) => ours[i] ?? Number.NaN),
        values,
      ),
      20 * dev32.values + (1e-5 * norm) / root,
    ),
    share(Math.abs(Math.sqrt(ourSquares) - norm), 20 * dev32.norm + 1e-5 * norm),
  ];
  if (sum !== undefined && dev32.sum !== undefined)
    ratios.push(share(Math.abs(ourSum - sum), 20 * dev32.sum + 1e-5 * norm * root));
  return { name, ratio: Math.max(...ratios) };
}

/** A deviation as a share of its limit. Zeros have a limit of 0, and agree with zeros. */
function share(deviation: number, limit: number): number {
  return deviation === 0 ? 0 : deviation / limit;
}

/** The deviation nearest to its limit, or past it. */
export function worstOf(deviations: readonly Deviation[]): Deviation {
  return deviations.reduce((a, b) => (b.ratio > a.ratio || Number.isNaN(b.ratio) ? b : a), {
    name: "nothing expected",
    ratio: 0,
  });
}

function flat(values: Nested): number[] {
  return typeof values === "number" ? [values] : values.flatMap(flat);
}

function worst(a: readonly number[], b: readonly number[]): number {
  return a.reduce((most, x, i) => {
    const distance = Math.abs(x - b[i]!);
    return distance > most || Number.isNaN(distance) ? distance : most;
  }, 0);
}
