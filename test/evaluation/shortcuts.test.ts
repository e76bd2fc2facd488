import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openRandom } from "../../src/base/random.ts";
import { judgeShortcuts, type MeasuredField } from "../../src/evaluation/shortcuts.ts";
import { wellKey } from "../../src/plates/split.ts";
import type { Shortcut } from "../../src/records/comparison.ts";
import type { Folds, FoldUnit } from "../../src/records/folds.ts";
import { comparisons } from "../statistics/comparison-fixture.ts";

const { fields, keys, plain, perPlate } = comparisons.shortcuts;

/** Folds in turn over the groups in their order. */
function foldsOf(all: readonly MeasuredField[], unit: FoldUnit, count: number): Folds {
  const groupOf = (field: MeasuredField) =>
    unit === "batch" ? field.batch : unit === "plate" ? field.plate : wellKey(field);
  const groups = [...new Set(all.map(groupOf))].sort();
  const partOf = (field: MeasuredField, k: number) => {
    const own = groups.indexOf(groupOf(field)) % count;
    return own === k ? "test" : own === (k + 1) % count ? "validate" : "train";
  };
  return {
    unit,
    folds: Array.from({ length: count }, (_, k) => ({
      name: `fold-${k + 1}`,
      testGroups: groups.filter((_, i) => i % count === k),
      validateGroups: groups.filter((_, i) => i % count === (k + 1) % count),
      parts: Object.fromEntries(all.map((field) => [wellKey(field), partOf(field, k)])),
    })),
  };
}

const folds = foldsOf(fields, "plate", 3);

function named(shortcuts: readonly Shortcut[], name: string): Shortcut {
  return shortcuts.find((one) => one.name === name)!;
}

function accuracy({ wells }: Shortcut): number {
  return wells.filter(({ label, logit }) => logit > 0 === (label === 1)).length / wells.length;
}

describe("The shortcuts", () => {
  for (const [words, options, expected] of [
    ["", {}, plain],
    [", each plate on its own scale", { perPlate: true }, perPlate],
  ] as const) {
    const ours = judgeShortcuts(fields, folds, options);
    test.each(Object.keys(expected))(`are scikit-learn's, penalty by penalty and well by well: %s${words}`, (name) => {
      const { strengths, logits } = expected[name]!;
      const shortcut = named(ours, name);
      expect(shortcut.strengths).toEqual(strengths);
      expect(shortcut.wells.map(wellKey)).toEqual(keys);
      const size = Math.max(1, ...logits.map(Math.abs));
      for (const [i, { logit }] of shortcut.wells.entries()) expect((logit - logits[i]!) / size).toBeCloseTo(0, 6);
    });
  }

  test("know a layout that repeats, and not one that changes from plate to plate", () => {
    const repeated = simulated({ isRandom: false });
    const random = simulated({ isRandom: true });
    expect(accuracy(named(judgeShortcuts(repeated, foldsOf(repeated, "plate", 4)), "position"))).toBe(1);
    const byChance = accuracy(named(judgeShortcuts(random, foldsOf(random, "plate", 4)), "position"));
    expect(byChance).toBeGreaterThan(0.3);
    expect(byChance).toBeLessThan(0.7);
  });

  test("know brightness where only brightness differs, by batch, plate or well", () => {
    const bright = simulated({ isRandom: true, gain: 0.4 });
    for (const unit of ["batch", "plate", "well"] as const) {
      const shortcuts = judgeShortcuts(bright, foldsOf(bright, unit, 4));
      expect(accuracy(named(shortcuts, "brightness"))).toBeGreaterThan(0.9);
      expect(accuracy(named(shortcuts, "focus and nuclei"))).toBeLessThan(0.75);
    }
  });

  test("learn nothing from the wells that they judge: other labels there change no log-odds", () => {
    const [first] = folds.folds;
    const turned = fields.map((field): MeasuredField => {
      const isTest = first!.parts[wellKey(field)] === "test";
      return isTest ? { ...field, label: field.label === 1 ? 0 : 1 } : field;
    });
    const only = { ...folds, folds: [first!] };
    const logits = (some: readonly MeasuredField[]) =>
      judgeShortcuts(some, only).map(({ wells, strengths }) => [strengths, wells.map(({ logit }) => logit)]);
    expect(logits(turned)).toEqual(logits(fields));
  });

  test("do not know the order of the fields, to the last bit", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(judgeShortcuts(openRandom(seed).shuffled(fields), folds)).toEqual(judgeShortcuts(fields, folds));
      }),
      { numRuns: 3 },
    );
  });

  test("say what they had to do without", () => {
    const without = (nuclei: "no-nuclear-stain" | "no-pixel-size") =>
      judgeShortcuts(
        fields.map((field) => ({ ...field, measures: { ...field.measures, nuclei } })),
        folds,
      ).map(({ note }) => note);
    expect(judgeShortcuts(fields, folds).map(({ note }) => note)).toEqual([null, null, null]);
    expect(without("no-nuclear-stain")[2]).toBe(
      "Focus alone: no stain is named as one that shows nuclei, such as Hoechst or DAPI.",
    );
    expect(without("no-pixel-size")[2]).toContain("`pixelSizeMicrometres`");
  });
});

/** Eight plates in four batches, eight wells each, one field a well. */
function simulated({ isRandom, gain = 0 }: { isRandom: boolean; gain?: number }): MeasuredField[] {
  const random = openRandom(5);
  const wells = ["B02", "B05", "C03", "C07", "D04", "D09", "E06", "E11"];
  return Array.from({ length: 8 }, (_, i) => {
    const order = isRandom ? random.shuffled(wells) : wells;
    return order.map((well, k): MeasuredField => {
      const label = k % 2 === 0 ? 0 : 1;
      const level = 500 * Math.exp(gain * label + 0.08 * random.normal());
      const brightness = [{ mean: level, sd: level / 3, percentiles: [level / 2, level, 2 * level] }];
      const focus = [{ laplacian: 0.1 + 0.01 * random.next(), vollath: 0.05 + 0.01 * random.next() }];
      return {
        plate: `P${i + 1}`,
        well,
        site: 1,
        batch: `day-${Math.floor(i / 2)}`,
        label,
        edgeDistance: 1,
        measures: { brightness, focus, nuclei: 30 + random.below(5) },
      };
    });
  }).flat();
}
