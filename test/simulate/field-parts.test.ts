/** Cells, neurites and puncta against the parameters that they are drawn from, and optics against their formulas. */
import { describe, expect, test } from "vitest";
import { openRandom } from "../../src/base/random.ts";
import { dendrites, nuclei, somata, synapses } from "../../src/simulate/biology.ts";
import { exponential, logNormal, poisson } from "../../src/simulate/draws.ts";
import { optics } from "../../src/simulate/instrument.ts";
import { addHaze, blur, blurSigma } from "../../src/simulate/optics.ts";
import { plantScene } from "../../src/simulate/plant.ts";
import { mean, sum } from "./measuring.ts";

const side = 200;
const scenes = Array.from({ length: 12 }, (_, i) =>
  plantScene({ open: (...part) => openRandom(i, "scene", ...part), density: 1, gliaFactor: 1 }, side),
);
const neurons = scenes.flatMap((scene) => scene.neurons);
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

describe("draws", () => {
  const random = openRandom(1, "draws");
  test.each([0.5, 6, 90, 400])("of a Poisson count of mean %d have that mean and that variance", (rate) => {
    const counts = Array.from({ length: 4000 }, () => poisson(random, rate));
    expect(mean(counts) / rate).toBeCloseTo(1, 1);
    expect(mean(counts.map((count) => (count - rate) ** 2)) / rate).toBeCloseTo(1, 0);
  });

  test("of a count grow with its mean for the same stream", () => {
    const at = (rate: number) => poisson(openRandom(9, "count"), rate);
    const counts = [1, 2, 5, 20, 80].map(at);
    expect([...counts].sort((a, b) => a - b)).toEqual(counts);
  });

  test("have the median and the mean that they are asked for", () => {
    expect(median(Array.from({ length: 4001 }, () => logNormal(random, 3, 0.4)))).toBeCloseTo(3, 0);
    expect(mean(Array.from({ length: 8000 }, () => exponential(random, 1.7)))).toBeCloseTo(1.7, 1);
  });
});

describe("a scene", () => {
  test("has cells at their densities, inside and outside the view alike", () => {
    // Cells keep their distance, so a few find no place.
    const area = scenes.length * (side + 340) ** 2;
    expect(neurons.length / area / somata.density).toBeGreaterThan(0.85);
    expect(neurons.length / area / somata.density).toBeLessThan(1.15);
    const gliaArea = scenes.length * (side + 40) ** 2;
    expect(sum(scenes.map(({ glia }) => glia.length)) / gliaArea / nuclei.gliaDensity).toBeGreaterThan(0.75);
    expect(sum(scenes.map(({ dead }) => dead.length)) / gliaArea / nuclei.deadDensity).toBeGreaterThan(0.75);
  });

  test("has somata of 10 to 25 µm that do not touch, larger than their nuclei", () => {
    const diameters = neurons.map(({ soma }) => 2 * Math.sqrt(soma.long * soma.short));
    expect(median(diameters) / 2).toBeCloseTo(somata.radius, 0);
    expect(diameters.filter((diameter) => diameter > 10 && diameter < 25).length / diameters.length).toBeGreaterThan(
      0.9,
    );
    for (const { soma, nucleus } of neurons) expect(nucleus.outline.short).toBeLessThan(soma.long);
    for (const scene of scenes) {
      scene.neurons.forEach(({ soma }, i) => {
        for (const other of scene.neurons.slice(0, i)) {
          expect(Math.hypot(soma.x - other.soma.x, soma.y - other.soma.y)).toBeGreaterThanOrEqual(somata.spacing);
        }
      });
    }
  });

  test("has dendrites that bend smoothly, step by a µm, taper and do not all look alike", () => {
    const branches = neurons.flatMap((neuron) => neuron.branches).filter(({ x }) => x.length > 60);
    expect(branches.length).toBeGreaterThan(200);
    for (const { x, y } of branches.slice(0, 50)) {
      for (let i = 1; i < x.length; i++) expect(Math.hypot(x[i]! - x[i - 1]!, y[i]! - y[i - 1]!)).toBeCloseTo(1, 2);
    }
    const start = branches.map(({ radius }) => radius[8]!);
    const end = branches.map(({ radius }) => radius.at(-1)!);
    expect(mean(end)).toBeLessThan(0.5 * mean(start));
    expect(median(start) * 2).toBeGreaterThan(0.6);
    expect(median(start) * 2).toBeLessThan(3.2);
    expect(Math.max(...start) / Math.min(...start)).toBeGreaterThan(3);
    expect(mean(end)).toBeLessThan(dendrites.tipRadius);
  });

  test("has puncta at their density along dendrites, of their size, in clusters, and paired as often as said", () => {
    let length = 0;
    for (const { x, y } of neurons.flatMap((neuron) => neuron.branches)) {
      for (let i = synapses.fromSoma; i < x.length - 1; i++) {
        if (x[i]! >= -6 && y[i]! >= -6 && x[i]! < side + 6 && y[i]! < side + 6) length++;
      }
    }
    const all = scenes.flatMap((scene) => scene.synapses);
    expect(all.length / length / synapses.density).toBeGreaterThan(0.8);
    expect(all.length / length / synapses.density).toBeLessThan(1.2);
    expect(median(all.map(({ diameter }) => diameter))).toBeCloseTo(synapses.diameter, 1);
    expect(all.every(({ diameter }) => diameter >= 0.3 && diameter <= 0.8)).toBe(true);
    expect(mean(all.map(({ pre }) => (pre === null ? 0 : 1)))).toBeCloseTo(synapses.paired, 1);
  });
});

describe("optics", () => {
  const size = 64;
  const spot = () => {
    const image = new Float32Array(size * size);
    image[32 * size + 32] = 1;
    return image;
  };

  test("spread a point to a Gaussian of the given σ, the same both ways, and keep its light", () => {
    const image = spot();
    blur(image, size, 2.5);
    const wide = spot();
    blur(wide, size, 7);
    expect(sum(Array.from(wide, (value, at) => value * ((at % size) - 32) ** 2))).toBeCloseTo(49, -0.6);
    const moment = (along: (at: number) => number) =>
      sum(Array.from(image, (value, at) => value * (along(at) - 32) ** 2));
    expect(sum(image)).toBeCloseTo(1, 4);
    expect(moment((at) => at % size)).toBeCloseTo(6.25, 0);
    expect(moment((at) => Math.floor(at / size))).toBeCloseTo(
      moment((at) => at % size),
      3,
    );
  });

  test("leave an even image even, at its edges too", () => {
    const image = new Float32Array(size * size).fill(7);
    blur(image, size, 3);
    addHaze(image, size, 0.3, 9);
    for (const value of image) expect(value).toBeCloseTo(7, 3);
  });

  test("keep the light of a scene that they haze", () => {
    const image = spot();
    addHaze(image, size, 0.3, 5);
    expect(sum(image)).toBeCloseTo(1, 1);
    expect(image[32 * size + 32]!).toBeGreaterThan(0.69);
  });

  test("resolve by wavelength and aperture, and blur with distance from the stain's own focus", () => {
    const far = blurSigma(3, 0.325, 4);
    const near = blurSigma(3, 0.325, 0);
    expect(near).toBeCloseTo((optics.spot * 0.52) / 0.45, 6);
    expect(far).toBeGreaterThan(0.9);
    expect(blurSigma(0, 0.325, 1)).toBeGreaterThan(blurSigma(3, 0.325, 1));
    expect(blurSigma(3, 0.16, 0)).toBeLessThan(near);
  });
});
