import { describe, expect, test } from "vitest";
import { findNuclearStain, measureField } from "../../src/measure/field.ts";
import { noisy, plane } from "./planes.ts";

const even = plane(8, 6, () => 7);
const dots = noisy(
  plane(128, 128, (x, y) => (Math.hypot((x % 64) - 32, (y % 64) - 32) < 10 ? 900 : 100)),
  20,
);

describe("The numbers of a field", () => {
  test("are those of each stain in its place, and the nuclei of the nuclear one", () => {
    const { brightness, focus, nuclei } = measureField([even, dots], { nuclearStain: 1, pixelSizeMicrometres: 0.5 });
    expect(brightness[0]).toEqual({ mean: 7, sd: 0, percentiles: Array(8).fill(7) });
    expect(focus[0]).toEqual({ laplacian: 0, vollath: 0 });
    expect(brightness[1]!.mean).toBeGreaterThan(100);
    expect(nuclei).toBe(4);
  });

  test("say why nuclei were not counted", () => {
    const nucleiWith = (nuclearStain: number | null, pixelSizeMicrometres: number | null) =>
      measureField([even], { nuclearStain, pixelSizeMicrometres }).nuclei;
    expect(nucleiWith(null, 0.5)).toBe("no-nuclear-stain");
    expect(nucleiWith(0, null)).toBe("no-pixel-size");
  });
});

describe("The nuclear stain", () => {
  test.each([
    [["MAP2", "Hoechst", "PSD-95"], 1],
    [["FKHR", "DNA"], 1],
    [["dapi_405"], 0],
    [["Tubulin", "DRAQ5"], 1],
    [["Cy5 - Nuclei"], 0],
    [["Hoechst 33342", "DAPI"], 0],
    [["MAP2", "synaptophysin", "DNAJB1", "RNA"], null],
  ] as const)("of %j is %j", (channels, place) => {
    expect(findNuclearStain(channels)).toBe(place);
  });
});
