/**
 * The training loop: batches in, checkpoints out, events on the way.
 *
 * It knows neither threads nor files. Whoever calls it gives a trainer, a way to draw crops, a way to validate, and a
 * way to keep a checkpoint. All that is random comes from the recipe's seed and the place in the training, so a
 * loop that starts from a checkpoint does what an uninterrupted one would have done.
 */
import { NeuroscreenError } from "../base/errors.ts";
import { learningRateAt } from "../engine/optim/schedules.ts";
import type { Batch, StepResult, TrainingState } from "../engine/runtime/trainer.ts";
import type { Field } from "../images/fields.ts";
import { type Phase, phaseOfEpoch, phasesOf } from "./phases.ts";
import { type LabelledField, planEpoch, stepsPerEpoch } from "./plan.ts";
import type { Recipe } from "./recipe.ts";

/** What the loop asks of a trainer, on this thread or another. */
export interface LoopTrainer {
  /** Makes ready for a phase, counted from zero, from a state: at its beginning one without steps and slots. */
  begin(phase: number, from: TrainingState): Promise<void>;
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

/** Where a training stands: after an epoch, or at its beginning with no history. */
export interface Progress {
  /** Its steps are those of the current phase. */
  readonly state: TrainingState;
  readonly history: readonly EpochRecord[];
  /** The epoch with the lowest validation loss so far; 0 before any. */
  readonly bestEpoch: number;
}

export type TrainingEvent =
  /** What begins: of a recipe with several phases, one of them. */
  | { readonly kind: "planned"; readonly text: string }
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
  /** Where to begin, or to go on. */
  readonly from: Progress;
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
  const phases = phasesOf(recipe);
  let { state, history, bestEpoch } = run.from;
  const done = history.length;
  let [begun, taken] = [clock(), 0];

  for (let epoch = done + 1; epoch <= epochs; epoch++) {
    const { index, before } = phaseOfEpoch(phases, epoch);
    const phase = phases[index]!;
    const isNew = epoch === before + 1;
    if (isNew || epoch === done + 1) {
      if (phases.length > 1)
        yield { kind: "planned", text: phaseText(phase, { index, before, phases: phases.length }) };
      await trainer.begin(index, isNew ? { step: 0, weights: state.weights, slots: new Map() } : state);
      // A phase in which less learns is faster: its pace says nothing of another's.
      [begun, taken] = [clock(), 0];
    }
    const epochBegun = clock();
    let lossSum = 0;
    let learningRate = 0;
    let step = 0;
    const plan = planEpoch(fields, { ...shape, epoch });
    for await (const ready of ahead(plan, (items, i) => makeBatch(run, items, { epoch, step: i }))) {
      signal?.throwIfAborted();
      learningRate = learningRateAt(phase.schedule, {
        peak: phase.learningRate,
        step: (epoch - 1 - before) * steps + step,
        steps: phase.epochs * steps,
      });
      const { loss } = await trainer.step(ready, learningRate);
      step += 1;
      taken += 1;
      if (!Number.isFinite(loss)) throw diverged(loss, { epoch, step });
      lossSum += loss;
      const perStep = (clock() - begun) / taken;
      const secondsLeft = perStep * ((epochs - epoch + 1) * steps - step);
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

function phaseText(
  { name, learns, epochs, learningRate, schedule }: Phase,
  { index, before, phases }: { index: number; before: number; phases: number },
): string {
  const which = epochs === 1 ? `epoch ${before + 1}` : `epochs ${before + 1} to ${before + epochs}`;
  const what = learns.includes("*") ? "everything" : learns.join(", ");
  return (
    `phase ${index + 1} of ${phases}${name === String(index + 1) ? "" : ` (${name})`}: ${which}, ` +
    `${what} learns at ${learningRate} (${schedule.kind})`
  );
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
