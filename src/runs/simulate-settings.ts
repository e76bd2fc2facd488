/**
 * What `simulate` is asked for, checked and filled in.
 */
import { readFile } from "node:fs/promises";
import { NeuroscreenError } from "../base/errors.ts";
import { version } from "../base/version.ts";
import { type LayoutName, layoutNamed } from "../simulate/layout.ts";
import { type Compound, defaultPanel } from "../simulate/panel.ts";
import { parsePanel } from "../simulate/panel-file.ts";
import { whyUnreadable } from "./index-study.ts";

/** The options of `simulate`. */
export interface SimulateOptions {
  /** The folder to write: absent or empty, unless `resume`. */
  readonly out: string;
  /** Plates in all; 4. */
  readonly plates?: number;
  /** Fields a well; 6. */
  readonly fields?: number;
  /** Pixels along a field's side; 512. A smaller size is a smaller view. */
  readonly size?: number;
  /** The side of a pixel in the specimen; 0.325, as with 20×. */
  readonly pixelSizeMicrometres?: number;
  /** The published screen's size where nothing else is said: 36 plates, 30 fields, 2048². */
  readonly published?: boolean;
  readonly seed?: number;
  /** `random` (the default), `recovered` or `figure`. */
  readonly layout?: string;
  /** Scales all damage by Aβ, 0 to 1; 1. */
  readonly effect?: number;
  /** Scales all nuisance, 0 to 1; 0.5. */
  readonly difficulty?: number;
  /** Plates a compound; 1. */
  readonly replicates?: number;
  /** Path of a panel of one's own, CSV. */
  readonly panel?: string;
  /** Whether files and fields are spoilt, a few of each kind. */
  readonly defects?: boolean;
  /** Whether labels of all structures are written too. */
  readonly masks?: boolean;
  /** Whether well scores are drawn in place of pixels. */
  readonly scores?: boolean;
  /** The one well to draw, `P01/B03`. */
  readonly only?: string;
  /** Threads that draw. The result does not depend on it. */
  readonly workers?: number;
  /** Whether a run that was cut short is taken up. */
  readonly resume?: boolean;
}

/** What `simulate` gives back. */
export interface SimulateSummary {
  /** The folder. */
  readonly out: string;
  /** The study file; null where scores were drawn in place of images. */
  readonly study: string | null;
  readonly plates: number;
  readonly wells: number;
  readonly fields: number;
  /** Image files and masks, and how long they are; 0 where scores were drawn. */
  readonly files: number;
  readonly bytes: number;
  /** How many fields a defect has spoilt. */
  readonly defects: number;
}

/** All that decides the bytes, as `config.json` keeps it. */
export interface SimulateSettings {
  readonly seed: number;
  readonly plates: number;
  readonly replicates: number;
  readonly fields: number;
  readonly size: number;
  readonly pixelSizeMicrometres: number;
  readonly layout: LayoutName;
  readonly effect: number;
  readonly difficulty: number;
  readonly defects: boolean;
  readonly masks: boolean;
  readonly scores: boolean;
  readonly only: string | null;
  readonly panel: readonly Compound[];
}

/** `config.json`. */
export interface SimulateConfig extends SimulateSettings {
  readonly neuroscreen: string;
  /** By which a folder is known as a simulated screen. */
  readonly kind: "simulated screen";
}

/** The settings as `config.json` keeps them. */
export function configOf(settings: SimulateSettings): SimulateConfig {
  return { kind: "simulated screen", neuroscreen: version, ...settings };
}

/** A view must hold a soma with the first branches of its dendrites. */
const smallestViewMicrometres = 60;
const largestSize = 8192;

/**
 * Fills in and checks the options.
 *
 * @throws {NeuroscreenError} `small-view`, `unknown-layout`, `bad-option` for a number out of its range or options that exclude each
 *   other, `no-such-file` and `bad-panel`
 */
export async function resolveSettings(options: SimulateOptions): Promise<SimulateSettings> {
  const { published = false } = options;
  const panel = options.panel === undefined ? defaultPanel : await readPanel(options.panel);
  const replicates = options.replicates ?? 1;
  const settings: SimulateSettings = {
    seed: options.seed ?? 1,
    // A panel is taken whole where no number is given.
    plates: options.plates ?? (published ? 36 : options.panel === undefined ? 4 : panel.length) * replicates,
    replicates,
    fields: options.fields ?? (published ? 30 : 6),
    size: options.size ?? (published ? 2048 : 512),
    pixelSizeMicrometres: options.pixelSizeMicrometres ?? 0.325,
    layout: layoutNamed(options.layout ?? "random"),
    effect: options.effect ?? 1,
    difficulty: options.difficulty ?? 0.5,
    defects: options.defects ?? false,
    masks: options.masks ?? false,
    scores: options.scores ?? false,
    only: options.only ?? null,
    panel,
  };
  refuseNumbers(settings);
  refuseView(settings);
  refuseTogether(options);
  return settings;
}

async function readPanel(path: string): Promise<Compound[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new NeuroscreenError({
      code: "no-such-file",
      what: "Reading the panel",
      found: `${path}${whyUnreadable(cause)}`,
      expected: "a CSV file that can be read",
      remedy: "Check the path.",
      cause,
    });
  });
  return parsePanel(text, { path });
}

function refuseNumbers(settings: SimulateSettings): void {
  const whole = (name: "seed" | "fields" | "size", least: number, most: number) => {
    const value = settings[name];
    if (Number.isSafeInteger(value) && value >= least && value <= most) return;
    throw refuse(`--${name}`, String(value), `a whole number from ${least} to ${most}`);
  };
  whole("seed", 0, Number.MAX_SAFE_INTEGER);
  whole("fields", 1, 999);
  whole("size", 1, largestSize);
  for (const name of ["effect", "difficulty"] as const) {
    const value = settings[name];
    if (!(value >= 0 && value <= 1)) throw refuse(`--${name}`, String(value), "a number from 0 to 1");
  }
  const { pixelSizeMicrometres } = settings;
  if (!(pixelSizeMicrometres >= 0.01 && pixelSizeMicrometres <= 10))
    throw refuse("--pixel-size", `${pixelSizeMicrometres} µm`, "0.01 to 10 µm");
}

function refuseView({ size, pixelSizeMicrometres }: SimulateSettings): void {
  const side = size * pixelSizeMicrometres;
  if (side >= smallestViewMicrometres) return;
  const least = Math.ceil(smallestViewMicrometres / pixelSizeMicrometres);
  throw new NeuroscreenError({
    code: "small-view",
    what: "Laying out a field",
    found: `${size} pixels of ${pixelSizeMicrometres} µm, a view of ${Number(side.toPrecision(3))} µm`,
    expected: `at least ${smallestViewMicrometres} µm, which hold a neuron's soma and its first branches`,
    remedy: `Take --size ${least} or more, or larger pixels (--pixel-size).`,
  });
}

function refuseTogether({ scores, masks, defects, only, resume }: SimulateOptions): void {
  if (!scores) return;
  const others = Object.entries({ masks, defects, only, resume }).filter(([, value]) => Boolean(value));
  if (others.length === 0) return;
  const named = others.map(([name]) => `--${name}`).join(", ");
  throw refuse("--scores", `--scores with ${named}`, "one or the other: scores are drawn without images");
}

function refuse(what: string, found: string, expected: string): NeuroscreenError {
  return new NeuroscreenError({
    code: "bad-option",
    what,
    found,
    expected,
    remedy: `Give ${what} such a value, or leave it out to take the default.`,
  });
}
