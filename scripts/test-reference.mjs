/**
 * `npm run test:reference`: the tests against numbers of PyTorch and SciPy only. `REFERENCE=FILE` names another file
 * of the form of test/fixtures/reference.json. The last line is `N passed, N failed`.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { root, setUp } from "./setup.mjs";
import { closingLine, runVitest, tellFailedSetup } from "./tally.mjs";

setUp(tellFailedSetup);
const environment = {};
if (process.env.REFERENCE) {
  // npm runs scripts in the root; a relative path is meant from where its user stands.
  const path = resolve(process.env.INIT_CWD ?? root, process.env.REFERENCE);
  if (!existsSync(path)) {
    console.error(`REFERENCE: expected a file, found nothing at ${path}`);
    process.exit(2);
  }
  environment.REFERENCE = path;
}
const counts = runVitest(["test/reference", ...process.argv.slice(2)], environment);
for (const name of counts.names) console.log(`failed: ${name}`);
console.log(closingLine(counts));
process.exitCode = counts.failed > 0 ? 1 : 0;
