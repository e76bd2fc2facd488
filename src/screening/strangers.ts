/**
 * Wells that are like neither control: a score of two classes gives them a place between both, and the place means nothing.
 *
 * A well is the mean of its fields' features. On its own plate a line runs through the means of both controls, and a partial effect lies on it,
 * or beyond an end of it: both are what a percent effect is for. What counts is how far a well lies off the line, measured by how far
 * controls scatter (Mahalanobis' distance, the covariance pooled over roles and plates and shrunken): a nearest neighbour among the controls would call every
 * partial effect strange, since none of the controls is one. How far is too far the controls say, each held against means and scatter of the others.
 *
 * @see Ledoit & Wolf (2004), doi:10.1016/S0047-259X(03)00096-4 for the covariance; {@link newcomerLimit} for the limit
 */
import { openRandom } from "../base/random.ts";
import { isControl } from "../plates/roles.ts";
import { wellKey } from "../plates/split.ts";
import type { StrangersFigures, WellRecord } from "../records/screen.ts";
import { type Cloud, fitCloud, newcomerLimit } from "../statistics/cloud.ts";
import { anchorWells } from "./anchors.ts";
import { groupBy } from "./group.ts";
import { isUsable, judgeOf, type MeasuredWell, type ScreenInput } from "./wells.ts";

/** Control wells below which they do not say how far is too far. */
const fewestControls = 20;

/** Control wells that a cloud is made of at most: more say nothing new of its shape, and its cost grows with their square. */
const mostControls = 300;

/** What is known of a well's place among the controls; in units of the controls' 99 %. */
export type Strangeness = Pick<WellRecord, "distanceNegative" | "distancePositive" | "unlikeness">;

const unknown: Strangeness = { distanceNegative: null, distancePositive: null, unlikeness: null };

/** The distances of each well, by `plate/A01`; wells that are not in it have none. */
export interface Strangers {
  readonly byWell: ReadonlyMap<string, Strangeness>;
  /** A network each, in the order of the plates. */
  readonly figures: readonly StrangersFigures[];
}

/** A well's distances; nulls where it has none. */
export function strangenessOf({ byWell }: Strangers, well: MeasuredWell): Strangeness {
  return byWell.get(wellKey(well)) ?? unknown;
}

/** Whether a well's place between the controls means nothing. Controls are never strangers: they are what others are held against. */
export function isStranger({ role }: Pick<MeasuredWell, "role">, { unlikeness }: Strangeness): boolean {
  return !isControl(role) && unlikeness !== null && unlikeness > 1;
}

/** Measures every well against the controls of its plate, network by network. */
export function findStrangers(input: ScreenInput, wells: readonly MeasuredWell[]): Strangers {
  const features = wellFeatures(input);
  const byWell = new Map<string, Strangeness>();
  const figures: StrangersFigures[] = [];
  for (const own of groupBy(wells, ({ plate }) => judgeOf(input, plate).network).values()) {
    const plates = [...groupBy(own, ({ plate }) => plate).values()].flatMap((plate) => {
      const line = plateLine(plate, features);
      return line === null ? [] : [{ wells: plate, line }];
    });
    // By name, so that the order of a plate map's rows changes no digit.
    const controls = plates
      .flatMap(({ line }) => line.controls)
      .sort((a, b) => (wellKey(a.well) < wellKey(b.well) ? -1 : 1));
    const nUntouched = controls.filter(isUntouched).length;
    const judges = nUntouched >= fewestControls ? "untouched" : "all";
    const counts = { nControls: controls.length, nUntouched };
    const around = controls.length < fewestControls ? null : measure(controls, judges, ({ around }) => around);
    const off = controls.length < fewestControls ? null : measure(controls, judges, ({ off }) => off);
    figures.push({ ...counts, judges: off === null ? null : judges });
    for (const { wells, line } of plates)
      for (const well of wells) {
        const own = features.get(wellKey(well));
        if (own === undefined) continue;
        const fromNegative = minus(own, line.negative);
        byWell.set(wellKey(well), {
          distanceNegative: around?.(fromNegative) ?? null,
          distancePositive: around?.(minus(own, line.positive)) ?? null,
          unlikeness: off?.(offAxis(fromNegative, line.axis)) ?? null,
        });
      }
  }
  return { byWell, figures };
}

/** The means of a plate's controls, and its control wells seen from means that they are no part of. */
interface PlateLine {
  readonly negative: Float64Array;
  readonly positive: Float64Array;
  /** From the one to the other. */
  readonly axis: Float64Array;
  readonly controls: readonly HeldOutControl[];
}

