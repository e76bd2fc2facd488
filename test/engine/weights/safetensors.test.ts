import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FloatTensor, floatTensor } from "../../../src/engine/graph/graph.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/engine/weights/safetensors.ts";

const names = fc.stringMatching(/^[a-zé][\w.é]{0,20}$/);
const tensors: fc.Arbitrary<FloatTensor> = fc
  .array(fc.nat(4), { maxLength: 4 })
  .chain((shape) =>
    fc
      .array(fc.float(), { minLength: shape.reduce((a, b) => a * b, 1), maxLength: shape.reduce((a, b) => a * b, 1) })
      .map((values) => floatTensor(shape, Float32Array.from(values))),
  );
const contents = fc.record({
  tensors: fc.array(fc.tuple(names, tensors), { maxLength: 5 }).map((pairs) => new Map(pairs)),
  metadata: fc.dictionary(names, fc.string(), { noNullPrototype: true, maxKeys: 3 }),
});

const small = encodeSafetensors({
  tensors: new Map([["w", floatTensor([2], Float32Array.of(1, -2))]]),
  metadata: { format: "pt" },
});

/** A file with this header and so many bytes of numbers. */
function fileOf(header: unknown, length = 8): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

describe("a safetensors file", () => {
  test("comes back as it was, in the same order", () => {
    fc.assert(
      fc.property(contents, (file) => {
        const back = decodeSafetensors(encodeSafetensors(file), "file");
        expect(back).toEqual(file);
        expect([...back.tensors.keys()]).toEqual([...file.tensors.keys()]);
      }),
    );
  });

  test("is, byte for byte, what its format says", () => {
    const json = '{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    const length = Math.ceil(json.length / 8) * 8;
    expect(new TextDecoder().decode(small.subarray(8, 8 + length))).toBe(json.padEnd(length));
    expect([...small.subarray(0, 8)]).toEqual([length, 0, 0, 0, 0, 0, 0, 0]);
    expect([...small.subarray(8 + length)]).toEqual([0, 0, 128, 63, 0, 0, 0, 192]);
  });

  test("is read from a Node Buffer at any offset, and its numbers are a copy", () => {
    for (const offset of [0, 1, 2, 3, 5]) {
      const around = Buffer.alloc(small.length + offset + 3);
      around.set(small, offset);
      const { tensors } = decodeSafetensors(around.subarray(offset, offset + small.length), "file");
      around.fill(0);
      expect(tensors.get("w")).toEqual(floatTensor([2], Float32Array.of(1, -2)));
    }
  });

  test("is written from views into larger buffers", () => {
    const view = Float32Array.of(9, 1, -2, 9).subarray(1, 3);
    const bytes = encodeSafetensors({ tensors: new Map([["w", floatTensor([2], view)]]), metadata: { format: "pt" } });
    expect(bytes).toEqual(small);
  });
});

describe("what is no safetensors file that we read", () => {
  const entry = { dtype: "F32", shape: [2], data_offsets: [0, 8] };
  test.each([
    ["nothing", new Uint8Array(0)],
    ["a few bytes", Uint8Array.of(1, 2, 3)],
    ["a length beyond the file", Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 0)],
    ["a header that is no JSON", fileOf("{{{")],
    ["a header that is a list", fileOf([])],
    ["an entry that says nothing", fileOf({ w: {} })],
    ["numbers of a type that is not known", fileOf({ w: { ...entry, dtype: "F8_E4M3" } })],
    ["fewer bytes than its shape", fileOf({ w: { ...entry, shape: [3] } })],
    ["numbers beyond its end", fileOf({ w: { ...entry, data_offsets: [4, 12] } })],
    ["numbers that end before they begin", fileOf({ w: { ...entry, shape: [0], data_offsets: [8, 0] } })],
    ["tensors that share their bytes", fileOf({ w: entry, v: entry })],
    ["a shape below nothing", fileOf({ w: { ...entry, shape: [-2] } })],
  ])("is refused: %s", (_, bytes) => {
    expect(() => decodeSafetensors(bytes, "w.safetensors")).toThrow(
      expect.objectContaining({ code: "bad-safetensors", message: expect.stringContaining("w.safetensors") }),
    );
  });

  test("is refused wherever it is cut, and whatever it holds", () => {
    for (let length = 0; length < small.length; length++) {
      expect(() => decodeSafetensors(small.subarray(0, length), "f")).toThrow(
        expect.objectContaining({ code: "bad-safetensors" }),
      );
    }
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes) => {
        // A header that could be read would have to be JSON of just that length.
        expect(() => decodeSafetensors(bytes, "f")).toThrow(expect.objectContaining({ code: "bad-safetensors" }));
      }),
    );
  });
});
