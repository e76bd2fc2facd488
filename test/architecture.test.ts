/**
 * Holds the table of the rooms: reads every import in src and says which arrow is not in it.
 *
 * A new arrow is a decision: change the table here and in docs/architecture.md, in a commit of its own, with its reason.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const engine = [
  "engine/graph",
  "engine/grad",
  "engine/nn",
  "engine/optim",
  "engine/step",
  "engine/weights",
  "engine/runtime",
];

/** Each room, in the order of the house, and the rooms that it may import beside itself. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  base: [],
  statistics: ["base"],
  "engine/graph": ["base"],
  "engine/grad": ["base", "engine/graph"],
  "engine/nn": ["base", "engine/graph"],
  "engine/optim": ["base", "engine/graph"],
  "engine/step": ["base", "engine/graph", "engine/grad", "engine/nn", "engine/optim"],
  "engine/weights": ["base", "engine/graph", "engine/nn"],
  "engine/runtime": ["base", "engine/graph", "engine/step"],
  plates: ["base"],
  images: ["base", "plates"],
  measure: ["base", "images"],
  records: ["base", "plates"],
  store: ["base", "plates", "images", "records", "engine/weights"],
  training: ["base", "plates", "images", "records", "store", ...engine],
  scoring: ["base", "plates", "images", "records", "store", ...engine],
  screening: ["base", "statistics", "plates", "records"],
  evaluation: ["base", "statistics", "plates", "measure", "records"],
  explain: ["base", "statistics", "images", "records", ...engine],
  simulate: ["base", "plates", "images", "records"],
  report: ["base", "plates", "screening", "records"],
  runs: [
    ...["base", "statistics", ...engine, "plates", "images", "measure", "records", "store", "training", "scoring"],
    ...["screening", "evaluation", "explain", "simulate", "report"],
  ],
  cli: ["base", "runs"],
};

/** Rooms that may use Node and native packages; elsewhere only files named node.ts may. */
const nodeRooms = ["store", "runs", "cli"];
const nativePackages = ["onnxruntime-node", "sharp"];
const onlyRoomOfOnnxRuntime = "engine/runtime";

interface Import {
  /** The importing file, relative to src, with `/`. */
  readonly file: string;
  /** What stands in the quotes. */
  readonly specifier: string;
  /** The imported file, relative to src, where it is one of ours. */
  readonly target: string | undefined;
  /** Whether it is the file of a worker, `new URL("./worker.js", import.meta.url)`. */
  readonly isUrl: boolean;
}

