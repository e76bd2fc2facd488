import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultPanel, hillEffect } from "../../src/simulate/panel.ts";
import { parsePanel } from "../../src/simulate/panel-file.ts";

const curve = { ec50Micromolar: 2, hillSlope: 1.5, maximalEffect: 0.8 };

describe("the effect of a dose", () => {
  test("is nothing at 0, half the maximum at the EC50, and nearly the maximum far above it", () => {
    expect(hillEffect(curve, 0)).toBe(0);
    expect(hillEffect(curve, 2)).toBe(0.4);
    expect(hillEffect(curve, 2e6)).toBeCloseTo(0.8, 8);
  });

  test("is the closed Hill form", () => {
    const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(positive, positive, fc.double({ min: 0.3, max: 4, noNaN: true }), (dose, ec50, hill) => {
        const effect = hillEffect({ ec50Micromolar: ec50, hillSlope: hill, maximalEffect: 0.7 }, dose);
        // Solved for the dose again: EC50 · (E / (max − E))^(1 / hill).
        fc.pre(effect > 1e-6 && effect < 0.7 - 1e-6);
        expect((ec50 * (effect / (0.7 - effect)) ** (1 / hill)) / dose).toBeCloseTo(1, 4);
      }),
    );
  });

  test("is none of an inert compound", () => {
    expect(hillEffect(defaultPanel[1]!, 10)).toBe(0);
  });
});

describe("the default panel", () => {
  const count = (kind: string, compounds = defaultPanel) => compounds.filter((one) => one.class === kind).length;

  test("has 36 compounds of five classes", () => {
    const counts = ["protective", "toxic", "fluorescent", "proliferative", "inert"].map((kind) => count(kind));
    expect(counts).toEqual([6, 4, 2, 2, 22]);
  });

  test("begins with a protective, a toxic and two inert compounds", () => {
    const first = defaultPanel.slice(0, 4);
    expect(["protective", "toxic", "inert"].map((kind) => count(kind, first))).toEqual([1, 1, 2]);
  });

  test("has EC50s across 0.3 to 10 µM, partial maxima, and compounds that act on synapses only", () => {
    const protective = defaultPanel.filter((one) => one.class === "protective");
    const ec50s = protective.map(({ ec50Micromolar }) => ec50Micromolar);
    expect(Math.min(...ec50s.map(Number))).toBe(0.3);
    expect(Math.max(...ec50s.map(Number))).toBe(10);
    expect(protective.filter(({ maximalEffect }) => maximalEffect! < 0.75).length).toBe(2);
    expect(protective.filter(({ axis }) => axis === "synapses").length).toBe(2);
  });

  test("has names that do not tell the class", () => {
    expect(defaultPanel.map(({ name }) => name)).toEqual(
      Array.from({ length: 36 }, (_, i) => `cmp-${String(i + 1).padStart(2, "0")}`),
    );
  });
});

describe("a panel of one's own", () => {
  const read = (text: string) => parsePanel(text, { path: "panel.csv" });

  test("is read with its doses, and the usual slope, axis and doses where it does not say", () => {
    const text = [
      "Compound,Class,EC50_uM,Max effect,Axis,Stain,Doses (uM)",
      "Curcumin,protective,0.4,0.9,synapses,,0 0.1 0.3 1 3 10",
      "DMSO twin,inert,,,,,",
      "Glow,fluorescent,3,2,,psd-95,1;10",
    ].join("\n");
    expect(read(text)).toEqual([
      {
        ...{ name: "Curcumin", class: "protective", ec50Micromolar: 0.4, hillSlope: 1.5, maximalEffect: 0.9 },
        ...{ axis: "synapses", stain: null, dosesMicromolar: [0.1, 0.3, 1, 3, 10] },
      },
      {
        ...{ name: "DMSO twin", class: "inert", ec50Micromolar: null, hillSlope: null, maximalEffect: null },
        ...{ axis: null, stain: null, dosesMicromolar: [1, 3, 10] },
      },
      {
        ...{ name: "Glow", class: "fluorescent", ec50Micromolar: 3, hillSlope: 1.5, maximalEffect: 2 },
        ...{ axis: null, stain: "PSD-95", dosesMicromolar: [1, 10] },
      },
    ]);
  });

  test("is refused with every mistake, its line and the nearest word", () => {
    const text = [
      "compound,class,ec50_uM,max_effect,doses_uM",
      "A,protectiv,1,1,",
      "B,toxic,-1,2,1 x 10",
      "b,protective,,0.5,1 1",
      "C,inert,1,,",
      "D,fluorescent,1,1,",
    ].join("\n");
    expect(() => read(text)).toThrow(
      [
        "Reading the panel panel.csv: expected a CSV file with a compound a line, found 9 mistakes:",
        '  line 2: class "protectiv" (did you mean `protective`?); one of protective, toxic, fluorescent, proliferative, inert',
        '  line 3: the dose "x"; a number of µM from 0 up, without a unit',
        '  line 3: ec50_um "-1"; a number above 0, at most 1000000',
        '  line 3: max_effect "2"; a number above 0, at most 1',
        "  line 4: the dose 1 twice",
        "  line 4: ec50_um empty; a number above 0, at most 1000000",
        '  line 4: the compound "b" again, as in line 3',
        "  line 5: `ec50_um` of an inert compound, which has none",
        "  line 6: no `stain`, in which a fluorescent compound shines.",
      ].join("\n"),
    );
  });

  test("is refused for a column that it does not know, with the nearest", () => {
    expect(() => read("compound,clas\nA,inert")).toThrow(
      /found 2 mistakes:\n {2}line 1: unknown column `clas` \(did you mean `class`\?\)\n {2}line 1: no column `class`/,
    );
  });

  test("is refused when it is empty, or has no compound, or more doses than a plate holds", () => {
    expect(() => read("")).toThrow("found an empty file");
    expect(() => read("compound,class\n")).toThrow("found a header line and no compounds");
    const doses = Array.from({ length: 25 }, (_, i) => i + 1).join(" ");
    expect(() => read(`compound,class,doses_uM\nA,inert,${doses}`)).toThrow("25 doses; at most 24 have room");
  });
});
