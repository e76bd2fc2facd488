import { describe, expect, test } from "vitest";
import type { DoseRecord } from "../../src/records/screen.ts";
import { rescueSentences } from "../../src/report/rescue.ts";

const record = (compound: string | null, concentration: number, challenge: string | null, effect: readonly number[]) =>
  ({
    ...{ plate: `plate of ${compound}`, compound, concentrationMicromolar: concentration, challenge },
    ...{ challengeConcentrationMicromolar: challenge && 30, mean: effect[0], low: effect[1], high: effect[2] },
  }) as unknown as DoseRecord;

describe("what the verdict says of rescue", () => {
  const doses = [
    record(null, 0, "Aβ", [100, 95, 105]),
    record("danazol", 1, "Aβ", [10, 5, 15]),
    record("danazol", 10, "Aβ", [32, 11.4, 52.4]),
    record("weak", 10, "Aβ", [76, 65, 86]),
    record("inert", 10, "Aβ", [95, 85, 105]),
    record("toxin", 10, "Aβ", [112, 111, 114]),
    record("toxin", 10, null, [48, 29, 67]),
    record("inert", 10, null, [1, -9, 11]),
  ];

  test("names what brings wells back at the highest dose, the strongest first, and what harms by itself", () => {
    expect(rescueSentences(doses)).toEqual([
      "Brought back at the highest dose, in percent rescue with its 95 % interval over wells: danazol 68 % at 10 µM (48 to 89); weak 24 % at 10 µM (14 to 35). Of 2 others the interval includes no rescue at all.",
      "Harmful without the challenge, in percent effect: toxin 48 % at 10 µM (29 to 67).",
    ]);
  });

  test("says that nothing does, and nothing where nothing was challenged", () => {
    expect(rescueSentences(doses.slice(4, 6))).toEqual([
      "At its highest dose no compound brought challenged wells back by more than their spread (2 looked at).",
    ]);
    expect(rescueSentences(doses.slice(6))).toEqual([]);
  });

  test("names the plate where a compound is on several, and six compounds at most", () => {
    const two = [record("x", 3, "Aβ", [20, 10, 30]), { ...record("x", 3, "Aβ", [40, 30, 50]), plate: "P2" }];
    expect(rescueSentences(two)[0]).toContain(
      "x (plate of x) 80 % at 3 µM (70 to 90); x (P2) 60 % at 3 µM (50 to 70).",
    );
    const many = Array.from({ length: 9 }, (_, i) => record(`c${i}`, 3, "Aβ", [20, 10, 30]));
    expect(rescueSentences(many)[0]).toMatch(/c5 80 % at 3 µM \(70 to 90\); and 3 more in the tables\.$/);
  });
});
