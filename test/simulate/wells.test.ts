import { describe, expect, test } from "vitest";
import { deviation, drawNuisance, nuisance, usualBackground, usualVignetting } from "../../src/simulate/batches.ts";
import { idealConditions } from "../../src/simulate/conditions.ts";
import { designScreen, type PlateDesign } from "../../src/simulate/design.ts";
import { type Compound, defaultPanel, hillEffect } from "../../src/simulate/panel.ts";
import { biologicalSpread, expectedDamage, wellBiology, wellConditions } from "../../src/simulate/wells.ts";

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]) => {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
};

/** Plates of one compound, so many that averages mean something. */
function platesOf(compound: Compound, count: number): PlateDesign[] {
  const panel = Array.from({ length: count }, (_, i) => ({ ...compound, name: `${compound.name}-${i}` }));
  return [...designScreen({ seed: 1, plates: count, replicates: 1, layout: "random", panel }).plates];
}

const [protective, inert, toxic] = defaultPanel as [Compound, Compound, Compound];
const options = { seed: 3, effect: 1, difficulty: 0.5 };

function damages(compound: Compound, dose: number, isChallenged: boolean, own = options, count = 150) {
  return platesOf(compound, count).flatMap((plate) =>
    plate.wells
      .filter((well) => well.doseMicromolar === dose && well.isChallenged === isChallenged)
      .map((well) => wellBiology(plate, well, own).damage),
  );
}

describe("the latent damage of a well", () => {
  test("is about 1 after Aβ alone and small without, on both axes", () => {
    for (const axis of ["neurites", "synapses"] as const) {
      const harmed = damages(inert, 0, true).map((damage) => damage[axis]);
      const healthy = damages(inert, 0, false).map((damage) => damage[axis]);
      // Wells of a plate share its response, so the mean is as good as 150 plates make it: 0.08 / √150, four times.
      expect(Math.abs(mean(harmed) - 1)).toBeLessThan(4 * (0.095 / Math.sqrt(150)));
      expect(mean(healthy)).toBeCloseTo(biologicalSpread.spontaneousDamage, 2);
      expect(Math.max(...healthy)).toBeLessThan(Math.min(...harmed));
    }
  });

  test("varies between wells as the parameters say", () => {
    const {
      responsePlateLogSd,
      responseWellLogSd,
      responseWellAxisLogSd,
      spontaneousDamage,
      spontaneousDamageWellLogSd,
    } = biologicalSpread;
    const harmed = damages(inert, 0, true, options, 400).map(({ synapses }) => synapses);
    // Log-normal factors of mean 1: variance exp(Σσ²) − 1; and the spontaneous damage beside it.
    const response = Math.expm1(responsePlateLogSd ** 2 + responseWellLogSd ** 2 + responseWellAxisLogSd ** 2);
    const spontaneous = spontaneousDamage ** 2 * Math.expm1(spontaneousDamageWellLogSd ** 2);
    const expected = (1 - spontaneousDamage) ** 2 * response + spontaneous;
    // 2400 wells, of 400 plates: within 12 %, four standard errors of a variance of that many, plates counted in.
    expect(variance(harmed) / expected).toBeGreaterThan(0.88);
    expect(variance(harmed) / expected).toBeLessThan(1.12);
  });

  test("falls with the dose of a protective compound by the Hill form, and without Aβ stays as it was", () => {
    for (const dose of [1, 3, 10]) {
      const rescued = hillEffect(protective, dose);
      const found = mean(damages(protective, dose, true).map(({ neurites }) => neurites));
      const closed = 0.05 + 0.95 * (1 - rescued);
      expect(expectedDamage(protective, { doseMicromolar: dose, isChallenged: true }, options).neurites).toBeCloseTo(
        closed,
        12,
      );
      // Pipetting is log-normal, which bends the curve by less than a hundredth.
      expect(Math.abs(found - closed)).toBeLessThan(0.03);
      expect(mean(damages(protective, dose, false).map(({ neurites }) => neurites))).toBeCloseTo(0.05, 2);
    }
  });

  test("is taken away on one axis only where the compound acts on one", () => {
    const one: Compound = { ...protective, axis: "synapses", maximalEffect: 0.9, ec50Micromolar: 0.01 };
    const all = damages(one, 10, true);
    expect(mean(all.map(({ synapses }) => synapses))).toBeCloseTo(0.05 + 0.95 * 0.1, 1);
    expect(mean(all.map(({ neurites }) => neurites))).toBeGreaterThan(0.95);
  });

  test("is scaled by the effect, down to none: wells with and without Aβ then have one distribution", () => {
    expect(mean(damages(inert, 0, true, { ...options, effect: 0.5 }).map(({ synapses }) => synapses))).toBeCloseTo(
      0.05 + 0.475,
      1,
    );
    const without = { ...options, effect: 0 };
    for (const plate of platesOf(protective, 3))
      for (const well of plate.wells)
        expect(wellBiology(plate, { ...well, isChallenged: true }, without)).toEqual(
          wellBiology(plate, { ...well, isChallenged: false }, without),
        );
  });

  test("is added by a toxic compound, which kills, with and without Aβ", () => {
    const [plate] = platesOf(toxic, 1) as [PlateDesign];
    for (const well of plate.wells.filter(({ doseMicromolar }) => doseMicromolar === 10)) {
      const { damage, toxicity } = wellBiology(plate, well, options);
      expect(Math.abs(toxicity - hillEffect(toxic, 10))).toBeLessThan(0.1);
      expect(damage.neurites).toBeGreaterThan(0.7 + (well.isChallenged ? 0.5 : 0));
    }
  });
});

