import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NeuroscreenError } from "../../../src/base/errors.ts";
import { decodeWeights } from "../../../src/engine/weights/decode.ts";
import { decodePth } from "../../../src/engine/weights/pth.ts";

const file = (name: string) => readFileSync(new URL(`../../fixtures/weights/${name}`, import.meta.url));
type Expected = Record<string, Record<string, { shape: number[]; values: number[] }>>;
const expected: Expected = JSON.parse(file("expected.json").toString());

function contents(bytes: Uint8Array) {
  return Object.fromEntries(
    [...decodeWeights(bytes, "file")].map(([name, tensor]) => {
      const { shape, data } = tensor.read();
      return [name, { shape: [...shape], values: [...data] }];
    }),
  );
}

function refusal(bytes: Uint8Array): string {
  try {
    contents(bytes);
  } catch (error) {
    if (error instanceof NeuroscreenError) return `${error.code}: ${error.facts.found}`;
    throw error;
  }
  return "nothing";
}

/** kinds-legacy.pth up to the pickle of the state_dict, which `object` takes the place of. */
function legacyFile(object: readonly number[]): Uint8Array {
  return Uint8Array.from([...file("kinds-legacy.pth").subarray(0, 137), ...object, 0x80, 2, 0x5d, 0x2e]);
}

describe("a .pth", () => {
  test.each(["kinds.pth", "kinds-legacy.pth", "kinds-protocol-4.pth", "checkpoint.pth"])(
    "holds what PyTorch says, number by number: %s",
    (name) => {
      const found = contents(file(name));
      expect(Object.keys(found)).toEqual(Object.keys(expected[name]!));
      expect(found).toEqual(expected[name]);
    },
  );

  test("is read from a Node Buffer at any offset, and its numbers are a copy", () => {
    for (const name of ["kinds.pth", "kinds-legacy.pth"]) {
      const around = Buffer.concat([Buffer.alloc(3), file(name)]);
      const tensor = decodePth(around.subarray(3), name).get("float32")!.read();
      around.fill(0);
      expect([...tensor.data]).toEqual(expected[name]!.float32!.values);
    }
  });
});

describe("a .safetensors of others", () => {
  test("holds what PyTorch says, in every type of number", () => {
    const found = contents(file("kinds.safetensors"));
    expect(Object.keys(found)).toHaveLength(6);
    for (const [name, tensor] of Object.entries(found)) expect(tensor).toEqual(expected["kinds.pth"]![name]);
  });
});

