/**
 * Are the images of a study alike? A field of another size or depth than most cannot be shown to the same network.
 */
import { NeuroscreenError } from "../base/errors.ts";
import { type Field, fieldKey, type Problem } from "./fields.ts";
import type { GreyImage } from "./grey.ts";

/** What an image says of itself before its pixels are looked at. */
export type ImageShape = Pick<GreyImage, "width" | "height" | "bitDepth">;

/** What is known of an image file; undefined: nothing yet. */
export type Seen = { readonly shape: ImageShape } | ImageProblem | undefined;

/** Why an image cannot be used: a stable word for programs, and the rest of a sentence that names the file. */
export interface ImageProblem {
  readonly code: string;
  readonly problem: string;
}

/** What {@link leaveOutUnlike} found. */
export interface Alike {
  /** The fields without an image that is known to be unusable or unlike the others. */
  readonly fields: Field[];
  /** A problem for each field left out: its image's, or `image-odd`. */
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
      // Whatever else is known of the file is no part of its shape.
      const { width, height, bitDepth } = seen.shape;
      counts.set(key, { shape: { width, height, bitDepth }, count: (counts.get(key)?.count ?? 0) + 1 });
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
      return { code: one.code, subject: fieldKey(field), message: `left out: ${one.problem}` };
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

/** Whether an error says that one field cannot be used, and the others can. */
export function isFieldError(error: unknown): error is NeuroscreenError {
  return error instanceof NeuroscreenError && ["bad-image", "unreadable-image", "image-odd"].includes(error.code);
}

/** Which image of a field such an error is about, and what to say of it. */
export function imageProblem(
  { paths }: Field,
  { code, facts }: NeuroscreenError,
): ImageProblem & { readonly path: string } {
  const path = facts.file ?? paths[0]!;
  return { code, path, problem: `${path}: expected ${facts.expected}, found ${facts.found}` };
}