describe("the other compounds", () => {
  const strongest = (kind: string) => {
    const [plate] = platesOf(defaultPanel.find((one) => one.class === kind)!, 1) as [PlateDesign];
    const biology = plate.wells.map((well) => ({ dose: well.doseMicromolar, ...wellBiology(plate, well, options) }));
    return { treated: biology.filter(({ dose }) => dose === 10), controls: biology.filter(({ dose }) => dose === 0) };
  };

  test("add light in one stain, or glia, and nothing in control wells", () => {
    const { treated, controls } = strongest("fluorescent");
    expect(Math.min(...treated.map(({ addedLight }) => addedLight[3]))).toBeGreaterThan(0.8);
    expect(treated.flatMap(({ addedLight }) => addedLight.slice(0, 3)).every((light) => light === 0)).toBe(true);
    expect(controls.flatMap(({ addedLight }) => addedLight).every((light) => light === 0)).toBe(true);
    const glia = strongest("proliferative");
    expect(Math.min(...glia.treated.map(({ gliaFactor }) => gliaFactor))).toBeGreaterThan(2.5);
    expect(glia.controls.every(({ gliaFactor }) => gliaFactor === 1)).toBe(true);
  });
});

describe("the nuisance of a well", () => {
  const places = Array.from({ length: 4000 }, (_, i) => ({ batch: `b${i}`, plate: `P${i}`, well: "D06" }));
  const draw = (place: (typeof places)[number], difficulty = 0.5) => drawNuisance(place, { seed: 5, difficulty });

  test("has the variance of its parts, stain by stain", () => {
    const { batch, plate, well, row, column, edge } = nuisance.staining;
    // D06 is the fourth of 8 rows and the sixth of 12 columns; three wells lie between it and the edge. Half of a
    // gradient's variance is the same on all plates, so only the other half shows here.
    const gradients = ((row / 7) ** 2 + (column / 11) ** 2 + (edge * 2 ** -3) ** 2) / 2;
    const expected = batch ** 2 + plate ** 2 + well ** 2 + gradients;
    const log = (stain: number) =>
      places.map((place) => deviation(nuisance.staining, place, [5, "nuisance", "staining", stain]));
    const logs = [0, 3].map(log);
    expect(Math.log(draw(places[3]!).staining[3])).toBeCloseTo(logs[1]![3]!, 12);
    for (const of of logs) {
      expect(Math.abs(mean(of))).toBeLessThan(0.05);
      // Four standard errors: 4 · √(2 / 4000).
      expect(Math.abs(variance(of) / expected - 1)).toBeLessThan(0.09);
    }
    const together = mean(logs[0]!.map((value, i) => value * logs[1]![i]!));
    expect(Math.abs(together) / expected).toBeLessThan(4 / Math.sqrt(4000) + 0.02);
  });

  test("is shared by a batch, by a plate and by nothing, in those parts", () => {
    const { batch, plate } = nuisance.density;
    const log = (place: (typeof places)[number]) => deviation(nuisance.density, place, [5, "nuisance", "density", ""]);
    expect(Math.log(draw(places[3]!).density)).toBeCloseTo(log(places[3]!), 12);
    const pairs = (second: (i: number) => (typeof places)[number]) =>
      mean(places.map((place, i) => log(place) * log(second(i))));
    const tolerance = 4 * (0.36 ** 2 / Math.sqrt(4000));
    expect(Math.abs(pairs((i) => ({ ...places[i]!, plate: `Q${i}` })) - batch ** 2)).toBeLessThan(tolerance);
    expect(Math.abs(pairs((i) => ({ ...places[i]!, well: "E06" })) - batch ** 2 - plate ** 2)).toBeLessThan(tolerance);
    expect(Math.abs(pairs((i) => places[(i + 1) % 4000]!))).toBeLessThan(tolerance);
  });

  test("runs over rows, columns and edges", () => {
    const none = { unit: "", batch: 0, plate: 0, well: 0, row: 0, column: 0, edge: 0 };
    const at = (well: string, components: object) =>
      deviation({ ...none, ...components }, { batch: "b", plate: "P", well }, [1, "test"]);
    expect(at("A01", { row: 1 })).toBeCloseTo(-at("H05", { row: 1 }), 12);
    expect(at("D01", { column: 1 })).toBeCloseTo(-at("E12", { column: 1 }), 12);
    expect(at("C02", { edge: 1 })).toBeCloseTo(at("A04", { edge: 1 }) / 2, 12);
    expect(at("C02", { edge: 1 })).not.toBe(0);
  });

  test("is none at difficulty 0, and twice as large at 1", () => {
    const place = places[7]!;
    expect(draw(place, 0)).toMatchObject({
      ...{ density: 1, staining: [1, 1, 1, 1], gain: [1, 1, 1, 1], background: usualBackground },
      ...{ punctumLight: [1, 1, 1, 1], haze: [1, 1, 1, 1], focusOffsetMicrometres: [0, 0, 0, 0] },
      ...{ defocusMicrometres: 0, debris: 0, vignetting: usualVignetting, tilt: [0, 0] },
    });
    expect(Math.log(draw(place, 1).gain[2])).toBeCloseTo(2 * Math.log(draw(place).gain[2]), 12);
  });

  test("knows nothing of the treatment: another dose, class or effect leaves it as it was", () => {
    const [plate] = platesOf(toxic, 1) as [PlateDesign];
    const other = { ...plate, compound: inert };
    for (const placed of plate.wells.slice(0, 8)) {
      const {
        damage: _d,
        toxicity: _t,
        gliaFactor: _g,
        addedLight: _l,
        ...own
      } = wellConditions(plate, placed, options);
      const moved = { ...placed, doseMicromolar: 0, isChallenged: !placed.isChallenged };
      expect(wellConditions(other, moved, { ...options, effect: 0 })).toMatchObject(own);
    }
  });

  test("fills every condition that a field has", () => {
    const [plate] = platesOf(inert, 1) as [PlateDesign];
    const filled = wellConditions(plate, plate.wells[0]!, options);
    expect(Object.keys(filled).sort()).toEqual(Object.keys(idealConditions).sort());
    for (const [name, value] of Object.entries(filled))
      if (!["toxicity", "gliaFactor", "addedLight"].includes(name))
        expect([name, value]).not.toEqual([name, idealConditions[name as keyof typeof idealConditions]]);
  });
});
