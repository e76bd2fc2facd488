import { describe, expect, test } from "vitest";
import { openRandom } from "../../src/base/random.ts";
import { connectedComponents, type Mask } from "../../src/measure/components.ts";
import { measureNeuriteLength } from "../../src/measure/neurites.ts";
import { colocalisedShare, findPuncta } from "../../src/measure/puncta.ts";
import { skeletonize, skeletonLength } from "../../src/measure/skeleton.ts";
import { measureStructure } from "../../src/measure/structure.ts";
import { drawn, noisy, plane, spots } from "./planes.ts";
import { reference, referenceLines } from "./reference.ts";

const pixelSizeMicrometres = 0.325;

/** `count` places on a grid 9 pixels apart, moved by up to two pixels. */
function places(count: number, seed = 1) {
  const random = openRandom(seed, "places");
  return Array.from({ length: count }, (_, i) => ({
    x: 8 + 9 * (i % 26) + 4 * (random.next() - 0.5),
    y: 8 + 9 * Math.floor(i / 26) + 4 * (random.next() - 0.5),
  }));
}

const synapses = { height: 300, sigma: 1 };

describe("Finding puncta", () => {
  test.each([0, 1, 40, 500])("counts %d spots under noise", (count) => {
    const found = findPuncta(noisy(spots(256, places(count), synapses), 20), pixelSizeMicrometres);
    expect(found).toHaveLength(count);
  });

  test("places each within a pixel", () => {
    const there = places(100);
    const found = findPuncta(noisy(spots(256, there, synapses), 20), pixelSizeMicrometres);
    for (const { x, y } of found)
      expect(Math.min(...there.map((place) => Math.hypot(place.x - x, place.y - y)))).toBeLessThan(1);
  });

  test("takes no broad light, slope or edge of the view for a punctum", () => {
    const broad = plane(
      256,
      256,
      (x, y) => 100 + 3 * x + 800 * Math.exp(-((x - 90) ** 2 + (y - 90) ** 2) / (2 * 40 ** 2)),
    );
    expect(findPuncta(noisy(broad, 10), pixelSizeMicrometres)).toEqual([]);
  });

  test("does not depend on exposure or on an even background", () => {
    const image = noisy(spots(256, places(200), { ...synapses, height: 90 }), 20);
    const other = { ...image, values: image.values.map((value) => 4 * value + 1000) };
    expect(findPuncta(other, pixelSizeMicrometres)).toHaveLength(findPuncta(image, pixelSizeMicrometres).length);
  });

  test("counts equal neighbours once", () => {
    const pair = plane(32, 32, (x, y) => (y === 16 && (x === 15 || x === 16) ? 500 : 100));
    expect(findPuncta(noisy(pair, 0), pixelSizeMicrometres)).toHaveLength(1);
  });
});

describe("The colocalised share", () => {
  const at = (...points: readonly (readonly [number, number])[]) => points.map(([x, y]) => ({ x, y, height: 1 }));

  test("counts those with a partner within the distance, also across cells of the grid", () => {
    const puncta = at([0, 0], [10, 10], [20, 20], [30, 30]);
    expect(colocalisedShare(puncta, at([2, 0], [10, 13], [19, 19]), 2)).toBe(0.5);
  });

  test("is 0 without puncta or without others", () => {
    expect([colocalisedShare([], at([1, 1]), 2), colocalisedShare(at([1, 1]), [], 2)]).toEqual([0, 0]);
  });

  test("is that of all pairs compared", () => {
    const [puncta, others] = [places(150, 1), places(150, 2)].map((list) =>
      list.map((place) => ({ ...place, height: 1 })),
    );
    const near = puncta!.filter(({ x, y }) => others!.some((other) => Math.hypot(other.x - x, other.y - y) <= 1.5));
    expect(colocalisedShare(puncta!, others!, 1.5)).toBe(near.length / 150);
  });
});

