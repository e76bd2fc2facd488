import { describe, expect, test } from "vitest";
import { shellWord } from "../../src/cli/follow.ts";
import { count, formatColumns, formatNumber, formatSeconds } from "../../src/cli/phrases.ts";
import { mayColour } from "../../src/cli/terminal.ts";

describe("a time", () => {
  test.each([
    [0, "0.0 s"],
    [9.94, "9.9 s"],
    [9.96, "10 s"],
    [59.4, "59 s"],
    [59.6, "1 min 0 s"],
    [80, "1 min 20 s"],
    [3599.6, "1 h 0 min"],
    [7500, "2 h 5 min"],
    [Number.POSITIVE_INFINITY, "an unknown time"],
  ])("of %d seconds is %s", (seconds, words) => {
    expect(formatSeconds(seconds)).toBe(words);
  });
});

describe("a number", () => {
  test("keeps three digits that count, and no exponent", () => {
    expect([0.412345, 88.44, 1234.5, 0.0000123, 0].map(formatNumber)).toEqual([
      "0.412",
      "88.4",
      "1230",
      "0.0000123",
      "0",
    ]);
  });

  test("of one thing is singular", () => {
    expect([count(0, "well"), count(1, "well"), count(2, "well")]).toEqual(["0 wells", "1 well", "2 wells"]);
  });
});

describe("columns", () => {
  test("are as wide as their widest word, rows of different lengths included", () => {
    expect(formatColumns([["a", "bcd", "e"], ["fgh"], ["i", "j", "k"]])).toBe("a    bcd  e\nfgh\ni    j    k\n");
  });
});

describe("a word of a shell command", () => {
  test("is quoted only where it must be", () => {
    expect(["runs/a-1.yaml", "my study.yaml", "it's"].map(shellWord)).toEqual([
      "runs/a-1.yaml",
      "'my study.yaml'",
      "'it'\\''s'",
    ]);
  });
});

describe("colour", () => {
  test("is for terminals whose user has not refused it", () => {
    expect(mayColour({ isTTY: true }, {})).toBe(true);
    expect(mayColour({ isTTY: true }, { NO_COLOR: "" })).toBe(true);
    expect(mayColour({ isTTY: true }, { NO_COLOR: "1" })).toBe(false);
    expect(mayColour({ isTTY: true }, { TERM: "dumb" })).toBe(false);
    expect(mayColour({}, {})).toBe(false);
  });
});
