/**
 * A vitest reporter that counts, beside the one that prints: writes `{ passed, failed, skipped, names }` to the file
 * that the variable VITEST_COUNTS names.
 *
 * A test file that cannot be loaded, a failing hook and an error outside of any test count as one failed test each;
 * otherwise a broken import would read as `0 failed`.
 */
import { writeFileSync } from "node:fs";

export default class CountingReporter {
  onTestRunEnd(modules, unhandledErrors, reason) {
    const path = process.env.VITEST_COUNTS;
    if (path) writeFileSync(path, JSON.stringify(countTests(modules, unhandledErrors, reason)));
  }
}

/** Counts what vitest hands to `onTestRunEnd`. */
export function countTests(modules, unhandledErrors, reason) {
  const counts = { passed: 0, failed: 0, skipped: 0, names: [] };
  const fail = (name) => {
    counts.failed++;
    counts.names.push(name);
  };
  for (const module of modules) {
    const file = module.relativeModuleId;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === "failed") fail(`${file} > ${test.fullName}`);
      else if (state === "passed") counts.passed++;
      // A test that is still "pending" at the end was cut off, by --bail or by an interrupt: it did not run.
      else counts.skipped++;
    }
    for (const suite of [module, ...module.children.allSuites()]) {
      if (suite.errors().length > 0) fail(suite === module ? file : `${file} > ${suite.fullName}`);
    }
  }
  for (const error of unhandledErrors) fail(`outside of any test: ${error.message}`);
  if (reason === "interrupted") fail("the run was interrupted");
  return counts;
}
