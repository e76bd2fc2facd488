/**
 * From the options of `explain` to what is done: defaults filled in, and refused what cannot be, before any image is read.
 */
import { NeuroscreenError, nearest } from "../base/errors.ts";
import {
  type ExplainCheck,
  type ExplainMethod,
  explainChecks,
  explainMethods,
  fieldChoices,
} from "../records/explain.ts";
import type { Accepted, ExplainOptions, FieldPick, StainScope } from "./events.ts";

/** The words that the options take. */
export const methodNames: readonly ExplainMethod[] = explainMethods;
export const checkNames: readonly ExplainCheck[] = explainChecks;
export const pickNames: readonly FieldPick[] = fieldChoices.filter((choice) => choice !== "named");
export const stainScopes: readonly StainScope[] = ["wells", "fields", "none"];

/** How many fields of its kind a rule takes. */
export interface PickCounts {
  readonly best: number;
  readonly wrong: number;
  readonly unsure: number;
  /** Of each role. */
  readonly median: number;
}

/** What is done: every choice made. */
export interface ExplainSettings {
  /** Fields by name; null: they are picked. */
  readonly fields: readonly string[] | null;
  readonly picks: PickCounts;
  /** In the order in which maps are shown. */
  readonly methods: readonly ExplainMethod[];
  readonly class: 0 | 1;
  /** In pixels of the network's image; null: the training's crop decides. */
  readonly window: number | null;
  readonly stains: StainScope;
  readonly checks: readonly ExplainCheck[];
  readonly beside: string | null;
  readonly checkFields: number;
  readonly seed: number;
  readonly accept: readonly Accepted[];
}

/** Three rules and a few of each role: without --fields and --pick. */
const defaultPicks: PickCounts = { best: 3, wrong: 3, unsure: 3, median: 2 };
/** Guided backpropagation fails published checks, and exact windows take minutes: who wants them asks for them. */
const defaultMethods: readonly ExplainMethod[] = ["gradcam", "gradient", "windows", "coloured"];

/**
 * Fills in and checks the options.
 *
 * @param classes the study's words for its two controls
 * @throws {NeuroscreenError} `bad-option` for options that exclude each other, a class that the study does not have, a number or a word that
 *   is none
 */
export function explainSettings(
  options: ExplainOptions,
  classes: { readonly negative: string; readonly positive: string },
): ExplainSettings {
  const { fields, pick, count, checks = [], beside } = options;
  if (fields !== undefined && (pick !== undefined || count !== undefined))
    throw refuse("--fields", `--fields with ${pick === undefined ? "--count" : "--pick"}`, "one or the other", {
      remedy: "Name the fields to explain, or say how they are picked.",
    });
  if (fields?.length === 0) throw refuse("--fields", "none", "at least one field");
  if (beside !== undefined && !checks.includes("enrichment"))
    throw refuse("--beside", "no --checks enrichment", "that check, which is what the other network is for", {
      remedy: "Add --checks enrichment, or leave --beside out.",
    });
  wholeFrom1("--count", count);
  wholeFrom1("--window", options.window);
  wholeFrom1("--check-fields", options.checkFields);
  const methods = wordsOf("--methods", options.methods ?? defaultMethods, methodNames);
  return {
    fields: fields ?? null,
    picks: picksOf(pick === undefined ? undefined : wordsOf("--pick", pick, pickNames), count),
    methods,
    class: classOf(options.class ?? "positive", classes),
    window: options.window ?? null,
    stains: options.stains ?? "wells",
    checks: wordsOf("--checks", checks, checkNames),
    beside: beside ?? null,
    checkFields: options.checkFields ?? 60,
    seed: options.seed ?? 1,
    accept: options.accept ?? [],
  };
}

function picksOf(pick: readonly FieldPick[] | undefined, count: number | undefined): PickCounts {
  const of = (name: FieldPick) =>
    pick === undefined ? (count ?? defaultPicks[name]) : pick.includes(name) ? (count ?? 3) : 0;
  return { best: of("best"), wrong: of("wrong"), unsure: of("unsure"), median: of("median") };
}

/** In the order of `known`, each once. */
function wordsOf<T extends string>(option: string, words: readonly T[], known: readonly T[]): T[] {
  const stranger = words.find((word) => !known.includes(word));
  if (stranger !== undefined) throw refuse(option, stranger, known.join(" or "), nearOf(stranger, known));
  return known.filter((word) => words.includes(word));
}

function classOf(
  word: string,
  { negative, positive }: { readonly negative: string; readonly positive: string },
): 0 | 1 {
  const lower = word.toLowerCase();
  if (["1", "positive", positive.toLowerCase()].includes(lower)) return 1;
  if (["0", "negative", negative.toLowerCase()].includes(lower)) return 0;
  const known = ["negative", "positive", negative, positive];
  throw refuse(
    "--class",
    `\`${word}\``,
    `0 or negative (${negative}), 1 or positive (${positive})`,
    nearOf(word, known),
  );
}

function wholeFrom1(option: string, value: number | undefined): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) return;
  throw refuse(option, String(value), "a whole number of at least 1");
}

function nearOf(word: string, known: readonly string[]): { remedy?: string } {
  const near = nearest(word, known);
  return near === undefined ? {} : { remedy: `Did you mean \`${near}\`?` };
}

function refuse(what: string, found: string, expected: string, { remedy }: { remedy?: string } = {}): NeuroscreenError {
  return new NeuroscreenError({
    code: "bad-option",
    what,
    found,
    expected,
    remedy: remedy ?? `Give ${what} such a value, or leave it out to take the default.`,
  });
}
