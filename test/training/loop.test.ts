import { describe, expect, test } from "vitest";
import type { Batch, TrainingState } from "../../src/engine/runtime/trainer.ts";
import { type Progress, type TrainingRun, trainLoop } from "../../src/training/loop.ts";
import { recipeSchema } from "../../src/training/recipe.ts";

/** Two fields of each class, in batches of two: four steps an epoch. */
const recipe = recipeSchema.parse({
  ...{ epochs: 3, batch: 2, learningRate: 0.1, seed: 5, schedule: { kind: "cosine" } },
  fields: { size: 32, crop: 32, cropsPerField: 2 },
});
const fields = ["A01", "A02", "A03", "A04"].map((well, i) => ({
  field: { plate: "P1", well, site: 1, paths: [] },
  label: (i % 2) as 0 | 1,
}));

const weightsOf = (sum: number) =>
  new Map([["w", { type: "float32" as const, shape: [1], data: Float32Array.of(sum) }]]);
const beginning: Progress = {
  state: { step: 0, weights: weightsOf(0), slots: new Map() },
  history: [],
  bestEpoch: 0,
};

/**
 * A loop whose weights are a sum of everything that a step is given, so that a step more, less or otherwise shows.
 * Everything that it is asked for is remembered.
 */
function rehearsal({ losses = [3, 1, 2], ...more }: Partial<TrainingRun> & { losses?: number[] } = {}) {
  const kept: { progress: Progress; isBest: boolean }[] = [];
  const rates: number[] = [];
  const paths: string[] = [];
  const begun: string[] = [];
  const done = more.from?.history.length ?? 0;
  let state = { step: 0, sum: 0 };
  let seconds = 0;
  const run: TrainingRun = {
    recipe,
    fields,
    stains: 1,
    trainer: {
      begin: async (phase, from) => {
        begun.push(`${phase} from step ${from.step} with ${from.slots.size}`);
        state = { step: from.step, sum: from.weights.get("w")!.data[0]! };
      },
      step: async ({ image, label }: Batch, learningRate: number) => {
        rates.push(learningRate);
        state = { step: state.step + 1, sum: state.sum + learningRate * (image[0]! + 2 * image[1024]! + label[0]!) };
        return { loss: state.step, logits: new Float32Array() };
      },
      snapshot: async (): Promise<TrainingState> => ({
        step: state.step,
        weights: weightsOf(state.sum),
        slots: new Map([["momentum/w", { type: "float32", shape: [1], data: Float32Array.of(state.step) }]]),
      }),
    },
    crop: async ({ well }, path) => {
      paths.push(path.join("/"));
      // The later, the sooner: crops arrive out of order.
      await new Promise((resolve) => setTimeout(resolve, 5 / (1 + paths.length)));
      return new Float32Array(1024).fill(Number(well.slice(1)) + paths.length / 1000);
    },
    validate: async () => ({ loss: losses[kept.length + done]!, accuracy: 1 }),
    keep: async (progress, isBest) => void kept.push({ progress, isBest }),
    clock: () => {
      seconds += 1;
      return seconds;
    },
    from: beginning,
    ...more,
  };
  return { run, kept, rates, paths, begun };
}

async function ended(run: TrainingRun, signal?: AbortSignal) {
  const loop = trainLoop(run, signal);
  const events = [];
  for (;;) {
    const told = await loop.next();
    if (told.done) return { events, progress: told.value };
    events.push(told.value);
  }
}

