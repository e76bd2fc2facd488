/**
 * Numbers as files of weights store them, little-endian, in whatever type: read as float32, since a network of ours computes
 * in that. Each tensor is read when it is asked for, so that a classifier of 120 million numbers nobody wants costs nothing.
 */
import { elementCount, type FloatTensor, floatTensor } from "../graph/graph.ts";

/** A tensor that lies in a file: its shape is known, its numbers are read on demand. */
export interface StoredTensor {
  readonly shape: readonly number[];
  /** @throws {NeuroscreenError} if the file is damaged where the numbers lie */
  read(): FloatTensor;
}

/** The tensors of a file by name, in the file's order. */
export type StoredTensors = ReadonlyMap<string, StoredTensor>;

interface NumberType {
  readonly bytes: number;
  read(view: DataView, at: number): number;
}

/** The types of numbers that can be read, by safetensors' names. */
export const numberTypes = {
  F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  F16: { bytes: 2, read: (view, at) => halfFloat(view.getUint16(at, true)) },
  BF16: { bytes: 2, read: (view, at) => upperHalf(view.getUint16(at, true)) },
  I64: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  I32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  I16: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  I8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  U8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  BOOL: { bytes: 1, read: (view, at) => view.getUint8(at) },
} as const satisfies Readonly<Record<string, NumberType>>;

/** A type of numbers, by safetensors' name. */
export type NumberTypeName = keyof typeof numberTypes;

/** Whether numbers of this name can be read. */
export function isNumberType(name: string): name is NumberTypeName {
  return Object.hasOwn(numberTypes, name);
}

/** How a tensor lies in a row of numbers: where it begins and how many numbers lie between neighbours along each axis. */
export interface Layout {
  readonly shape: readonly number[];
  readonly offset: number;
  readonly strides: readonly number[];
}

/** The strides of a tensor that lies row by row without gaps, as PyTorch calls contiguous. */
export function contiguousStrides(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
}

/** How many numbers a layout reaches over, from the first of the row; 0 for a tensor without elements. */
export function reach({ shape, offset, strides }: Layout): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((last, length, axis) => last + (length - 1) * strides[axis]!, offset) + 1;
}

/**
 * Reads a tensor out of a row of numbers.
 *
 * @param bytes the whole row, at least {@link reach} numbers long
 */
export function readLayout(bytes: Uint8Array, type: NumberTypeName, layout: Layout): FloatTensor {
  const { shape, offset, strides } = layout;
  const { bytes: size, read }: NumberType = numberTypes[type];
  const count = elementCount(shape);
  const isContiguous = contiguousStrides(shape).every((stride, axis) => stride === strides[axis] || shape[axis] === 1);
  if (isContiguous && type === "F32") {
    // A copy, so that the numbers are aligned; a Node Buffer's `slice` would share its memory.
    const copy = new Uint8Array(bytes.subarray(offset * size, (offset + count) * size));
    return floatTensor(shape, new Float32Array(copy.buffer));
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = new Float32Array(count);
  const position = shape.map(() => 0);
  let at = offset;
  for (let i = 0; i < count; i++) {
    numbers[i] = read(view, at * size);
    // The next element in row-major order: the last axis first, carrying over like an odometer.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position[axis]! += 1;
      at += strides[axis]!;
      if (position[axis]! < shape[axis]!) break;
      at -= shape[axis]! * strides[axis]!;
      position[axis] = 0;
    }
  }
  return floatTensor(shape, numbers);
}

/** IEEE 754 binary16: one bit of sign, five of exponent, ten of fraction. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const word = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float32. */
function upperHalf(bits: number): number {
  word.setUint16(2, bits, true);
  return word.getFloat32(0, true);
}
