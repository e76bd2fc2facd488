/** Holds docs/tables.md against the columns and notes that are written. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { wellNotes } from "../../src/records/screen.ts";
import {
  compoundColumns,
  doseColumns,
  featureColumns,
  predictionColumns,
  wellColumns,
} from "../../src/records/screen-columns.ts";
import type { Column } from "../../src/records/table.ts";
import { screenWells } from "../../src/screening/screen.ts";
import { fieldFeatures, predictions } from "../../src/screening/wells.ts";
import { controls, screenInput, series } from "./plate.ts";

const page = readFileSync(new URL("../../docs/tables.md", import.meta.url), "utf8");

const plate = screenInput([...controls("negative", "test", 1, [0]), ...series("A", 0, [[1, 4]])]);
const input = { ...plate, wells: plate.wells.map((well) => ({ ...well, metadata: { donor: "7" } })) };
const { wells, doses, compounds } = screenWells({ ...input, score: "logit" });
const facts = documented("Every row");

describe("docs/tables.md", () => {
  const tables: [string, Column[], string[]][] = [
    ["predictions.csv, predictions.parquet", predictionColumns(predictions(input)), facts],
    ["features.parquet", featureColumns(fieldFeatures(input), ["resnet18"]), facts],
    ["wells.csv, wells.parquet", wellColumns(wells), facts],
    ["doses.csv, doses.parquet", doseColumns(doses), facts],
    ["compounds.csv, compounds.parquet", compoundColumns(compounds), []],
  ];

  test.each(tables)("names the columns of %s, each once and no other", (section, columns, shared) => {
    const written = columns.map(({ name }) =>
      name
        .replace(/^Metadata_donor$/, "Metadata_<name>")
        .replace(/^resnet18_\d+$/, "<network>_<n>")
        .replace(/_well_\d+$/, "_well_<n>"),
    );
    expect([...shared, ...documented(section)].sort()).toEqual(written.sort());
  });

  test("names every note of wells and doses", () => {
    const notes = documented("Notes").filter((note) => /^[a-z-]+$/.test(note));
    expect(notes.sort()).toEqual([...wellNotes].sort());
  });

  test("names the rules that forbid an EC50 as compounds.csv words them", () => {
    expect(documented("Notes")).toContain(compounds[0]!.note);
    const [fewDoses] = screenWells({
      ...screenInput([
        ...controls("negative", "test", 1, [0, 0, 0]),
        ...controls("positive", "test", 2, [10, 10, 10]),
        ...series(
          "A",
          0,
          [0.1, 1, 10].map((dose) => [dose, dose] as const),
        ),
      ]),
      score: "logit",
    }).compounds;
    expect(documented("Notes")).toContain(fewDoses!.note);
  });
});

/** The words in code type that begin the rows of a section's tables. */
function documented(section: string): string[] {
  const text = page.split(/^## /m).find((part) => part.startsWith(`${section}\n`));
  if (text === undefined) throw new Error(`docs/tables.md has no section ${section}`);
  return [...text.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, name]) => name!);
}
