/** Compiles `src` into `dist`, from empty, so that no file outlives its source, and makes the program executable. */
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, tool } from "./setup.mjs";

const dist = join(root, "dist");
rmSync(dist, { recursive: true, force: true });
const exitCode = tool("typescript/bin/tsc", ["-p", "tsconfig.build.json"]);
if (exitCode !== 0) process.exit(exitCode);
chmodSync(join(dist, "cli/node.js"), 0o755);
// Says to setup.mjs that the build ran to its end, and when.
writeFileSync(join(dist, ".built"), "");
