/**
 * Planes and time points: which ones names and folders carry, and which to take.
 */
import type { PlaneSelection } from "../plates/study.ts";
import { planeFolders } from "./guess-namings.ts";
import type { ReadName } from "./guess-read.ts";

/** What names carry of planes. */
export interface PlaneGuess {
  /** The numbers in order, where a study must choose; none where it need not. */
  readonly planes: { readonly z: readonly number[]; readonly time: readonly number[] };
  readonly select: PlaneSelection | undefined;
  /** The images of other planes than the selected ones. */
  readonly others: ReadonlySet<string>;
}

/**
 * Selects the middle plane, which is the likeliest to be in focus, and the time point with most images, the first of equal ones.
 *
 * @param options.fewest how many different planes there must be, for the study to need a choice
 */
export function guessPlanes(names: readonly ReadName[], { fewest }: { readonly fewest: 1 | 2 }): PlaneGuess {
  const planed = names.map(({ path, z, time }) => {
    const folders = planesOfFolders(path);
    return { path, z: z ?? folders.z, time: time ?? folders.time };
  });
  const differentOf = (numbers: readonly (number | undefined)[]) => {
    const different = [...new Set(numbers.filter((number) => number !== undefined))].sort((a, b) => a - b);
    return different.length >= fewest ? different : [];
  };
  const z = differentOf(planed.map((name) => name.z));
  const time = differentOf(planed.map((name) => name.time));
  const middle = z[Math.floor((z.length - 1) / 2)];
  const fullest = commonest(time, planed);
  const isOther = (name: { readonly z: number | undefined; readonly time: number | undefined }) =>
    (middle !== undefined && name.z !== undefined && name.z !== middle) ||
    (fullest !== undefined && name.time !== undefined && name.time !== fullest);
  return {
    planes: { z, time },
    select:
      middle === undefined && fullest === undefined
        ? undefined
        : { ...(middle !== undefined && { z: middle }), ...(fullest !== undefined && { time: fullest }) },
    others: new Set(planed.filter(isOther).map(({ path }) => path)),
  };
}

function planesOfFolders(path: string): { readonly z?: number; readonly time?: number } {
  const planes: { z?: number; time?: number } = {};
  for (const part of path.split("/").slice(0, -1)) {
    for (const [group, expression] of planeFolders) {
      const number = expression.exec(part)?.[1];
      if (number !== undefined) planes[group] = Number(number);
    }
  }
  return planes;
}

function commonest(
  times: readonly number[],
  names: readonly { readonly time: number | undefined }[],
): number | undefined {
  const countOf = (wanted: number) => names.filter(({ time }) => time === wanted).length;
  return times.reduce<number | undefined>(
    (best, next) => (best !== undefined && countOf(best) >= countOf(next) ? best : next),
    undefined,
  );
}