interface HeldOutControl {
  readonly well: MeasuredWell;
  /** From the mean of its role. */
  readonly around: Float64Array;
  /** The same, without what lies along the axis. */
  readonly off: Float64Array;
}

/** The line of one plate; null where its controls are too few or have no features. */
function plateLine(wells: readonly MeasuredWell[], features: ReadonlyMap<string, Float64Array>): PlateLine | null {
  const anchors = anchorWells(wells);
  if (anchors === null) return null;
  const placed = (role: "negative" | "positive") =>
    anchors[role]
      .map((well) => ({ well, own: features.get(wellKey(well)) }))
      .filter((item): item is { well: MeasuredWell; own: Float64Array } => item.own !== undefined)
      .sort((a, b) => (a.well.well < b.well.well ? -1 : 1));
  const controls = { negative: placed("negative"), positive: placed("positive") };
  if (Math.min(controls.negative.length, controls.positive.length) < 2) return null;
  const [negative, positive] = [meanOf(controls.negative), meanOf(controls.positive)];
  return {
    negative,
    positive,
    axis: minus(positive, negative),
    controls: (["negative", "positive"] as const).flatMap((role) =>
      controls[role].map(({ well, own }) => {
        const mean = meanOf(controls[role].filter((other) => other.well !== well));
        const axis = role === "negative" ? minus(positive, mean) : minus(mean, negative);
        const around = minus(own, mean);
        return { well, around, off: offAxis(around, axis) };
      }),
    ),
  };
}

/** Distances in units of the controls' 99 %; null where the controls do not scatter at all. */
function measure(
  controls: readonly HeldOutControl[],
  judges: "untouched" | "all",
  read: (control: HeldOutControl) => Float64Array,
): ((point: Float64Array) => number) | null {
  const members = chosen(controls, judges);
  const cloud: Cloud | null = fitCloud(members.map(read));
  if (cloud === null) return null;
  const heldOut = cloud.heldOut.filter((_, i) => judges === "all" || isUntouched(members[i]!));
  const limit = newcomerLimit(heldOut);
  return limit > 0 ? (point) => cloud.distance(point) / limit : null;
}

/**
 * At most {@link mostControls} of the controls, in their order, drawn at random: every second or third of them would be those of
 * one column, and so of one role. Where the untouched ones say how far is too far, they come first.
 */
function chosen(controls: readonly HeldOutControl[], judges: "untouched" | "all"): readonly HeldOutControl[] {
  if (controls.length <= mostControls) return controls;
  const drawn = openRandom(1, "strangers", "controls").shuffled(controls);
  const isFirst = (control: HeldOutControl) => judges === "untouched" && isUntouched(control);
  const first = [...drawn.filter(isFirst), ...drawn.filter((control) => !isFirst(control))].slice(0, mostControls);
  const members = new Set(first);
  return controls.filter((control) => members.has(control));
}

function isUntouched({ well }: HeldOutControl): boolean {
  return well.part === "test";
}

/** The mean features of each scored well, those of several networks one after the other; none where nothing came with the scores. */
function wellFeatures({ scores }: ScreenInput): Map<string, Float64Array> {
  const fields = [...groupBy(scores.filter(isUsable), wellKey)].map(([key, own]) => {
    const rows = own.map(({ features }) => ({ own: Float64Array.from(features.flatMap((part) => [...part])) }));
    return [key, rows] as const;
  });
  return new Map(fields.filter(([, rows]) => rows[0]!.own.length > 0).map(([key, rows]) => [key, meanOf(rows)]));
}

function meanOf(items: readonly { readonly own: Float64Array }[]): Float64Array {
  const sum = new Float64Array(items[0]!.own.length);
  for (const { own } of items) for (let k = 0; k < sum.length; k++) sum[k]! += own[k]!;
  return sum.map((total) => total / items.length);
}

function minus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, k) => value - b[k]!);
}

/** What is left of a vector without its part along an axis; all of it where the axis has no length. */
function offAxis(vector: Float64Array, axis: Float64Array): Float64Array {
  let [along, length] = [0, 0];
  for (let k = 0; k < axis.length; k++) {
    along += vector[k]! * axis[k]!;
    length += axis[k]! ** 2;
  }
  return length === 0 ? vector : vector.map((value, k) => value - (along / length) * axis[k]!);
}
