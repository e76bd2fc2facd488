/** Holds what the pages for people say against what is there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { knownColumns } from "../src/plates/columns.ts";
import { parsePlateMap } from "../src/plates/platemap.ts";
import { roles } from "../src/plates/roles.ts";
import { parseStudy, studyJsonSchema } from "../src/plates/study.ts";
import { say } from "./cli/stub.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`),
].filter((path) => path.endsWith(".md"));
const readme = read("README.md");

describe("the pages", () => {
  test.each(pages)("%s links to files that are there", (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => join(dirname(page), path!));
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe("README.md", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

  test("names npm scripts that are there", () => {
    const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!);
    expect(named).toContain("demo");
    expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([]);
  });

  test("shows commands that the program understands", async () => {
    const commands = [...readme.matchAll(/^ {4}npx neuroscreen (.+)$/gm)].map(([, words]) =>
      words!.trim().split(/\s+/),
    );
    expect(commands.length).toBeGreaterThanOrEqual(4);
    for (const words of commands) expect(await say(words)).toMatchObject({ code: 0 });
  });

  test.each(["train-and-screen.mjs", "score-one-field.mjs"])("holds %s without a mistake of syntax", (name) => {
    const { diagnostics } = ts.transpileModule(codeBlock(name), { reportDiagnostics: true, fileName: name });
    expect(diagnostics!.map(({ messageText }) => messageText)).toEqual([]);
  });

  test("has examples of the promised length", () => {
    const length = (name: string) => codeBlock(name).trim().split("\n").length;
    expect(length("train-and-screen.mjs")).toBeLessThanOrEqual(20);
    expect(length("score-one-field.mjs")).toBeLessThanOrEqual(10);
  });
});

describe("docs/studies.md", () => {
  const page = read("docs/studies.md");
  const blocks = (language: string) =>
    [...page.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))].map(([, block]) => block!);
  const [whole, ...examples] = blocks("yaml");

  test("shows a whole study that is one", () => {
    expect(parseStudy(whole!, { path: "/data/study.yaml" }).split).toMatchObject({ unit: "plate" });
  });

  test.each(examples)("shows keys as they may stand in a study: %s", (example) => {
    const { split: _, ...base } = parse(whole!) as Record<string, unknown>;
    const study: unknown = { ...base, ...(parse(example) as object) };
    expect(() => parseStudy(stringify(study), { path: "/data/study.yaml" })).not.toThrow();
  });

  test("has a heading for each key, with an example, and none for what is no key", () => {
    const { properties } = studyJsonSchema() as { properties: object };
    const section = page.slice(page.indexOf("## The keys of a study"), page.indexOf("## The plate map"));
    const headings = section.split(/^### /m).slice(1);
    expect(headings.map((text) => text.split("\n")[0]).sort()).toEqual(Object.keys(properties).sort());
    for (const text of headings) expect(text).toContain("```yaml");
  });

  test("shows a plate map that is one, with every column and every role", () => {
    const [map] = blocks("csv");
    expect(parsePlateMap(map!, { path: "platemap.csv", plates: ["DANAZOL"] })).toHaveLength(5);
    const rows = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name!);
    for (const name of [...knownColumns, ...roles]) expect(rows).toContain(name);
  });
});

describe("docs/dependencies.md", () => {
  test("has a row for each runtime dependency, and none for what is gone", () => {
    const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
    const rows = [...read("docs/dependencies.md").matchAll(/^\| `([^`]+)` +\|/gm)].map(([, name]) => name!);
    expect(rows.sort()).toEqual(Object.keys(dependencies).sort());
  });
});

/** A code block of the README; its first line names it in a comment, which is not part of it. */
function codeBlock(name: string): string {
  const block = new RegExp(`\`\`\`js\\n// ${name.replaceAll(".", "\\.")}\\n([^]*?)\`\`\``).exec(readme);
  if (block === null) throw new Error(`README.md has no code block ${name}`);
  return block[1]!;
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
