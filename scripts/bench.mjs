/**
 * `npm run bench -- NAME …`: compiles the programs of bench/ and runs bench/NAME.ts with the words behind its name;
 * without a name, `engine`.
 */
import { cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root, runNode, setUp, tool } from "./setup.mjs";

const [name = "engine", ...words] = process.argv.slice(2);
const known = readdirSync(join(root, "bench"))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -3));
if (!known.includes(name)) {
  console.error(`bench: expected one of ${known.join(", ")}, found ${name}`);
  process.exit(2);
}

setUp();
const compiled = join(root, "dist-bench");
rmSync(compiled, { recursive: true, force: true });
const exitCode = tool("typescript/bin/tsc", ["-p", "tsconfig.bench.json"]);
if (exitCode !== 0) process.exit(exitCode);
// The compiled rooms look for what lies beside `dist` at the same place beside themselves.
for (const neighbour of ["package.json", "recipes", "schemas"].filter((path) => existsSync(join(root, path)))) {
  cpSync(join(root, neighbour), join(compiled, neighbour), { recursive: true });
}
process.exit(runNode([join("dist-bench", "bench", `${name}.js`), ...words]));