describe("The skeleton", () => {
  // scikit-image thins with a variant of the same method, which leaves stairs and ends a pixel longer.
  test("of a cross, a ring and a bar lies within a pixel of scikit-image's, and that of ours", () => {
    const ours = skeletonize(referenceLines).inside;
    const theirs = drawn(...reference.skeleton).inside;
    const isNear = (mask: Uint8Array, at: number) =>
      [-41, -40, -39, -1, 0, 1, 39, 40, 41].some((step) => mask[at + step] === 1);
    for (let at = 0; at < ours.length; at++) {
      if (ours[at] === 1) expect(isNear(theirs, at)).toBe(true);
      if (theirs[at] === 1) expect(isNear(ours, at)).toBe(true);
    }
  });

  test("is connected where the mask is, and keeps the ring's hole", () => {
    const { width, height, inside } = skeletonize(referenceLines);
    expect(connectedComponents({ width, height, inside }).areas).toHaveLength(2);
    // What is not skeleton, by edges alone, is the inside of the ring and the rest; a border is put around.
    const around = { width: 42, height: 34, inside: new Uint8Array(42 * 34).fill(1) };
    for (let i = 0; i < inside.length; i++)
      if (inside[i] === 1) around.inside[42 * (Math.floor(i / 40) + 1) + (i % 40) + 1] = 0;
    expect(fourConnected(around)).toBe(2);
  });

  test("of a slanting bar has no stairs", () => {
    const { inside } = skeletonize({
      width: 30,
      height: 30,
      inside: Uint8Array.from({ length: 900 }, (_, i) => (Math.abs((i % 30) - Math.floor(i / 30)) < 2 ? 1 : 0)),
    });
    for (let y = 0; y < 29; y++)
      for (let x = 0; x < 29; x++)
        expect([0, 1, 30, 31].filter((step) => inside[30 * y + x + step] === 1).length).toBeLessThan(3);
  });

  test("is as long as its steps: 0.948 a side, 1.343 a corner, and no shortcut over a corner", () => {
    expect(skeletonLength(drawn("####"))).toBeCloseTo(3 * 0.948, 9);
    expect(skeletonLength(drawn("#..", ".#.", "..#"))).toBeCloseTo(2 * 1.343, 9);
    expect(skeletonLength(drawn("##", ".#"))).toBeCloseTo(2 * 0.948, 9);
    expect(skeletonLength(drawn("..#", ".#.", "#.."))).toBeCloseTo(2 * 1.343, 9);
  });
});

describe("The neurite length", () => {
  /** A line of a width in pixels through the middle, in a direction. */
  const line = (degrees: number, width: number) =>
    plane(256, 256, (x, y) => {
      const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
      const across = (x - 128) * sin - (y - 128) * cos;
      const along = (x - 128) * cos + (y - 128) * sin;
      return 100 + (Math.abs(along) < 80 ? 200 * Math.exp(-(across ** 2) / (2 * (width / 2.355) ** 2)) : 0);
    });

  test.each([0, 20, 45, 70, 90])("of a line of 52 µm at %d° is within a tenth", (degrees) => {
    const length = measureNeuriteLength(noisy(line(degrees, 5), 10), pixelSizeMicrometres);
    expect(length / (160 * pixelSizeMicrometres)).toBeGreaterThan(0.9);
    expect(length / (160 * pixelSizeMicrometres)).toBeLessThan(1.1);
  });

  test("of noise alone is hardly any", () => {
    expect(
      measureNeuriteLength(
        noisy(
          plane(256, 256, () => 100),
          10,
        ),
        pixelSizeMicrometres,
      ),
    ).toBeLessThan(2);
  });
});

test("The structure of a field puts all four numbers together", () => {
  const [pre, post] = [places(200), places(300)];
  const structure = measureStructure(
    {
      dendrites: noisy(
        plane(256, 256, (_, y) => (Math.abs(y - 100) < 3 ? 400 : 100)),
        10,
      ),
      presynaptic: noisy(spots(256, pre, synapses), 20, 2),
      postsynaptic: noisy(spots(256, post, synapses), 20, 3),
    },
    pixelSizeMicrometres,
  );
  // The first 200 of the 300 stand where the presynaptic ones do.
  expect(structure).toMatchObject({ prePuncta: 200, postPuncta: 300 });
  expect(structure.colocalisedShare).toBeCloseTo(2 / 3, 2);
  expect(structure.neuriteLengthMicrometres / (256 * pixelSizeMicrometres)).toBeGreaterThan(0.9);
  expect(structure.neuriteLengthMicrometres / (256 * pixelSizeMicrometres)).toBeLessThan(1.1);
});

/** How many regions of a mask hang together by edges. */
function fourConnected({ width, inside }: Mask): number {
  const left = new Set([...inside.keys()].filter((at) => inside[at] === 1));
  let count = 0;
  for (const start of left) {
    count++;
    const open = [start];
    for (let at = open.pop(); at !== undefined; at = open.pop())
      if (left.delete(at)) open.push(at - 1, at + 1, at - width, at + width);
  }
  return count;
}
