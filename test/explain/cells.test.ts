import { describe, expect, test } from "vitest";
import { openGraph } from "../../src/engine/graph/builder.ts";
import type { Value } from "../../src/engine/graph/graph.ts";
import { cellsOf } from "../../src/explain/cells.ts";

/** Reads a row of windows of an image of 32 × 32 pixels: kernel, stride, padding before and after. */
function through(...windows: readonly (readonly [kernel: number, stride: number, pad: number, after?: number])[]) {
  const g = openGraph();
  const image = g.input("image", "float32", [1, 1, 32, 32]);
  const map = windows.reduce((x: Value, [kernel, stride, pad, after = pad]) => {
    const conv = {
      strides: [stride, stride] as const,
      pads: [pad, pad, after, after] as const,
      dilations: [1, 1] as const,
      group: 1,
    };
    const weight = g.constant(new Float32Array(kernel ** 2), [1, 1, kernel, kernel]);
    return g.one("Relu", [g.one("Conv", [x, weight], conv)]);
  }, image);
  return cellsOf(g, image, map);
}

describe("cells", () => {
  test("lie on the pixels where padding keeps the centre, as far apart as all strides together", () => {
    expect(through([3, 1, 1])).toEqual({ left: 0, top: 0, step: 1 });
    expect(through([7, 2, 3], [3, 2, 1], [3, 1, 1])).toEqual({ left: 0, top: 0, step: 4 });
  });

  test("lie in the middle of what they see where nothing is padded, or only behind", () => {
    expect(through([3, 1, 0])).toEqual({ left: 1, top: 1, step: 1 });
    expect(through([2, 2, 0], [2, 2, 0])).toEqual({ left: 1.5, top: 1.5, step: 4 });
    expect(through([2, 2, 0], [3, 1, 0, 2])).toEqual({ left: 2.5, top: 2.5, step: 2 });
  });

  test("are told apart down and across, and know pooling and dilation", () => {
    const g = openGraph();
    const image = g.input("image", "float32", [1, 1, 32, 32]);
    const weight = g.constant(new Float32Array(3), [1, 1, 3, 1]);
    const conv = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [2, 1], group: 1 } as const;
    const pooled = g.one("MaxPool", [g.one("Conv", [image, weight], conv)], {
      ...{ kernelShape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] },
    });
    expect(cellsOf(g, image, pooled)).toEqual({ top: 2.5, left: 0.5, step: 2 });
  });

  test("of a value that does not come from the image are refused", () => {
    const g = openGraph();
    const image = g.input("image", "float32", [1, 1, 4, 4]);
    expect(() => cellsOf(g, image, g.constant(1))).toThrow("does not come from image");
  });
});
