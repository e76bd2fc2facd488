import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NeuroscreenError } from "../../src/base/errors.ts";
import { decodeNpy, encodeNpy } from "../../src/store/npy.ts";

/** What `numpy.save` of NumPy 2.4.6 wrote of `[[1.5, -2, 0], [3e-8, inf, 7]]` and of `[0, 1, 2]`, dtype `<f4`. */
const byNumpy = [
  {
    shape: [2, 3],
    values: [1.5, -2, 0, 3e-8, Number.POSITIVE_INFINITY, 7],
    bytes:
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAMA/AAAAwAAAAABZ2QAzAACAfwAA4EA=",
  },
  {
    shape: [3],
    values: [0, 1, 2],
    bytes:
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAACAPwAAAEA=",
  },
];

describe("an array file", () => {
  test.each(byNumpy)("of shape $shape has the bytes that NumPy writes, and is read from them", (expected) => {
    const { shape, values, bytes } = expected;
    const written = encodeNpy({ shape, data: Float32Array.from(values) });
    expect(Buffer.from(written).toString("base64")).toBe(bytes);
    expect(decodeNpy(Buffer.from(bytes, "base64"), "a.npy")).toEqual({ shape, data: Float32Array.from(values) });
  });

  test("gives back what was written, whatever its shape", () => {
    const arrays = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }).chain((shape) =>
      fc
        .float32Array({
          minLength: shape.reduce((a, b) => a * b, 1),
          maxLength: shape.reduce((a, b) => a * b, 1),
        })
        .map((data) => ({ shape, data })),
    );
    fc.assert(
      fc.property(arrays, (array) => {
        expect(decodeNpy(encodeNpy(array), "a.npy")).toEqual(array);
      }),
    );
  });

  test.each([
    ["is cut short", (bytes: Uint8Array) => bytes.subarray(0, -4), "20 bytes of numbers for a shape of 2 × 3"],
    ["is something else", (bytes: Uint8Array) => bytes.map((byte) => byte + 1), "a file that begins otherwise"],
    [
      "holds doubles",
      (bytes: Uint8Array) => Uint8Array.from(bytes, (byte) => (byte === "4".charCodeAt(0) ? "8".charCodeAt(0) : byte)),
      "an array described as {'descr': '<f8'",
    ],
  ])("that %s is refused by name", (_, damage, found) => {
    const bytes = damage(encodeNpy({ shape: [2, 3], data: new Float32Array(6) }));
    expect(() => decodeNpy(bytes, "maps/a.npy")).toThrow(NeuroscreenError);
    expect(() => decodeNpy(bytes, "maps/a.npy")).toThrow(found);
  });
});
