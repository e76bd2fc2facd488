import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { info } from "../../src/runs/info.ts";
import { simulate } from "../../src/runs/simulate.ts";
import { followed, temporaryFolder } from "./tiny-study.ts";

const folder = temporaryFolder();

test("info tells how a simulated screen was drawn, and where its truth is", async () => {
  const out = join(folder, "scores");
  await followed(simulate({ out, plates: 2, seed: 7, difficulty: 0.25, scores: true }));
  expect(await info(out)).toMatchObject({
    kind: "simulated",
    facts: { state: "complete", plates: 2, wells: 96, seed: 7, difficulty: 0.25, truth: join(out, "truth") },
  });
});

test("info says of a simulated screen that was cut short how to go on", async () => {
  const out = join(folder, "begun");
  mkdirSync(out);
  const config = { kind: "simulated screen", seed: 1, plates: 4, fields: 6, size: 512, pixelSizeMicrometres: 0.325 };
  const rest = { layout: "random", effect: 1, difficulty: 0.5, scores: false };
  writeFileSync(join(out, "config.json"), JSON.stringify({ ...config, ...rest }));
  const { kind, facts } = await info(out);
  expect(kind).toBe("simulated");
  expect(facts.state).toContain("--resume");
  expect(facts).toMatchObject({ truth: null, plates: 4, wells: null, fields: null });
});
