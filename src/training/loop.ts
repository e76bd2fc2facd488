/**
 * The training loop: batches in, checkpoints out, events on the way.
 *
 * It knows neither threads nor files. Whoever calls it gives a trainer, a way to draw crops, a way to validate, and a
 * way to keep a checkpoint. All that is random comes from the recipe's seed and the place in the training, so a
 * loop that starts from a checkpoint does what an uninterrupted one would have done.
 */
import { NeuroscreenError } from "../base/errors.ts";
import type { Schedule } from "../engine/optim/schedules.ts";
import { learningRateAt } from "../engine/optim/schedules.ts";
import type { Batch, StepResult, TrainingState } from "../engine/runtime/trainer.ts";
import type { Field } from "../images/fields.ts";
import { type LabelledField, planEpoch, stepsPerEpoch } from "./plan.ts";
import type { Recipe } from "./recipe.ts";

/** What the loop asks of a trainer, on this thread or another. */
export interface LoopTrainer {
  step(batch: Batch, learningRate: number): Promise<StepResult>;
  snapshot(): Promise<TrainingState>;
}

/** How the network does on the validation fields. */
export interface Validation {
  readonly loss: number;
  /** Share of fields called right. */
  readonly accuracy: number;
}

/** A line of `metrics.jsonl`. */
export interface EpochRecord {
  /** Counted from one. */
  readonly epoch: number;
  readonly trainLoss: number;
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
  /** Of the epoch's last step. */
  readonly learningRate: number;
}

/** Where a training stands after an epoch. */
export interface Progress {
  readonly state: TrainingState;
  readonly history: readonly EpochRecord[];
  /** The epoch with the lowest validation loss so far; 0 before any. */
  readonly bestEpoch: number;
}

export type TrainingEvent =
  | {
      readonly kind: "step";
      readonly epoch: number;
      readonly epochs: number;
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
      readonly fieldsPerSecond: number;
      readonly secondsLeft: number;
    }
  | ({ readonly kind: "epoch"; readonly epochs: number; readonly seconds: number } & EpochRecord);

export interface TrainingRun {
  readonly recipe: Recipe;
  readonly fields: readonly LabelledField[];
  readonly stains: number;
  readonly trainer: LoopTrainer;
  /** A random crop of a field, [stains, crop, crop]; the path makes its random numbers. */
  readonly crop: (field: Field, path: readonly (string | number)[]) => Promise<Float32Array>;
  /** Null where there is nothing to validate on. */
  readonly validate: ((state: TrainingState) => Promise<Validation>) | null;
  /** Keeps a checkpoint; `isBest` if this epoch's weights are the best so far. */
  readonly keep: (progress: Progress, isBest: boolean) => Promise<void>;
  /** Where to go on; the beginning if left out. */
  readonly from?: Progress;
  /** Seconds since any fixed moment. */
  readonly clock: () => number;
}

/** How many batches are made ready ahead of the step that needs them. */
const batchesAhead = 3;

/**
 * Trains, and ends with where it stands. Stops between two steps when the signal says so, throwing its reason.
 *
 * @throws {NeuroscreenError} `diverged` if the loss of a step is not finite
 */
export async function* trainLoop(run: TrainingRun, signal?: AbortSignal): AsyncGenerator<TrainingEvent, Progress> {
  const { recipe, fields, trainer, clock } = run;
  const { epochs, batch } = recipe;
  const shape = { seed: recipe.seed, batch, cropsPerField: recipe.fields.cropsPerField };
  const steps = stepsPerEpoch(fields.length, shape);
  const schedule = scheduleOf(recipe);
  const from = run.from;
  const done = from?.history.length ?? 0;
  const begun = clock();
  let history = from?.history ?? [];
  let bestEpoch = from?.bestEpoch ?? 0;
  let state = from?.state;

  for (let epoch = done + 1; epoch <= epochs; epoch++) {
    const epochBegun = clock();
    let lossSum = 0;
    let learningRate = 0;
    let step = 0;
    const plan = planEpoch(fields, { ...shape, epoch });
    for await (const ready of ahead(plan, (items, i) => makeBatch(run, items, { epoch, step: i }))) {
      signal?.throwIfAborted();
      const overall = (epoch - 1) * steps + step;
      learningRate = learningRateAt(schedule, { peak: recipe.learningRate, step: overall, steps: epochs * steps });
      const { loss } = await trainer.step(ready, learningRate);
      step += 1;
      if (!Number.isFinite(loss)) throw diverged(loss, { epoch, step });
      lossSum += loss;
      const taken = overall + 1 - done * steps;
      const perStep = (clock() - begun) / taken;
      const secondsLeft = perStep * (epochs * steps - overall - 1);
      yield { kind: "step", epoch, epochs, step, steps, loss, fieldsPerSecond: batch / perStep, secondsLeft };
    }
    signal?.throwIfAborted();
    state = await trainer.snapshot();
    const validation = run.validate ? await run.validate(state) : null;
    const record: EpochRecord = {
      epoch,
      trainLoss: lossSum / steps,
      validationLoss: validation?.loss ?? null,
      validationAccuracy: validation?.accuracy ?? null,
      learningRate,
    };
    const isBest =
      validation !== null &&
      history.every(({ validationLoss }) => validationLoss === null || validation.loss < validationLoss);
    history = [...history, record];
    if (isBest) bestEpoch = epoch;
    await run.keep({ state, history, bestEpoch }, isBest);
    yield { kind: "epoch", epochs, seconds: clock() - epochBegun, ...record };
  }
  if (!state) throw new Error("unreachable: a training without an epoch");
  return { state, history, bestEpoch };
}

function diverged(loss: number, { epoch, step }: { epoch: number; step: number }): NeuroscreenError {
  return new NeuroscreenError({
    code: "diverged",
    what: `Step ${step} of epoch ${epoch}`,
    found: `a loss of ${loss}`,
    expected: "a number: the weights have grown without bound",
    remedy: "Begin a new folder with a lower learning rate (--lr), or a longer rise to it (`schedule` in the recipe).",
  });
}

/** The recipe's schedule in the engine's words. */
function scheduleOf({ schedule: { kind, ...shape } }: Recipe): Schedule {
  return kind === "one-cycle" ? { kind, ...shape } : { kind };
}

async function makeBatch(
  { recipe, stains, crop }: TrainingRun,
  items: readonly LabelledField[],
  { epoch, step }: { epoch: number; step: number },
): Promise<Batch> {
  const crops = await Promise.all(items.map(({ field }, i) => crop(field, ["crop", epoch, step, i])));
  const length = stains * recipe.fields.crop ** 2;
  const image = new Float32Array(items.length * length);
  crops.forEach((pixels, i) => {
    image.set(pixels, i * length);
  });
  return { image, label: items.map(({ label }) => label), weight: items.map(() => 1) };
}

/** Results of `make` in order, a few of them begun before they are asked for. */
async function* ahead<T, R>(items: readonly T[], make: (item: T, index: number) => Promise<R>): AsyncGenerator<R> {
  const begun: Promise<R>[] = [];
  for (let next = 0; next < items.length || begun.length > 0; ) {
    while (next < items.length && begun.length < batchesAhead) {
      const promise = make(items[next]!, next);
      // Awaited below; a rejection that comes earlier is not an unhandled one.
      promise.catch(() => {});
      begun.push(promise);
      next += 1;
    }
    yield await begun.shift()!;
  }
}
