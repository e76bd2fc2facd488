import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openRandom } from "../../src/base/random.ts";
import { checkPosition } from "../../src/evaluation/position.ts";
import { type PlateMapWell, parsePlateMap } from "../../src/plates/platemap.ts";
import type { Role } from "../../src/plates/roles.ts";
import { type Part, splitWells, wellKey } from "../../src/plates/split.ts";
import { parseStudy } from "../../src/plates/study.ts";
import { formatWell, parseWell } from "../../src/plates/wells.ts";

const wellAt = (plate: string, well: string, role: Role): PlateMapWell => ({
  plate,
  well,
  role,
  batch: plate,
  compound: null,
  concentration: null,
  challenge: null,
  challengeConcentration: null,
  metadata: {},
});

/** Wells written as `A01+ A02- B05` (positive, negative, sample) on one plate. */
const plateOf = (plate: string, words: string) =>
  words.split(" ").map((word) => {
    const role = word.endsWith("+") ? "positive" : word.endsWith("-") ? "negative" : "sample";
    return wellAt(plate, word.slice(0, 3), role);
  });

const partsOf = (wells: readonly PlateMapWell[], part: (well: PlateMapWell) => Part) =>
  new Map(wells.map((well) => [wellKey(well), part(well)]));

describe("by hand", () => {
  const wells = plateOf("P", "A01- A02- A03+ A04+ C01 H12+");

  test("leaving out a well of a single plate, ties count half", () => {
    // A01: A02, right. A02: A01 or A03, a tie. A03: A02 or A04, a tie. A04: A03, right. H12: A04 is nearest, right.
    expect(checkPosition(wells, null)).toEqual({ wells: 5, right: 4, heldOut: "well", explains: false });
  });

  test("leaving out a plate, the same place elsewhere is nearest", () => {
    const swapped = plateOf("Q", "A01- A02+ A03- A04+ H12+");
    expect(checkPosition([...wells, ...swapped], null)).toEqual({
      wells: 10,
      right: 6,
      heldOut: "plate",
      explains: false,
    });
  });

  test("under a split, test wells are guessed from training and validation wells, on whatever plate", () => {
    const parts = partsOf(wells, ({ well, role }) =>
      role === "sample" ? "unused" : well === "A01" || well === "A03" ? "test" : well === "A04" ? "validate" : "train",
    );
    // A01 from A02: right. A03 from A02 and A04: a tie.
    expect(checkPosition(wells, parts)).toEqual({ wells: 2, right: 1.5, heldOut: "split", explains: false });
  });

  test("distance counts rows and columns alike", () => {
    const cross = plateOf("P", "D04+ D07- G04- F06+"); // from D04: 3, 3 and √8 wells away
    const parts = partsOf(cross, ({ well }) => (well === "D04" ? "test" : "train"));
    expect(checkPosition(cross, parts)?.right).toBe(1);
  });

  test("there is nothing to say without a well to guess or wells to guess from", () => {
    expect(checkPosition([], null)).toBeNull();
    expect(checkPosition(plateOf("P", "A01 A02"), null)).toBeNull();
    expect(checkPosition(plateOf("P", "A01-"), null)).toBeNull();
    expect(
      checkPosition(
        wells,
        partsOf(wells, () => "test"),
      ),
    ).toBeNull();
    expect(
      checkPosition(
        wells,
        partsOf(wells, () => "train"),
      ),
    ).toBeNull();
  });
});

describe("position explains the labels", () => {
  const columns = (rows: string) => [...rows].map((row) => `${row}01- ${row}12+`).join(" ");

  test("where it is right for at least 85 % of at least 8 wells", () => {
    expect(checkPosition(plateOf("P", columns("ABCD")), null)).toEqual({
      wells: 8,
      right: 8,
      heldOut: "well",
      explains: true,
    });
    expect(checkPosition(plateOf("P", columns("ABC")), null)).toMatchObject({ wells: 6, right: 6, explains: false });
  });

  test.each([
    [17, true],
    [16.5, false],
  ])("%f right of 20 wells: %s", (right, explains) => {
    // Twenty test wells on the places of twenty others, of which some have the other role and one perhaps both.
    const taught = Array.from({ length: 20 }, (_, i) =>
      wellAt("P", formatWell({ row: 0, column: i }), i < 10 ? "negative" : "positive"),
    );
    const asked = taught.map((well, i): PlateMapWell => {
      const isWrong = i < Math.floor(20 - right);
      const other = well.role === "negative" ? "positive" : "negative";
      return { ...well, plate: "Q", role: isWrong ? other : well.role };
    });
    const both = right % 1 === 0 ? [] : [wellAt("R", "A20", "negative")];
    const wells = [...taught, ...both, ...asked];
    const parts = partsOf(wells, ({ plate }) => (plate === "Q" ? "test" : "train"));
    expect(checkPosition(wells, parts)).toEqual({ wells: 20, right, heldOut: "split", explains });
  });
});

