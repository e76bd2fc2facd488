/**
 * The phases of a training: what learns, for how long, at which rate. A recipe without `phases` is one phase.
 *
 * The optimiser begins each phase remembering nothing, as it does where a PyTorch script makes a new one for each: what it would
 * remember is of other parameters, or of steps of another length.
 */
import { NeuroscreenError, nearest } from "../base/errors.ts";
import type { Schedule } from "../engine/optim/schedules.ts";
import type { Recipe } from "./recipe.ts";

/** One phase, every choice made. */
export interface Phase {
  readonly name: string;
  /** Patterns of the parameters that learn. */
  readonly learns: readonly string[];
  readonly epochs: number;
  /** The highest rate of the phase's schedule. */
  readonly learningRate: number;
  /** Over the steps of this phase. */
  readonly schedule: Schedule;
}

/** The phases of a recipe, one after the other. */
export function phasesOf({ phases, epochs, learningRate, schedule }: Recipe): Phase[] {
  const shapeOf = ({ kind, ...shape }: Recipe["schedule"]): Schedule =>
    kind === "one-cycle" ? { kind, ...shape } : { kind };
  if (phases.length === 0) return [{ name: "1", learns: ["*"], epochs, learningRate, schedule: shapeOf(schedule) }];
  return phases.map((phase, i) => ({
    name: phase.name ?? String(i + 1),
    learns: phase.learns,
    epochs: phase.epochs,
    learningRate: phase.learningRate,
    schedule: shapeOf(phase.schedule ?? schedule),
  }));
}

/** A phase's place in its training. */
export interface PhasePlace {
  /** Counted from zero. */
  readonly index: number;
  /** How many epochs went before the phase. */
  readonly before: number;
}

/** Which phase an epoch belongs to, counted from one over the whole training. */
export function phaseOfEpoch(phases: readonly Pick<Phase, "epochs">[], epoch: number): PhasePlace {
  let before = 0;
  for (const [index, { epochs }] of phases.entries()) {
    if (epoch <= before + epochs) return { index, before };
    before += epochs;
  }
  throw new Error(`unreachable: epoch ${epoch} of ${before}`);
}

/** Whether a name is meant by any of the patterns, in which `*` stands for any letters. */
export function matches(patterns: readonly string[]): (name: string) => boolean {
  const rules = patterns.map((pattern) => new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`));
  return (name) => rules.some((rule) => rule.test(name));
}

/**
 * The parameters that stay as they are in each phase: those that `freeze` names, and those that the phase does not.
 *
 * @param names of the network's parameters
 * @throws {NeuroscreenError} `bad-recipe` for a pattern that names none of them, a slip of the hand, and for a phase without
 *   anything to learn
 */
export function frozenInPhases({ freeze, phases, ...recipe }: Recipe, names: readonly string[]): string[][] {
  for (const [i, pattern] of freeze.entries()) refuseStranger(pattern, names, `\`freeze[${i}]\``);
  for (const [i, { learns }] of phases.entries())
    for (const [j, pattern] of learns.entries()) refuseStranger(pattern, names, `\`phases[${i}].learns[${j}]\``);
  const isFrozen = matches(freeze);
  return phasesOf({ freeze, phases, ...recipe }).map(({ name, learns }) => {
    const isNamed = matches(learns);
    const frozen = names.filter((parameter) => isFrozen(parameter) || !isNamed(parameter));
    if (frozen.length < names.length) return frozen;
    throw new NeuroscreenError({
      code: "bad-recipe",
      what: phases.length === 0 ? "Freezing parameters" : `Freezing parameters in phase ${name}`,
      found: "patterns that freeze every parameter",
      expected: "something left to learn",
      remedy: `Names look like ${names[0]}, ${names.at(-1)}; * stands for any letters.`,
    });
  });
}

function refuseStranger(pattern: string, names: readonly string[], where: string): void {
  if (names.some(matches([pattern]))) return;
  const near = nearestPattern(pattern, names);
  throw new NeuroscreenError({
    code: "bad-recipe",
    what: `Finding the parameters of ${where}`,
    found: `no parameter called ${pattern}`,
    expected: "patterns that name parameters of the network",
    remedy:
      (near === undefined ? "" : `Did you mean \`${near}\`? `) +
      `Names look like ${names[0]}, ${names.at(-1)}; * stands for any letters.`,
  });
}

/** What was probably meant: the pattern within branches, or a name or group of names (`layer1.*`) that is spelt nearly so. */
function nearestPattern(pattern: string, names: readonly string[]): string | undefined {
  for (const meant of [`*${pattern}`, `${pattern}.*`, `*${pattern}.*`]) if (names.some(matches([meant]))) return meant;
  const groups = names.flatMap((name) => {
    const parts = name.split(".");
    return parts.map((_, i) => (i === parts.length - 1 ? name : `${parts.slice(0, i + 1).join(".")}.*`));
  });
  const inEveryBranch = groups.map((group) => group.replace(/^branch\.\d+/, "branch.*"));
  return nearest(pattern, [...new Set([...inEveryBranch, ...groups])]);
}
