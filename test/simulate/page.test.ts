/** Holds docs/simulate.md against the columns, defaults and panel of the code. `UPDATE=1` writes its tables of numbers anew, and biome formats them. */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Column } from "../../src/records/table.ts";
import {
  compoundTruthColumns,
  defectTruthColumns,
  fieldTruthColumns,
  wellScoreColumns,
  wellTruthColumns,
} from "../../src/records/truth.ts";
import { nuisance } from "../../src/simulate/batches.ts";
import { stains } from "../../src/simulate/conditions.ts";
import { defaultPanel } from "../../src/simulate/panel.ts";
import { parsePanel } from "../../src/simulate/panel-file.ts";
import { fieldDeviation, scoreComponents } from "../../src/simulate/scores.ts";
import { biologicalSpread } from "../../src/simulate/wells.ts";

const path = new URL("../../docs/simulate.md", import.meta.url);
let page = readFileSync(path, "utf8");

/** The names in the first column of a section's tables. */
function documented(section: string): string[] {
  const body = new RegExp(`^#+ ${section}$([^]*?)(?=^#|$(?![^]))`, "m").exec(page)?.[1] ?? "";
  return [...body.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name!);
}

const names = (columns: readonly Column[]) => [
  ...new Set(columns.map(({ name }) => stains.reduce((text, stain) => text.replace(`_${stain}`, "_<stain>"), name))),
];

describe("docs/simulate.md", () => {
  test.each([
    ["truth/compounds", compoundTruthColumns([]), []],
    ["truth/wells", wellTruthColumns([], stains), documented("Every well")],
    ["truth/fields", fieldTruthColumns([]), []],
    ["truth/defects", defectTruthColumns([]), []],
    ["scores", wellScoreColumns([]), documented("Every well")],
  ])("names the columns of %s, each once and no other", (section, columns, shared) => {
    expect([...shared, ...documented(section)].sort()).toEqual(names(columns).sort());
  });

  test("shows a panel that can be read", () => {
    const example = /^ {4}(compound,class(?:.|\n)*?)\n\n/m.exec(page)![1]!.replaceAll("\n    ", "\n");
    expect(parsePanel(example, { path: "panel.csv" }).map((compound) => compound.class)).toEqual([
      ...["protective", "toxic", "fluorescent", "inert"],
    ]);
  });

  const cells = (...row: (string | number | null)[]) => row.map((cell) => (cell === null ? "" : String(cell)));
  const acting = defaultPanel.filter((compound) => compound.class !== "inert");
  const tables = {
    panel: [
      ["place", "class", "EC50, µM", "slope", "maximum", "acts on"],
      ...acting.map((compound) =>
        cells(
          ...[defaultPanel.indexOf(compound) + 1, compound.class, compound.ec50Micromolar, compound.hillSlope],
          ...[compound.maximalEffect, compound.axis ?? compound.stain ?? "glia"],
        ),
      ),
      ["all others", "inert", "", "", "", ""],
    ],
    spread: [
      ["quantity", "value"],
      ...Object.entries(biologicalSpread).map(([name, value]) => [`\`${name}\``, String(value)]),
    ],
    nuisance: [
      ["quantity", "unit", "batch", "plate", "well", "row", "column", "edge"],
      ...Object.entries(nuisance).map(([name, { unit, batch, plate, well, row, column, edge }]) =>
        cells(`\`${name}\``, unit, batch, plate, well, row, column, edge),
      ),
    ],
  };

  // Of one quantity, and with the fields.
  const { unit, ...parts } = scoreComponents;
  const scores = [["unit", ...Object.keys(parts), "field"], cells(unit, ...Object.values(parts), fieldDeviation)];

  test.each(Object.entries({ ...tables, scores }))("has the table `%s` as the code has it", (name, rows) => {
    const place = new RegExp(`<!-- ${name} -->[^]*?<!-- end -->`);
    if (process.env.UPDATE === "1") {
      page = page.replace(place, () => `<!-- ${name} -->\n\n${markdown(rows)}\n<!-- end -->`);
      writeFileSync(path, page);
    }
    expect(rowsOf(place.exec(page)?.[0] ?? "")).toEqual(rows);
  });
});

/** The cells of a table, without the line below its header; the formatter pads them. */
function rowsOf(text: string): string[][] {
  const lines = text.split("\n").filter((line) => line.startsWith("|") && !/^[| -]+$/.test(line));
  return lines.map((line) => [...line.matchAll(/\|([^|]*)(?=\|)/g)].map(([, cell]) => cell!.trim()));
}

function markdown([header, ...rows]: string[][]): string {
  const line = (row: readonly string[]) => `| ${row.join(" | ")} |\n`;
  return [header!, header!.map(() => "---"), ...rows].map(line).join("");
}
