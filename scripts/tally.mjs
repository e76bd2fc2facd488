/** Runs vitest and counts, down to the closing line `N passed, N failed`. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tool } from "./setup.mjs";

/** The closing line: `12 passed, 0 failed`, and `, 1 skipped` where there is one. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** Says as a failed test that nothing could be run. */
export function tellFailedSetup(why) {
  console.log(`failed: ${why}`);
  console.log(closingLine({ passed: 0, failed: 1, skipped: 0 }));
}

/**
 * Runs vitest with `words` behind `vitest run`, and counts its tests.
 *
 * @returns `{ passed, failed, skipped, names }`, `names` being those that failed. A vitest that dies, or that fails
 *   without a failed test, counts as one failed test.
 */
export function runVitest(words, environment = {}) {
  const folder = mkdtempSync(join(tmpdir(), "neuroscreen-test-"));
  try {
    const path = join(folder, "counts.json");
    const reporters = ["--reporter=default", "--reporter=./scripts/vitest-reporter.mjs"];
    const exitCode = tool("vitest/vitest.mjs", ["run", ...reporters, ...words], {
      ...environment,
      VITEST_COUNTS: path,
    });
    return judge(readCounts(path), exitCode);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Holds counts against the exit code: a vitest that did not end well has at least one failure. */
export function judge(counts, exitCode) {
  if (counts === undefined) {
    return { passed: 0, failed: 1, skipped: 0, names: [`vitest ended with code ${exitCode} before its tests did`] };
  }
  if (exitCode === 0 || counts.failed > 0) return counts;
  return { ...counts, failed: 1, names: [`vitest ended with code ${exitCode}, though no test failed`] };
}

function readCounts(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
