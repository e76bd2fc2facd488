/**
 * What an epoch shows: which fields, in which order, in which batches.
 *
 * Roles are balanced by drawing: half of an epoch's crops come from negative wells and half from positive ones,
 * however many fields each has; within a role every field comes equally often, to within one.
 */
import { openRandom } from "../base/random.ts";
import type { Field } from "../images/fields.ts";

/** A field of a control well, with its class: 0 negative, 1 positive. */
export interface LabelledField {
  readonly field: Field;
  readonly label: 0 | 1;
}

export interface EpochShape {
  readonly seed: number;
  /** Counted from one. */
  readonly epoch: number;
  readonly batch: number;
  readonly cropsPerField: number;
}

/** Steps of an epoch: `cropsPerField` from each field, to the nearest whole batch, at least one. */
export function stepsPerEpoch(
  fieldCount: number,
  { batch, cropsPerField }: Pick<EpochShape, "batch" | "cropsPerField">,
): number {
  return Math.max(1, Math.round((fieldCount * cropsPerField) / batch));
}

/** The batches of one epoch. Depends on its arguments alone. */
export function planEpoch(fields: readonly LabelledField[], shape: EpochShape): LabelledField[][] {
  const { seed, epoch, batch } = shape;
  const steps = stepsPerEpoch(fields.length, shape);
  const draws = ([0, 1] as const).map((label) => {
    const own = fields.filter((field) => field.label === label);
    // An odd batch gives its last place to each role in turn, by the parity of what was drawn before.
    const count = Math.floor((steps * batch + 1 - label) / 2);
    return drawn(own, count, openRandom(seed, "epoch", epoch, label));
  });
  const order: LabelledField[] = [];
  for (let i = 0; order.length < steps * batch; i++) order.push(draws[i % 2]![Math.floor(i / 2)]!);
  return Array.from({ length: steps }, (_, step) => order.slice(step * batch, (step + 1) * batch));
}

/** `count` items, shuffled anew each time all have come. */
function drawn<T>(items: readonly T[], count: number, random: ReturnType<typeof openRandom>): T[] {
  const result: T[] = [];
  while (result.length < count) result.push(...random.shuffled(items));
  return result.slice(0, count);
}
