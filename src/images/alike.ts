/**
 * Are the images of a study alike? A field of another size or depth than most cannot be shown to the same network.
 */
import type { NeuroscreenError } from "../base/errors.ts";
import { type Field, fieldKey, type Problem } from "./fields.ts";
import type { GreyImage } from "./grey.ts";

/** What an image says of itself before its pixels are looked at. */
export type ImageShape = Pick<GreyImage, "width" | "height" | "bitDepth">;

/** What is known of an image file; undefined: nothing yet. */
export type Seen = { readonly shape: ImageShape } | { readonly problem: string } | undefined;

/** What {@link leaveOutUnlike} found. */
export interface Alike {
  /** The fields without an image that is known to be unusable or unlike the others. */
  readonly fields: Field[];
  /** A problem for each field left out: `bad-image` or `image-odd`. */
  readonly problems: Problem[];
  /** The commonest shape; undefined if no image's is known. */
  readonly shape: ImageShape | undefined;
  /** How many images have that shape, and of how many any is known. */
  readonly nOfShape: number;
  readonly nKnown: number;
}

/** Leaves out the fields that have an image that cannot be read, or is not of the commonest shape. */
export function leaveOutUnlike(fields: readonly Field[], see: (path: string) => Seen): Alike {
  const counts = new Map<string, { shape: ImageShape; count: number }>();
  let nKnown = 0;
  for (const { paths } of fields) {
    for (const path of paths) {
      const seen = see(path);
      if (seen === undefined || "problem" in seen) continue;
      nKnown += 1;
      const key = formatShape(seen.shape);
      counts.set(key, { shape: seen.shape, count: (counts.get(key)?.count ?? 0) + 1 });
    }
  }
  // Of equally common ones the first.
  const commonest = [...counts.values()].reduce<{ shape: ImageShape; count: number } | undefined>(
    (best, next) => (best !== undefined && best.count >= next.count ? best : next),
    undefined,
  );
  const kept: Field[] = [];
  const problems: Problem[] = [];
  for (const field of fields) {
    const problem = problemOf(field, see, commonest?.shape);
    if (problem === undefined) kept.push(field);
    else problems.push(problem);
  }
  return { fields: kept, problems, shape: commonest?.shape, nOfShape: commonest?.count ?? 0, nKnown };
}

/** What is wrong with a field whose images should all have one shape; undefined where nothing is known to be. */
export function problemOf(
  field: Field,
  see: (path: string) => Seen,
  shape: ImageShape | undefined,
): Problem | undefined {
  const seen = field.paths.map((path) => ({ path, seen: see(path) }));
  for (const { seen: one } of seen) {
    if (one !== undefined && "problem" in one)
      return { code: "bad-image", subject: fieldKey(field), message: `left out: ${one.problem}` };
  }
  for (const { path, seen: one } of seen) {
    if (one === undefined || "problem" in one || shape === undefined) continue;
    if (formatShape(one.shape) === formatShape(shape)) continue;
    const message = `left out: ${path} is ${formatShape(one.shape)}, most images are ${formatShape(shape)}`;
    return { code: "image-odd", subject: fieldKey(field), message };
  }
  return undefined;
}

/** `2048 × 2048, 16 bits` */
export function formatShape({ width, height, bitDepth }: ImageShape): string {
  return `${width} × ${height}, ${bitDepth} bits`;
}

/**
 * Which image of a field an error of reading it is about, and what to say of it: without the folder, so that the same
 * study says the same wherever it lies.
 */
export function badImage(
  { paths }: Field,
  { facts }: NeuroscreenError,
): { readonly path: string; readonly problem: string } {
  // The error names the file by its whole path, which ends in ours but for steps upwards.
  const path = paths.find((own) => facts.what.endsWith(own.replace(/^(\.\.\/)+/, ""))) ?? paths[0]!;
  return { path, problem: `${path}: expected ${facts.expected}, found ${facts.found}` };
}
