import { describe, expect, test } from "vitest";
import { drawn, runOf, say, simulateSummary } from "./stub.ts";

describe("neuroscreen simulate", () => {
  test("hands every option to the verb", async () => {
    const words =
      "simulate --out sim --plates 12 --fields 3 --size 256 --pixel-size 0.1625 --published --seed 0 --layout figure --effect 0 --difficulty .25 --replicates 2 --panel p.csv --defects --masks --scores --only P01/B03 --workers 3 --resume";
    const { calls, code } = await say(words.split(" "));
    expect(code).toBe(0);
    expect(calls).toEqual([
      [
        "simulate",
        {
          ...{ out: "sim", plates: 12, fields: 3, size: 256, pixelSizeMicrometres: 0.1625, published: true, seed: 0 },
          ...{
            layout: "figure",
            effect: 0,
            difficulty: 0.25,
            replicates: 2,
            panel: "p.csv",
            defects: true,
            masks: true,
          },
          ...{ scores: true, only: "P01/B03", workers: 3, resume: true },
        },
      ],
    ]);
  });

  test("leaves out what is not given, so that the verb's defaults hold", async () => {
    const { calls } = await say(["simulate", "--out", "sim"]);
    expect(calls).toEqual([["simulate", { out: "sim" }]]);
  });

  test("tells what was made, where the truth is, and what comes next", async () => {
    const { out, err } = await say(["simulate", "--out", "screen one"]);
    expect(out).toBe(
      "simulated 4 plates, 192 wells: 1152 fields in 4608 files\nwrote screen one/study.yaml; the truth is in screen one/truth\n",
    );
    expect(err).toContain("drew 1152 of 1152 fields: 5.2 fields/s, 1 min 0 s left\n");
    expect(err).toContain("next: neuroscreen index 'screen one/study.yaml'\n");
  });

  test("tells of spoilt fields, and of scores in place of images", async () => {
    const spoilt = { ...simulateSummary, defects: 36 };
    const heard = await say(["simulate", "--out", "s"], { verbs: { simulate: () => runOf([], spoilt) } });
    expect(heard.out).toContain("1152 fields in 4608 files, 36 fields spoilt\n");
    const scores = { ...simulateSummary, out: "s", study: null };
    const { out, err } = await say(["simulate", "--out", "s"], { verbs: { simulate: () => runOf([], scores) } });
    expect(out).toBe("simulated 4 plates, 192 wells: scores of 1152 fields\nwrote s; the truth is in s/truth\n");
    expect(err).toContain("next: read s/scores.csv beside s/truth\n");
  });

  test("draws a bar for a person", async () => {
    const { err } = await say(["simulate", "--out", "s"], {
      verbs: { simulate: () => runOf([drawn(576)], simulateSummary) },
      terminal: { isInteractive: true },
    });
    expect(err).toContain("drew 576/1152 [###############---------------] 50 %, 1 min 0 s left, 5.2 fields/s");
  });

  test("gives the result as JSON", async () => {
    const { out } = await say(["simulate", "--out", "s", "--json"]);
    const lines = out.trim().split("\n");
    expect(JSON.parse(lines[0]!)).toEqual(drawn(1152));
    expect(JSON.parse(lines[1]!)).toMatchObject({ kind: "done", ...simulateSummary });
  });

  test.each([
    [["--plates", "0"], "--plates: expected a whole number of at least 1, found `0`."],
    [["--layout", "recoverd"], "Did you mean `recovered`?"],
    [["--effect", "1.5"], "--effect: expected a number from 0 to 1, found `1.5`."],
    [["--difficulty", "-1"], "--difficulty: expected a number from 0 to 1, found `-1`."],
    [["--pixel-size", "0"], "--pixel-size: expected a number above 0, found `0`."],
  ])("refuses %j", async (words, message) => {
    const heard = await say(["simulate", "--out", "s", ...words]);
    expect([heard.code, heard.calls]).toEqual([2, []]);
    expect(heard.err).toContain(message);
  });
});
