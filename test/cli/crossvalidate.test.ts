import { expect, test } from "vitest";
import { say } from "./stub.ts";

test("crossvalidate takes the options of train and its own", async () => {
  const words = "crossvalidate s.yaml --out d --folds 5 --permuted --fusion stacked --lr 0.01 --seed 3 --resume";
  const { code, calls } = await say(words.split(" "));
  expect(code).toBe(0);
  expect(calls).toEqual([
    [
      "crossvalidate",
      {
        ...{ study: "s.yaml", out: "d", folds: 5, permuted: true, fusion: "stacked", learningRate: 0.01, seed: 3 },
        resume: true,
      },
    ],
  ]);
});

test("crossvalidate prints the folds, then the network beside what needs none", async () => {
  const { out, err } = await say(["crossvalidate", "my study.yaml", "--out", "d"]);
  expect(out).toBe(`tested by         right         AUC
fold-1: P1        7 of 8 wells  0.9
fold-2: 4 plates  7 of 8 wells  none

judge            right             95 % interval  AUC   network is ahead by
the network      21 of 24, 87.5 %  69 to 96 %     0.95
position         21 of 24, 87.5 %  69 to 96 %     0.95  38 points, p 0.0117
labels shuffled  21 of 24, 87.5 %  69 to 96 %     0.95  38 points (95 % 10 to 60), p < 0.001
`);
  expect(err).toContain("next: neuroscreen screen 'my study.yaml' --model runs/folds --out screen");
});

test("crossvalidate without --out, or with no whole number of folds, is refused", async () => {
  expect(await say(["crossvalidate", "s.yaml"])).toMatchObject({ code: 2, calls: [] });
  for (const folds of ["x", "0", "2"]) {
    const heard = await say(["crossvalidate", "s.yaml", "--out", "d", "--folds", folds]);
    expect(heard).toMatchObject({ code: 2, calls: [] });
    expect(heard.err).toContain(`--folds: expected a whole number of at least 3, found \`${folds}\`.`);
  }
});
