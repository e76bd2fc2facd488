/**
 * Arrays in NumPy's format, version 1.0: a line that says what they are, then their numbers.
 *
 * Float32, little-endian, row by row: what `numpy.load` and every other reader of the format takes.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { NeuroscreenError } from "../base/errors.ts";

/** Numbers and how they are laid out, row by row. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The six bytes that begin every file, and the version. */
const mark = [0x93, ...[..."NUMPY"].map((letter) => letter.charCodeAt(0)), 1, 0] as const;
/** The mark, and two bytes that say how long the description is. */
const preludeBytes = mark.length + 2;

/** An array as the bytes of a file, the same bytes that `numpy.save` writes. */
export function encodeNpy({ shape, data }: NpyArray): Uint8Array {
  if (data.length !== sizeOf(shape)) throw new Error(`unreachable: ${data.length} numbers in a shape of ${shape}`);
  // Python writes a tuple of one with a comma behind it.
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const description = `{'descr': '<f4', 'fortran_order': False, 'shape': (${tuple}), }`;
  // Spaces until the numbers begin at a multiple of 64 bytes, where a reader may map them into memory.
  const start = Math.ceil((preludeBytes + description.length + 1) / 64) * 64;
  const header = `${description.padEnd(start - preludeBytes - 1)}\n`;
  const bytes = new Uint8Array(start + 4 * data.length);
  const view = new DataView(bytes.buffer);
  bytes.set(mark);
  view.setUint16(mark.length, header.length, true);
  bytes.set(new TextEncoder().encode(header), preludeBytes);
  for (const [i, value] of data.entries()) view.setFloat32(start + 4 * i, value, true);
  return bytes;
}

/**
 * The array of a file.
 *
 * @param path names the file in errors
 * @throws {NeuroscreenError} `bad-array` if it is not one of float32 numbers, row by row, in version 1.0, whole
 */
export function decodeNpy(bytes: Uint8Array, path: string): NpyArray {
  if (bytes.length < preludeBytes || mark.some((byte, i) => bytes[i] !== byte))
    throw refuse(path, "a file that begins otherwise");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = preludeBytes + view.getUint16(mark.length, true);
  const header = new TextDecoder("latin1").decode(bytes.subarray(preludeBytes, start));
  const wanted = /'descr': '<f4', 'fortran_order': False, 'shape': \(([\d, ]*)\)/.exec(header);
  if (wanted === null) throw refuse(path, `an array described as ${header.trim().slice(0, 80)}`);
  const shape = wanted[1]!.split(",").flatMap((side) => (side.trim() === "" ? [] : [Number(side)]));
  const data = new Float32Array(sizeOf(shape));
  if (bytes.length - start !== 4 * data.length)
    throw refuse(path, `${bytes.length - start} bytes of numbers for a shape of ${shape.join(" × ")}`);
  for (const i of data.keys()) data[i] = view.getFloat32(start + 4 * i, true);
  return { shape, data };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

function refuse(path: string, found: string): NeuroscreenError {
  return new NeuroscreenError({
    code: "bad-array",
    what: `Reading the array ${path}`,
    found,
    expected: "float32 numbers as `explain` writes them, NumPy's format 1.0",
    remedy: "Explain again: the file is damaged or another's.",
  });
}
