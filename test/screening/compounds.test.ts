import { describe, expect, test } from "vitest";
import type { CompoundRecord } from "../../src/records/screen.ts";
import { bendPoints, effectAt, wellsOf } from "../../src/screening/compounds.ts";
import { screenWells } from "../../src/screening/screen.ts";
import { controls, screenInput, series, type TestWell } from "./plate.ts";

// 0 and 100 % are logits 0 and 100, so a logit is a percent effect.
const scale = [...controls("negative", "test", 1, [-1, 0, 1]), ...controls("positive", "test", 2, [99, 100, 101])];
const nineDoses = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];
const jitter = [1, -1, 2, -2, 1, -2, 2, -1, 0];
const curve = (ec50: number, hill: number) => (dose: number) => 100 / (1 + (ec50 / dose) ** hill);

describe("A compound's record", () => {
  test("finds the EC50 of a well-spread curve, with an interval around it", () => {
    const [record] = compoundsOf(points(nineDoses, curve(1.5, 1.2)));
    expect(record).toMatchObject({ compound: "A", nWells: 9, nDoses: 9, nPlates: 1, note: null });
    expect(record!.ec50Micromolar).toBeCloseTo(1.5, 0);
    expect(record!.ec50LowMicromolar!).toBeLessThan(1.5);
    expect(record!.ec50HighMicromolar!).toBeGreaterThan(1.5);
    const { low, high } = { low: record!.ec50LowMicromolar!, high: record!.ec50HighMicromolar! };
    expect(Math.sqrt(low * high) / record!.ec50Micromolar!).toBeCloseTo(1, 2);
    expect(effectAt(record!.curve!, record!.ec50Micromolar!)).toBeCloseTo(
      (record!.curve!.bottom + record!.curve!.top) / 2,
      9,
    );
  });

  test("leaves dose 0 and wells without effect outside the fit, and shows them beside it", () => {
    const wells = [
      ...points(nineDoses, curve(1.5, 1.2)),
      ...series("A", 5, [
        [0, 77],
        [3, Number.NaN],
      ]),
    ];
    const result = screenWells({ ...screenInput([...scale, ...wells]), score: "logit" });
    expect(result.compounds[0]).toEqual(compoundsOf(points(nineDoses, curve(1.5, 1.2)))[0]);
    expect(wellsOf(result.compounds[0]!, result.wells)).toHaveLength(11);
  });

  test("is one for each compound and challenge, of samples and references, not of controls", () => {
    const wells: TestWell[] = [
      ...series("A", 2, [[1, 5]]),
      ...series("A", 3, [[1, 5]]).map((well) => ({ ...well, challenge: "Aβ" })),
      ...series("B", 4, [[1, 5]]).map((well) => ({ ...well, role: "reference" as const })),
      { well: "H01", role: "negative", compound: "DMSO", logits: [0], part: "train" },
    ];
    expect(compoundsOf(wells).map(({ compound, challenge }) => [compound, challenge])).toEqual([
      ["A", null],
      ["A", "Aβ"],
      ["B", null],
    ]);
  });

  test.each<[string, TestWell[], string]>([
    ["too few doses", points([0.3, 1, 3], curve(1, 1)), "no EC50: 3 doses above 0, at least 4 needed"],
    ["a lone dose", points([1], curve(1, 1)), "no EC50: 1 dose above 0, at least 4 needed"],
    ["no dose above 0", points([0], () => 5), "no well has a dose above 0 and a percent effect"],
    [
      "doses that end before the rise does",
      points(nineDoses, curve(2000, 1)),
      "no EC50: it would lie outside the tested doses",
    ],
    [
      "one dose beyond the upper bend",
      points(nineDoses, curve(12, 1.5)),
      "no EC50: 1 of 2 doses needed above the upper bend",
    ],
    [
      "one dose below the lower bend",
      points(nineDoses, curve(0.08, 1.5)),
      "no EC50: 1 of 2 doses needed below the lower bend",
    ],
  ])("has no EC50 for %s, and names the rule", (_, wells, note) => {
    const [record] = compoundsOf(wells);
    expect(record).toMatchObject({ ec50Micromolar: null, ec50LowMicromolar: null, ec50HighMicromolar: null, note });
  });

  test("carries the note of its wells' scale beside its EC50, and behind the rule that forbids one", () => {
    const trained = [
      ...controls("negative", "train", 1, [-1, 0, 1]),
      ...controls("positive", "train", 2, [99, 100, 101]),
    ];
    const noteOf = (wells: readonly TestWell[]) =>
      screenWells({ ...screenInput([...trained, ...wells]), score: "logit" }).compounds[0]!;
    expect(noteOf(points(nineDoses, curve(1.5, 1.2)))).toMatchObject({
      ec50Micromolar: expect.closeTo(1.5, 0),
      note: "anchors-trained-on",
    });
    expect(noteOf(points([1, 3], curve(1.5, 1.2))).note).toBe(
      "no EC50: 2 doses above 0, at least 4 needed; anchors-trained-on",
    );
  });

  test("has a wider interval where the plates differ than where one plate holds the same wells", () => {
    const plates = [0.7, 1.2, 2, 3.4].map((ec50) => points(nineDoses, curve(ec50, 1.2)));
    const onFour = plates.flatMap((wells, i) => [...scale, ...wells].map((well) => ({ ...well, plate: `P${i + 1}` })));
    const onOne = [
      ...scale,
      ...plates.flatMap((wells, i) => wells.map((well) => ({ ...well, well: `${"CDEF"[i]}${well.well.slice(1)}` }))),
    ];
    const [four, one] = [onFour, onOne].map(
      (wells) => screenWells({ ...screenInput(wells), score: "logit" }).compounds[0]!,
    ) as [CompoundRecord, CompoundRecord];
    expect([four.nPlates, one.nPlates, four.nWells, one.nWells]).toEqual([4, 1, 36, 36]);
    expect(four.ec50Micromolar! / one.ec50Micromolar!).toBeCloseTo(1, 9);
    const width = ({ ec50LowMicromolar, ec50HighMicromolar }: CompoundRecord) =>
      Math.log10(ec50HighMicromolar! / ec50LowMicromolar!);
    expect(width(four)).toBeGreaterThan(2 * width(one));
  });

  test("keeps the map's columns in which its wells agree", () => {
    const input = screenInput([...scale, ...points(nineDoses, curve(1.5, 1.2))]);
    const wells = input.wells.map((well, i) => ({ ...well, metadata: { target: "PI3K", line: String(i) } }));
    expect(screenWells({ ...input, wells, score: "logit" }).compounds[0]!.metadata).toEqual({ target: "PI3K" });
  });

  test("has no EC50 where the wells scatter so that its interval spans two decades", () => {
    const scatter = [
      [40, -45, 30],
      [-30, 44, -40],
      [50, -20, 10],
      [-45, 45, 0],
      [30, -60, 44],
      [45, -44, 20],
    ];
    const wells = [0.01, 0.1, 1, 10, 100, 1000].flatMap((dose, i) =>
      scatter[i]!.map(
        (noise, row): TestWell => ({
          ...series("A", row + 2, [[dose, 0]])[0]!,
          well: `${"CDE"[row]}${i + 10}`,
          logits: [50 + noise + 4 * i],
        }),
      ),
    );
    const [record] = compoundsOf(wells);
    expect(record!.ec50Micromolar).toBeNull();
    expect(record!.note).toMatch(/^no EC50: /);
  });

  test("does not fail where every well is equal", () => {
    expect(
      compoundsOf(nineDoses.map((dose, i) => ({ ...series("A", 2, [[dose, 50]])[0]!, well: `C${i + 10}` })))[0],
    ).toMatchObject({
      ec50Micromolar: null,
      note: expect.stringMatching(/^no EC50: /),
    });
  });
});

describe("The bend points", () => {
  test("are a factor of 4.68 from the EC50 with slope 1, its root with slope 2", () => {
    expect(bendPoints({ bottom: 0, top: 1, ec50Micromolar: 10, hill: 1 })).toEqual({ low: 10 / 4.68, high: 46.8 });
    expect(bendPoints({ bottom: 0, top: 1, ec50Micromolar: 10, hill: 2 }).high).toBeCloseTo(10 * Math.sqrt(4.68), 12);
  });
});

function points(doses: readonly number[], effect: (dose: number) => number): TestWell[] {
  return series(
    "A",
    2,
    doses.map((dose, i) => [dose, effect(dose) + jitter[i]!] as const),
  );
}

function compoundsOf(wells: readonly TestWell[]): readonly CompoundRecord[] {
  return screenWells({ ...screenInput([...scale, ...wells]), score: "logit" }).compounds;
}
