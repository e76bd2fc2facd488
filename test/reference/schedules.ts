/** The `schedules` section of a reference file as checks, one an entry. */
import { z } from "zod";
import { learningRateAt, type Schedule } from "../../src/engine/optim/schedules.ts";

export interface ScheduleCheck {
  readonly name: string;
  /** Throws where a rate is not the reference's. */
  readonly run: () => void;
  /** True where no schedule of ours has this name: `run` does nothing. */
  readonly skipped: boolean;
}

const values = z.array(z.number());
const readers: Readonly<
  Record<string, (entry: unknown) => { schedule: Schedule; peak: number; steps: number; values: number[] }>
> = {
  cosine: (entry) => {
    const { lr, ...rest } = z.strictObject({ lr: z.number(), steps: z.number(), values }).parse(entry);
    return { schedule: { kind: "cosine" }, peak: lr, ...rest };
  },
  one_cycle: (entry) => {
    const cycle = z
      .strictObject({
        max_lr: z.number(),
        steps: z.number(),
        pct_start: z.number(),
        div_factor: z.number(),
        final_div_factor: z.number(),
        values,
      })
      .parse(entry);
    const divisors = { startDivisor: cycle.div_factor, endDivisor: cycle.final_div_factor };
    const schedule: Schedule = { kind: "one-cycle", riseShare: cycle.pct_start, ...divisors };
    return { schedule, peak: cycle.max_lr, steps: cycle.steps, values: cycle.values };
  },
};

/** The checks of the section: each rate to `tolerance` (the README's, if left out) times the largest. */
export function scheduleChecks(reference: unknown, tolerance = 1e-5): ScheduleCheck[] {
  const { schedules = {} } = z
    .looseObject({ schedules: z.record(z.string(), z.unknown()).optional() })
    .parse(reference);
  return Object.entries(schedules).map(([key, entry]) => {
    const read = readers[key];
    const name = `schedules › ${key}`;
    if (!read) return { name: `${name} (skipped: no such schedule here)`, run: () => {}, skipped: true };
    return { name, run: () => agree(read(entry), tolerance), skipped: false };
  });
}

function agree({ schedule, peak, steps, values }: ReturnType<(typeof readers)[string]>, tolerance: number): void {
  const limit = tolerance * Math.max(...values.map(Math.abs));
  values.forEach((expected, step) => {
    const rate = learningRateAt(schedule, { peak, step, steps });
    // Written so that NaN fails.
    if (!(Math.abs(rate - expected) <= limit)) throw new Error(`step ${step}: ${rate}, expected ${expected}`);
  });
}