describe("on published layouts", () => {
  const figure = (plates: readonly string[]) => {
    const rows: Record<string, string>[] = parse(
      readFileSync(new URL("../fixtures/abeta-published/layout-figure.csv", import.meta.url)),
      { columns: true },
    );
    const lines = rows
      .filter(({ dose_uM: dose }) => dose === "0")
      .map(({ position_as_printed: well, abeta_uM: abeta }) => `${well},${abeta === "0" ? "negative" : "positive"}`);
    const notation = { plate: 96, letters: "columns", skip: ["I"] } as const;
    return parsePlateMap(["well,role", ...lines].join("\n"), { path: "figure.csv", plates, notation });
  };

  test("all of the figure's controls are told by their place on another plate, 12 of 12 a plate", () => {
    const wells = figure(["P1", "P2", "P3"]);
    expect(checkPosition(wells, null)).toEqual({ wells: 36, right: 36, heldOut: "plate", explains: true });
    const parts = partsOf(wells, ({ plate }) => (plate === "P3" ? "test" : "train"));
    expect(checkPosition(wells, parts)).toEqual({ wells: 12, right: 12, heldOut: "split", explains: true });
  });

  test("on one plate alone they are not: each lies as near to the other role as to its own", () => {
    expect(checkPosition(figure(["P1"]), null)).toEqual({ wells: 12, right: 6, heldOut: "well", explains: false });
  });

  test("the split of BBBC013 leaves 11 of 12 test wells to be told by their place, whatever its seed", () => {
    const text = (name: string) => readFileSync(new URL(`../../examples/bbbc013/${name}`, import.meta.url), "utf8");
    const study = parseStudy(text("study.yaml"), { path: "/data/study.yaml" });
    const wells = parsePlateMap(text("platemap.csv"), { path: "platemap.csv", plates: ["BBBC013"] });
    for (const seed of [1, 2, 3, 4, 5]) {
      const check = checkPosition(wells, splitWells(study, wells, seed));
      expect(check).toEqual({ wells: 12, right: 11, heldOut: "split", explains: true });
    }
  });
});

describe("on layouts drawn at random", () => {
  const randomPlate = (plate: string, seed: number) => {
    const random = openRandom(seed, "layout", plate);
    const places = random.shuffled(Array.from({ length: 96 }, (_, i) => i)).slice(0, 32);
    return places.map((place, i) => {
      const well = formatWell({ row: Math.floor(place / 12), column: place % 12 });
      return wellAt(plate, well, i % 2 === 0 ? "negative" : "positive");
    });
  };

  test.each([
    ["a plate", ["P", "Q", "R"]],
    ["a well", ["P"]],
  ])("is right about half the time, leaving out %s", (_, plates) => {
    const shares = Array.from({ length: 200 }, (_, seed) => {
      const check = checkPosition(
        plates.flatMap((plate) => randomPlate(plate, seed)),
        null,
      )!;
      return check.right / check.wells;
    });
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    // Of a single plate a little less than half: the well left out leaves its own role one short.
    expect(mean).toBeGreaterThan(0.45);
    expect(mean).toBeLessThan(0.52);
    expect(shares.filter((share) => share >= 0.85)).toEqual([]);
  });

  test("does not change when all plates are mirrored, turned or the roles exchanged", () => {
    const moved = fc.constantFrom<(well: PlateMapWell) => PlateMapWell>(
      (well) => ({ ...well, role: well.role === "positive" ? "negative" : "positive" }),
      (well) => at(well, ({ row, column }) => ({ row: 7 - row, column })),
      (well) => at(well, ({ row, column }) => ({ row, column: 11 - column })),
      (well) => at(well, ({ row, column }) => ({ row: column, column: row })),
    );
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), moved, (seed, isSingle, move) => {
        const wells = (isSingle ? ["P"] : ["P", "Q"]).flatMap((plate) => randomPlate(plate, seed));
        expect(checkPosition(wells.map(move), null)).toEqual(checkPosition(wells, null));
      }),
      { numRuns: 50 },
    );
  });
});

type Place = { readonly row: number; readonly column: number };

function at(well: PlateMapWell, move: (place: Place) => Place): PlateMapWell {
  return { ...well, well: formatWell(move(parseWell(well.well))) };
}