describe("what is no file of weights", () => {
  test.each([
    ["attack.pth", 'bad-pth: the name "posix.system", which weights do not need'],
    ["whole-model.pth", 'bad-pth: the name "torch.nn.modules.linear.Linear", which weights do not need'],
    ["expanded.pth", "bad-pth: a tensor of shape [100000000] in a storage of 1 numbers"],
    ["plain.pkl", "bad-pth: a pickle that torch.save did not write"],
    ["README.md", "unknown-weights: a file that begins like neither"],
  ])("is refused by what is in it, and nothing of it is run: %s", (name, found) => {
    expect(refusal(file(name))).toBe(found);
    expect(existsSync("/tmp/this-file-means-that-the-pickle-was-run")).toBe(false);
  });

  test("is told with the way out", () => {
    expect(() => decodePth(file("attack.pth"), "w.pth")).toThrow(
      'Reading the weights in w.pth: expected a state_dict as torch.save writes it, found the name "posix.system", which weights ' +
        "do not need.\nNothing in the file was run. Copy it again if it may be damaged; else write the weights alone, in Python, " +
        'with torch.save(model.state_dict(), "weights.pth") or as safetensors.',
    );
  });

  test.each([
    [[0x81], "the operation NEWOBJ (0x81) at byte 137, which weights do not need"],
    [[0x29, 0x69], "the operation INST (0x69) at byte 138, which weights do not need"],
    [[0x32], "the operation 0x32 at byte 137, which weights do not need"],
  ])("is refused by the operation %j", (object, found) => {
    expect(refusal(legacyFile(object))).toBe(`bad-pth: ${found}`);
  });

  test("is refused wherever it is cut", () => {
    for (const name of ["kinds.pth", "kinds-legacy.pth"]) {
      const bytes = file(name);
      for (let length = 0; length < bytes.length; length++) {
        expect(refusal(bytes.subarray(0, length)), `${name} cut at ${length}`).toMatch(/^(bad-pth|unknown-weights): /);
      }
    }
  });

  test("is refused where a number is not the one that was written", () => {
    const bytes = Uint8Array.from(file("kinds.pth"));
    const numbers = Buffer.from(Float32Array.of(-2).buffer);
    bytes[Buffer.from(bytes).indexOf(numbers) + 3]! ^= 1;
    expect(refusal(bytes)).toBe("bad-pth: damaged numbers (storage 0)");
  });

  test("gives something or is refused when bytes are changed, and never more than it holds", () => {
    const bytes = { "kinds.pth": file("kinds.pth"), "kinds-legacy.pth": file("kinds-legacy.pth") };
    const change = fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(255));
    fc.assert(
      fc.property(
        fc.constantFrom("kinds.pth" as const, "kinds-legacy.pth" as const),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        (name, changes) => {
          const changed = Uint8Array.from(bytes[name]);
          for (const [where, byte] of changes) changed[Math.floor(where * changed.length)] = byte;
          try {
            for (const tensor of decodeWeights(changed, "f").values()) {
              expect(tensor.read().data.length).toBeLessThanOrEqual(changed.length);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(NeuroscreenError);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  test("gives something or is refused whatever its operations are", () => {
    // Operations that are known, among a few bytes that are not, get further than noise.
    const known = Array.from(")(]}NtuesqhRQbcKMX.", (letter) => letter.charCodeAt(0)).concat([
      0x85, 0x86, 0x87, 0x93, 0x94,
    ]);
    const byte = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 60 }), (object) => {
        expect(refusal(legacyFile(object))).toMatch(/^bad-pth: /);
      }),
      { numRuns: 3000 },
    );
  });

  test("is refused where one storage is said to have two sizes", () => {
    const text = (own: string) => [0x58, own.length, 0, 0, 0, ...new TextEncoder().encode(own)];
    const name = (module: string, own: string) => [...new TextEncoder().encode(`c${module}\n${own}\n`)];
    // ("storage", type, "0", "cpu", count), in a dictionary twice: of 9 doubles, and of one byte, which is all there is.
    const storage = (type: string, count: number) =>
      [0x28, text("storage"), name("torch", type), text("0"), text("cpu"), [0x4b, count, 0x74, 0x51]].flat();
    const tensor = (type: string, count: number) =>
      [
        name("torch._utils", "_rebuild_tensor_v2"),
        [0x28, ...storage(type, count), 0x4b, 0, 0x4b, count, 0x85, 0x4b, 1, 0x85, 0x74, 0x52],
      ].flat();
    const dictionary = [0x7d, 0x28, text("a"), tensor("DoubleStorage", 9), text("b"), tensor("ByteStorage", 1)].flat(2);
    const keys = [0x80, 2, 0x5d, ...text("0"), 0x61, 0x2e];
    const bytes = [...legacyFile([]).subarray(0, 137), ...dictionary, 0x75, 0x2e, ...keys, 1, 0, 0, 0, 0, 0, 0, 0, 7];
    expect(refusal(Uint8Array.from(bytes))).toBe("bad-pth: a storage (0) of two sizes");
  });

  test("cannot fill the memory with little", () => {
    // A pair of pairs of pairs …, 2^100 ones that way, as the name of a class.
    const doubled = Array.from({ length: 100 }, (_, i) => [0x71, i, 0x68, i, 0x86]).flat();
    expect(refusal(legacyFile([0x4e, ...doubled, 0x71, 200, 0x68, 200, 0x93]))).toBe(
      "bad-pth: a pickle that makes no sense",
    );
    // A list of 1,000 pairs, of which 10,000 dictionaries are made.
    const pairs = [0x5d, 0x28, ...Array.from({ length: 1000 }, () => [0x4e, 0x4e, 0x86]).flat(), 0x65, 0x85, 0x71, 0];
    const name = [...new TextEncoder().encode("ccollections\nOrderedDict\n"), 0x71, 1];
    const call = [0x68, 1, 0x68, 0, 0x52];
    const many = Array.from({ length: 10_000 }, () => call).flat();
    expect(refusal(legacyFile([...pairs, ...name, ...many]))).toBe("bad-pth: an OrderedDict that makes no sense");
  });
});
