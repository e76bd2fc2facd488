/** The two layouts of the published amyloid-β work, from what was printed to our names; see the fixtures' README. */
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { type PlateMapWell, parsePlateMap } from "../../src/plates/platemap.ts";
import { parseStudy } from "../../src/plates/study.ts";
import type { WellNotation } from "../../src/plates/wells.ts";

const longSide: WellNotation = { plate: 96, letters: "columns", skip: ["I"] };

function rowsOf(name: string): Record<string, string>[] {
  const path = new URL(`../fixtures/abeta-published/${name}`, import.meta.url);
  return parse(readFileSync(path), { columns: true });
}

/** A published layout as a plate map of ours: dose 0 is a control, harmed where there is amyloid-β. */
function mapOf(rows: readonly Record<string, string>[], wellColumn: string): string {
  const lines = rows.map(({ [wellColumn]: well, dose_uM: dose, abeta_uM: abeta }) => {
    const role = dose !== "0" ? "sample" : abeta === "0" ? "negative" : abeta === "30" ? "positive" : "empty";
    return [
      well,
      role,
      dose === "0" ? "" : "Danazol",
      dose,
      abeta === "30" ? "Abeta" : "",
      role === "empty" ? "" : abeta,
    ];
  });
  return [["well", "role", "compound", "concentration_uM", "challenge", "challenge_concentration_uM"], ...lines]
    .map((cells) => cells.join(","))
    .join("\n");
}

const wellsOf = (map: readonly PlateMapWell[], role: string) =>
  map.filter((well) => well.role === role).map(({ well }) => well);

describe("the layout of the published figure", () => {
  const printed = rowsOf("layout-figure.csv");
  const read = (rows: readonly Record<string, string>[], notation = longSide) =>
    parsePlateMap(mapOf(rows, "position_as_printed"), { path: "figure.csv", plates: ["DANAZOL"], notation });

  test("has three wells twice, with two different contents", () => {
    const mistakes = ["F02", "F03", "F04"].map(
      (well, i) =>
        `\n  line ${44 + i}: well ${well} again, as in line ${26 + i}, and not the same in \`concentration_uM\`, \`challenge\`, \`challenge_concentration_uM\``,
    );
    expect(() => read(printed)).toThrow(`found 3 mistakes:${mistakes.join("")}.`);
  });

  // What the figure surely meant: J2, J3 and J4 are nowhere in it.
  const mended = printed.map((row, i) => {
    const { position_as_printed: well = "" } = row;
    const isAgain = printed.findIndex(({ position_as_printed: other }) => other === well) < i;
    return isAgain ? { ...row, position_as_printed: well.replace("F", "J") } : row;
  });

  test("lies within a plate of 96 wells, its letters along the long side", () => {
    const map = read(mended);
    expect(map.length).toBe(48);
    expect(wellsOf(map, "negative")).toEqual(["B02", "C02", "D02", "E03", "F03", "G03"]);
    expect(wellsOf(map, "positive")).toEqual(["B03", "C03", "D03", "E04", "F04", "G04"]);
    // J, the ninth letter used, is the ninth column.
    expect(map.find(({ concentration, well }) => concentration === 10e-6 && well.startsWith("B"))?.well).toBe("B08");
    expect(map.filter(({ well }) => well.endsWith("09")).map(({ well }) => well)).toEqual([
      ...["E09", "F09", "G09"],
      ...["B09", "C09", "D09"],
    ]);
  });

  test("does not lie within a plate of 96 wells where letters are rows", () => {
    expect(() => read(mended, { plate: 96, letters: "rows", skip: [] })).toThrow(
      'line 41: "J5", where letters for the row and a number for the column, from `A01` to `H12` should be',
    );
  });
});

describe("the layout of the published plots", () => {
  test("is read with letters for rows, and its blocks are three rows of a column", () => {
    const rows = rowsOf("layout-recovered.csv");
    const map = parsePlateMap(mapOf(rows, "well"), { path: "recovered.csv", plates: ["DANAZOL"] });
    expect(map.length).toBe(48);
    expect(wellsOf(map, "negative")).toEqual(["B06", "C06", "D06"]);
    expect(wellsOf(map, "positive")).toEqual(["B04", "C04", "D04"]);
    // Either control, the publication does not say which.
    expect(wellsOf(map, "empty")).toEqual(["E05", "F05", "G05", "E09", "F09", "G09"]);
    const high = map.filter(({ concentration, challenge }) => concentration === 10e-6 && challenge === "Abeta");
    expect(high.map(({ well }) => well)).toEqual(["B05", "C05", "D05", "E06", "F06", "G06"]);
  });
});

test("both layouts are said in one line of a study", () => {
  const study = (line: string) =>
    parseStudy(
      `name: x\nimages: .\nformat: incell\nchannels: [{ name: MAP2, match: Cy5 }]\nplateMap: map.csv\n${line}\n`,
      { path: "/data/study.yaml" },
    ).wells;
  expect(study("wells: { plate: 96, letters: columns, skip: [I] }")).toEqual(longSide);
  expect(study("wells: { plate: 96 }")).toEqual({ plate: 96, letters: "rows", skip: [] });
});
