/** A thread that decodes fields: reads, averages down, crops. Fields that were decoded lately are kept. */
import { workerData } from "node:worker_threads";
import { openRandom } from "../base/random.ts";
import { type Augmentation, drawCrop } from "../images/augment.ts";
import { type Field, fieldKey } from "../images/fields.ts";
import type { Plane } from "../images/grey.ts";
import { fieldMoments, type Moments, type Normalization } from "../images/normalize.ts";
import { type FieldImages, type FileFacts, readField } from "./images.ts";
import { serveThread } from "./threads.ts";

/** What a decoding thread is told when it starts. */
export interface DecodeSettings {
  readonly folder: string;
  /** The longer edge after averaging; the files' own size if left out. */
  readonly size?: number;
  /** How much memory decoded fields may take. */
  readonly cacheBytes: number;
}

export interface CropRequest {
  readonly field: Field;
  readonly size: number;
  readonly augmentation: Augmentation;
  readonly normalization: Normalization;
  /** Seed and path of the random stream. */
  readonly seed: number;
  readonly path: readonly (string | number)[];
}

/** [stains, height, width], raw grey values. */
export interface WholeField {
  readonly image: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly files: readonly FileFacts[];
}

/** What a field adds to the normalisation, a stain, and the facts of its files. */
export interface FieldMoments {
  readonly moments: Moments[];
  readonly files: readonly FileFacts[];
}

type KeptField = Pick<FieldImages, "planes" | "files">;

const { folder, size, cacheBytes } = workerData as DecodeSettings;
const kept = new Map<string, KeptField>();
let keptBytes = 0;

async function fieldOf(field: Field): Promise<KeptField> {
  const key = fieldKey(field);
  const known = kept.get(key);
  if (known) return known;
  const { planes, files } = await readField(folder, field, size === undefined ? {} : { size });
  const read: KeptField = { planes, files };
  const bytes = bytesOf(planes);
  for (const [oldest, old] of kept) {
    if (keptBytes + bytes <= cacheBytes) break;
    kept.delete(oldest);
    keptBytes -= bytesOf(old.planes);
  }
  if (keptBytes + bytes <= cacheBytes) {
    kept.set(key, read);
    keptBytes += bytes;
  }
  return read;
}

function bytesOf(planes: readonly Plane[]): number {
  return planes.reduce((sum, { values }) => sum + values.byteLength, 0);
}

const functions = {
  moments: async (field: Field): Promise<FieldMoments> => {
    const { planes, files } = await fieldOf(field);
    return { moments: fieldMoments(planes), files };
  },
  crop: async ({ field, seed, path, ...options }: CropRequest): Promise<Float32Array> =>
    drawCrop((await fieldOf(field)).planes, { ...options, random: openRandom(seed, ...path) }),
  whole: async (field: Field): Promise<WholeField> => {
    const { planes, files } = await fieldOf(field);
    const { width, height } = planes[0]!;
    const image = new Float32Array(planes.length * width * height);
    planes.forEach(({ values }, stain) => {
      image.set(values, stain * width * height);
    });
    return { image, width, height, files };
  },
};

export type DecodeFunctions = typeof functions;

serveThread(functions);
