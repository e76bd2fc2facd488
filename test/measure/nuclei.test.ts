import { describe, expect, test } from "vitest";
import { blur } from "../../src/measure/blur.ts";
import { connectedComponents } from "../../src/measure/components.ts";
import { countNuclei } from "../../src/measure/nuclei.ts";
import { noiseSd, otsuThreshold } from "../../src/measure/threshold.ts";
import { drawn, noisy, plane } from "./planes.ts";
import { reference, referencePlane } from "./reference.ts";

const pixelSizeMicrometres = 0.5;

/** Discs of a radius in µm on a grid 20 µm apart, `count` of them, on a dim ground. */
function discs(count: number, radiusMicrometres: number) {
  const radius = radiusMicrometres / pixelSizeMicrometres;
  return plane(256, 256, (x, y) => {
    const [column, row] = [Math.floor(x / 40), Math.floor(y / 40)];
    const isDisc = column < 6 && row < 6 && row * 6 + column < count;
    return isDisc && Math.hypot((x % 40) - 20, (y % 40) - 20) < radius ? 900 : 120;
  });
}

describe("Counting nuclei", () => {
  test.each([1, 7, 30])("finds %d discs of a nucleus' size under noise", (count) => {
    expect(countNuclei(noisy(discs(count, 5), 80), pixelSizeMicrometres)).toBe(count);
  });

  test("leaves out specks and what is far larger than a nucleus", () => {
    const specks = discs(20, 1);
    const blot = plane(256, 256, (x, y) => (Math.hypot(x - 128, y - 128) < 60 ? 900 : 120));
    expect([specks, blot].map((image) => countNuclei(image, pixelSizeMicrometres))).toEqual([0, 0]);
  });

  test("does not depend on exposure or on an even background", () => {
    const image = noisy(discs(12, 5), 60);
    const other = { ...image, values: image.values.map((value) => 5 * value + 2000) };
    expect(countNuclei(other, pixelSizeMicrometres)).toBe(countNuclei(image, pixelSizeMicrometres));
  });
});

describe("The blur", () => {
  test.each(Object.entries(reference.blurs))("of σ %s pixels is SciPy's, at the corners too", (sigma, values) => {
    const blurred = blur(referencePlane, Number(sigma));
    for (const [i, [x, y]] of reference.points.entries())
      expect(blurred.values[y * 40 + x]! / values[i]!).toBeCloseTo(1, 5);
  });

  test("by more than the image is wide still mirrors it", () => {
    const { values } = blur(
      plane(2, 1, (x) => x),
      5,
    );
    expect(values[0]).toBeCloseTo(0.5, 5);
  });
});

describe("The threshold", () => {
  test("of Otsu is scikit-image's, which names the middle of the last bin below", () => {
    const binWidth = (Math.max(...referencePlane.values) - Math.min(...referencePlane.values)) / 256;
    expect(otsuThreshold(referencePlane)).toBeCloseTo(reference.otsu + binWidth / 2, 6);
  });

  test("of an even image is its value", () => {
    expect(otsuThreshold(plane(4, 4, () => 9))).toBe(9);
  });
});

describe("The noise", () => {
  test.each([5, 40])("of even ground is what was added, %d", (sd) => {
    expect(
      noiseSd(
        noisy(
          plane(200, 200, () => 500),
          sd,
        ),
      ) / sd,
    ).toBeCloseTo(1, 1);
  });

  test("hardly grows by structure", () => {
    expect(noiseSd(noisy(discs(30, 5), 20)) / 20).toBeLessThan(1.05);
  });
});

describe("Connected components", () => {
  test("join across corners, and are numbered as met", () => {
    const { labels, areas } = connectedComponents(drawn("#..#", ".#.#", "...#", "#..."));
    expect([...labels]).toEqual([1, 0, 0, 2, 0, 1, 0, 2, 0, 0, 0, 2, 3, 0, 0, 0]);
    expect(areas).toEqual([2, 3, 1]);
  });

  test("do not join over the border, from a row's end to the next one's start", () => {
    expect(connectedComponents(drawn("..#", "...", "#..")).areas).toEqual([1, 1]);
    expect(connectedComponents(drawn("..#", "#..")).areas).toEqual([1, 1]);
  });

  test("are SciPy's", () => {
    const inside = Uint8Array.from(referencePlane.values, (value) => (value > 210 ? 1 : 0));
    const { areas } = connectedComponents({ width: 40, height: 32, inside });
    expect([...areas].sort((a, b) => a - b)).toEqual(reference.areas);
  });
});
