/** Runs every program of examples/ on the built package, as a reader would. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));
const programs = readdirSync(new URL("../examples/", import.meta.url)).filter((name) => name.endsWith(".mjs"));

/** What a program prints, as lines. */
function linesOf(name: string): string[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`examples/${name}`], { cwd: root, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.trimEnd().split("\n");
}

describe("the examples", () => {
  test.each(programs)("are short: %s", (name) => {
    const lines = readFileSync(new URL(`../examples/${name}`, import.meta.url), "utf8")
      .trimEnd()
      .split("\n");
    expect(lines.length).toBeLessThan(60);
  });

  test("are each run below", () => {
    expect(programs.sort()).toEqual(["gradients.mjs", "plate-to-report.mjs", "train-a-network.mjs"]);
  });

  test("train a network whose loss falls", () => {
    const lines = linesOf("train-a-network.mjs");
    const losses = lines.flatMap((line) => /^step \d+ of 10: loss (.+)$/.exec(line)?.[1] ?? []).map(Number);
    expect(losses).toHaveLength(10);
    expect(losses.at(-1)).toBeLessThan(0.9 * losses[0]!);
    expect(lines.at(-1)).toBe("128 features an image");
  });

  test("find the line through four points that lie on one", () => {
    expect(linesOf("gradients.mjs").at(-1)).toBe("y = 1.00 + 2.00 x");
  });

  test("take a plate to its report", () => {
    const lines = linesOf("plate-to-report.mjs");
    expect(lines[0]).toBe("96 fields of 96 wells, 0 problems");
    const report = /^report: (.+)$/.exec(lines.at(-1)!)![1]!;
    expect(readFileSync(report, "utf8")).toContain("<svg");
    rmSync(dirname(dirname(report)), { recursive: true });
  });
});
