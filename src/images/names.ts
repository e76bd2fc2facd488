/**
 * What the names of image files say: plate, well, site and channel.
 *
 * Two formats. `incell` is the IN Cell Analyzer's `B - 4(fld 1 wv Red - Cy5).tif`: what the letter and the number count,
 * the study says (`wells`). `pattern` is whatever the study's regular expression says, through its named groups.
 */
import { NeuroscreenError } from "../base/errors.ts";
import type { Study } from "../plates/study.ts";
import { parseLine, parseWell, standardNotation, type Well, type WellNotation } from "../plates/wells.ts";
import type { NamedImage } from "./fields.ts";

// Exports that joined the folders into the name put a `_` before the well and write everything in lower case. A stack
// adds ` z 3` behind the channel, a series ` time 2 - 6000 ms`.
const incell =
  /(?:^|_)(?<well>[A-Z]{1,2} - \d{1,2})\(fld\.? ?(?<site>\d+) wv (?<channel>[^()]+?)(?<planes>(?: z \d+| time \d+(?: - [\d.]+ ms)?)*)\)\.tiff?$/i;

/** What the name of a file says. */
export type NameReading =
  | { readonly kind: "image"; readonly image: Omit<NamedImage, "path"> }
  /** Of another plane or time than the study selects, such as `z 3`. */
  | { readonly kind: "other-plane"; readonly plane: string }
  /** Why it is none of the study's images, as the end of a sentence: `its name does not fit the study's format`. */
  | { readonly kind: "stranger"; readonly reason: string };

/** Why a name is refused that nothing more can be said of. */
export const unfitting = "its name does not fit the study's format";

/**
 * The reader for a study's names: from a path below the images' folder to what it says.
 *
 * A pattern is sought in the file name, or in the whole path below the images' folder where it has a `/`. Its
 * groups: `well` (`B03`, in the study's notation), or `row` and `column`, either in letters or in numbers from 1; `channel`,
 * which only a study of one channel may leave out; `site`, 1 where there is none; `plate`; `z` and `time`. Where names have no
 * group `plate`, the plate is what `plateFrom` finds, else the study's `plate`, else the name of the folder that holds the image.
 */
export function imageReader(study: Study): (path: string) => NameReading {
  const pattern = study.format === "incell" ? incell : new RegExp(study.pattern ?? "");
  const wholePath = study.format === "pattern" && pattern.source.includes("/");
  const plateOf = plateReader(study);
  const notation = study.wells ?? standardNotation;
  const channelOf = channelFinder(study);
  return (path) => {
    const groups = pattern.exec(wholePath ? path : path.slice(path.lastIndexOf("/") + 1))?.groups;
    if (groups === undefined) return stranger(unfitting);
    const well = readWell(groups, notation);
    if (typeof well === "string") return stranger(well);
    const site = Number(groups.site ?? 1);
    if (!Number.isInteger(site)) return stranger(`its site ${JSON.stringify(groups.site)} is no whole number`);
    const plate = groups.plate ?? plateOf(path);
    if (plate === undefined || plate === "") return stranger("`plateFrom` finds no plate in its path");
    const off = readPlane(groups, study);
    if (off !== null) return off;
    const channelText = groups.channel ?? study.channels[0]!.match;
    return { kind: "image", image: { plate, well, site, channel: channelOf(channelText), channelText } };
  };
}

type Groups = Readonly<Record<string, string | undefined>>;

function stranger(reason: string): NameReading {
  return { kind: "stranger", reason };
}

function plateReader(study: Study): (path: string) => string | undefined {
  const { plate, plateFrom } = study;
  if (plateFrom !== undefined) {
    const expression = new RegExp(plateFrom);
    return (path) => {
      const match = expression.exec(path);
      return match === null ? undefined : (match.groups?.plate ?? match[1] ?? match[0]);
    };
  }
  if (plate !== undefined) return () => plate;
  const imagesFolder = `${study.folder}/${study.images}`
    .split(/[/\\]+/)
    .filter((part) => part !== "" && part !== ".")
    .at(-1);
  return (path) => path.split("/").at(-2) ?? imagesFolder;
}

/** The well, or why there is none. */
function readWell({ well, row = "", column = "" }: Groups, notation: WellNotation): Well | string {
  if (well === undefined) {
    const [atRow, atColumn] = [parseLine(row, "rows", notation), parseLine(column, "columns", notation)];
    if (atRow !== undefined && atColumn !== undefined) return { row: atRow, column: atColumn };
    const size = notation.plate ?? 1536;
    return `row ${JSON.stringify(row)}, column ${JSON.stringify(column)} is no well of a plate of ${size}`;
  }
  try {
    return parseWell(well.replace(" - ", ""), notation);
  } catch (error) {
    if (!(error instanceof NeuroscreenError)) throw error;
    return `its well ${error.facts.found} should be ${error.facts.expected}`;
  }
}

/** Why the image is not taken: another plane, or planes and nothing selected; null if it is. */
function readPlane({ planes = "", ...groups }: Groups, { select }: Study): NameReading | null {
  for (const plane of ["z", "time"] as const) {
    // A stack or a series in one well: which image to take is not ours to guess.
    const number = groups[plane] ?? new RegExp(` ${plane} (\\d+)`, "i").exec(planes)?.[1];
    if (number === undefined) continue;
    const selected = select?.[plane];
    if (selected === undefined) {
      const key = `select: { ${plane}: ${Number(number)} }`;
      return stranger(
        `its name carries ${plane} ${number}, and the study does not say which to take, as \`${key}\` would`,
      );
    }
    if (Number(number) !== selected) return { kind: "other-plane", plane: `${plane} ${number}` };
  }
  return null;
}

/**
 * Finds the channel that a text of a file name means: the whole text, or else one of its parts between ` - `
 * (`Red - Cy5` is matched by `Cy5`), upper and lower case being the same; −1 where there is none.
 */
function channelFinder({ channels }: Study): (text: string) => number {
  const matches = channels.map(({ match }) => match.toLowerCase());
  return (text) => {
    const whole = text.trim().toLowerCase();
    const parts = whole.split(" - ").reverse(); // the emission filter, which is written last, says the stain
    for (const wanted of [whole, ...parts]) {
      const index = matches.indexOf(wanted);
      if (index >= 0) return index;
    }
    return -1;
  };
}
