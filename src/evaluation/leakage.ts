/**
 * Leakage: what a network is judged by and has seen all the same.
 *
 * A split names wells. The same image may lie there twice under two names, and plates of one batch or wells of one plate may stand on two
 * sides; then the network is right about wells that it knows, and the accuracy says little of wells that it does not.
 */
import { NeuroscreenError } from "../base/errors.ts";
import type { PlateMapWell } from "../plates/platemap.ts";
import { isControl } from "../plates/roles.ts";
import { type Part, wellKey } from "../plates/split.ts";

/** A field of a control well, with what tells its images from others. */
export interface HashedField {
  readonly plate: string;
  readonly well: string;
  readonly site: number;
  /** The SHA-256 of each of its files; undefined for one that has not been read. */
  readonly hashes: readonly (string | undefined)[];
}

/** Something that stands on two sides, or twice on one. */
export interface Leak {
  readonly kind: "images" | "plate" | "batch";
  /** Whether no figure of this split can be believed; else it is to be told. */
  readonly isRefused: boolean;
  /** A field (`P1/A01/1`), a plate or a batch. */
  readonly subject: string;
  /** A sentence's end. */
  readonly message: string;
}

/** What is to be kept apart, and how it was split. */
export interface LeakageInput {
  readonly wells: readonly PlateMapWell[];
  /** By `plate/A01`. */
  readonly parts: Readonly<Record<string, Part>> | ReadonlyMap<string, Part>;
  /** What the split promises to keep together; `well` promises nothing of plates. */
  readonly unit: "batch" | "plate" | "well";
  readonly fields: readonly HashedField[];
}

/** All leaks, those to be refused first, in an order that does not depend on that of the wells. */
export function findLeaks(input: LeakageInput): Leak[] {
  const { parts } = input;
  const partOf = (key: string) => (parts instanceof Map ? parts.get(key) : (parts as Record<string, Part>)[key]);
  const placed = input.wells
    .filter(({ role }) => isControl(role))
    .flatMap((well): Placed[] => {
      const part = partOf(wellKey(well));
      return part === undefined || part === "unused" ? [] : [{ well, part }];
    });
  const leaks = [...sameImages(input.fields, placed), ...splitPlates(placed, input.unit), ...splitBatches(placed)];
  return leaks.sort((a, b) => Number(b.isRefused) - Number(a.isRefused));
}

/**
 * Gives the leaks that are to be told, as problems are.
 *
 * @throws {NeuroscreenError} `leakage` if there is one that no figure survives
 */
export function checkLeakage(study: string, input: LeakageInput): { code: string; subject: string; message: string }[] {
  const leaks = findLeaks(input);
  const refused = leaks.filter(({ isRefused }) => isRefused);
  if (refused.length > 0) {
    const shown = refused.slice(0, mostShown).map(({ subject, message }) => `\n  ${subject} ${message}`);
    throw new NeuroscreenError({
      code: "leakage",
      what: `Keeping apart what ${study} trains on and is tested by`,
      found: `${refused.length} on two sides:${shown.join("")}${refused.length > mostShown ? "\n  …" : ""}`,
      expected: "each well, plate and image on one side only",
      remedy: refused.some(({ kind }) => kind === "images")
        ? "Take away the copies, or name in the plate map the well that was meant; a copied image makes its well known before the test."
        : "Hold out whole plates (`split` in the study).",
    });
  }
  return leaks.map(({ kind, subject, message }) => ({ code: `leak-${kind}`, subject, message }));
}

const mostShown = 5;

interface Placed {
  readonly well: PlateMapWell;
  readonly part: Part;
}

/** Fields whose files another field has too. On two sides it is a leak where all of a field's images are the same. */
function sameImages(fields: readonly HashedField[], placed: readonly Placed[]): Leak[] {
  const partByWell = new Map(placed.map(({ well, part }) => [wellKey(well), part]));
  const sorted = fields.map((field) => ({ ...field, key: `${wellKey(field)}/${field.site}` }));
  sorted.sort((a, b) => (a.key < b.key ? -1 : 1));
  const firstWith = new Map<string, (typeof sorted)[number]>();
  return sorted.flatMap((field): Leak[] => {
    const part = partByWell.get(wellKey(field));
    if (part === undefined) return [];
    const others = new Map<string, number>();
    for (const hash of field.hashes) {
      if (hash === undefined) continue;
      const first = firstWith.get(hash);
      if (first === undefined) firstWith.set(hash, field);
      else if (first.key !== field.key) others.set(first.key, (others.get(first.key) ?? 0) + 1);
    }
    return [...others].map(([other, count]) => {
      const otherPart = partByWell.get(other.slice(0, other.lastIndexOf("/")))!;
      const isWhole = count === field.hashes.length;
      const what = isWhole ? "the same images" : `${count} of ${field.hashes.length} images the same`;
      return {
        kind: "images",
        isRefused: isWhole && otherPart !== part,
        subject: field.key,
        message: `(${sideWords[part]}) has ${what} as ${other} (${sideWords[otherPart]})`,
      };
    });
  });
}

const sideWords = { train: "training", validate: "validation", test: "test", unused: "unused" } as const;

function splitPlates(placed: readonly Placed[], unit: LeakageInput["unit"]): Leak[] {
  const plates = sidesBy(placed, ({ well }) => well.plate);
  const onTwo = [...plates].filter(([, parts]) => parts.length > 1);
  if (unit !== "well")
    return onTwo.map(([subject, parts]) => ({ kind: "plate", isRefused: true, subject, message: onSides(parts) }));
  // Of one or two plates none can be spared to train on, to choose by and to test: nobody did anything wrong.
  if (onTwo.length === 0 || plates.size < 3) return [];
  const subject = onTwo.slice(0, 3).map(([plate]) => plate);
  const more = onTwo.length > 3 ? ` and ${onTwo.length - 3} more` : "";
  const message =
    "wells of one plate are on two sides; with plates kept together (`unit: plate`) the accuracy would hold for new plates";
  return [{ kind: "plate", isRefused: false, subject: subject.join(", ") + more, message }];
}

function splitBatches(placed: readonly Placed[]): Leak[] {
  const platesOf = new Map<string, Set<string>>();
  for (const { well } of placed) platesOf.set(well.batch, (platesOf.get(well.batch) ?? new Set()).add(well.plate));
  return [...sidesBy(placed, ({ well }) => well.batch)]
    .filter(([batch, parts]) => parts.length > 1 && platesOf.get(batch)!.size > 1)
    .map(([batch, parts]) => ({
      kind: "batch",
      isRefused: false,
      subject: `batch ${batch}`,
      message: `${onSides(parts)}: what was prepared together looks alike, so the accuracy may not hold for a new batch`,
    }));
}

/** The parts in which wells of a plate or batch stand, sorted by its name. */
function sidesBy(placed: readonly Placed[], key: (placed: Placed) => string): Map<string, Part[]> {
  const sides = new Map<string, Set<Part>>();
  for (const one of placed) sides.set(key(one), (sides.get(key(one)) ?? new Set()).add(one.part));
  const order: readonly Part[] = ["train", "validate", "test"];
  return new Map(
    [...sides]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, parts]) => [name, order.filter((part) => parts.has(part))]),
  );
}

function onSides(parts: readonly Part[]): string {
  return `on ${parts.length === 2 ? "two" : "three"} sides (${parts.map((part) => sideWords[part]).join(", ")})`;
}
