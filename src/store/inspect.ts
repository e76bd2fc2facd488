/**
 * A look at every image of a study, once: its hash, its header, and whether it is like the others.
 */
import { join } from "node:path";
import { NeuroscreenError } from "../base/errors.ts";
import { type Field, fieldKey, type Problem } from "../images/fields.ts";
import { sha256 } from "./files.ts";
import { decodeGrey, decodeHeader, formatHeader, type ImageHeader, readBytes } from "./images.ts";

/** What {@link inspectFields} found. */
export interface Inspection {
  /** The fields whose images can be read and are of the commonest size and bit depth. */
  readonly fields: Field[];
  /** A problem for each field left out: `bad-image` or `image-odd`. */
  readonly problems: Problem[];
  /** The commonest header; undefined if no image could be read. */
  readonly header: ImageHeader | undefined;
  /** SHA-256 of each image of `fields`, by its path. */
  readonly hashes: ReadonlyMap<string, string>;
}

/** So many fields are read side by side: enough to keep a disk and the decoder busy. */
const fieldsAtOnce = 8;

/**
 * Reads every image of the fields.
 *
 * @param folder the study's folder, to which the fields' paths are relative
 * @param options.check decodes every pixel too, to find the images that are cut short; else headers only
 */
export async function inspectFields(
  folder: string,
  fields: readonly Field[],
  { check }: { readonly check: boolean },
): Promise<Inspection> {
  const looks = await mapParallel(fields, (field) => inspectField(folder, field, check));
  const header = majority(looks.flatMap(({ images }) => images.map((image) => image.header)));
  const kept: Field[] = [];
  const problems: Problem[] = [];
  const hashes = new Map<string, string>();
  for (const { field, images, problem } of looks) {
    const odd = header && images.find((image) => formatHeader(image.header) !== formatHeader(header));
    if (problem !== undefined) problems.push(problem);
    else if (header !== undefined && odd !== undefined) {
      const message = `left out: ${odd.path} is ${formatHeader(odd.header)}, most images are ${formatHeader(header)}`;
      problems.push({ code: "image-odd", subject: fieldKey(field), message });
    } else {
      kept.push(field);
      for (const { path, hash } of images) hashes.set(path, hash);
    }
  }
  return { fields: kept, problems, header, hashes };
}

interface Look {
  readonly field: Field;
  readonly images: readonly { readonly path: string; readonly hash: string; readonly header: ImageHeader }[];
  readonly problem?: Problem;
}

async function inspectField(folder: string, field: Field, check: boolean): Promise<Look> {
  try {
    const images = [];
    for (const path of field.paths) {
      const full = join(folder, path);
      const bytes = await readBytes(full);
      const { width, height, bitDepth } = await (check ? decodeGrey(bytes, full) : decodeHeader(bytes, full));
      images.push({ path, hash: sha256(bytes), header: { width, height, bitDepth } });
    }
    return { field, images };
  } catch (error) {
    if (!(error instanceof NeuroscreenError)) throw error;
    const { what, found, expected } = error.facts;
    const message = `left out: ${what[0]!.toLowerCase()}${what.slice(1)}: expected ${expected}, found ${found}`;
    return { field, images: [], problem: { code: error.code, subject: fieldKey(field), message } };
  }
}

/** The commonest header; of equally common ones the first. */
function majority(headers: readonly ImageHeader[]): ImageHeader | undefined {
  const counts = new Map<string, number>();
  for (const header of headers) counts.set(formatHeader(header), (counts.get(formatHeader(header)) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return headers.find((header) => counts.get(formatHeader(header)) === most);
}

/** Like `Promise.all(items.map(use))`, but with only {@link fieldsAtOnce} at work. */
async function mapParallel<T, U>(items: readonly T[], use: (item: T) => Promise<U>): Promise<U[]> {
  const results = new Array<U>(items.length);
  const queue = items.entries();
  const work = async () => {
    for (const [index, item] of queue) results[index] = await use(item);
  };
  await Promise.all(Array.from({ length: fieldsAtOnce }, work));
  return results;
}
