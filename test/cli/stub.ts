/** A command line without a process: verbs that do as they are told, and streams that remember. */
import type { CommandContext } from "../../src/cli/context.ts";
import { runProgram } from "../../src/cli/program.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import type { Verbs } from "../../src/cli/verbs.ts";
import type {
  CrossvalidateSummary,
  ExplainSummary,
  RunEvent,
  ScreenSummary,
  TrainSummary,
} from "../../src/runs/events.ts";
import type { StudyIndex } from "../../src/runs/index-study.ts";
import type { InitSummary } from "../../src/runs/init.ts";
import type { SimulateSummary } from "../../src/runs/simulate-settings.ts";

export interface Heard {
  code: number;
  out: string;
  err: string;
  /** Each verb that was called, with its first argument. */
  calls: [verb: string, argument: unknown][];
}

/** Speaks `words` to the program; each verb succeeds with the results below unless `verbs` says otherwise. */
export async function say(
  words: readonly string[],
  {
    verbs = {},
    terminal = {},
    signal,
  }: { verbs?: Partial<Verbs>; terminal?: Partial<Terminal>; signal?: AbortSignal } = {},
): Promise<Heard> {
  const heard: Heard = { code: -1, out: "", err: "", calls: [] };
  const context: CommandContext & { version: string } = {
    version: "1.2.3",
    signal: signal ?? new AbortController().signal,
    verbs: recorded({ ...verbsThatSucceed, ...verbs }, heard),
    terminal: {
      ...remembering(heard),
      isInteractive: false,
      hasColour: false,
      columns: 100,
      // Each look at the clock finds it half a minute later.
      now: ticking(30_000),
      ...terminal,
    },
  };
  heard.code = await runProgram(words, context);
  return heard;
}

/** Streams that add what they are given to `heard`. */
export function remembering(heard: { out: string; err: string }): Pick<Terminal, "out" | "err"> {
  return {
    out: (text) => {
      heard.out += text;
    },
    err: (text) => {
      heard.err += text;
    },
  };
}

/** A clock that has gone on by so many milliseconds at each look. */
export function ticking(milliseconds: number): () => number {
  let looks = 0;
  return () => {
    looks++;
    return looks * milliseconds;
  };
}

/** A run that yields `events`, then gives `summary`. */
export async function* runOf<Summary>(
  events: readonly RunEvent[],
  summary: Summary,
): AsyncGenerator<RunEvent, Summary> {
  yield* events;
  return summary;
}

export const step: Extract<RunEvent, { kind: "step" }> = {
  ...{ kind: "step", epoch: 2, epochs: 4, step: 3, steps: 6, loss: 0.41234, fieldsPerSecond: 88.44, secondsLeft: 80 },
};
export const epoch: Extract<RunEvent, { kind: "epoch" }> = {
  ...{ kind: "epoch", epoch: 2, epochs: 4, trainLoss: 0.5, validationLoss: 0.25, validationAccuracy: 0.975 },
  ...{ learningRate: 0.001, seconds: 1.23 },
};
export const scored = (done: number): Extract<RunEvent, { kind: "scored" }> => ({
  ...{ kind: "scored", done, total: 96, fieldsPerSecond: 31, secondsLeft: 2 },
});
export const checked = (done: number): Extract<RunEvent, { kind: "checked" }> => ({
  ...{ kind: "checked", done, total: 192, filesPerSecond: 40, secondsLeft: 5 },
});
export const problem: RunEvent = { kind: "problem", subject: "P1/B03/1", message: "the file is cut short" };

const confusion = { truePositive: 4, falsePositive: 0, trueNegative: 7, falseNegative: 1 };
const fields = { n: 24, accuracy: 0.875, auc: 1, confusion };
const wilson = { low: 0.646, high: 0.985 };
const wells = {
  ...{ ...fields, n: 12, correct: 11, wilson, bootstrap: null, nPlates: 1 },
  interval: { ...wilson, kind: "wilson" as const },
};

export const trainSummary: TrainSummary = {
  ...{ out: "runs/model", keptEpoch: 3, chosen: true, epochs: 4 },
  evaluation: { train: { fields, wells }, validation: null, test: { fields, wells } },
};

const judge = {
  ...{ accuracy: 0.875, auc: 0.95, nWells: 24, correct: 21, nCommoner: 12 },
  interval: { low: 0.69, high: 0.957, kind: "wilson" as const },
};
const fold = { nWells: 8, correct: 7, accuracy: 0.875, validateGroups: ["P2"], nTrain: 8, nValidate: 8 };
const scales = { logit: { at0: -1, at1: 1 }, projection: null };
const comparison = {
  ...{ nWells: 24, nPlates: 3, accuracyFirst: 0.875, accuracySecond: 0.5, difference: 0.375, low: null, high: null },
  ...{ onlyFirstRight: 10, onlySecondRight: 1, mcnemarP: 0.0117 },
};

const crossvalidateSummary: CrossvalidateSummary = {
  out: "runs/folds",
  figures: {
    study: { name: "pilot", classes: { negative: "vehicle", positive: "Abeta" } },
    ...{ unit: "plate", networkName: "stacked resnet10", stains: ["FKHR"], seed: 1, warnings: [] },
    networks: {
      ...judge,
      pooledAuc: 0.94,
      folds: [
        { ...fold, name: "fold-1", testGroups: ["P1"], auc: 0.9, model: "aa", scales },
        { ...fold, name: "fold-2", testGroups: ["P2", "P3", "P4", "P5"], auc: null, model: "bb", scales },
      ],
    },
    shortcuts: [
      { name: "position", strengths: { "fold-1": 1 }, note: null, figures: { ...judge, folds: [] }, comparison },
    ],
    permuted: {
      figures: { ...judge, folds: [] },
      comparison: { ...comparison, low: 0.1, high: 0.6, mcnemarP: 0.0001 },
    },
  },
};

