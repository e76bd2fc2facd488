/**
 * What a model keeps of how sure it may be: in its `config.json`, fitted to its validation wells.
 */
import { z } from "zod";

/** Of a model folder's `config.json`; older folders have none. */
export const calibrationSchema = z.object({
  /** Validation wells that it was fitted to. */
  nNegative: z.number(),
  nPositive: z.number(),
  /** A well's log-odds are divided by it; null without a validation well of each role. */
  temperature: z.number().nullable(),
  /** Between these log-odds, before the temperature, a well is neither; null where `unsureNote` says why. */
  unsure: z.object({ low: z.number(), high: z.number(), youden: z.number(), standardError: z.number() }).nullable(),
  unsureNote: z.string().nullable(),
});

/** How a network's log-odds of wells become probabilities, and where it cannot tell. */
export type Calibration = z.output<typeof calibrationSchema>;
