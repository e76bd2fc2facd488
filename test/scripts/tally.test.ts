import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly names: readonly string[];
}
interface Tally {
  closingLine(counts: Omit<Counts, "names">): string;
  judge(counts: Counts | undefined, exitCode: number): Counts;
}

const root = fileURLToPath(new URL("../../", import.meta.url));
// The scripts are plain JavaScript, so that they run before anything is installed; TypeScript knows no types of them.
const tally = (await import(pathToFileURL(join(root, "scripts/tally.mjs")).href)) as Tally;

describe("the closing line", () => {
  test("counts what passed and failed, and what was skipped only where something was", () => {
    expect(tally.closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
    expect(tally.closingLine({ passed: 1, failed: 2, skipped: 3 })).toBe("1 passed, 2 failed, 3 skipped");
  });
});

describe("the judgement of a vitest run", () => {
  const good: Counts = { passed: 3, failed: 0, skipped: 0, names: [] };

  test("leaves counts alone that agree with the exit code", () => {
    const bad: Counts = { passed: 2, failed: 1, skipped: 0, names: ["a"] };
    expect(tally.judge(good, 0)).toBe(good);
    expect(tally.judge(bad, 1)).toBe(bad);
  });

  test("is a failure where vitest died without counts, or ended badly without a failed test", () => {
    expect(tally.judge(undefined, 0)).toMatchObject({ passed: 0, failed: 1 });
    expect(tally.judge(good, 1)).toMatchObject({ passed: 3, failed: 1 });
  });
});

describe("the counting reporter", () => {
  test("counts a broken file, a failing hook and a stray rejection as failures, each by its name", () => {
    const folder = mkdtempSync(join(tmpdir(), "neuroscreen-"));
    try {
      const path = join(folder, "counts.json");
      const words = ["run", "--root", "test/fixtures/vitest-reporter", `--reporter=${root}scripts/vitest-reporter.mjs`];
      const run = spawnSync(process.execPath, ["node_modules/vitest/vitest.mjs", ...words], {
        cwd: root,
        env: { ...process.env, VITEST_COUNTS: path },
      });
      expect(run.status).toBe(1);
      const counts = JSON.parse(readFileSync(path, "utf8")) as Counts;
      expect({ ...counts, names: [...counts.names].sort() }).toEqual({
        ...{ passed: 2, failed: 4, skipped: 2 },
        names: [
          "broken.case.ts",
          "outcomes.case.ts > a group",
          "outcomes.case.ts > fails",
          "outside of any test: nobody waits for me",
        ],
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