describe("the training loop", () => {
  test("keeps a checkpoint an epoch, and knows the epoch of the lowest validation loss", async () => {
    const { run, kept } = rehearsal();
    const { progress } = await ended(run);
    expect(kept.map(({ isBest }) => isBest)).toEqual([true, true, false]);
    expect(kept.map((one) => one.progress.bestEpoch)).toEqual([1, 2, 2]);
    expect(kept.map((one) => one.progress.state.step)).toEqual([4, 8, 12]);
    expect(progress).toEqual(kept[2]!.progress);
    // Losses of the steps are their numbers.
    expect(progress.history.map(({ trainLoss }) => trainLoss)).toEqual([2.5, 6.5, 10.5]);
    expect(progress.history.map(({ validationLoss }) => validationLoss)).toEqual([3, 1, 2]);
  });

  test("has no best epoch where nothing validates, and of equals the first", async () => {
    const blind = rehearsal({ validate: null });
    expect((await ended(blind.run)).progress.bestEpoch).toBe(0);
    expect(blind.kept.map(({ isBest }) => isBest)).toEqual([false, false, false]);
    expect((await ended(rehearsal({ losses: [1, 1, 1] }).run)).progress.bestEpoch).toBe(1);
  });

  test("follows the schedule over all of the training, and asks for each crop by its place", async () => {
    const { run, rates, paths } = rehearsal();
    await ended(run);
    // Half a cosine, from the peak.
    for (const [i, rate] of rates.entries()) expect(rate).toBeCloseTo(0.05 * (1 + Math.cos((Math.PI * i) / 12)), 9);
    expect(new Set(paths).size).toBe(24);
    expect(paths.slice(0, 3)).toEqual(["crop/1/0/0", "crop/1/0/1", "crop/1/1/0"]);
  });

  test("tells steps and epochs, counted from one", async () => {
    const { events } = await ended(rehearsal().run);
    const steps = events.filter(({ kind }) => kind === "step");
    expect(steps.length).toBe(12);
    expect(steps[5]).toMatchObject({ epoch: 2, epochs: 3, step: 2, steps: 4, loss: 6 });
    expect(steps[11]).toMatchObject({ secondsLeft: 0 });
    expect(events.flatMap((event) => (event.kind === "epoch" ? [event.epoch] : []))).toEqual([1, 2, 3]);
  });

  test("goes on from a checkpoint as if it had not stopped", async () => {
    // Crops that depend on nothing but their path.
    const crop: TrainingRun["crop"] = async ({ well }, path) =>
      new Float32Array(1024).fill(Number(well.slice(1)) + Number(path.slice(1).join("")) / 1000);
    const whole = rehearsal({ crop });
    const { progress } = await ended(whole.run);
    const rest = rehearsal({ crop, from: whole.kept[0]!.progress });
    const { progress: resumed, events } = await ended(rest.run);
    expect(resumed).toEqual(progress);
    expect(rest.kept).toEqual(whole.kept.slice(1));
    expect(events[0]).toMatchObject({ kind: "step", epoch: 2, step: 1 });

    const over = rehearsal({ crop, from: progress });
    expect(await ended(over.run)).toEqual({ events: [], progress });
  });

  test("stops between two steps when it is told to, without a checkpoint of a half epoch", async () => {
    const stop = new AbortController();
    const { run, kept, rates } = rehearsal();
    const { step } = run.trainer;
    const trainer = {
      ...run.trainer,
      step: (batch: Batch, rate: number) => {
        if (rates.length === 5) stop.abort(new Error("enough"));
        return step(batch, rate);
      },
    };
    await expect(ended({ ...run, trainer }, stop.signal)).rejects.toThrow("enough");
    expect(rates.length).toBe(6);
    expect(kept.length).toBe(1);
  });

  test("ends where the loss is no number, and where a crop cannot be had", async () => {
    const { run, kept } = rehearsal();
    const trainer = { ...run.trainer, step: async () => ({ loss: Number.NaN, logits: new Float32Array() }) };
    await expect(ended({ ...run, trainer })).rejects.toMatchObject({ code: "diverged" });
    await expect(ended({ ...run, crop: () => Promise.reject(new Error("gone")) })).rejects.toThrow("gone");
    expect(kept).toEqual([]);
  });
});

describe("a training in phases", () => {
  const phased = recipeSchema.parse({
    ...recipe,
    epochs: 4,
    phases: [
      { name: "head", learns: ["fc.*"], epochs: 3, learningRate: 0.4, schedule: { kind: "constant" } },
      { epochs: 1, learningRate: 0.1 },
    ],
  });
  // Crops that depend on nothing but their path.
  const crop: TrainingRun["crop"] = async ({ well }, path) =>
    new Float32Array(1024).fill(Number(well.slice(1)) + Number(path.slice(1).join("")) / 1000);
  const losses = [4, 2, 3, 1];

  test("gives each phase its rate and schedule over its own steps, and an optimiser that remembers nothing", async () => {
    const { run, rates, begun, paths } = rehearsal({ recipe: phased, losses });
    const { events, progress } = await ended(run);
    expect(rates.slice(0, 12)).toEqual(Array(12).fill(0.4));
    for (let i = 0; i < 4; i++) expect(rates[12 + i]).toBeCloseTo(0.05 * (1 + Math.cos((Math.PI * i) / 4)), 9);
    expect(begun).toEqual(["0 from step 0 with 0", "1 from step 0 with 0"]);
    expect(progress.state.step).toBe(4);
    // Epochs are counted over the whole training, so that no crop comes twice.
    expect(new Set(paths).size).toBe(32);
    expect(progress.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    expect(progress.bestEpoch).toBe(4);
    expect(events.flatMap((event) => (event.kind === "planned" ? [event.text] : []))).toEqual([
      "phase 1 of 2 (head): epochs 1 to 3, fc.* learns at 0.4 (constant)",
      "phase 2 of 2: epoch 4, everything learns at 0.1 (cosine)",
    ]);
    expect(events.filter(({ kind }) => kind === "step").at(-1)).toMatchObject({ secondsLeft: 0 });
  });

  test.each([
    [1, ["0 from step 4 with 1", "1 from step 0 with 0"]],
    [2, ["0 from step 8 with 1", "1 from step 0 with 0"]],
    // At the boundary: what the first phase's optimiser remembers is not taken along.
    [3, ["1 from step 0 with 0"]],
    [4, []],
  ])("goes on after epoch %i as if it had not stopped", async (epoch, resumedAt) => {
    const whole = rehearsal({ recipe: phased, losses, crop });
    const { progress } = await ended(whole.run);
    const rest = rehearsal({ recipe: phased, losses, crop, from: whole.kept[epoch - 1]!.progress });
    expect((await ended(rest.run)).progress).toEqual(progress);
    expect(rest.begun).toEqual(resumedAt);
    expect(rest.kept).toEqual(whole.kept.slice(epoch));
    expect(rest.rates).toEqual(whole.rates.slice(4 * epoch));
  });
});
