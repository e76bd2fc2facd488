/**
 * `npm test`: sets up, runs the checks of `npm run check` and every test. The last line is `N passed, N failed`; each
 * check counts as one test.
 *
 * `npm test -- test/plates` runs only the tests of that folder, without the checks.
 */
import { setUp, tool } from "./setup.mjs";
import { closingLine, runVitest, tellFailedSetup } from "./tally.mjs";

const checks = {
  "types (tsc)": () => tool("typescript/bin/tsc", ["--noEmit"]),
  "format and lint (biome)": () => tool("@biomejs/biome/bin/biome", ["check", "."]),
  "unused code and packages (knip)": () => tool("knip/bin/knip.js", []),
};

setUp(tellFailedSetup);
const words = process.argv.slice(2);
const failedChecks = words.length > 0 ? [] : Object.keys(checks).filter((name) => !passes(name));
const checkCount = words.length > 0 ? 0 : Object.keys(checks).length;
const tests = runVitest(words);

const names = [...failedChecks, ...tests.names];
const failed = failedChecks.length + tests.failed;
for (const name of names) console.log(`failed: ${name}`);
console.log(closingLine({ passed: checkCount - failedChecks.length + tests.passed, failed, skipped: tests.skipped }));
process.exitCode = failed > 0 ? 1 : 0;

function passes(name) {
  const passed = checks[name]() === 0;
  console.log(`${passed ? "ok" : "FAILED"}: ${name}`);
  return passed;
}
