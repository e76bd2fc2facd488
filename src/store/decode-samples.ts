/**
 * Rows of packed bytes to one number a pixel. Values stay what they are: 12 bits of a camera come to 0 to 4095, in 16 bits.
 */
import { endianness } from "node:os";

export type Samples = Uint8Array | Uint16Array;

/** How samples stand in bytes. Each row begins at a whole byte; samples of other than 8 or 16 bits are packed, high bit first. */
export interface SampleLayout {
  /** Samples in a row. */
  readonly width: number;
  /** 1 to 16. */
  readonly bits: number;
  /** Of 16-bit samples. */
  readonly isBigEndian: boolean;
}

/** More pixels than any camera has: 16,384². A header that claims more is not believed. */
export const mostPixels = 2 ** 28;

const isBigEndianHere = endianness() === "BE";

/** The bytes of a row. */
export function rowLength({ width, bits }: Pick<SampleLayout, "width" | "bits">): number {
  return Math.ceil((width * bits) / 8);
}

/** An empty array for samples: of 8 bits where they fit, else of 16. */
export function emptySamples(count: number, bits: number): Samples {
  return bits <= 8 ? new Uint8Array(count) : new Uint16Array(count);
}

/** Whole rows to samples, row by row. Where the bytes hold them as this machine does, the result is a view of the bytes. */
export function unpackRows(bytes: Uint8Array, layout: SampleLayout): Samples {
  if (layout.bits === 8) return bytes;
  if (layout.bits === 16) return unpack16(bytes, layout.isBigEndian);
  return unpackOdd(bytes, layout);
}

function unpack16(bytes: Uint8Array, isBigEndian: boolean): Uint16Array {
  // A view of 16-bit numbers must start at an even byte.
  const isView = isBigEndian === isBigEndianHere && bytes.byteOffset % 2 === 0;
  const own = isView ? bytes : new Uint8Array(bytes);
  if (isBigEndian !== isBigEndianHere) Buffer.from(own.buffer).swap16();
  return new Uint16Array(own.buffer, own.byteOffset, bytes.length / 2);
}

function unpackOdd(bytes: Uint8Array, { width, bits }: SampleLayout): Samples {
  const stride = rowLength({ width, bits });
  const height = bytes.length / stride;
  const samples = emptySamples(width * height, bits);
  const mask = 2 ** bits - 1;
  for (let y = 0, to = 0; y < height; y++) {
    // At most 15 bits wait while 8 are added.
    for (let x = 0, from = y * stride, held = 0, waiting = 0; x < width; x++) {
      for (; waiting < bits; waiting += 8) held = ((held << 8) | bytes[from++]!) & 0xffffff;
      waiting -= bits;
      samples[to++] = (held >>> waiting) & mask;
    }
  }
  return samples;
}
