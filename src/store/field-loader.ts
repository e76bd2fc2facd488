/**
 * Fields, decoded on threads of their own ahead of those who need them.
 *
 * A field always goes to the same thread, which may still have it. What comes back does not depend on how many
 * threads there are: a crop's random numbers come from its own path, not from the thread that draws it.
 */

import { fnv1a } from "../base/random.ts";
import type { Field } from "../images/fields.ts";
import { fieldKey } from "../images/fields.ts";
import type { CropRequest, DecodeFunctions, DecodeSettings, FieldMoments, WholeField } from "./decode-worker.ts";
import { openThread } from "./threads.ts";

export interface FieldLoader {
  /** What the field adds to the normalisation, and what its files are like. */
  moments(field: Field): Promise<FieldMoments>;
  /** A random training crop, [stains, size, size], raw grey values. */
  crop(request: CropRequest): Promise<Float32Array>;
  /** The whole field, raw grey values. */
  whole(field: Field): Promise<WholeField>;
  close(): Promise<void>;
}

/** Decoded fields are kept up to this much, over all threads. */
const cacheBytes = 1 << 30;

/** Starts the threads. @throws (each call) `bad-image` as `readField` does */
export function openFieldLoader({
  workers,
  ...settings
}: Omit<DecodeSettings, "cacheBytes"> & { readonly workers: number }): FieldLoader {
  const data: DecodeSettings = { ...settings, cacheBytes: Math.floor(cacheBytes / workers) };
  const url = new URL("./decode-worker.js", import.meta.url);
  const threads = Array.from({ length: workers }, () => openThread<DecodeFunctions>(url, data));
  const threadOf = (field: Field) => threads[fnv1a(fieldKey(field)) % workers]!;
  return {
    moments: (field) => threadOf(field).call("moments", field),
    crop: (request) => threadOf(request.field).call("crop", request),
    whole: (field) => threadOf(field).call("whole", field),
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}
