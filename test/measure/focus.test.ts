import { describe, expect, test } from "vitest";
import { blur } from "../../src/measure/blur.ts";
import { measureFocus } from "../../src/measure/focus.ts";
import { noisy, plane, spots } from "./planes.ts";
import { reference, referencePlane } from "./reference.ts";

const field = spots(
  128,
  Array.from({ length: 60 }, (_, i) => ({ x: (i * 37) % 128, y: (i * 53) % 128 })),
  { height: 500, sigma: 1.2 },
);

describe("Focus", () => {
  test("is what NumPy computes by the same definitions", () => {
    const { laplacian, vollath } = measureFocus(referencePlane);
    expect(laplacian).toBeCloseTo(reference.laplacian, 6);
    expect(vollath).toBeCloseTo(reference.vollath, 6);
  });

  test("of a chessboard is as sharp as can be: 64, and neighbours are opposites", () => {
    const { laplacian, vollath } = measureFocus(plane(40, 40, (x, y) => (x + y) % 2));
    expect(laplacian).toBeCloseTo(64, 9);
    expect(vollath).toBeCloseTo(-2, 9);
  });

  test("of an even image is 0", () => {
    expect(measureFocus(plane(9, 9, () => 3))).toEqual({ laplacian: 0, vollath: 0 });
  });

  test("falls as blur grows", () => {
    const blurred = [0, 0.8, 1.6, 3.2].map((sigma) => measureFocus(blur(field, sigma)));
    for (const key of ["laplacian", "vollath"] as const)
      for (const [i, focus] of blurred.slice(1).entries()) expect(focus[key]).toBeLessThan(0.9 * blurred[i]![key]);
  });

  test("stays when light is added or brightness is scaled", () => {
    const brighter = { ...field, values: field.values.map((value) => 3 * value + 1000) };
    expect(measureFocus(brighter).laplacian).toBeCloseTo(measureFocus(field).laplacian, 4);
    expect(measureFocus(brighter).vollath).toBeCloseTo(measureFocus(field).vollath, 4);
  });

  test("by Vollath changes little with noise, by the Laplacian much", () => {
    const [clean, grainy] = [measureFocus(field), measureFocus(noisy(field, 30))];
    expect(grainy.vollath / clean.vollath).toBeGreaterThan(0.75);
    expect(grainy.laplacian / clean.laplacian).toBeGreaterThan(3);
  });
});