export const screenSummary: ScreenSummary = {
  ...{ out: "runs/screen", fields: 96, wells: 96, compounds: 2, report: "runs/screen/report.html" },
  score: "projection",
  plates: [
    { plate: "BBBC013", zPrime: 0.9012, zPrimeOfAll: 0.95 },
    { plate: "P2", zPrime: null, zPrimeOfAll: 0.5 },
  ],
};

/** An index of one plate of three wells, two with a field, as much of it as the command line reads. */
export function studyIndex(
  problems: StudyIndex["problems"] = [],
  facts: Partial<Pick<StudyIndex, "position" | "dataHash" | "looked" | "otherPlanes">> = {},
): StudyIndex {
  const well = {
    plate: "P1",
    batch: "P1",
    concentration: null,
    challenge: null,
    challengeConcentration: null,
    metadata: {},
  };
  return {
    study: {
      name: "pilot",
      channels: [
        { name: "FKHR", match: "1" },
        { name: "DNA", match: "2" },
      ],
    },
    path: "study.yaml",
    wells: [
      { ...well, well: "A01", role: "negative", compound: null },
      { ...well, well: "A02", role: "negative", compound: null },
      { ...well, well: "A03", role: "sample", compound: "Wortmannin" },
    ],
    fields: [
      { plate: "P1", well: "A01", site: 1, paths: ["a.png", "b.png"] },
      { plate: "P1", well: "A01", site: 2, paths: ["c.png", "d.png"] },
      { plate: "P1", well: "A03", site: 1, paths: ["e.png", "f.png"] },
    ],
    problems,
    ...{ bitDepth: 8, width: 320, height: 320, pixelSizeMicrometres: 0.6525, looked: "all", otherPlanes: 0 },
    ...{ position: { wells: 8, right: 4.5, heldOut: "split", explains: false }, dataHash: "0123abcd" },
    cache: "study.fields.parquet",
    ...facts,
  } as unknown as StudyIndex;
}

export const initSummary: InitSummary = {
  ...{ study: "study.yaml", plateMap: "platemap.csv", naming: "ImageXpress (MetaXpress)" },
  plates: [{ name: "P1", wells: 4, fields: 8 }],
  channels: [
    { name: "w1", match: "1" },
    { name: "w2", match: "2" },
  ],
  ...{ fields: 8, images: 17, imagesUsed: 16 },
  pixels: { width: 2048, height: 2048, bitDepth: 16, pixelSizeMicrometres: 0.325 },
  leftOut: [{ what: "thumbnails and previews", count: 1, example: "P1_B03_thumb.TIF" }],
  warnings: ["names tell the channels by numbers"],
};

export const drawn = (done: number): Extract<RunEvent, { kind: "drawn" }> => ({
  ...{ kind: "drawn", done, total: 1152, fieldsPerSecond: 5.2, secondsLeft: 60 },
});

export const simulateSummary: SimulateSummary = {
  ...{ out: "screen one", study: "screen one/study.yaml", plates: 4, wells: 192, fields: 1152 },
  ...{ files: 4608, bytes: 2_417_000_000, defects: 0 },
};

const explainSummary: ExplainSummary = {
  ...{ out: "why", fields: 11, maps: 88, channels: ["w1", "w2"], report: "why/report.html" },
  stains: [{ role: "positive", replacedBy: "mean", shapley: [1.25, -0.5] }],
  verdicts: [{ map: "gradcam layer4", holds: true, sentence: "This map lies on what was changed." }],
};

const verbsThatSucceed: Verbs = {
  init: async () => initSummary,
  index: () => runOf([], studyIndex()),
  train: () => runOf([epoch], trainSummary),
  crossvalidate: () => runOf([epoch], crossvalidateSummary),
  screen: () => runOf([scored(96)], screenSummary),
  simulate: () => runOf([drawn(1152)], simulateSummary),
  explain: () => runOf([], explainSummary),
  report: async (folder) => ({ path: `${folder}/report.html` }),
  sideBySide: async ({ out }) => ({
    path: out ?? "side-by-side.html",
    screens: [
      {
        ...{ name: "separate", outcome: "22 of 24 unseen control wells right." },
        ...{ wells: { correct: 22, n: 24 }, verdicts: null, spearman: null, effectAtHalf: null },
      },
    ],
  }),
  info: async (path) => ({ kind: "model", path, facts: { stains: ["FKHR", "DNA"], training: { epochs: 4 } } }),
};

function recorded(verbs: Verbs, { calls }: Heard): Verbs {
  const note = <T>(verb: string, argument: T): T => {
    calls.push([verb, argument]);
    return argument;
  };
  return {
    init: (options) => verbs.init(note("init", options)),
    index: (options, signal) => verbs.index(note("index", options), signal),
    train: (options, signal) => verbs.train(note("train", options), signal),
    crossvalidate: (options, signal) => verbs.crossvalidate(note("crossvalidate", options), signal),
    screen: (options, signal) => verbs.screen(note("screen", options), signal),
    simulate: (options, signal) => verbs.simulate(note("simulate", options), signal),
    explain: (options, signal) => verbs.explain(note("explain", options), signal),
    report: (folder, options) => {
      note("report", options === undefined ? folder : { folder, ...options });
      return verbs.report(folder, options);
    },
    sideBySide: (options) => verbs.sideBySide(note("sideBySide", options)),
    info: (path) => verbs.info(note("info", path)),
  };
}