const src = fileURLToPath(new URL("../src/", import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll(sep, "/"))
  .filter((path) => /\.[cm]?tsx?$/.test(path))
  .sort();
const imports = files.flatMap((file) => importsIn(file, readFileSync(join(src, file), "utf8")));

describe("the reader of imports", () => {
  test("sees static, dynamic, type, re-exporting, side-effect, required and URL imports, and not words in comments and texts", () => {
    const source = `
      import { a } from "../base/a.ts";
      import type { B } from "../base/b.ts";
      import { type B2 } from "../base/b2.ts";
      import "../base/c.ts";
      export { d } from "../base/d.ts";
      export type { E } from "../base/e.ts";
      export * from "../base/f.ts";
      const g = await import("../base/g.ts");
      const h = new Worker(new URL("./h.js", import.meta.url));
      const i = require("node:fs");
      let j: import("../base/j.ts").J;
      const data = new URL("../../package.json", import.meta.url);
      // import { no } from "../base/no.ts";
      const k = 'import "../base/no.ts"';
    `;
    const found = importsIn("plates/x.ts", source).map(({ target, specifier }) => target ?? specifier);
    expect(found).toEqual([
      ...["a", "b", "b2", "c", "d", "e", "f", "g"].map((name) => `base/${name}.ts`),
      ...["plates/h.ts", "node:fs", "base/j.ts"],
    ]);
  });

  test("refuses an import whose name is computed, since nobody could say where it leads", () => {
    expect(() => importsIn("plates/x.ts", "await import(name);")).toThrow("plates/x.ts: import(name)");
  });
});

describe("the search for cycles", () => {
  test("finds a cycle and names its files, and none in a tree", () => {
    const cycle = { a: ["b"], b: ["c"], c: ["b"] };
    expect(findCycle(new Map(Object.entries(cycle)))).toEqual(["b", "c", "b"]);
    const tree = { a: ["b", "c"], b: ["d"], c: ["d"], d: [] };
    expect(findCycle(new Map(Object.entries(tree)))).toBeUndefined();
  });
});

describe("the house", () => {
  test("has every file in a room of the table, but for index.ts", () => {
    expect(files.filter((file) => file !== "index.ts" && roomOf(file) === undefined)).toEqual([]);
  });

  test("is described by the table of docs/architecture.md", () => {
    const page = readFileSync(new URL("../docs/architecture.md", import.meta.url), "utf8");
    const described = [...page.matchAll(/^\| `([^`]+)` +\|.*\| ([^|]*[^| ]) +\|$/gm)].map(([, room, words]) => ({
      room: room!,
      allowed: roomsNamed(words!, room!).sort(),
    }));
    expect(described).toEqual(Object.entries(rooms).map(([room, allowed]) => ({ room, allowed: [...allowed].sort() })));
  });

  test("has rooms that import only rooms above them", () => {
    const order = Object.keys(rooms);
    const downward = Object.entries(rooms).flatMap(([room, allowed]) =>
      allowed.filter((other) => order.indexOf(other) >= order.indexOf(room)).map((other) => `${room} → ${other}`),
    );
    expect(downward).toEqual([]);
  });

  test("has imports that lead to files that are there", () => {
    const lost = imports.filter(({ target }) => target !== undefined && !files.includes(target));
    expect(lost.map(arrow)).toEqual([]);
  });

  test("spells relative imports with the .ts ending", () => {
    const relatives = imports.filter(({ specifier, isUrl }) => specifier.startsWith(".") && !isUrl);
    expect(relatives.filter(({ specifier }) => !specifier.endsWith(".ts")).map(arrow)).toEqual([]);
  });

  test("uses Node and native packages only in store, runs, cli, and files named node.ts", () => {
    const strays = imports.filter(
      ({ file, specifier }) =>
        (specifier.startsWith("node:") || nativePackages.includes(packageOf(specifier))) &&
        !nodeRooms.includes(roomOf(file) ?? "") &&
        !file.endsWith("/node.ts"),
    );
    expect(strays.map(arrow)).toEqual([]);
  });

  test("imports ONNX Runtime only in engine/runtime", () => {
    const strays = imports.filter(
      ({ file, specifier }) => packageOf(specifier).startsWith("onnxruntime") && roomOf(file) !== onlyRoomOfOnnxRuntime,
    );
    expect(strays.map(arrow)).toEqual([]);
  });

  test("keeps src/index.ts to named exports of what the rooms export", () => {
    if (!existsSync(join(src, "index.ts"))) return;
    const source = parse("index.ts", readFileSync(join(src, "index.ts"), "utf8"));
    const others = source.statements.filter(
      (statement) =>
        !ts.isExportDeclaration(statement) ||
        statement.exportClause === undefined ||
        !ts.isNamedExports(statement.exportClause),
    );
    expect(others.map((statement) => statement.getText(source))).toEqual([]);
  });
});

for (const [room, allowed] of Object.entries(rooms)) {
  const inside = files.filter((file) => roomOf(file) === room);
  if (inside.length === 0) continue;

  describe(room, () => {
    test(`imports only ${["itself", ...allowed].join(", ")}`, () => {
      const strays = imports.filter(({ file, target }) => {
        if (roomOf(file) !== room || target === undefined) return false;
        const other = roomOf(target);
        return other !== room && !(other !== undefined && allowed.includes(other));
      });
      expect(strays.map(arrow)).toEqual([]);
    });

    test("has no cycle among its files", () => {
      // Types count too: a cycle of types costs nothing when it runs, but cannot be read from the top down either.
      const graph = new Map(inside.map((file) => [file, targetsOf(file, inside)]));
      expect(findCycle(graph)).toBeUndefined();
    });

    test("has a README.md of one screen", () => {
      const path = join(src, room, "README.md");
      expect(existsSync(path), `${path} is missing`).toBe(true);
      expect(readFileSync(path, "utf8").trim().split("\n").length).toBeLessThanOrEqual(60);
    });
  });
}

/** The rooms that a cell of the page's table names. */
function roomsNamed(words: string, room: string): string[] {
  const order = Object.keys(rooms);
  if (words === "–") return [];
  if (words === "all above") return order.slice(0, order.indexOf(room));
  return words.split(", ").flatMap((name) => (name === "engine" ? engine : [name]));
}

function importsIn(file: string, text: string): Import[] {
  const source = parse(file, text);
  const found: Import[] = [];
  const add = (node: ts.Node) => {
    if (!ts.isStringLiteralLike(node)) throw new Error(`${file}: ${node.parent.getText(source)} is computed`);
    found.push({ file, specifier: node.text, target: resolveOurs(file, node.text), isUrl: false });
  };
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
      add(node.moduleSpecifier);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal);
    } else if (ts.isCallExpression(node) && isImportingCall(node)) {
      add(node.arguments[0]!);
    } else if (ts.isNewExpression(node) && isModuleUrl(node, source)) {
      // A worker's file, perhaps chosen between source and compiled: every path in the expression counts.
      for (const path of textsIn(node.arguments![0]!)) {
        if (!/\.[jt]s$/.test(path)) continue;
        found.push({ file, specifier: path, target: resolveOurs(file, path.replace(/\.js$/, ".ts")), isUrl: true });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isImportingCall({ expression, arguments: words }: ts.CallExpression): boolean {
  if (words.length === 0) return false;
  return (
    expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === "require")
  );
}

function isModuleUrl(node: ts.NewExpression, source: ts.SourceFile): boolean {
  const [, base] = node.arguments ?? [];
  return (
    ts.isIdentifier(node.expression) &&
    node.expression.text === "URL" &&
    base?.getText(source).replaceAll(" ", "") === "import.meta.url"
  );
}

function textsIn(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  const texts: string[] = [];
  ts.forEachChild(node, (child) => void texts.push(...textsIn(child)));
  return texts;
}

function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

function resolveOurs(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return relative(src, join(src, dirname(file), specifier)).replaceAll(sep, "/");
}

function roomOf(file: string): string | undefined {
  return Object.keys(rooms).find((room) => file.startsWith(`${room}/`));
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function targetsOf(file: string, among: readonly string[]): string[] {
  return imports.flatMap((found) =>
    found.file === file && found.target !== undefined && among.includes(found.target) ? [found.target] : [],
  );
}

function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const finished = new Set<string>();
  const walk = (node: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (finished.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const cycle = walk(next, [...path, node]);
      if (cycle !== undefined) return cycle;
    }
    finished.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const cycle = walk(node, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

function arrow({ file, specifier }: Import): string {
  return `${file} imports ${specifier}`;
}
