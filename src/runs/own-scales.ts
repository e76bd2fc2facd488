/**
 * Own scales: what puts the scores of models side by side on one footing before they are pooled.
 *
 * The log-odds of two networks have different zeros and units, and in a plain mean the louder one drowns the other. On a network's own scale
 * 0 and 1 are the means of its untouched negative and positive wells: control wells that it neither learned from nor was chosen by. Where a
 * role has none of them, the wells that it was chosen by count too; where a role still has none, all control wells do, and the
 * screen says so: a network tells what it learned from further apart than what is new to it.
 */
import { ownScale } from "../evaluation/figures.ts";
import { type Part, wellKey } from "../plates/split.ts";
import type { OwnScale, OwnScales } from "../records/crossvalidation.ts";
import type { ScoreName } from "../records/screen.ts";
import { groupBy } from "../screening/group.ts";
import { mean } from "../statistics/descriptive.ts";

/** What one model says of one field. */
export interface JudgeScore {
  /** The model's place among those of the screen. */
  readonly judge: number;
  readonly logits: readonly [number, number];
  readonly projection: number;
}

/** A field, and what each of its judges says of it. */
export interface JudgedField {
  readonly plate: string;
  readonly well: string;
  readonly scores: readonly JudgeScore[];
}

/** A model's own scale, and which control wells it was made from: the best that there were. */
export interface ModelScale extends OwnScales {
  readonly wells: "test" | "test and validate" | "all";
}

/** What the scales are made from, the best first. */
const choices: readonly { readonly wells: ModelScale["wells"]; readonly parts: readonly Part[] }[] = [
  { wells: "test", parts: ["test"] },
  { wells: "test and validate", parts: ["test", "validate"] },
  { wells: "all", parts: ["test", "validate", "train"] },
];

/** A control well as one model says. */
interface ScoredControl extends Record<ScoreName, number> {
  readonly label: 0 | 1;
  readonly part: Part;
}

/**
 * The own scale of each model, from what it says of the control wells of this screen; a well is the mean of its fields.
 *
 * A model that does not put the positive wells above the negative ones in a score has no scale in it: to turn it round would be to learn from
 * the wells that it is tested by.
 *
 * @param labels the control wells' classes, by `plate/A01`
 * @param parts of each model, what each well was to it; one that it does not know is untouched
 */
export function ownScales(
  fields: readonly JudgedField[],
  { labels, parts }: { labels: ReadonlyMap<string, 0 | 1>; parts: readonly ReadonlyMap<string, Part>[] },
): readonly ModelScale[] {
  const byWell = groupBy(
    fields.filter((field) => labels.has(wellKey(field))),
    wellKey,
  );
  // Sorted, since sums of floating-point numbers depend on their order, and the plate map's lines may stand in any.
  const wells = [...byWell.keys()].sort();
  return parts.map((own, judge) => {
    const controls = wells.flatMap((key): ScoredControl[] => {
      const said = byWell
        .get(key)!
        .flatMap(({ scores }) => scores.filter((score) => score.judge === judge && isUsable(score)));
      if (said.length === 0) return [];
      const part = own.get(key) ?? "test";
      return [
        {
          label: labels.get(key)!,
          part: part === "unused" ? "test" : part,
          logit: mean(said.map(({ logits: [negative, positive] }) => positive - negative)),
          projection: mean(said.map(({ projection }) => projection)),
        },
      ];
    });
    const { wells: from, parts: wanted } = choices.find((choice) => hasBoth(controls, choice.parts)) ?? choices.at(-1)!;
    const chosen = controls.filter(({ part }) => wanted.includes(part));
    const of = (score: ScoreName) =>
      upright(ownScale(chosen.map((well) => ({ label: well.label, score: well[score] }))));
    return { logit: of("logit"), projection: of("projection"), wells: from };
  });
}

/** What a reader must know of the scales, in sentences. */
export function scaleWarnings(scales: readonly ModelScale[]): string[] {
  return scales.flatMap((scale, i) => {
    const model = `Model ${i + 1}`;
    const mute = (["logit", "projection"] as const).filter((score) => scale[score] === null);
    return [
      ...(scale.wells === "all"
        ? [
            `${model} has no untouched control wells of both roles here. To be averaged with the others it was put on its own scale by all control wells, also those that it learned from, which it tells further apart than new ones.`,
          ]
        : []),
      ...(mute.length === 0
        ? []
        : [
            `${model} does not put the positive control wells above the negative ones, and has no say in the ${mute.join(" and the ")}.`,
          ]),
    ];
  });
}

function isUsable({ logits, projection }: JudgeScore): boolean {
  return [...logits, projection].every(Number.isFinite);
}

function hasBoth(controls: readonly ScoredControl[], parts: readonly Part[]): boolean {
  return ([0, 1] as const).every((wanted) =>
    controls.some(({ label, part }) => label === wanted && parts.includes(part)),
  );
}

function upright(scale: OwnScale | null): OwnScale | null {
  return scale !== null && scale.at1 > scale.at0 ? scale : null;
}
