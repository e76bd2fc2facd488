/**
 * Safetensors: eight bytes of length, a JSON header, raw numbers. The format that PyTorch users open without running
 * what is in it (https://huggingface.co/docs/safetensors, Apache-2.0).
 */
import { z } from "zod";
import { NeuroscreenError } from "../../base/errors.ts";
import { elementCount, type FloatTensor } from "../graph/graph.ts";
import { contiguousStrides, isNumberType, numberTypes, readLayout } from "./stored.ts";

/** What a safetensors file holds. */
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, FloatTensor>;
  /** Free text by key. */
  readonly metadata: Readonly<Record<string, string>>;
}

const entry = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

/** Float32 tensors as a file, in the map's order. */
export function encodeSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: "F32", shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Readers map the numbers in place, so they begin at a multiple of eight: spaces fill up the header.
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8 + json.length, 8 + headerLength);
  bytes.set(json, 8);
  let at = 8 + headerLength;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a file of tensors. We write float32; half, double and whole numbers of other people's files become that.
 *
 * @param path names the file in errors
 * @throws {NeuroscreenError} `bad-safetensors` if it is cut short, malformed, or holds numbers of another type
 */
export function decodeSafetensors(bytes: Uint8Array, path: string): SafetensorsFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = bytes.length >= 8 ? Number(view.getBigUint64(0, true)) : Number.POSITIVE_INFINITY;
  if (8 + headerLength > bytes.length) throw refuse(path, `${bytes.length} bytes, less than its header claims`);
  const header = parseHeader(bytes.subarray(8, 8 + headerLength), path);
  const tensors = new Map<string, FloatTensor>();
  let bytesLeft = bytes.length - 8 - headerLength;
  for (const [name, value] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const parsed = entry.safeParse(value);
    if (!parsed.success) throw refuse(path, `a header that says nothing sensible of ${name}`);
    const {
      dtype,
      shape,
      data_offsets: [start, stop],
    } = parsed.data;
    if (!isNumberType(dtype)) throw refuse(path, `${name} as ${dtype}`);
    if (stop - start !== numberTypes[dtype].bytes * elementCount(shape) || 8 + headerLength + stop > bytes.length) {
      throw refuse(path, `${stop - start} bytes at ${start} for ${name} of shape [${shape}]`);
    }
    // The format forbids tensors to share bytes; many that did could fill any memory.
    bytesLeft -= stop - start;
    if (bytesLeft < 0) throw refuse(path, "tensors that share their bytes");
    const numbers = bytes.subarray(8 + headerLength + start, 8 + headerLength + stop);
    tensors.set(name, readLayout(numbers, dtype, { shape, offset: 0, strides: contiguousStrides(shape) }));
  }
  const metadata = z.record(z.string(), z.string()).safeParse(header.__metadata__ ?? {});
  return { tensors, metadata: metadata.success ? metadata.data : {} };
}

function parseHeader(bytes: Uint8Array, path: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw refuse(path, "a header that is no JSON object", cause);
  }
}

function refuse(path: string, found: string, cause?: unknown): NeuroscreenError {
  return new NeuroscreenError({
    code: "bad-safetensors",
    what: `Reading the weights in ${path}`,
    found,
    expected: "a whole safetensors file",
    remedy: "Copy the file again, or train again with --resume if it belongs to a model folder.",
    cause,
  });
}
