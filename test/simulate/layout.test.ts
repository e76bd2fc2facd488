import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { formatWell, parseWell } from "../../src/plates/wells.ts";
import { layoutNamed, layoutNames, type PlacedWell, placeWells } from "../../src/simulate/layout.ts";

const doses = [1, 3, 10];
const place = (layout: (typeof layoutNames)[number], plate = "P01", seed = 1, own = doses) =>
  placeWells(layout, own, { seed, plate });
const condition = ({ doseMicromolar, isChallenged }: PlacedWell) => `${doseMicromolar}/${isChallenged ? 30 : 0}`;

function rowsOf(name: string): Record<string, string>[] {
  return parse(readFileSync(new URL(`../fixtures/abeta-published/${name}`, import.meta.url)), { columns: true });
}

describe.each(layoutNames)("the layout %s", (layout) => {
  test("has each dose with and without Aβ in six wells, and no well twice", () => {
    const wells = place(layout);
    expect(new Set(wells.map(({ well }) => well)).size).toBe(48);
    const counts = new Map<string, number>();
    for (const well of wells) counts.set(condition(well), (counts.get(condition(well)) ?? 0) + 1);
    expect([...counts].sort()).toEqual(
      ["0/0", "0/30", "1/0", "1/30", "10/0", "10/30", "3/0", "3/30"].map((name) => [name, 6]),
    );
  });

  test("gives its wells in the order of their names, the same for the same seed and plate", () => {
    const names = place(layout).map(({ well }) => well);
    expect(names).toEqual([...names].sort());
    expect(place(layout)).toEqual(place(layout));
  });
});

describe("the published layouts", () => {
  test("are as the plots have it, where those say", () => {
    const wells = new Map(place("recovered").map((well) => [well.well, condition(well)]));
    const printed = rowsOf("layout-recovered.csv");
    expect(printed.length).toBe(48);
    for (const { well, dose_uM: dose, abeta_uM: abeta } of printed)
      expect(abeta!.split(" or ").map((one) => `${dose}/${one}`)).toContain(wells.get(well!));
  });

  test("are as the figure draws it, J being the ninth letter along the long side", () => {
    const wells = new Map(place("figure").map((well) => [well.well, condition(well)]));
    for (const row of rowsOf("layout-figure.csv")) {
      const isMisprint = row.letter === "F" && row.dose_uM === "10";
      const letter = isMisprint ? "J" : row.letter!;
      const well = formatWell({ row: Number(row.number) - 1, column: "ABCDEFGHJ".indexOf(letter) });
      expect([well, wells.get(well)]).toEqual([well, `${row.dose_uM}/${row.abeta_uM}`]);
    }
  });

  test("are the same on every plate and for every seed", () => {
    for (const layout of ["recovered", "figure"] as const)
      expect(place(layout, "P02", 9).map(condition)).toEqual(place(layout).map(condition));
  });

  test("hold three doses and no other number", () => {
    expect(() => place("figure", "P07", 1, [1, 10])).toThrow(
      "Laying out plate P07 as `figure`: expected three, as the published plates have, found 2 doses above 0 (1, 10 µM).",
    );
  });
});

describe("the random layout", () => {
  test("differs from plate to plate and from seed to seed", () => {
    const all = [place("random"), place("random", "P02"), place("random", "P01", 2)];
    expect(new Set(all.map((wells) => wells.map(condition).join())).size).toBe(3);
  });

  test("puts every condition into every well about equally often", () => {
    const plates = 1600;
    const counts = new Map<string, number>();
    for (let plate = 0; plate < plates; plate++)
      for (const well of place("random", `P${plate}`)) {
        const key = `${well.well} ${condition(well)}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    // Each is drawn with probability 1/8: mean 200, sd 13.2; 384 cells stay within 4.5 sd.
    expect(counts.size).toBe(48 * 8);
    for (const count of counts.values()) expect(Math.abs(count - plates / 8)).toBeLessThan(4.5 * 13.2);
  });

  test("takes more wells for more doses: inner ones as long as they last, then all, then a plate of 384", () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
    const reach = (count: number) => {
      const places = place("random", "P01", 1, many(count)).map(({ well }) => parseWell(well));
      const [rows, columns] = [places.map(({ row }) => row), places.map(({ column }) => column)];
      return [places.length, Math.min(...rows), Math.max(...rows), Math.min(...columns), Math.max(...columns)];
    };
    expect(reach(3)).toEqual([48, 1, 6, 2, 9]);
    expect(reach(4)).toEqual([60, 1, 6, 1, 10]);
    expect(reach(7)).toEqual([96, 0, 7, 0, 11]);
    expect(reach(24)).toEqual([300, 1, 14, 1, 22]);
  });
});

describe("a layout's name", () => {
  test("is refused with the nearest one", () => {
    expect(() => layoutNamed("recoverd")).toThrow(
      'Laying out plates: expected random, recovered or figure, found "recoverd".\nDid you mean `recovered`?',
    );
  });
});
