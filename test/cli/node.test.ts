import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("../../dist/cli/node.js", import.meta.url));
const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

// `npm test` builds dist first; a bare `npx vitest` may find none.
describe.skipIf(!existsSync(program))("the program", () => {
  test("knows its version", () => {
    const run = spawnSync(process.execPath, [program, "--version"], { encoding: "utf8" });
    expect(run).toMatchObject({ status: 0, stdout: `${manifest.version}\n`, stderr: "" });
  });

  test("ends with exit code 2 and nothing on stdout when used wrongly", () => {
    const run = spawnSync(process.execPath, [program, "screen", "study.yaml"], { encoding: "utf8" });
    expect(run).toMatchObject({ status: 2, stdout: "" });
    expect(run.stderr).toContain("Usage: neuroscreen screen");
  });

  test("ends with exit code 2 and no stack for a study that is not there", () => {
    const run = spawnSync(process.execPath, [program, "index", "no-such-study.yaml", "--json"], { encoding: "utf8" });
    expect(run.status).toBe(2);
    expect(JSON.parse(run.stdout)).toHaveProperty("error.code");
    expect(run.stderr).not.toContain("    at ");
  });

  test("ends quietly when nobody reads its output any more", async () => {
    const run = spawn(process.execPath, [program, "--help"], { stdio: ["ignore", "pipe", "pipe"] });
    run.stdout.destroy();
    let stderr = "";
    run.stderr.on("data", (bytes) => {
      stderr += bytes;
    });
    const code = await new Promise((resolve) => run.on("close", resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});
