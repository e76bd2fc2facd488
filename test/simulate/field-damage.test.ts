/** Damage takes away, in order, and never draws anew. */
import { describe, expect, test } from "vitest";
import { openRandom } from "../../src/base/random.ts";
import { harm } from "../../src/simulate/biology.ts";
import type { FieldFacts } from "../../src/simulate/conditions.ts";
import { simulateField } from "../../src/simulate/field.ts";
import { plantScene } from "../../src/simulate/plant.ts";
import { dendriteWidth, hasPost, neuronState } from "../../src/simulate/wounds.ts";
import { damaged, mean, plainField, sum } from "./measuring.ts";

const levels = [0, 0.25, 0.5, 0.75, 1, 1.5];
const sites = [1, 2, 3, 4];
const facts = levels.map((level) => sites.map((site) => simulateField(plainField(site, damaged(level))).facts));
const total = (fields: readonly FieldFacts[], key: keyof Omit<FieldFacts, "damage">) =>
  sum(fields.map((field) => field[key]));

// Over all puncta of the fields: a field with a handful of puncta has a share of little meaning.
const pooledShare = (fields: readonly FieldFacts[]) =>
  sum(fields.map(({ colocalisedShare, postPuncta }) => colocalisedShare * postPuncta)) / total(fields, "postPuncta");

const scene = plantScene({ open: (...part) => openRandom(3, "scene", ...part), density: 1, gliaFactor: 1 }, 150);
const uniform = (level: number) => ({ damage: { neurites: level, synapses: level }, toxicity: 0 });

describe("damage", () => {
  test("lowers puncta, colocalised share and neurite length at every step, in every field", () => {
    for (let step = 1; step < levels.length; step++) {
      sites.forEach((_, i) => {
        const before = facts[step - 1]![i]!;
        const after = facts[step]![i]!;
        expect(after.postPuncta).toBeLessThan(before.postPuncta);
        expect(after.prePuncta).toBeLessThan(before.prePuncta);
        expect(after.neuriteLengthMicrometres).toBeLessThanOrEqual(before.neuriteLengthMicrometres);
      });
      expect(pooledShare(facts[step]!)).toBeLessThan(pooledShare(facts[step - 1]!));
    }
  });

  test("reaches synapses before neurites, and neurites before nuclei", () => {
    const left = (level: number, key: keyof Omit<FieldFacts, "damage">) =>
      total(facts[levels.indexOf(level)]!, key) / total(facts[0]!, key);
    expect(left(0.5, "postPuncta")).toBeLessThan(0.85);
    expect(left(0.5, "neuriteLengthMicrometres")).toBeGreaterThan(0.88);
    expect(left(1, "neuriteLengthMicrometres")).toBeLessThan(0.85);
    const dead = (level: number) =>
      mean(scene.neurons.map((neuron) => (neuronState(neuron, uniform(level)).death > 0.5 ? 1 : 0)));
    expect(dead(0.5)).toBe(0);
    expect(dead(1)).toBeLessThan(0.25);
    expect(dead(4)).toBeGreaterThan(0.8);
  });

  test("at one half looks between none and one: a fraction of a quarter to three quarters of the way", () => {
    const counts = (["postPuncta", "prePuncta"] as const).map(
      (key) => (fields: readonly FieldFacts[]) => total(fields, key),
    );
    for (const value of [...counts, pooledShare]) {
      const [none, half, one] = [0, 0.5, 1].map((level) => value(facts[levels.indexOf(level)]!));
      const way = (none! - half!) / (none! - one!);
      expect(way).toBeGreaterThan(0.25);
      expect(way).toBeLessThan(0.75);
    }
  });

  test("takes the share of puncta that their thresholds tell: 1 − exp(−damage / mean)", () => {
    const healthy = { damage: { neurites: 0, synapses: 0 }, death: 0 };
    const hurt = { damage: { neurites: 0, synapses: 1 }, death: 0 };
    const all = scene.synapses.filter((synapse) => hasPost(synapse, healthy)).length;
    expect(all).toBe(scene.synapses.length);
    const left = scene.synapses.filter((synapse) => hasPost(synapse, hurt)).length / all;
    const sd = Math.sqrt(0.25 / all);
    expect(Math.abs(left - Math.exp(-1 / harm.punctumLoss))).toBeLessThan(4 * sd);
  });

  test("shortens dendrites from their tips and never leaves a piece without its root", () => {
    for (const { branches } of scene.neurons) {
      for (const branch of branches) {
        const rises = branch.lostAt.some((value, i) => i > 0 && value > branch.lostAt[i - 1]! + 1e-6);
        expect(rises).toBe(false);
        expect(dendriteWidth(branch, 0, 0)).toBe(1);
      }
    }
  });

  test("makes dendrites thinner on the whole, and beaded", () => {
    const widths = (level: number) =>
      scene.neurons.flatMap(({ branches }) =>
        branches.flatMap((branch) =>
          Array.from(branch.x, (_, i) => dendriteWidth(branch, i, level)).filter((width) => width > 0),
        ),
      );
    const spread = (values: readonly number[]) =>
      Math.sqrt(mean(values.map((value) => (value - mean([...values])) ** 2)));
    const hurt = widths(1).slice(0, 4000);
    expect(mean(hurt)).toBeLessThan(0.95);
    expect(spread(hurt)).toBeGreaterThan(0.15);
    expect(mean(widths(0).slice(0, 4000))).toBe(1);
  });

  test("varies over fields around the well's, and none stays none", () => {
    const inFields = Array.from(
      { length: 40 },
      (_, site) => simulateField(plainField(site, damaged(0.8), { size: 16 })).facts.damage,
    );
    const logs = inFields.map(({ neurites }) => Math.log(neurites));
    expect(mean(inFields.map(({ synapses }) => synapses))).toBeCloseTo(0.8, 1);
    const sd = Math.sqrt(mean(logs.map((value) => (value - mean(logs)) ** 2)));
    expect(sd).toBeGreaterThan(0.7 * harm.fieldLogSd);
    expect(sd).toBeLessThan(1.3 * harm.fieldLogSd);
    expect(facts[0]![0]!.damage).toEqual({ neurites: 0, synapses: 0 });
  });
});
