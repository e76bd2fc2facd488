/**
 * What names say under an expression that is being tried: well, plate, channel and planes, each as it is written.
 */
import { NeuroscreenError } from "../base/errors.ts";
import { formatWell, parseWell, type Well } from "../plates/wells.ts";
import type { Naming } from "./guess-namings.ts";

/** What a name says under one way to read it. */
export interface ReadName {
  readonly path: string;
  readonly well: Well;
  /** What seems to be the plate's name. */
  readonly plate: string | undefined;
  readonly channel: string | undefined;
  readonly z: number | undefined;
  readonly time: number | undefined;
}

/**
 * Reads what names say under an expression.
 *
 * @param body an expression as `guess-namings.ts` has them, or one for whole paths if it has a `/`
 */
export function readNames(body: string, format: Naming["format"], images: readonly string[]): ReadName[] {
  const expression = new RegExp(`^${body}${endingOf(images)}`, format === "incell" ? "i" : "");
  const isWhole = body.includes("/");
  return images.flatMap((path) => {
    const groups = expression.exec(isWhole ? path : nameOf(path))?.groups;
    const well = groups && wellOf(groups);
    if (groups === undefined || well === undefined) return [];
    const { plate, channel, z, time } = groups;
    return [{ path, well, plate, channel, z: numberOf(z), time: numberOf(time) }];
  });
}

function wellOf({ well, row = "", column = "" }: Readonly<Record<string, string | undefined>>): Well | undefined {
  try {
    if (well !== undefined) return parseWell(well);
    if (!/^\d+$/.test(row)) return parseWell(row + Number(column));
    return Number(row) < 1 ? undefined : parseWell(formatWell({ row: Number(row) - 1, column: Number(column) - 1 }));
  } catch (error) {
    if (error instanceof NeuroscreenError) return undefined;
    throw error;
  }
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** The endings that the images have, as they are spelled: `\.tif$`, `\.(?:TIF|tif)$`. */
export function endingOf(images: readonly string[]): string {
  const endings = [...new Set(images.map((path) => path.slice(path.lastIndexOf(".") + 1)))].sort();
  return endings.length === 1 ? `\\.${endings[0]}$` : `\\.(?:${endings.join("|")})$`;
}

/** A path without its folders. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
