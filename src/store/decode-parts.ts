/**
 * Reading a file part by part, whether it lies in memory or on a disk: a reader is a generator that asks for parts and is given them.
 *
 * So what a header says is read once in code, and from a disk without the pixels behind it. A file is hostile until
 * read: no part outside it is given, and a reader may not ask for much more than the whole file together.
 */
import type { FileHandle } from "node:fs/promises";
import { badImage } from "./decode-refusal.ts";

/** A part of a file, in bytes. */
export interface Part {
  readonly offset: number;
  readonly length: number;
}

/** Asks for parts of a file, one after the other, and comes to a `T`. */
export type Reading<T> = Generator<Part, T, Uint8Array>;

/** Bytes on a disk that are read along with a part: most headers are within one such piece, or two. */
const piece = 8192;

/** Runs a reader over a file in memory. The parts that it gets are views, not copies. @throws as the reader does, and `bad-image` for a part that is not there */
export function readParts<T>(bytes: Uint8Array, reading: Reading<T>): T {
  const allow = allowance(bytes.length);
  let step = reading.next();
  while (!step.done) {
    const { offset, length } = allow(step.value);
    step = reading.next(bytes.subarray(offset, offset + length));
  }
  return step.value;
}

/** Runs a reader over an open file of `size` bytes, and reads little more of it than the reader asks for. @throws as {@link readParts} does */
export async function readPartsOf<T>(file: FileHandle, size: number, reading: Reading<T>): Promise<T> {
  const allow = allowance(size);
  let [start, held] = [0, new Uint8Array()];
  let step = reading.next();
  while (!step.done) {
    const { offset, length } = allow(step.value);
    if (offset < start || offset + length > start + held.length) {
      const wanted = Math.min(Math.max(length, piece), size - offset);
      start = offset;
      held = new Uint8Array(wanted);
      await readFully(file, held, offset);
    }
    step = reading.next(held.subarray(offset - start, offset - start + length));
  }
  return step.value;
}

/** Fills `bytes` from a place in a file. @throws `bad-image` if the file ends before */
export async function readFully(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, at, bytes.length - at, offset + at);
    if (bytesRead === 0) throw badImage(`a file that ends after ${offset + at} bytes`, "the rest of it");
    at += bytesRead;
  }
}

/** @throws `bad-image` if a part is not wholly inside a file of `size` bytes: most often the file was cut short */
export function checkInside({ offset, length }: Part, size: number): void {
  if (offset >= 0 && length >= 0 && offset + length <= size) return;
  throw badImage(`a file of ${size} bytes`, `one of at least ${offset + length}, as its header says`);
}

/** Lets parts pass that are inside the file, as long as they come to no more than twice its length together. */
function allowance(size: number): (part: Part) => Part {
  // An honest reader meets most bytes of a header once. A directory that names the same megabyte a thousand times is
  // an attempt to keep us busy.
  let left = 2 * size + piece;
  return (part) => {
    checkInside(part, size);
    left -= part.length;
    if (left < 0)
      throw badImage("a header that names the same bytes again and again", "one that is no longer than the file");
    return part;
  };
}
