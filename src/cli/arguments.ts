/**
 * From the text of an option to its value, refused here with the option's name, what was found and what was expected.
 */
import { Option } from "commander";
import { NeuroscreenError, nearest } from "../base/errors.ts";

/** Reads one option's text. */
export type ArgumentParser<T> = (text: string) => T;

/**
 * A parser of whole numbers from `least` up: `12`, not `12.0`, `1e3` or `0x0c`.
 *
 * @throws {NeuroscreenError} `bad-option` from the parser
 */
export function wholeNumber(option: string, { least }: { least: number }): ArgumentParser<number> {
  return (text) => {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw badOption(option, text, `a whole number of at least ${least}`);
  };
}

/**
 * A parser of numbers above zero: `0.25`, `3`, `1e-3`.
 *
 * @throws {NeuroscreenError} `bad-option` from the parser
 */
export function positiveNumber(option: string): ArgumentParser<number> {
  return (text) => {
    const value = /^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (value > 0 && value < Number.POSITIVE_INFINITY) return value;
    throw badOption(option, text, "a number above 0");
  };
}

/**
 * A parser of shares from 0 to 1: `0`, `0.25`, `1`.
 *
 * @throws {NeuroscreenError} `bad-option` from the parser
 */
export function share(option: string): ArgumentParser<number> {
  return (text) => {
    const value = /^\+?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
    if (value <= 1) return value;
    throw badOption(option, text, "a number from 0 to 1");
  };
}

/**
 * A parser of one of a few words.
 *
 * @throws {NeuroscreenError} `bad-option` from the parser, with the nearest word
 */
export function oneOf<const T extends string>(option: string, words: readonly T[]): ArgumentParser<T> {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined) return word;
    const near = nearest(text, words);
    throw badOption(option, text, words.join(" or "), near === undefined ? undefined : `Did you mean \`${near}\`?`);
  };
}

/**
 * A parser of lists of a few words, with commas between them; given again, the option adds to its list. A word twice counts once.
 *
 * @throws {NeuroscreenError} `bad-option` from the parser, with the nearest word
 */
export function listOf<const T extends string>(option: string, words: readonly T[]) {
  const parse = oneOf(option, words);
  return (text: string, before: readonly T[] | undefined): T[] => [
    ...new Set([...(before ?? []), ...text.split(",").map((word) => parse(word.trim()))]),
  ];
}

/**
 * A parser of paths: anything but nothing, which a shell gives for a variable that is not set.
 *
 * @throws {NeuroscreenError} `bad-option` from the parser
 */
export function somePath(option: string): ArgumentParser<string> {
  return (text) => {
    if (text.trim() !== "") return text;
    throw badOption(
      option,
      "",
      "a path",
      "Give a path; if it comes from a variable of your shell, see that it is set.",
    );
  };
}

/** The option `--cache`, which every verb that reads images has. */
export function cacheOption(): Option {
  return new Option("--cache <dir>", "folder for what is known of the images; beside the study by default").argParser(
    somePath("--cache"),
  );
}

/** The refusal of an option's text: what was found, what was expected, what to do. */
export function badOption(option: string, text: string, expected: string, hint?: string): NeuroscreenError {
  const comma = /^\d+,\d+$/.test(text)
    ? `Write the decimal point as a point: \`${text.replace(",", ".")}\`.`
    : undefined;
  return new NeuroscreenError({
    code: "bad-option",
    what: option,
    found: text === "" ? "nothing" : `\`${text}\``,
    expected,
    remedy: hint ?? comma ?? `Give ${option} ${expected}, or leave it out to take the default.`,
  });
}
