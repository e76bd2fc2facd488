/**
 * Pins the public surface: the sorted names that src/index.ts exports, types among them, stand in
 * test/fixtures/exports.txt, so growing or breaking the API shows in the diff. `UPDATE=1` writes the file anew.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const index = fileURLToPath(new URL("../src/index.ts", import.meta.url));
const list = fileURLToPath(new URL("fixtures/exports.txt", import.meta.url));

describe("the public API", () => {
  test("exports the names of test/fixtures/exports.txt", () => {
    const names = exportedNames(readFileSync(index, "utf8"));
    if (process.env.UPDATE === "1") writeFileSync(list, `${names.join("\n")}\n`);
    expect(existsSync(list), "run the test with UPDATE=1 once").toBe(true);
    expect(names).toEqual(readFileSync(list, "utf8").trimEnd().split("\n"));
  });

  test("has as values in src/index.ts what it declares as values", async () => {
    const loaded = (await import(index)) as object;
    const names = exportedNames(readFileSync(index, "utf8"), { values: true });
    expect(Object.keys(loaded).sort(byCode)).toEqual(names);
  });

  test("says of each name what it is, in a doc comment", () => {
    const program = ts.createProgram([index], {
      ...{ target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.NodeNext, noEmit: true, skipLibCheck: true },
      ...{ allowImportingTsExtensions: true, types: [] },
    });
    const checker = program.getTypeChecker();
    const module = checker.getSymbolAtLocation(program.getSourceFile(index)!)!;
    const silent = checker.getExportsOfModule(module).filter((name) => {
      const declared = name.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(name) : name;
      return declared.getDocumentationComment(checker).length === 0;
    });
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});

describe("the reader of exports", () => {
  test("sees values, types and new names", () => {
    const source = `export { b, type C, d as a } from "./x.ts"; export type { E } from "./y.ts";`;
    expect(exportedNames(source)).toEqual(["C", "E", "a", "b"]);
    expect(exportedNames(source, { values: true })).toEqual(["a", "b"]);
  });
});

// test/architecture.test.ts sees to it that src/index.ts holds nothing but named exports, so reading those is enough.
function exportedNames(text: string, { values = false } = {}): string[] {
  const names: string[] = [];
  for (const statement of ts.createSourceFile("index.ts", text, ts.ScriptTarget.Latest).statements) {
    if (!ts.isExportDeclaration(statement) || statement.exportClause === undefined) continue;
    if (!ts.isNamedExports(statement.exportClause) || (values && statement.isTypeOnly)) continue;
    for (const element of statement.exportClause.elements) {
      if (!(values && element.isTypeOnly)) names.push(element.name.text);
    }
  }
  return names.sort(byCode);
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
